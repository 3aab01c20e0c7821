//! The object of one statement, as the command line promises it to scripts.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::outcome::StatementOutcome;
use serde::Serialize;
use serde_json::Value;

use super::Source;

#[derive(Serialize)]
struct Object<'a> {
    /// From 0, over the whole run.
    index: usize,
    /// Index in the notebook, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<usize>,
    sql: &'a str,
    columns: Vec<Column<'a>>,
    rows: &'a [Vec<Value>],
    error: Option<Error<'a>>,
    elapsed_ms: f64,
}

#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    type_name: &'a str,
}

/// Line and column are those of the file; of the statement when the error has no place of its own.
#[derive(Serialize)]
struct Error<'a> {
    class: &'a str,
    sqlstate: &'a str,
    message: &'a str,
    line: u32,
    column: u32,
    hint: Option<&'a str>,
}

pub fn object(index: usize, source: &Source<'_>, outcome: &StatementOutcome) -> String {
    let columns = outcome.relation.columns.iter();
    let object = Object {
        index,
        cell: source.cell.map(|(cell, _)| cell),
        sql: &outcome.sql,
        columns: columns.map(|column| Column { name: &column.name, type_name: &column.type_name }).collect(),
        rows: &outcome.relation.rows,
        error: outcome.error.as_ref().map(|diagnostic| error(source, outcome, diagnostic)),
        elapsed_ms: milliseconds(outcome.elapsed_us),
    };
    // Maps with text keys, numbers and texts always have a JSON form.
    serde_json::to_string(&object).unwrap_or_default()
}

fn error<'a>(source: &Source<'_>, outcome: &StatementOutcome, diagnostic: &'a Diagnostic) -> Error<'a> {
    let (line, column) = diagnostic.position.map_or((outcome.line, outcome.column), |at| (at.line, at.column));
    Error {
        class: &diagnostic.class,
        sqlstate: &diagnostic.sqlstate,
        message: &diagnostic.message,
        line: line + source.first_line.saturating_sub(1),
        column,
        hint: diagnostic.hint.as_deref(),
    }
}

fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}
