mod checkpoints;
mod classes;
mod error_places;
mod filled_columns;
mod functions;
mod functions_page;
mod hesitant;
mod limits;
mod merge_model;
mod model;
mod query_model;
mod repairs;
mod seeded;
mod slt;
mod snapshots;
mod task_session;
mod two_sessions;
mod update_model;
mod versions;
mod workspace;

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use serde_json::{Value, json};

use super::{Clock, Session, SessionOptions};
use crate::outcome::StatementOutcome;
use crate::sandbox::{Limits, RunRequest, SessionKind};

fn options() -> SessionOptions {
    SessionOptions { user_name: "ada".to_owned(), limits: Limits::default(), clock: Clock::Seeded(7) }
}

async fn session() -> Session {
    Session::open(Arc::new(InMemory::new()), options()).await.unwrap()
}

fn request(sql: &str) -> RunRequest {
    RunRequest {
        sql: sql.to_owned(),
        parameters: BTreeMap::new(),
        user_name: "ada".to_owned(),
        keep_going: false,
        session: SessionKind::Notebook,
    }
}

/// Runs statements that must all succeed and gives the last one.
async fn ok(session: &mut Session, sql: &str) -> StatementOutcome {
    let outcomes = session.run(&request(sql)).await;
    for outcome in &outcomes {
        assert_eq!(outcome.error, None, "{}", outcome.sql);
    }
    outcomes.into_iter().last().unwrap()
}

async fn rows(session: &mut Session, sql: &str) -> Value {
    json!(ok(session, sql).await.relation.rows)
}

/// The class of the error that the last statement ends with.
async fn class(session: &mut Session, sql: &str) -> String {
    let outcomes = session.run(&request(sql)).await;
    let error = outcomes.into_iter().last().unwrap().error;
    error.unwrap_or_else(|| panic!("{sql} succeeded")).class
}

const INVENTORY: &str = "
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);
INSERT INTO lab_inventory VALUES
  ('A1', 'Lamp', 'Home', 5, 20.0), ('A2', 'Chair', 'Home', 3, 80.0), ('B1', 'Novel', 'Books', 40, 12.5);
