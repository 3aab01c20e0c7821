//! What a workspace keeps besides its tables' files: schemas, names, views, functions and variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use serde_json::json;

use super::{Session, class, ok, options, rows};
use crate::evidence::StatementKind;
use crate::notebook;
use crate::sandbox::{Limits, NotebookRun, ReplayPlan};
use crate::session::replay;
use crate::widget::{Choice, Chosen};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_follows_renamed_tables_and_names_those_of_other_schemas_in_full() {
    let text = "CREATE SCHEMA Sales; CREATE TABLE t AS SELECT 1 AS id; ALTER TABLE t RENAME TO u; CREATE TABLE t AS SELECT 2 AS id;
                ALTER TABLE u RENAME TO sales.Moved; USE sales; INSERT INTO moved VALUES (3);
                CREATE VIEW seen AS SELECT max(id) AS m FROM moved";
    let notebook = notebook::read("n.sql", text.as_bytes()).unwrap();
    let run = NotebookRun {
        name: "n".to_owned(),
        notebook,
        parameters: BTreeMap::new(),
        repairs: Vec::new(),
        may_fail: Vec::new(),
    };
    let plan = ReplayPlan { seed: 1, user_name: "ada".to_owned(), tables: Vec::new(), runs: vec![run] };
    let evidence = replay::replay(&plan, &Limits::default()).await.unwrap();
    let made: Vec<(String, Vec<Option<u32>>)> = evidence
        .tables
        .iter()
        .map(|table| {
            let by = table.versions.iter().map(|version| version.made_by.map(|statement| statement.statement));
            (table.name.clone(), by.collect())
        })
        .collect();
    let expected = [("Sales.Moved".to_owned(), vec![Some(1), Some(6)]), ("t".to_owned(), vec![Some(3)])];
    assert_eq!(made, expected);
    let cell = &evidence.runs[0].cells[0];
    let facts: Vec<_> = cell.statements.iter().filter_map(|outcome| outcome.facts.clone()).collect();
    assert_eq!((facts[6].kind, facts[6].target.as_deref()), (StatementKind::Insert, Some("Sales.moved")));
    assert_eq!(json!(cell.views["sales.seen"].rows), json!([[3]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workspaces_in_one_process_have_tables_of_one_name_and_share_nothing() {
    let (mut first, mut second) = (super::session().await, super::session().await);
    ok(&mut first, "CREATE TABLE t AS SELECT 1 AS a; INSERT INTO t VALUES (2)").await;
    ok(&mut second, "CREATE TABLE t AS SELECT 'x' AS b").await;
    assert_eq!(rows(&mut first, "SELECT a FROM t ORDER BY a").await, json!([[1], [2]]));
    assert_eq!(rows(&mut second, "SELECT b FROM t").await, json!([["x"]]));
    ok(&mut second, "UPDATE t SET b = 'y'; DROP TABLE t").await;
    assert_eq!(rows(&mut first, "SELECT sum(a) FROM t").await, json!([[3]]));
    assert_eq!(class(&mut second, "SELECT * FROM t").await, "TABLE_OR_VIEW_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_that_shows_a_view_makes_it_again() {
    let mut session = super::session().await;
    ok(&mut session, "CREATE VIEW north (Place, `how many`) COMMENT 'it''s north' AS SELECT 'n', 1").await;
    let shown = rows(&mut session, "SHOW CREATE TABLE north").await;
    let text =
        "CREATE VIEW workspace.default.north (\n  Place,\n  `how many`)\nCOMMENT 'it\\'s north'\nAS SELECT 'n', 1";
    assert_eq!(shown, json!([[text]]));
    ok(&mut session, "DROP VIEW north").await;
    ok(&mut session, text).await;
    assert_eq!(rows(&mut session, "SELECT `how many`, place FROM north").await, json!([[1, "n"]]));
    assert_eq!(rows(&mut session, "SHOW CREATE TABLE north").await, shown);
}

fn choice(name: &str, value: &str) -> Choice {
    Choice { name: name.to_owned(), chosen: Chosen { value: value.to_owned(), at_ms: 1 } }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_value_outlives_its_worker_and_a_second_declaration() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut first = open(&store).await;
    let declare = "CREATE WIDGET DROPDOWN Town DEFAULT 'Ulm' CHOICES SELECT * FROM VALUES ('Ulm'), ('Bonn') AS t(name)";
    ok(&mut first, declare).await;
    first.widgets(Some(&choice("town", "Bonn"))).await.unwrap().unwrap();
    drop(first);
    let mut second = open(&store).await;
    ok(&mut second, declare).await;
    assert_eq!(rows(&mut second, "SELECT :town").await, json!([["Bonn"]]));
    let widgets = second.widgets(None).await.unwrap().unwrap();
    assert_eq!((widgets[0].name.as_str(), widgets[0].value()), ("Town", "Bonn"));
    let other = "CREATE WIDGET DROPDOWN town DEFAULT 'Ulm' CHOICES SELECT * FROM VALUES ('Ulm') AS t(name)";
    ok(&mut second, other).await;
    assert_eq!(rows(&mut second, "SELECT :town").await, json!([["Ulm"]]), "Bonn is no choice any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_declaration_resets_no_value_and_says_so() {
    let mut session = open(&(Arc::new(InMemory::new()) as Arc<dyn ObjectStore>)).await;
    assert!(ok(&mut session, "CREATE WIDGET TEXT since DEFAULT '2024-01-01'").await.notes.is_empty());
    let told = ok(&mut session, "CREATE WIDGET TEXT since DEFAULT '2024-02-01'").await.notes.join("");
    assert!(told.contains("keeps its value '2024-01-01'") && told.contains("REMOVE WIDGET since"), "{told}");
    assert_eq!(rows(&mut session, "SELECT :since").await, json!([["2024-01-01"]]));
    assert!(ok(&mut session, "CREATE WIDGET TEXT since DEFAULT '2024-01-01'").await.notes.is_empty());
    ok(&mut session, "REMOVE WIDGET since").await;
    ok(&mut session, "CREATE WIDGET TEXT since DEFAULT '2024-03-01'").await;
    assert_eq!(rows(&mut session, "SELECT :since").await, json!([["2024-03-01"]]));
    session.widgets(Some(&choice("since", "2024-04-01"))).await.unwrap().unwrap();
    assert!(ok(&mut session, "CREATE WIDGET TEXT since DEFAULT '2024-05-01'").await.notes.is_empty(), "it was chosen");
    assert_eq!(rows(&mut session, "SELECT :since").await, json!([["2024-04-01"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_way_to_name_a_parameter_pastes_its_value_and_is_told() {
    let mut session = open(&(Arc::new(InMemory::new()) as Arc<dyn ObjectStore>)).await;
    ok(&mut session, "CREATE TABLE sales_7 AS SELECT 'Rome' AS city, 3 AS n; CREATE WIDGET TEXT place DEFAULT 'Rome'")
        .await;
    ok(&mut session, "CREATE WIDGET TEXT n DEFAULT '7'").await;
    for sql in ["SELECT n FROM sales_${n} WHERE city = '${place}' AND n < ${n}", "SELECT n FROM `sales_${n}`"] {
        let outcome = ok(&mut session, sql).await;
        assert_eq!(serde_json::to_value(&outcome.relation.rows).unwrap(), json!([[3]]));
        let told = outcome.notes.join("");
        assert!(told.contains("`${n}` is deprecated") && told.contains("Write `:n`"), "{told}");
    }
    let left = ok(&mut session, "SELECT '${other}'").await;
    assert_eq!(serde_json::to_value(&left.relation.rows).unwrap(), json!([["${other}"]]));
    assert!(left.notes.join("").contains("there is no widget `other`"), "{:?}", left.notes);
    assert_eq!(class(&mut session, "SELECT ${other}").await, "UNBOUND_SQL_PARAMETER");
    ok(&mut session, "CREATE TEMP VIEW v AS SELECT '${place}' AS p; REMOVE WIDGET place").await;
    assert_eq!(rows(&mut session, "SELECT p FROM v").await, json!([["Rome"]]), "a view keeps what was pasted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_a_widget_does_not_offer_is_refused() {
    let mut session = open(&(Arc::new(InMemory::new()) as Arc<dyn ObjectStore>)).await;
    ok(&mut session, "CREATE WIDGET DROPDOWN d DEFAULT 'a' CHOICES SELECT explode(array('a', 'b'))").await;
    ok(&mut session, "CREATE WIDGET MULTISELECT m DEFAULT 'a' CHOICES SELECT explode(array('a', 'b'))").await;
    ok(&mut session, "CREATE WIDGET COMBOBOX c DEFAULT 'a' CHOICES SELECT explode(array('a', 'b'))").await;
    for (name, value, expected) in [
        ("d", "c", Some("INVALID_WIDGET_VALUE")),
        ("m", "a,c", Some("INVALID_WIDGET_VALUE")),
        ("m", "a,b", None),
        ("c", "anything", None),
        ("x", "a", Some("WIDGET_NOT_FOUND")),
    ] {
        let answer = session.widgets(Some(&choice(name, value))).await.unwrap();
        assert_eq!(answer.err().map(|error| error.class).as_deref(), expected, "{name} {value}");
    }
    assert_eq!(rows(&mut session, "SELECT :d, :m, :c").await, json!([["a", "a,b", "anything"]]));
}
