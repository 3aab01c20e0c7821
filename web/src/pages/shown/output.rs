//! Outcomes of statements as a cell, a snippet or a table's page shows them.

use jiff::Timestamp;
use sandbar_content::Snippet;
use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::StatementKind;
use sandbar_labs::outcome::{StatementOutcome, TableCommit};
use sandbar_labs::relation::{Column, Relation};
use serde_json::Value;

use super::{count, elapsed, grouped, moment};
use crate::view::output::{
    CellOutput, CommitOutput, ErrorOutput, ExpectedOutput, ResultColumn, ResultTable, ResultValue, StatementOutput,
};

/// Rows that a page lays out; the rest of a result is counted.
const MAX_SHOWN_ROWS: usize = 200;
const MAX_HEADING_CHARACTERS: usize = 90;
const MAX_VALUE_CHARACTERS: usize = 2_000;

/// A run of a text, with where it happened.
pub struct Ran<'a> {
    pub source: &'a str,
    pub outcomes: &'a [StatementOutcome],
    pub elapsed_us: u64,
    pub at: Timestamp,
    /// The folder of table pages, `/labs/delta/tables`; `None` where there are none.
    pub tables: Option<&'a str>,
}

pub fn cell_output(ran: &Ran<'_>) -> CellOutput {
    let expected = expects_error(ran.source);
    let (state, state_text) = state(ran.outcomes, expected);
    let statements = ran.outcomes.iter().enumerate();
    CellOutput {
        state,
        state_text,
        elapsed: elapsed(ran.elapsed_us),
        ran_at: moment(ran.at),
        statements: statements.map(|(index, outcome)| statement(ran, expected, index + 1, outcome)).collect(),
    }
}

/// What a snippet of a lesson gives; times that it took are not told.
pub fn expected_output(label: String, snippet: &Snippet, outcomes: &[StatementOutcome]) -> ExpectedOutput {
    let ran = Ran { source: &snippet.sql, outcomes, elapsed_us: 0, at: Timestamp::UNIX_EPOCH, tables: None };
    let expects_error = snippet.expected_error.is_some();
    let shown = |(index, outcome): (usize, &StatementOutcome)| {
        let statement = statement(&ran, expects_error, index + 1, outcome);
        // One count of rows stands in the statement's line already.
        let table = statement.table.filter(|_| !counts_rows(outcome));
        StatementOutput { elapsed: String::new(), table, ..statement }
    };
    ExpectedOutput { label, statements: outcomes.iter().enumerate().map(shown).collect() }
}

fn counts_rows(outcome: &StatementOutcome) -> bool {
    use StatementKind::{Delete, Insert, InsertOverwrite, Update};
    let kind = outcome.facts.as_ref().map(|facts| facts.kind);
    matches!(kind, Some(Insert | InsertOverwrite | Update | Delete))
}

/// The cell's first line says that an error is wanted.
fn expects_error(source: &str) -> bool {
    matches!(source.lines().next().map(str::trim), Some("-- expect-error" | "# expect-error"))
}

fn state(outcomes: &[StatementOutcome], expected: bool) -> (&'static str, &'static str) {
    match outcomes.iter().find_map(|outcome| outcome.error.as_ref()) {
        None if expected => ("failed", "No error, but one was expected"),
        None => ("succeeded", "Succeeded"),
        Some(error) if error.class.starts_with("OPERATION_CANCELED") => ("cancelled", "Cancelled"),
        Some(error) if error.is_limit() => ("failed", "Stopped at a limit"),
        Some(_) if expected => ("succeeded", "Failed as expected"),
        Some(_) => ("failed", "Failed"),
    }
}

fn statement(ran: &Ran<'_>, expected: bool, number: usize, outcome: &StatementOutcome) -> StatementOutput {
    let table = (!outcome.relation.columns.is_empty() && outcome.error.is_none())
        .then(|| table(format!("Result of statement {number}"), &outcome.relation, outcome.total_rows));
    StatementOutput {
        number,
        heading: heading(&outcome.sql),
        outcome: result_word(outcome),
        elapsed: elapsed(outcome.elapsed_us),
        commits: outcome.commits.iter().map(|commit| commit_output(commit, ran.tables)).collect(),
        notes: outcome.notes.clone(),
        table,
        error: outcome.error.as_ref().map(|error| error_output(error, ran.source, expected)),
    }
}

fn result_word(outcome: &StatementOutcome) -> String {
    if outcome.error.is_some() {
        return "Error".to_owned();
    }
    if outcome.relation.columns.is_empty() {
        return "OK".to_owned();
    }
    let affected = outcome.relation.column_index("num_affected_rows");
    let value = affected.and_then(|index| outcome.relation.rows.first()?.get(index)?.as_u64());
    let changes = outcome.facts.as_ref().is_some_and(|facts| facts.kind != StatementKind::Query);
    match value.filter(|_| changes) {
        Some(rows) => format!("{} affected", count(rows, "row")),
        None => count(outcome.total_rows, "row"),
    }
}

fn commit_output(commit: &TableCommit, tables: Option<&str>) -> CommitOutput {
    CommitOutput {
        table: commit.table.clone(),
        version: commit.version,
        operation: commit.operation.clone(),
        href: tables.map(|folder| format!("{folder}/{}?version={}", commit.table, commit.version)).unwrap_or_default(),
    }
}

