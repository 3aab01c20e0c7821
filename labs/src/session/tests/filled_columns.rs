//! Tables whose columns fill themselves, seen from outside.

use std::sync::Arc;

use object_store::memory::InMemory;
use serde_json::json;

use super::{Session, ok, options, rows, session};

const TABLE: &str = "
CREATE TABLE t (a INT, b INT DEFAULT 2 + 3 NOT NULL COMMENT 'five', c INT GENERATED ALWAYS AS (a * 10))
TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported');
INSERT INTO t (a) VALUES (1);
";

#[tokio::test(flavor = "multi_thread")]
async fn what_show_create_table_prints_makes_the_same_table() {
    let mut first = session().await;
    ok(&mut first, TABLE).await;
    let text = rows(&mut first, "SHOW CREATE TABLE t").await;
    let mut second = session().await;
    ok(&mut second, text[0][0].as_str().unwrap()).await;
    assert_eq!(rows(&mut second, "SHOW CREATE TABLE t").await, text);
    ok(&mut second, "INSERT INTO t (a) VALUES (4)").await;
    assert_eq!(rows(&mut second, "SELECT * FROM t").await, json!([[4, 5, 40]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_worker_goes_on_with_the_table_and_its_checkpoints() {
    let store = Arc::new(InMemory::new());
    let mut first = Session::open(store.clone(), options()).await.unwrap();
    ok(&mut first, TABLE).await;
    for value in 2..=11 {
        ok(&mut first, &format!("INSERT INTO t (a) VALUES ({value})")).await;
    }
    let mut second = Session::open(store, options()).await.unwrap();
    ok(&mut second, "INSERT INTO t (a) VALUES (12)").await;
    assert_eq!(rows(&mut second, "SELECT count(*), sum(b), sum(c) FROM t").await, json!([[12, 60, 780]]));
    ok(&mut first, "INSERT INTO t (a) VALUES (13)").await;
    assert_eq!(rows(&mut first, "SELECT count(*) FROM t").await, json!([[13]]));
}