";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_created_filled_and_read() {
    let mut session = session().await;
    ok(&mut session, INVENTORY).await;
    let found =
        ok(&mut session, "SELECT SKU, Quantity * 2 FROM Lab_Inventory WHERE unit_price > 15 ORDER BY sku").await;
    assert_eq!(json!(found.relation.rows), json!([["A1", 10], ["A2", 6]]));
    let names: Vec<&str> = found.relation.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["SKU", "(Quantity * 2)"]);
    assert_eq!(found.relation.columns[1].type_name, "INT");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_keeps_column_types_and_touches_only_what_it_names() {
    let mut session = session().await;
    ok(&mut session, INVENTORY).await;
    let updated = ok(
        &mut session,
        "UPDATE lab_inventory SET quantity = quantity + 1, unit_price = unit_price * 1.05 WHERE category = 'Home'",
    )
    .await;
    assert_eq!(json!(updated.relation.rows), json!([[2]]));
    assert_eq!(updated.commits[0].version, 2);
    let found = ok(&mut session, "SELECT sku, quantity, unit_price FROM lab_inventory ORDER BY sku").await;
    assert_eq!(json!(found.relation.rows), json!([["A1", 6, 21.0], ["A2", 4, 84.0], ["B1", 40, 12.5]]));
    let types: Vec<&str> = found.relation.columns.iter().map(|column| column.type_name.as_str()).collect();
    assert_eq!(types, ["STRING", "INT", "DOUBLE"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_updates_inserts_and_deletes_in_one_commit() {
    let mut session = session().await;
    ok(&mut session, INVENTORY).await;
    let merged = ok(
        &mut session,
        "MERGE INTO lab_inventory AS t USING (SELECT * FROM VALUES ('A1', 9, 19.0), ('C1', 1, 5.0) AS v(sku, quantity, unit_price)) AS s
         ON t.sku = s.sku
         WHEN MATCHED THEN UPDATE SET quantity = s.quantity, unit_price = s.unit_price
         WHEN NOT MATCHED THEN INSERT (sku, product_name, category, quantity, unit_price) VALUES (s.sku, 'New', 'Toys', s.quantity, s.unit_price)
         WHEN NOT MATCHED BY SOURCE AND t.category = 'Books' THEN DELETE",
    )
    .await;
    assert_eq!(json!(merged.relation.rows), json!([[3, 1, 1, 1]]));
    let found = rows(&mut session, "SELECT sku, product_name, quantity FROM lab_inventory ORDER BY sku").await;
    assert_eq!(found, json!([["A1", "Lamp", 9], ["A2", "Chair", 3], ["C1", "New", 1]]));
    let history = rows(&mut session, "SELECT version, operation, operationMetrics['numTargetRowsInserted'] FROM (DESCRIBE HISTORY lab_inventory) WHERE version > 0 ORDER BY version").await;
    assert_eq!(history, json!([[1, "WRITE", null], [2, "MERGE", "1"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn old_versions_are_read_in_joins_and_with_aliases() {
    let mut session = session().await;
    ok(&mut session, INVENTORY).await;
    ok(&mut session, "UPDATE lab_inventory SET unit_price = unit_price + 1 WHERE sku = 'A1'").await;
    let found = rows(
        &mut session,
        "SELECT c.sku, o.unit_price AS original, c.unit_price - o.unit_price AS price_change
         FROM lab_inventory c JOIN lab_inventory VERSION AS OF 1 AS o ON c.sku = o.sku WHERE c.unit_price <> o.unit_price",
    )
    .await;
    assert_eq!(found, json!([["A1", 20.0, 1.0]]));
    for sql in ["SELECT count(*) FROM lab_inventory@v1", "SELECT count(*) FROM lab_inventory FOR VERSION AS OF 1 x"] {
        assert_eq!(rows(&mut session, sql).await, json!([[3]]));
    }
    assert_eq!(rows(&mut session, "SELECT count(*) FROM lab_inventory VERSION AS OF 0").await, json!([[0]]));
    assert_eq!(class(&mut session, "SELECT * FROM lab_inventory VERSION AS OF 9").await, "DELTA_VERSION_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_rebuilt_from_the_store_alone() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut first = Session::open(store.clone(), options()).await.unwrap();
    ok(&mut first, INVENTORY).await;
    ok(&mut first, "CREATE TABLE CamelCase (OrderId INT); CREATE TEMP VIEW Cheap AS SELECT * FROM lab_inventory WHERE unit_price < 15").await;
    ok(&mut first, "CREATE WIDGET TEXT town DEFAULT 'Ulm'").await;
    drop(first);
    let mut second = Session::open(store, options()).await.unwrap();
    assert_eq!(rows(&mut second, "SELECT sku, :town FROM cheap").await, json!([["B1", "Ulm"]]));
    let shown = ok(&mut second, "SELECT * FROM camelcase").await;
    assert_eq!(shown.relation.columns[0].name, "OrderId");
    let tables = rows(&mut second, "SHOW TABLES").await;
    assert_eq!(
        tables,
        json!([["default", "CamelCase", false], ["default", "lab_inventory", false], ["", "Cheap", true]])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timestamp_means_the_newest_version_not_later() {
    let mut session = session().await;
    ok(&mut session, "CREATE TABLE t (a INT); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)").await;
    let history = rows(
        &mut session,
        "SELECT version, timestamp, timestamp + INTERVAL 400 MILLISECONDS FROM (DESCRIBE HISTORY t)",
    )
    .await;
    for commit in history.as_array().unwrap() {
        let (exact, later) = (commit[1].as_str().unwrap(), commit[2].as_str().unwrap());
        let count = rows(&mut session, &format!("SELECT count(*) FROM t TIMESTAMP AS OF '{exact}'")).await;
        assert_eq!(count, json!([[commit[0]]]), "at {exact}");
        if commit[0] != json!(2) {
            let count = rows(&mut session, &format!("SELECT count(*) FROM t TIMESTAMP AS OF '{later}'")).await;
            assert_eq!(count, json!([[commit[0]]]), "at {later}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_to_a_timestamp_brings_back_the_version_of_then_and_says_so() {
    let mut session = session().await;
    ok(&mut session, "CREATE TABLE t (a INT); INSERT INTO t VALUES (1); DELETE FROM t WHERE a = 1").await;
    let then = rows(&mut session, "SELECT timestamp FROM (DESCRIBE HISTORY t) WHERE version = 1").await;
    let then = then[0][0].as_str().unwrap().to_owned();
    ok(&mut session, &format!("RESTORE TABLE t TO TIMESTAMP AS OF '{then}'")).await;
    assert_eq!(rows(&mut session, "SELECT * FROM t").await, json!([[1]]));
    let last = "SELECT version, operation, operationParameters['version'], operationParameters['timestamp'] \
                FROM (DESCRIBE HISTORY t LIMIT 1)";
    let last = rows(&mut session, last).await;
    assert_eq!(last[0].as_array().unwrap()[..3], [json!(3), json!("RESTORE"), json!("null")]);
    assert!(last[0][3].as_str().unwrap().starts_with(&then[..19]), "{last}");
}
