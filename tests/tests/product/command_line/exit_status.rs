//! Exit statuses of `sandbar sql` and `sandbar run`, and how far a run goes.

use serde_json::json;

use crate::program::{command, finish, folder_of, sandbar, shown};

const THREE: &str = "SELECT 1;\nSELECT * FROM missing;\nSELECT 3";

#[test]
fn a_run_stops_at_the_first_failed_statement_with_status_1() {
    let ran = sandbar(&["sql", "--format", "jsonl", "-e", THREE]);
    assert_eq!((ran.status, ran.objects().len()), (1, 2));
    assert_eq!(ran.error(1)["line"], json!(2));
}

#[test]
fn keep_going_runs_the_rest_and_the_status_is_still_1() {
    let ran = sandbar(&["sql", "--format", "jsonl", "--keep-going", "-e", THREE]);
    assert_eq!((ran.status, ran.objects().len()), (1, 3));
    assert_eq!((ran.rows(0), ran.rows(2)), (json!([[1]]), json!([[3]])));
    assert_eq!(ran.error(1)["class"], json!("TABLE_OR_VIEW_NOT_FOUND"));
}

#[test]
fn keep_going_in_a_notebook_runs_the_cells_after_a_failed_one() {
    let folder = folder_of(&[(
        "book.sql",
        "-- Databricks notebook source\nSELECT nothing\n\n-- COMMAND ----------\n\nSELECT 2\n",
    )]);
    let book = shown(&folder.path().join("book.sql"));
    let stopped = sandbar(&["run", "--format", "jsonl", &book]);
    assert_eq!((stopped.status, stopped.objects().len()), (1, 1));
    let went_on = sandbar(&["run", "--format", "jsonl", "--keep-going", &book]);
    assert_eq!((went_on.status, went_on.rows(1)), (1, json!([[2]])));
}

#[test]
fn an_unknown_subcommand_option_or_limit_is_status_2_and_prints_nothing_on_standard_output() {
    for arguments in [
        vec!["sqll"],
        vec![],
        vec!["sql", "--wrkspace", "x"],
        vec!["sql", "--limit", "statement_wall=1", "-e", "SELECT 1"],
        vec!["sql", "--limit", "max_rows=many", "-e", "SELECT 1"],
    ] {
        let ran = sandbar(&arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_is_an_answer_on_standard_output_with_status_0() {
    for arguments in [vec!["help"], vec!["--help"], vec!["sql", "--help"], vec!["help", "grade"]] {
        let ran = sandbar(&arguments);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.out.contains("Usage: sandbar"), "{arguments:?}: {}", ran.out);
    }
}

#[test]
fn an_engine_that_cannot_start_is_status_3_and_says_why() {
    let mut nowhere = command(&["sql", "--format", "jsonl", "-e", "SELECT 1"]);
    let ran = finish(nowhere.env("TMPDIR", "/no/such/folder").spawn().expect("the program starts"));
    assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{ran:?}");
    assert!(ran.err.starts_with("error: ") && ran.err.contains("/no/such/folder"), "{}", ran.err);
}
