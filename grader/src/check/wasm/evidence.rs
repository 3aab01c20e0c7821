//! The evidence of a task as the JSON text that a component reads. docs/wasm-checks.md describes it for authors.
//!
//! Invariant: equal evidence gives equal bytes. Rows of tables and views are sorted, and nothing that a clock measured is
//! in it. A change that an existing component could not read raises [`SCHEMA`]; new fields do not.

use std::collections::BTreeMap;

use sandbar_labs::evidence::{CellEvidence, RunEvidence, TableEvidence, VersionEvidence};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::{Column, Relation};
use serde_json::{Map, Value, json};

use crate::scene::Scene;

pub const SCHEMA: u32 = 1;

/// Of one result or one version of a table.
const MOST_ROWS: usize = 1_000;

pub fn of(scene: &Scene<'_>, reads: &[String]) -> Value {
    let Some((evidence, run)) = scene.main() else { return Value::Null };
    let (mine, others): (Vec<_>, Vec<_>) = ledger(scene, run).into_iter().partition(|(task, _)| {
        // Without titles every statement belongs to every check.
        !scene.lab.rubric.submission.titled_tasks || *task == Some(scene.task)
    });
    let entries = |part: Vec<(Option<u32>, Value)>| part.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>();
    json!({
        "schema": SCHEMA,
        "task": scene.task,
        "statements": entries(mine),
        "others": entries(others),
        "tables": evidence.tables.iter().map(|table| self::table(scene, table)).collect::<Vec<_>>(),
        "views": views(run),
        "relations": relations(scene, reads),
        "widgets": run.widgets,
        "parameters": run.parameters,
        "stopped": run.stopped,
    })
}

/// Every statement that ran, in order, with its task.
fn ledger(scene: &Scene<'_>, run: &RunEvidence) -> Vec<(Option<u32>, Value)> {
    let cells = run.cells.iter().filter(|cell| cell.ran);
    let of_cell = |cell: &CellEvidence| {
        let task = scene.work.cells.task_of(cell.index);
        cell.statements.iter().map(|outcome| (task, statement(task, cell, outcome))).collect::<Vec<_>>()
    };
    cells.flat_map(of_cell).collect()
}

/// Only a query's rows are given: what other statements print may hold times.
fn statement(task: Option<u32>, cell: &CellEvidence, outcome: &StatementOutcome) -> Value {
    let facts = outcome.facts.clone().unwrap_or_default();
    let is_query = facts.kind == sandbar_labs::evidence::StatementKind::Query;
    json!({
        "task": task,
        "cell": cell.index,
        "line": cell.first_line.saturating_add(outcome.line).saturating_sub(1),
        "kind": facts.kind,
        "target": facts.target,
        "sql": outcome.sql,
        "expects_error": cell.expects_error,
        "error": outcome.error.as_ref().map(|error| json!({
            "class": error.class, "sqlstate": error.sqlstate, "message": error.message,
        })),
        "result": (is_query && outcome.error.is_none()).then(|| relation(&outcome.relation, outcome.total_rows)),
        "commits": outcome.commits,
        "scans": facts.scans,
        "parameters_read": facts.parameters_read,
        "features": facts.features,
    })
}

fn table(scene: &Scene<'_>, table: &TableEvidence) -> Value {
    let versions: Vec<Value> = table.versions.iter().map(|one| version(scene, one)).collect();
    json!({ "name": table.name, "dropped": table.dropped, "versions": versions })
}

fn version(scene: &Scene<'_>, version: &VersionEvidence) -> Value {
    let is_measured = |name: &str| name.ends_with("Ms") || name.ends_with("Bytes");
    let metrics: BTreeMap<&String, &String> =
        version.operation_metrics.iter().filter(|(name, _)| !is_measured(name)).collect();
    let rows = version.rows.as_deref();
    json!({
        "version": version.version,
        "operation": version.operation,
        "operation_parameters": version.operation_parameters,
        "operation_metrics": metrics,
        "made_by": version.made_by,
        "task": version.made_by.and_then(|made_by| scene.work.cells.task_of(made_by.cell)),
        "columns": version.schema,
        "rows": rows.map(sorted),
        "row_count": rows.map(<[_]>::len),
    })
}

/// Each temp view as it was last read.
fn views(run: &RunEvidence) -> Map<String, Value> {
    let views = run.cells.iter().flat_map(|cell| &cell.views);
    views.map(|(name, view)| (name.clone(), unordered(view))).collect()
}

/// What the lab's relations give; a sentence in place of one that there is not.
fn relations(scene: &Scene<'_>, reads: &[String]) -> Map<String, Value> {
    let given = |name: &String| match scene.relation(name) {
        Ok(found) => unordered(&found),
        Err(missing) => json!({ "missing": missing }),
    };
    reads.iter().map(|name| (name.clone(), given(name))).collect()
}

fn unordered(relation: &Relation) -> Value {
    json!({ "columns": columns(relation), "rows": sorted(&relation.rows), "row_count": relation.rows.len() })
}

fn relation(relation: &Relation, row_count: u64) -> Value {
    let rows = relation.rows.get(..MOST_ROWS).unwrap_or(&relation.rows);
    json!({ "columns": columns(relation), "rows": rows, "row_count": row_count })
}

fn columns(relation: &Relation) -> Vec<Value> {
    let column = |column: &Column| json!({ "name": column.name, "type": column.type_name });
    relation.columns.iter().map(column).collect()
}

/// The first rows in the order of their JSON texts.
fn sorted(rows: &[Vec<Value>]) -> Vec<&Vec<Value>> {
    let mut rows: Vec<&Vec<Value>> = rows.iter().collect();
    rows.sort_by_cached_key(|row| Value::from((*row).clone()).to_string());
    rows.truncate(MOST_ROWS);
    rows
}
