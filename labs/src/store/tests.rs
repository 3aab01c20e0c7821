use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use proptest::prelude::*;

use super::*;
use crate::sandbox::Limits;

mod keys;

/// The parent's half without a process between.
#[derive(Debug)]
struct Direct {
    store: ScopedStore,
    calls: AtomicUsize,
}

#[async_trait]
impl Broker for Direct {
    async fn call(&self, call: StoreCall, blob: Bytes) -> Result<(StoreReply, Bytes), BrokerGone> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(self.store.serve(call, blob).await)
    }
}

struct Workspace {
    folder: tempfile::TempDir,
    direct: Arc<Direct>,
    store: BrokeredStore,
}

fn workspace_with(limits: &Limits) -> Workspace {
    let folder = tempfile::tempdir().expect("a folder");
    let store = ScopedStore::open(folder.path(), limits).expect("an empty workspace opens");
    let direct = Arc::new(Direct { store, calls: AtomicUsize::new(0) });
    Workspace { folder, store: BrokeredStore::new(direct.clone()), direct }
}

fn workspace() -> Workspace {
    workspace_with(&Limits::default())
}

impl Workspace {
    async fn put(&self, key: &str, text: &str) -> object_store::Result<()> {
        self.store.put(&Path::parse(key)?, PutPayload::from(text.to_owned())).await.map(|_| ())
    }

    async fn text(&self, key: &str) -> object_store::Result<String> {
        let bytes = self.store.get(&Path::parse(key)?).await?.bytes().await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn keys(&self) -> Vec<String> {
        let listed: Vec<_> = self.store.list(None).try_collect().await.expect("a listing");
        listed.into_iter().map(|object| object.location.to_string()).collect()
    }

    fn calls(&self) -> usize {
        self.direct.calls.load(Ordering::Relaxed)
    }

    fn usage(&self) -> (u64, u64) {
        let usage = self.direct.store.usage();
        (usage.bytes, usage.files)
    }
}

#[tokio::test]
async fn what_is_put_is_read_listed_and_deleted() {
    let workspace = workspace();
    workspace.put("t/_delta_log/00000000000000000000.json", "{}").await.expect("put");
    workspace.put("t/part-1.parquet", "rows").await.expect("put");
    assert_eq!(workspace.text("t/part-1.parquet").await.expect("get"), "rows");
    assert_eq!(workspace.keys().await, ["t/_delta_log/00000000000000000000.json", "t/part-1.parquet"]);
    let top = workspace.store.list_with_delimiter(Some(&Path::from("t"))).await.expect("list");
    assert_eq!(top.common_prefixes, [Path::from("t/_delta_log")]);
    workspace.store.delete(&Path::from("t/part-1.parquet")).await.expect("delete");
    let gone = workspace.text("t/part-1.parquet").await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_create_one_key_exactly_one_wins() {
    let workspace = workspace();
    let key = Path::from("t/_delta_log/00000000000000000001.json");
    for round in 0..20 {
        let writers = (0..8).map(|writer| {
            let (store, key) = (workspace.store.clone(), key.clone());
            tokio::spawn(async move {
                let payload = PutPayload::from(format!("{round} {writer}"));
                store.put_opts(&key, payload, PutMode::Create.into()).await.map(|_| writer)
            })
        });
        let results: Vec<_> =
            futures::future::join_all(writers).await.into_iter().map(|r| r.expect("no panic")).collect();
        let winners: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
        let losers = results.iter().filter(|result| matches!(result, Err(Error::AlreadyExists { .. }))).count();
        assert_eq!((winners.len(), losers), (1, 7));
        let content = BrokeredStore::new(workspace.direct.clone()).get(&key).await.expect("get").bytes().await;
        assert_eq!(content.expect("bytes"), format!("{round} {}", winners[0]));
        workspace.store.delete(&key).await.expect("delete");
    }
    assert_eq!(workspace.usage(), (0, 0));
}

#[test]
fn what_a_killed_server_left_half_written_is_cleared_away() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("part-1.parquet#1"), "half").expect("written");
    std::fs::write(folder.path().join("part-0.parquet"), "whole").expect("written");
    let store = ScopedStore::open(folder.path(), &Limits::default()).expect("it opens");
    assert_eq!(store.usage(), Usage { bytes: 5, files: 1 });
    assert!(!folder.path().join("part-1.parquet#1").exists());
}

fn refusal(result: object_store::Result<()>) -> String {
    let error = result.expect_err("the quota is reached");
    Refusal::find(&error).map(|diagnostic| diagnostic.class.clone()).unwrap_or_else(|| panic!("{error:?}"))
}

