//! The two sessions of a workspace: the notebooks' own, and that of a job's tasks.

use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use serde_json::{Value, json};

use super::{ok, options, request, rows};
use crate::sandbox::SessionKind;
use crate::session::Session;

/// The rows of the last statement in that session, or the class of its error.
async fn told(session: &mut Session, kind: SessionKind, sql: &str) -> Value {
    let outcomes = session.run(&crate::sandbox::RunRequest { session: kind, ..request(sql) }).await;
    let last = outcomes.into_iter().last().unwrap();
    last.error.map_or_else(|| json!(last.relation.rows), |error| json!(error.class))
}

async fn open(store: &Arc<dyn ObjectStore>) -> Session {
    Session::open(store.clone(), options()).await.unwrap()
}

const OWN: &str = "CREATE TEMP VIEW v AS SELECT 1 AS n; CREATE WIDGET TEXT w DEFAULT 'mine'; DECLARE x INT DEFAULT 5;
    CREATE TEMPORARY FUNCTION f() RETURN 7; CREATE SCHEMA s; USE s;
    SET spark.databricks.delta.autoCompact.minNumFiles = 4";
const ENDLESS: &str =
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) AS numbers FROM r";
const SEEN: &str = "SELECT n, :w, x, f(), current_schema() FROM v";

#[tokio::test(flavor = "multi_thread")]
async fn a_task_neither_sees_nor_ends_the_notebooks_session() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut session = open(&store).await;
    ok(&mut session, OWN).await;
    let task = "CREATE TEMP VIEW v AS SELECT 2 AS n; CREATE WIDGET TEXT u DEFAULT 'a'; CREATE TABLE t AS SELECT 3 AS n; SELECT current_schema()";
    assert_eq!(told(&mut session, SessionKind::NewTask, task).await, json!([["default"]]));
    assert_eq!(told(&mut session, SessionKind::Task, "SELECT n, :u FROM v").await, json!([[2, "a"]]));
    assert_eq!(told(&mut session, SessionKind::Task, "SELECT x").await, json!("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"));
    drop(session);
    let mut session = open(&store).await;
    assert_eq!(rows(&mut session, SEEN).await, json!([[1, "mine", 5, 7, "s"]]), "also after the worker is another");
    let shown = rows(&mut session, "SET spark.databricks.delta.autoCompact.minNumFiles").await;
    assert_eq!(shown, json!([["spark.databricks.delta.autoCompact.minNumFiles", "4"]]));
    assert_eq!(told(&mut session, SessionKind::Task, "SELECT n FROM v").await, json!([[2]]));
    let widgets = session.widgets(None).await.unwrap().unwrap();
    assert_eq!(widgets.iter().map(|widget| widget.name.as_str()).collect::<Vec<_>>(), ["w"]);
    assert_eq!(rows(&mut session, "SELECT n FROM default.t").await, json!([[3]]), "tables are the workspace's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_begins_finds_nothing_of_the_one_before_even_where_its_first_statement_is_given_up() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut session = open(&store).await;
    told(&mut session, SessionKind::NewTask, "CREATE TEMP VIEW v AS SELECT 2 AS n").await;
    session.patience = Some(Duration::from_millis(50));
    assert_eq!(told(&mut session, SessionKind::NewTask, ENDLESS).await, json!("LIMIT_EXCEEDED.TIME"));
    session.patience = None;
    assert_eq!(told(&mut session, SessionKind::Task, "SELECT n FROM v").await, json!("TABLE_OR_VIEW_NOT_FOUND"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_a_task_drops_is_no_longer_the_notebooks() {
    let mut session = open(&(Arc::new(InMemory::new()) as Arc<dyn ObjectStore>)).await;
    ok(&mut session, "CREATE SCHEMA s; USE s").await;
    told(&mut session, SessionKind::NewTask, "DROP SCHEMA s").await;
    assert_eq!(rows(&mut session, "SELECT current_schema()").await, json!([["default"]]));
}
