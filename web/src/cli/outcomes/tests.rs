use annotate_snippets::Renderer;
use sandbar_labs::diagnostic::{Diagnostic, Position};
use sandbar_labs::outcome::{StatementOutcome, TableCommit};
use sandbar_labs::relation::{Column, Relation};
use serde_json::json;

use super::*;

fn outcome(relation: Relation) -> StatementOutcome {
    StatementOutcome {
        sql: "SELECT 1".to_owned(),
        line: 2,
        column: 3,
        total_rows: relation.rows.len() as u64,
        relation,
        error: None,
        notes: Vec::new(),
        commits: Vec::new(),
        facts: None,
        elapsed_us: 1_500,
    }
}

fn source(text: &str) -> Source<'_> {
    Source { name: Some("week.sql"), text, first_line: 10, cell: Some((4, Some("Task 5"))) }
}

#[test]
fn an_object_has_exactly_the_promised_fields() {
    let relation = Relation { columns: vec![Column::new("Id", "INT")], rows: vec![vec![json!(1)], vec![json!(null)]] };
    let object = jsonl::object(7, &source("SELECT 1"), &outcome(relation));
    insta::assert_snapshot!(object, @r#"{"index":7,"cell":4,"sql":"SELECT 1","columns":[{"name":"Id","type":"INT"}],"rows":[[1],[null]],"error":null,"elapsed_ms":1.5}"#);
}

#[test]
fn an_error_without_a_place_points_at_its_statement_in_the_file() {
    let mut failed = outcome(Relation::default());
    failed.error = Some(Diagnostic::new("DIVIDE_BY_ZERO", "22012", "Division by zero."));
    let object: serde_json::Value =
        serde_json::from_str(&jsonl::object(0, &source("\n  SELECT 1/0"), &failed)).expect("an object");
    assert_eq!((object["error"]["line"].clone(), object["error"]["column"].clone()), (json!(11), json!(3)));
}

#[test]
fn a_table_aligns_numbers_and_names_versions() {
    let mut done = outcome(Relation {
        columns: vec![Column::new("name", "STRING"), Column::new("price", "INT")],
        rows: vec![vec![json!("tea"), json!(5)], vec![json!("a\nb"), json!(125)]],
    });
    done.commits.push(TableCommit { table: "t".to_owned(), version: 3, operation: "MERGE".to_owned() });
    insta::assert_snapshot!(table::result(&done), @r"
    ┌──────┬───────┐
    │ name ┆ price │
    ╞══════╪═══════╡
    │ tea  ┆     5 │
    │ a⏎b  ┆   125 │
    └──────┴───────┘
    2 rows · t is at version 3 (MERGE) · 1.5 ms
    ");
}

#[test]
fn an_escape_sequence_in_a_value_does_not_reach_the_terminal() {
    let relation = Relation { columns: vec![Column::new("x", "STRING")], rows: vec![vec![json!("\u{1b}[31mred")]] };
    assert!(!table::result(&outcome(relation)).contains('\u{1b}'));
}

#[test]
fn an_error_shows_its_line_with_a_caret_and_what_to_do() {
    let mut failed = outcome(Relation::default());
    let diagnostic = Diagnostic::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", "There is no table `inventry`.")
        .at(Position { line: 2, column: 15 })
        .with_hint("Did you mean inventory?");
    failed.error = Some(diagnostic.clone());
    let text = "-- stock\nSELECT * FROM inventry";
    insta::assert_snapshot!(table::error(&source(text), &failed, &diagnostic, &Renderer::plain()), @r"
    error[TABLE_OR_VIEW_NOT_FOUND 42P01]: There is no table `inventry`.
      --> week.sql:11:15
       |
    11 | SELECT * FROM inventry
       |               ^^^^^^^^
       |
    help: Did you mean inventory?
    ");
}