#[tokio::test]
async fn bytes_above_the_quota_are_refused_and_deleting_makes_room() {
    let workspace = workspace_with(&Limits { workspace_bytes: 10, ..Limits::default() });
    workspace.put("a.parquet", "123456").await.expect("six of ten");
    assert_eq!(refusal(workspace.put("b.parquet", "12345").await), "LIMIT_EXCEEDED.STORAGE");
    assert_eq!(workspace.usage(), (6, 1));
    assert_eq!(workspace.keys().await, ["a.parquet"]);
    workspace.put("a.parquet", "1234567890").await.expect("an object that is replaced does not count twice");
    workspace.store.delete(&Path::from("a.parquet")).await.expect("delete");
    workspace.put("b.parquet", "12345").await.expect("there is room again");
    assert_eq!(workspace.usage(), (5, 1));
}

#[tokio::test]
async fn files_above_the_quota_are_refused_but_a_full_workspace_can_still_commit() {
    let workspace = workspace_with(&Limits { workspace_files: 1, ..Limits::default() });
    workspace.put("a.parquet", "1").await.expect("the first");
    assert_eq!(refusal(workspace.put("b.parquet", "1").await), "LIMIT_EXCEEDED.STORAGE");
    let copy = workspace.store.copy(&Path::from("a.parquet"), &Path::from("b.parquet")).await;
    assert_eq!(refusal(copy), "LIMIT_EXCEEDED.STORAGE");
    workspace.put("t/_delta_log/00000000000000000001.json", "{}").await.expect("a commit of VACUUM");
}

#[tokio::test]
async fn a_table_has_so_many_versions_and_no_more() {
    let workspace = workspace_with(&Limits { max_table_versions: 2, ..Limits::default() });
    workspace.put("t/_delta_log/00000000000000000001.json", "{}").await.expect("the second version");
    let third = workspace.put("t/_delta_log/00000000000000000002.json", "{}").await;
    assert_eq!(refusal(third), "LIMIT_EXCEEDED.STORAGE");
    workspace.put("t/elsewhere/00000000000000000002.json", "{}").await.expect("not a commit");
    workspace.put("tmp.json", "{}").await.expect("not a commit");
    let ninth = Path::from("t/_delta_log/00000000000000000009.json");
    let renamed = workspace.store.rename(&Path::from("tmp.json"), &ninth).await;
    assert_eq!(refusal(renamed), "LIMIT_EXCEEDED.STORAGE");
}

#[tokio::test]
async fn a_failed_put_gives_its_bytes_back() {
    let workspace = workspace();
    let key = Path::from("x.json");
    workspace.put("x.json", "12").await.expect("put");
    let again = workspace.store.put_opts(&key, PutPayload::from("1234"), PutMode::Create.into()).await;
    assert!(matches!(again, Err(Error::AlreadyExists { .. })));
    assert_eq!(workspace.usage(), (2, 1));
}

#[tokio::test]
async fn a_data_file_just_written_is_read_without_a_call() {
    let workspace = workspace();
    workspace.put("t/part-1.parquet", "0123456789").await.expect("put");
    let before = workspace.calls();
    let key = Path::from("t/part-1.parquet");
    assert_eq!(workspace.store.head(&key).await.expect("head").size, 10);
    assert_eq!(workspace.store.get_range(&key, 2..5).await.expect("range"), "234");
    assert_eq!(workspace.store.get_ranges(&key, &[0..1, 8..10]).await.expect("ranges"), ["0", "89"]);
    assert_eq!(workspace.calls(), before);
}

#[tokio::test]
async fn a_head_of_a_small_data_file_brings_its_bytes_along() {
    let workspace = workspace();
    workspace.put("t/part-1.parquet", "0123456789").await.expect("put");
    let other = BrokeredStore::new(workspace.direct.clone());
    let before = workspace.calls();
    let key = Path::from("t/part-1.parquet");
    assert_eq!(other.head(&key).await.expect("head").size, 10);
    assert_eq!(other.get(&key).await.expect("get").bytes().await.expect("bytes"), "0123456789");
    assert_eq!(workspace.calls() - before, 1);
}

#[tokio::test]
async fn what_may_change_is_read_anew_each_time() {
    let workspace = workspace();
    let other = BrokeredStore::new(workspace.direct.clone());
    let key = Path::from("t/_delta_log/_last_checkpoint");
    workspace.put(key.as_ref(), "10").await.expect("put");
    assert_eq!(other.get(&key).await.expect("get").bytes().await.expect("bytes"), "10");
    workspace.put(key.as_ref(), "20").await.expect("put");
    assert_eq!(other.get(&key).await.expect("get").bytes().await.expect("bytes"), "20");
}

