//! A replay that the course's statements bring on behind a cell that failed.

use std::collections::BTreeMap;

use serde_json::json;

use crate::evidence::Evidence;
use crate::notebook;
use crate::sandbox::{Limits, NotebookRun, Repair, ReplayPlan};
use crate::session::replay;

const SEPARATOR: &str = "\n\n-- COMMAND ----------\n\n";

/// The cells with a repair behind the first that fails, which belongs with those up to `until`.
async fn repaired(cells: &[&str], until: u32, sql: &str) -> Evidence {
    replayed(cells, Repair { cell: 0, until, sql: sql.to_owned(), instead: false }).await
}

async fn replayed(cells: &[&str], repair: Repair) -> Evidence {
    let text = format!("-- Databricks notebook source\n{}", cells.join(SEPARATOR));
    let run = NotebookRun {
        name: "work".to_owned(),
        notebook: notebook::read("work.sql", text.as_bytes()).unwrap(),
        parameters: BTreeMap::new(),
        repairs: vec![repair],
        may_fail: Vec::new(),
    };
    let plan = ReplayPlan { seed: 1, user_name: "student".to_owned(), tables: Vec::new(), runs: vec![run] };
    replay::replay(&plan, &Limits::default()).await.unwrap()
}

/// The numbers that the last statement of the last cell read.
fn numbers(evidence: &Evidence) -> Vec<i64> {
    let last = evidence.runs[0].cells.last().unwrap().statements.last().unwrap();
    assert_eq!(last.error, None);
    let mut numbers: Vec<i64> = last.relation.rows.iter().map(|row| row[0].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}

const MADE: &str = "CREATE TABLE IF NOT EXISTS t (a INT); INSERT INTO t VALUES (9)";

#[tokio::test(flavor = "multi_thread")]
async fn what_the_student_wrote_behind_the_failure_runs_on_what_was_repaired() {
    let cells = [
        "CREATE TABEL t (a INT); INSERT INTO t VALUES (1)",
        "INSERT INTO t VALUES (2); SELECT x FROM t; INSERT INTO t VALUES (3)",
        "SELECT a FROM t",
    ];
    let evidence = repaired(&cells, 2, MADE).await;
    assert_eq!(numbers(&evidence), [1, 2, 9, 9], "the repair runs once more behind the last cell of the task");
    assert!(!evidence.runs[0].stopped);
    assert_eq!(evidence.runs[0].cells[0].statements.len(), 1, "what ran behind the repair is no evidence of the cell");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_runs_once_where_nothing_ran_behind_it() {
    let evidence = repaired(&["CREATE TABEL t (a INT)", "SELECT a FROM t"], 1, MADE).await;
    assert_eq!(numbers(&evidence), [9]);
    let evidence = repaired(&["CREATE TABLE t (a INT)", "SELECT a FROM t"], 1, MADE).await;
    assert_eq!(numbers(&evidence), [9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_repaired_cells_a_failure_stops_the_run_again() {
    let evidence = repaired(&["CREATE TABEL t (a INT)", "SELECT x FROM t", "SELECT 1"], 1, MADE).await;
    assert!(evidence.runs[0].stopped);
    assert_eq!(
        json!(evidence.runs[0].cells.iter().map(|cell| cell.ran).collect::<Vec<_>>()),
        json!([true, true, false])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_that_are_left_out_change_nothing_and_the_repair_runs_in_their_place() {
    let cells = [
        "CREATE TABLE t (a INT); INSERT INTO t VALUES (1)",
        "DROP TABLE t",
        "CREATE TABLE t (a INT)",
        "SELECT a FROM t",
    ];
    let repair = Repair { cell: 1, until: 3, sql: "DELETE FROM t WHERE a = 9".to_owned(), instead: true };
    let evidence = replayed(&cells, repair).await;
    assert_eq!(numbers(&evidence), [1]);
    assert_eq!(evidence.tables.len(), 1, "the table was never dropped");
    let left_out = &evidence.runs[0].cells[1..3];
    let facts = left_out.iter().map(|cell| (cell.ran, cell.statements.len(), cell.versions_after["t"]));
    assert_eq!(facts.collect::<Vec<_>>(), [(true, 0, 1), (true, 0, 1)]);
}
