//! Keys that a worker may not name, and those that no disk takes.

use std::path::Path as FilePath;

use bytes::Bytes;

use super::super::*;
use crate::sandbox::Limits;

fn calls_on(key: &str) -> Vec<StoreCall> {
    let key = || key.to_owned();
    vec![
        StoreCall::Put { key: key(), create: true },
        StoreCall::Put { key: key(), create: false },
        StoreCall::Get { key: key(), span: Span::Whole, whole_below: 0 },
        StoreCall::Head { key: key() },
        StoreCall::Delete { key: key() },
        StoreCall::Copy { from: key(), to: "copy".to_owned(), create: true },
        StoreCall::Copy { from: "mine".to_owned(), to: key(), create: false },
        StoreCall::Rename { from: key(), to: "moved".to_owned(), create: true },
        StoreCall::Rename { from: "mine".to_owned(), to: key(), create: false },
        StoreCall::List { prefix: Some(key()), after: None },
        StoreCall::List { prefix: None, after: Some(key()) },
        StoreCall::ListFolder { prefix: Some(key()) },
    ]
}

async fn assert_forbidden(store: &ScopedStore, key: &str) {
    for call in calls_on(key) {
        let (reply, blob) = store.serve(call.clone(), Bytes::from_static(b"forged")).await;
        let forbidden = matches!(reply, StoreReply::Failed(StoreFailure::Forbidden { .. }));
        assert!(forbidden && blob.is_empty(), "{call:?} gave {reply:?}");
    }
}

#[tokio::test]
async fn a_name_that_no_disk_takes_is_told_as_such() {
    let (_data, store) = beside_a_neighbour();
    let long = "x".repeat(230);
    let deep = format!("t/a={long}/b={long}/c={long}/d={long}/e={long}/part-0.parquet");
    for (key, told) in [(format!("t/city={long}{long}/part-0.parquet"), "255 bytes"), (deep, "1024 bytes")] {
        let (reply, _) = store.serve(StoreCall::Put { key, create: true }, Bytes::from_static(b"rows")).await;
        let StoreReply::Failed(StoreFailure::Refused(diagnostic)) = reply else { panic!("{reply:?}") };
        assert_eq!(diagnostic.class, "UNSUPPORTED_FEATURE");
        assert!(diagnostic.message.contains(told), "{}", diagnostic.message);
    }
}

/// A folder with a neighbour's file next to the workspace, and the workspace's own file `mine`.
fn beside_a_neighbour() -> (tempfile::TempDir, ScopedStore) {
    let data = tempfile::tempdir().expect("a folder");
    for (name, text) in [("mine/mine", "my rows"), ("other/secret", "their rows")] {
        let file = data.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        std::fs::write(file, text).expect("written");
    }
    let store = ScopedStore::open(&data.path().join("mine"), &Limits::default()).expect("it opens");
    (data, store)
}

fn secret(data: &FilePath) -> String {
    std::fs::read_to_string(data.join("other/secret")).expect("the neighbour's file is there")
}

#[tokio::test]
async fn no_call_leaves_the_prefix_by_its_key() {
    let (data, store) = beside_a_neighbour();
    let absolute = data.path().join("other/secret").display().to_string();
    let keys = ["../other/secret", "%2e%2e/other/secret", "%252E%252e/other/secret", ".%2E/other/secret"];
    let more = ["x/../../other/secret", "..\\other\\secret", "/etc/passwd", "\0", "a\0b", "", "x//y"];
    for key in keys.into_iter().chain(more).filter(|key| !key.is_empty()).chain([absolute.as_str()]) {
        assert_forbidden(&store, key).await;
    }
    assert_eq!(secret(data.path()), "their rows");
    assert_eq!(store.usage(), Usage { bytes: 7, files: 1 });
}

#[tokio::test]
async fn no_call_follows_a_planted_symbolic_link() {
    let (data, store) = beside_a_neighbour();
    let mine = data.path().join("mine");
    std::os::unix::fs::symlink(data.path().join("other/secret"), mine.join("link.parquet")).expect("planted");
    std::os::unix::fs::symlink(data.path().join("other"), mine.join("folder")).expect("planted");
    for key in ["link.parquet", "folder/secret", "folder/new", "folder"] {
        assert_forbidden(&store, key).await;
    }
    let (listed, _) = store.serve(StoreCall::List { prefix: None, after: None }, Bytes::new()).await;
    let StoreReply::Listing { objects, .. } = listed else { panic!("{listed:?}") };
    assert_eq!(objects.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(), ["mine"]);
    assert_eq!(secret(data.path()), "their rows");
    assert!(!data.path().join("other/new").exists());
}

#[test]
fn a_workspace_that_holds_a_symbolic_link_is_not_opened() {
    let (data, _) = beside_a_neighbour();
    std::os::unix::fs::symlink("/etc", data.path().join("mine/etc")).expect("planted");
    let opened = ScopedStore::open(&data.path().join("mine"), &Limits::default());
    assert!(matches!(opened, Err(StoreError::SymbolicLink(_))));
}
