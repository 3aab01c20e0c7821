//! What a workspace keeps besides its tables' files: schemas, names, views, functions and variables.

use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use serde_json::json;

use super::{Session, class, ok, options, rows};

async fn open(store: &Arc<dyn ObjectStore>) -> Session {
    Session::open(store.clone(), options()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_worker_finds_schemas_names_views_functions_and_variables() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut first = open(&store).await;
    ok(
        &mut first,
        "CREATE SCHEMA Sales; CREATE TABLE sales.Orders AS SELECT 1 AS id; CREATE TABLE t AS SELECT 2 AS id;
         ALTER TABLE t RENAME TO Other; CREATE TABLE t AS SELECT 3 AS id; ALTER TABLE t RENAME TO sales.Moved;
         CREATE VIEW v AS SELECT * FROM other; USE sales; CREATE VIEW w AS SELECT * FROM orders;
         CREATE FUNCTION plus(x INT) RETURN x + 1; DECLARE n INT DEFAULT 5",
    )
    .await;
    drop(first);
    let mut second = open(&store).await;
    let shown = json!([["Sales", "Moved", false], ["Sales", "Orders", false], ["Sales", "w", false]]);
    assert_eq!(rows(&mut second, "SHOW TABLES").await, shown);
    let read = "SELECT (SELECT id FROM moved), (SELECT id FROM default.other), (SELECT id FROM default.v), \
                (SELECT id FROM w), plus(n)";
    assert_eq!(rows(&mut second, read).await, json!([[3, 2, 2, 1, 6]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_before_there_were_schemas_is_read() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut first = open(&store).await;
    ok(&mut first, "CREATE TABLE Inventory AS SELECT 1 AS id").await;
    drop(first);
    let old = r#"{"names":{"inventory":"Inventory"},"views":{"cheap":{"name":"Cheap","columns":["id"],
        "text":"SELECT id FROM inventory","parameters":{}}},"widgets":{},"options":{}}"#;
    let place = Path::from("_sandbar/session.json");
    store.put(&place, PutPayload::from(old.as_bytes().to_vec())).await.unwrap();
    let mut second = open(&store).await;
    assert_eq!(rows(&mut second, "SELECT id FROM cheap").await, json!([[1]]));
    let shown = json!([["default", "Inventory", false], ["", "Cheap", true]]);
    assert_eq!(rows(&mut second, "SHOW TABLES").await, shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_schema_leaves_no_object_behind() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut session = open(&store).await;
    ok(&mut session, "CREATE SCHEMA s; CREATE TABLE s.a AS SELECT 1 AS id; CREATE VIEW s.v AS SELECT * FROM s.a").await;
    ok(&mut session, "CREATE FUNCTION s.f() RETURN 1; USE s; DROP SCHEMA s CASCADE; CREATE SCHEMA s").await;
    assert_eq!(rows(&mut session, "SELECT current_schema()").await, json!([["default"]]));
    assert_eq!(rows(&mut session, "SHOW TABLES IN s").await, json!([]));
    assert_eq!(class(&mut session, "SELECT s.f()").await, "UNRESOLVED_ROUTINE");
}