pub fn error_output(error: &Diagnostic, source: &str, expected: bool) -> ErrorOutput {
    let line = error.position.map(|position| position.line);
    let source_line = line.and_then(|line| source.lines().nth(line.saturating_sub(1) as usize));
    ErrorOutput {
        message: error.message.clone(),
        class: error.class.clone(),
        sqlstate: error.sqlstate.clone(),
        line,
        column: error.position.map(|position| position.column),
        hint: error.hint.clone(),
        source_line: source_line.unwrap_or_default().to_owned(),
        expected,
    }
}

/// A relation as a table of at most so many rows as a page lays out.
pub fn table(caption: String, relation: &Relation, total_rows: u64) -> ResultTable {
    let shown = relation.rows.len().min(MAX_SHOWN_ROWS);
    let cut = total_rows > shown as u64;
    let extent = match cut {
        true => format!("First {} of {}", grouped(shown as u64), count(total_rows, "row")),
        false => count(total_rows, "row"),
    };
    ResultTable {
        caption,
        columns: relation.columns.iter().map(column).collect(),
        rows: relation.rows.iter().take(shown).map(|row| row.iter().map(value).collect()).collect(),
        extent,
    }
}

pub fn column(column: &Column) -> ResultColumn {
    let base = column.type_name.split('(').next().unwrap_or_default().to_ascii_uppercase();
    let numeric = matches!(base.as_str(), "TINYINT" | "SMALLINT" | "INT" | "BIGINT" | "FLOAT" | "DOUBLE" | "DECIMAL");
    ResultColumn { name: column.name.clone(), type_name: column.type_name.clone(), numeric }
}

pub fn value(value: &Value) -> ResultValue {
    let text = match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    ResultValue { text: cut(&text, MAX_VALUE_CHARACTERS), null: value.is_null() }
}

/// The statement's beginning on one line, without comments before it.
fn heading(sql: &str) -> String {
    let lines = sql.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("--"));
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    cut(&words.join(" "), MAX_HEADING_CHARACTERS)
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(sql: &str, error: Option<Diagnostic>) -> StatementOutcome {
        StatementOutcome {
            sql: sql.into(),
            line: 1,
            column: 1,
            relation: Relation::default(),
            total_rows: 0,
            error,
            notes: Vec::new(),
            commits: Vec::new(),
            facts: None,
            elapsed_us: 10,
        }
    }

    fn shown(source: &str, error: Option<Diagnostic>) -> CellOutput {
        let outcomes = [outcome(source, error)];
        cell_output(&Ran { source, outcomes: &outcomes, elapsed_us: 10, at: Timestamp::UNIX_EPOCH, tables: None })
    }

    #[test]
    fn an_error_that_a_cell_asks_for_is_a_success() {
        let error = || Some(Diagnostic::new("DIVIDE_BY_ZERO", "22012", "Division by zero."));
        assert_eq!(shown("-- expect-error\nSELECT 1/0", error()).state_text, "Failed as expected");
        assert_eq!(shown("SELECT 1/0", error()).state, "failed");
        assert_eq!(shown("-- expect-error\nSELECT 1", None).state, "failed");
    }

    #[test]
    fn an_error_shows_the_line_that_it_names() {
        let position = sandbar_labs::diagnostic::Position { line: 2, column: 8 };
        let error = Diagnostic::new("UNRESOLVED_COLUMN", "42703", "No such column.").at(position);
        let output = shown("SELECT\n       pric\nFROM t", Some(error));
        assert_eq!(output.error().unwrap().source_line, "       pric");
    }

    #[test]
    fn an_expected_output_tells_no_time_and_takes_the_authors_word_for_its_error() {
        let error = Diagnostic::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
        let snippet = Snippet {
            id: "snippet-1".to_owned(),
            sql: "SELECT 1/0".to_owned(),
            html: String::new(),
            expected_error: Some("DIVIDE_BY_ZERO".to_owned()),
            line: 1,
        };
        let shown = expected_output("Snippet 1".to_owned(), &snippet, &[outcome("SELECT 1/0", Some(error))]);
        let statement = &shown.statements[0];
        assert!(statement.elapsed.is_empty() && statement.error.as_ref().is_some_and(|error| error.expected));
    }

    #[test]
    fn a_heading_skips_comments_and_joins_lines() {
        assert_eq!(heading("-- why\nINSERT INTO t\n  VALUES (1)"), "INSERT INTO t VALUES (1)");
        assert_eq!(heading(&"x".repeat(200)).chars().count(), MAX_HEADING_CHARACTERS);
    }

    #[test]
    fn a_long_result_is_cut_and_says_so() {
        let rows = (0..300).map(|n| vec![json!(n)]).collect();
        let relation = Relation { columns: vec![Column::new("id", "BIGINT")], rows };
        let shown = table("Rows".into(), &relation, 40_000);
        assert_eq!((shown.rows.len(), shown.extent.as_str()), (200, "First 200 of 40,000 rows"));
        assert!(shown.columns[0].numeric);
    }
}
