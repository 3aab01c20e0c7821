//! `sandbar sql`: where the statements come from, and the values for their `:name`s.

use serde_json::json;

use crate::program::{folder_of, sandbar, sandbar_with_input, shown};

const STATEMENTS: &str = "SELECT 1 AS a;\nSELECT 'ü' AS b";

#[test]
fn a_text_a_file_and_standard_input_are_the_same() {
    let folder = folder_of(&[("week.sql", STATEMENTS)]);
    let file = shown(&folder.path().join("week.sql"));
    let runs = [
        sandbar(&["sql", "--format", "jsonl", "-e", STATEMENTS]),
        sandbar(&["sql", "--format", "jsonl", &file]),
        sandbar_with_input(&["sql", "--format", "jsonl"], STATEMENTS),
        sandbar_with_input(&["sql", "--format", "jsonl", "-"], STATEMENTS),
    ];
    for ran in runs {
        assert_eq!((ran.status, ran.rows(0), ran.rows(1)), (0, json!([[1]]), json!([["ü"]])), "{ran:?}");
    }
}

#[test]
fn a_text_may_begin_with_a_comment() {
    let ran = sandbar(&["sql", "--format", "jsonl", "-e", "-- the answer\nSELECT 42"]);
    assert_eq!((ran.status, ran.rows(0)), (0, json!([[42]])), "{ran:?}");
}

#[test]
fn a_parameter_is_a_value_and_never_a_piece_of_sql() {
    let ran = sandbar(&[
        "sql",
        "--format",
        "jsonl",
        "--param",
        "region=EU'; DROP TABLE t; --",
        "--param",
        "least=3",
        "-e",
        "CREATE TABLE t AS SELECT 5 AS n; SELECT :region AS region, n FROM t WHERE n > :least",
    ]);
    assert_eq!((ran.status, ran.rows(1)), (0, json!([["EU'; DROP TABLE t; --", 5]])), "{ran:?}");
}

#[test]
fn a_parameter_wins_over_the_default_of_its_widget() {
    let widget = "CREATE WIDGET TEXT region DEFAULT 'US'; SELECT :region";
    assert_eq!(sandbar(&["sql", "--format", "jsonl", "-e", widget]).rows(1), json!([["US"]]));
    let ran = sandbar(&["sql", "--format", "jsonl", "--param", "region=EU", "-e", widget]);
    assert_eq!(ran.rows(1), json!([["EU"]]));
}

#[test]
fn a_name_without_a_value_is_the_statements_error_and_says_which() {
    let ran = sandbar(&["sql", "--format", "jsonl", "-e", "SELECT 1, :region"]);
    let error = ran.error(0);
    assert_eq!((ran.status, &error["class"]), (1, &json!("UNBOUND_SQL_PARAMETER")));
    assert_eq!(error["column"], json!(11));
    assert!(error["message"].as_str().is_some_and(|message| message.contains("region")), "{error}");
}

#[test]
fn what_cannot_be_read_is_a_usage_error_that_names_it() {
    let folder = folder_of(&[]);
    let latin = folder.path().join("latin.sql");
    std::fs::write(&latin, b"SELECT '\xfc'").expect("it is written");
    let missing = shown(&folder.path().join("missing.sql"));
    let latin = shown(&latin);
    for (arguments, told) in [
        (vec!["sql", missing.as_str()], "missing.sql cannot be read"),
        (vec!["sql", latin.as_str()], "latin.sql is not text in UTF-8: byte 8"),
        (vec!["sql", "-e", "SELECT 1", latin.as_str()], "cannot be used with"),
        (vec!["sql", "--param", "region", "-e", "SELECT 1"], "NAME=VALUE"),
        (vec!["sql", "--format", "xml", "-e", "SELECT 1"], "jsonl"),
    ] {
        let ran = sandbar(&arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(told), "{told} in {}", ran.err);
    }
}
