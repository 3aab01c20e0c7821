//! A checkpoint and its pointer after every tenth commit, or as often as the table says.

use std::sync::Arc;

use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use serde_json::{Value, json};

use super::{Session, ok, options, rows};

async fn pointer(store: &Arc<InMemory>, table: &str) -> Option<u64> {
    let object = store.get(&Path::from(format!("default/{table}/_delta_log/_last_checkpoint"))).await.ok()?;
    let text: Value = serde_json::from_slice(&object.bytes().await.unwrap()).unwrap();
    text["version"].as_u64()
}

async fn has_checkpoint(store: &Arc<InMemory>, table: &str, version: u64) -> bool {
    let name = format!("default/{table}/_delta_log/{version:020}.checkpoint.parquet");
    store.head(&Path::from(name)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenth_commit_leaves_a_checkpoint_that_opens_the_table_without_the_entries_before() {
    let store = Arc::new(InMemory::new());
    let mut session = Session::open(store.clone(), options()).await.unwrap();
    ok(&mut session, "CREATE TABLE t (a INT)").await;
    for version in 1..=12 {
        assert_eq!(pointer(&store, "t").await, (version > 10).then_some(10), "before version {version}");
        ok(&mut session, &format!("INSERT INTO t VALUES ({version})")).await;
    }
    assert!(has_checkpoint(&store, "t", 10).await);
    for version in 0..10 {
        store.delete(&Path::from(format!("default/t/_delta_log/{version:020}.json"))).await.unwrap();
    }
    let mut other = Session::open(store, options()).await.unwrap();
    assert_eq!(rows(&mut other, "SELECT count(*), sum(a) FROM t").await, json!([[12, 78]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_own_interval_counts() {
    let store = Arc::new(InMemory::new());
    let mut session = Session::open(store.clone(), options()).await.unwrap();
    ok(&mut session, "CREATE TABLE t (a INT) TBLPROPERTIES ('delta.checkpointInterval' = '3')").await;
    for value in 1..=7 {
        ok(&mut session, &format!("INSERT INTO t VALUES ({value})")).await;
    }
    assert!(has_checkpoint(&store, "t", 3).await && has_checkpoint(&store, "t", 6).await);
    assert_eq!(pointer(&store, "t").await, Some(6));
}