#[tokio::test]
async fn an_upload_in_parts_is_seen_only_when_it_is_complete() {
    let workspace = workspace();
    let key = Path::from("t/part-1.parquet");
    let mut upload = workspace.store.put_multipart(&key).await.expect("begun");
    upload.put_part(PutPayload::from("one ")).await.expect("part");
    upload.put_part(PutPayload::from("two")).await.expect("part");
    assert!(workspace.keys().await.is_empty());
    upload.complete().await.expect("complete");
    assert_eq!(workspace.text(key.as_ref()).await.expect("get"), "one two");
    assert!(workspace.folder.path().join("t/part-1.parquet").is_file());
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, String, bool),
    Get(u8),
    Range(u8, u64, u64),
    Delete(u8),
    Copy(u8, u8),
    Rename(u8, u8),
    List,
    ListBehind(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0_u8..5;
    prop_oneof![
        (key.clone(), "[a-z]{1,9}", any::<bool>()).prop_map(|(key, text, create)| Step::Put(key, text, create)),
        key.clone().prop_map(Step::Get),
        (key.clone(), 0_u64..9, 1_u64..9).prop_map(|(key, start, length)| Step::Range(key, start, start + length)),
        key.clone().prop_map(Step::Delete),
        (key.clone(), key.clone()).prop_map(|(from, to)| Step::Copy(from, to)),
        (key.clone(), key.clone()).prop_map(|(from, to)| Step::Rename(from, to)),
        Just(Step::List),
        key.prop_map(Step::ListBehind),
    ]
}

/// Three that never change by their names, and two that may.
fn key(number: u8) -> Path {
    let names = ["a.parquet", "t/b.parquet", "b.json", "t/c", "t/d.parquet"];
    Path::from(names[usize::from(number)])
}

async fn shown(listing: BoxStream<'static, object_store::Result<ObjectMeta>>) -> object_store::Result<String> {
    let mut listed: Vec<ObjectMeta> = listing.try_collect().await?;
    listed.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(listed.iter().map(|object| format!("{} {}\n", object.location, object.size)).collect())
}

async fn apply(store: &dyn ObjectStore, step: &Step) -> Result<String, &'static str> {
    let result = match step {
        Step::Put(number, text, create) => {
            let mode = if *create { PutMode::Create } else { PutMode::Overwrite };
            store.put_opts(&key(*number), text.clone().into(), mode.into()).await.map(|_| String::new())
        }
        Step::Get(number) => match store.get(&key(*number)).await {
            Ok(found) => found.bytes().await.map(|bytes| format!("{bytes:?}")),
            Err(error) => Err(error),
        },
        Step::Range(number, start, end) => store.get_range(&key(*number), *start..*end).await.map(|b| format!("{b:?}")),
        Step::Delete(number) => match store.head(&key(*number)).await {
            Ok(_) => store.delete(&key(*number)).await.map(|()| String::new()),
            Err(error) => Err(error),
        },
        Step::Copy(from, to) if from != to => store.copy(&key(*from), &key(*to)).await.map(|()| String::new()),
        Step::Rename(from, to) if from != to => store.rename(&key(*from), &key(*to)).await.map(|()| String::new()),
        Step::Copy(..) | Step::Rename(..) => Ok(String::new()),
        Step::List => shown(store.list(None)).await,
        Step::ListBehind(number) => shown(store.list_with_offset(None, &key(*number))).await,
    };
    result.map_err(|error| match error {
        Error::NotFound { .. } => "not found",
        Error::AlreadyExists { .. } => "already exists",
        _ => "other",
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_two_halves_together_behave_like_a_store_in_memory(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let (workspace, memory) = (workspace(), InMemory::new());
            for step in &steps {
                let (ours, theirs) = (apply(&workspace.store, step).await, apply(&memory, step).await);
                prop_assert_eq!(ours, theirs, "{:?}", step);
            }
            let kept = ScopedStore::open(workspace.folder.path(), &Limits::default()).expect("it opens").usage();
            prop_assert_eq!(workspace.direct.store.usage(), kept, "counted on the way and at the end");
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn only_new_log_entries_count_as_commits() {
    let workspace = workspace_with(&Limits::default());
    let (store, commits) = (&workspace.store, || workspace.direct.store.commits());
    let (entry, data) = (Path::from("t/_delta_log/00000000000000000000.json"), Path::from("t/part-0.parquet"));
    let create = || PutMode::Create.into();
    store.put(&data, PutPayload::from_static(b"rows")).await.expect("a data file");
    assert_eq!(commits(), 0);
    store.put_opts(&entry, PutPayload::from_static(b"{}"), create()).await.expect("a log entry");
    assert_eq!(commits(), 1);
    store.put_opts(&entry, PutPayload::from_static(b"{}"), create()).await.expect_err("it is there");
    assert_eq!(commits(), 1, "a lost race is no commit");
}
