//! The `_delta_log` folders of a workspace, read by the parent for people to look at. No worker takes part.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::delta_log::{Commit, CommitFile, TableLog};
use crate::session::Journal;
use crate::store::{ObjectInfo, ScopedStore, Span, StoreCall, StoreReply};

/// Bytes of commits that are read of one workspace; later commits of a table beyond them are left out.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
const LOG: &str = "_delta_log";
const SCHEMA: &str = "default";

/// Every table that has a log, by name.
pub async fn read(store: &ScopedStore) -> Vec<TableLog> {
    let objects = listing(store).await;
    let mut folders: BTreeMap<String, TableLog> = BTreeMap::new();
    let mut left = MAX_BYTES;
    for object in &objects {
        let parts: Vec<&str> = object.key.split('/').collect();
        let [schema, table, rest @ ..] = parts.as_slice() else { continue };
        let log = folders.entry(format!("{schema}/{table}")).or_default();
        match rest {
            [LOG, file] => {
                let known = left.checked_sub(object.size);
                if let Some(version) = commit_version(file)
                    && let Some(rest) = known
                    && let Some(text) = text(store, &object.key).await
                {
                    left = rest;
                    log.commits.push(Commit::of(version, *file, &text));
                } else if let Some(version) = checkpoint_version(file) {
                    log.checkpoints.push(version);
                }
            }
            path if path.last().is_some_and(|name| name.ends_with(".parquet")) && path.first() != Some(&LOG) => {
                log.stored.insert(path.join("/"));
            }
            _ => {}
        }
    }
    let moved = moved(store).await;
    let named = folders.into_iter().filter(|(_, log)| !log.commits.is_empty());
    named.map(|(folder, log)| TableLog { table: name_of(&folder, &moved), ..log }).collect()
}

/// The commits of one table from the first to the last of these versions, as their files are, in order.
pub async fn commits(store: &ScopedStore, table: &str, (first, last): (u64, Option<u64>)) -> Vec<CommitFile> {
    let (moved, mut left, mut files) = (moved(store).await, MAX_BYTES, Vec::new());
    for object in listing(store).await {
        let parts: Vec<&str> = object.key.split('/').collect();
        let [schema, folder, LOG, file] = parts.as_slice() else { continue };
        let is_of_table = name_of(&format!("{schema}/{folder}"), &moved).eq_ignore_ascii_case(table);
        let is_asked = |version: &u64| *version >= first && last.is_none_or(|last| *version <= last);
        if !is_of_table || commit_version(file).filter(is_asked).is_none() {
            continue;
        }
        let Some(rest) = left.checked_sub(object.size) else { break };
        left = rest;
        files.extend(text(store, &object.key).await.map(|text| CommitFile { name: (*file).to_owned(), text }));
    }
    files
}

/// Every object of the workspace, by key.
async fn listing(store: &ScopedStore) -> Vec<ObjectInfo> {
    let (reply, _) = store.serve(StoreCall::List { prefix: None, after: None }, Bytes::new()).await;
    let StoreReply::Listing { mut objects, .. } = reply else { return Vec::new() };
    objects.sort_by(|one, other| one.key.cmp(&other.key));
    objects
}

async fn text(store: &ScopedStore, key: &str) -> Option<String> {
    let call = StoreCall::Get { key: key.to_owned(), span: Span::Whole, whole_below: 0 };
    let (reply, bytes) = store.serve(call, Bytes::new()).await;
    matches!(reply, StoreReply::Bytes { .. }).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

fn commit_version(file: &str) -> Option<u64> {
    version(file.strip_suffix(".json")?)
}

fn checkpoint_version(file: &str) -> Option<u64> {
    version(file.strip_suffix(".checkpoint.parquet")?)
}

fn version(digits: &str) -> Option<u64> {
    if digits.len() == 20 { digits.parse().ok() } else { None }
}

/// Tables that were renamed have the folder of their first name.
async fn moved(store: &ScopedStore) -> BTreeMap<String, String> {
    let journal = text(store, Journal::PLACE).await;
    let journal: Option<Journal> = journal.and_then(|text| serde_json::from_str(&text).ok());
    journal.map(|journal| journal.moved).unwrap_or_default()
}

fn name_of(folder: &str, moved: &BTreeMap<String, String>) -> String {
    let own = folder.strip_prefix(SCHEMA).and_then(|rest| rest.strip_prefix('/'));
    moved.get(folder).cloned().unwrap_or_else(|| own.map_or_else(|| folder.replace('/', "."), str::to_owned))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::sandbox::Limits;

    fn put(folder: &std::path::Path, key: &str, text: &str) {
        let path = folder.join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[tokio::test]
    async fn each_table_has_its_commits_in_order_its_checkpoints_and_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let add = |path: &str| format!("{{\"add\":{{\"path\":\"{path}\",\"size\":1}}}}");
        put(folder.path(), "default/menu/_delta_log/00000000000000000001.json", &add("b.parquet"));
        put(folder.path(), "default/menu/_delta_log/00000000000000000000.json", &add("a.parquet"));
        put(folder.path(), "default/menu/_delta_log/00000000000000000001.checkpoint.parquet", "PAR1PAR1");
        put(folder.path(), "default/menu/_delta_log/_last_checkpoint", "{}");
        put(folder.path(), "default/menu/a.parquet", "x");
        put(folder.path(), "default/menu/day=1/b.parquet", "x");
        put(folder.path(), "sales/old/_delta_log/00000000000000000000.json", &add("c.parquet"));
        put(folder.path(), "default/gone/left_behind.parquet", "x");
        put(folder.path(), "_sandbar/session.json", "{\"moved\":{\"sales/old\":\"sales.new\"}}");
        let store = ScopedStore::open(folder.path(), &Limits::default()).unwrap();
        let logs = read(&store).await;
        let names: Vec<&str> = logs.iter().map(|log| log.table.as_str()).collect();
        assert_eq!(names, ["menu", "sales.new"]);
        let versions: Vec<u64> = logs[0].commits.iter().map(|commit| commit.version).collect();
        assert_eq!((versions, logs[0].checkpoints.clone()), (vec![0, 1], vec![1]));
        assert_eq!(logs[0].stored.iter().collect::<Vec<_>>(), ["a.parquet", "day=1/b.parquet"]);
        assert_eq!(logs[0].live_at(0).into_iter().collect::<Vec<_>>(), ["a.parquet"]);
        let file = |version: u64, path: &str| CommitFile { name: format!("{version:020}.json"), text: add(path) };
        let (first, second) = (file(0, "a.parquet"), file(1, "b.parquet"));
        assert_eq!(commits(&store, "MENU", (0, None)).await, [first.clone(), second.clone()]);
        assert_eq!(commits(&store, "menu", (0, Some(0))).await, [first]);
        assert_eq!(commits(&store, "menu", (1, None)).await, [second]);
        assert_eq!(commits(&store, "sales.new", (0, None)).await, [file(0, "c.parquet")]);
        assert!(commits(&store, "sales.old", (0, None)).await.is_empty());
    }
}
