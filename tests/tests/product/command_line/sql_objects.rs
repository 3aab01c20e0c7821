//! `sandbar sql --format jsonl`: one object a statement, the same fields in each.

use serde_json::{Value, json};

use crate::program::{Ran, sandbar};

fn run(statements: &str) -> Ran {
    let ran = sandbar(&["sql", "--format", "jsonl", "-e", statements]);
    assert_eq!(ran.err, "", "jsonl is all on standard output");
    ran
}

#[test]
fn every_object_has_the_fields_of_the_contract_and_no_others() {
    let ran = run("CREATE TABLE t (a INT);\nSELECT 1 AS one;\nSELECT nothing");
    let expected = ["index", "sql", "columns", "rows", "error", "elapsed_ms"];
    for (index, object) in ran.objects().iter().enumerate() {
        let names: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names, expected);
        assert_eq!(object["index"], json!(index));
        assert!(object["elapsed_ms"].as_f64().is_some_and(|elapsed| elapsed > 0.0), "{object}");
    }
    let texts: Vec<Value> = ran.objects().iter().map(|object| object["sql"].clone()).collect();
    assert_eq!(texts, ["CREATE TABLE t (a INT)", "SELECT 1 AS one", "SELECT nothing"]);
}

#[test]
fn a_statement_without_a_result_has_empty_columns_and_rows() {
    let ran = run("CREATE TABLE t (a INT);\nCREATE TEMP VIEW v AS SELECT 1 AS a;\nSELECT a FROM t");
    for object in &ran.objects()[..2] {
        assert_eq!((&object["columns"], &object["rows"], &object["error"]), (&json!([]), &json!([]), &json!(null)));
    }
    let empty = &ran.objects()[2];
    assert_eq!((&empty["columns"], &empty["rows"]), (&json!([{ "name": "a", "type": "INT" }]), &json!([])));
}

/// Columns, types and the one row of a query.
fn one_row(query: &str) -> (Value, Value) {
    let objects = run(query).objects();
    let types = objects[0]["columns"].as_array().expect("columns").iter().map(|column| column["type"].clone());
    (types.collect(), objects[0]["rows"][0].clone())
}

#[test]
fn decimals_and_times_are_texts_so_that_nobody_rounds_or_shifts_them() {
    let (types, row) = one_row(
        "SELECT CAST('12345678901234567890.10' AS DECIMAL(38,2)), DATE'2024-02-29', TIMESTAMP'2024-02-29 06:30:00.25'",
    );
    assert_eq!(types, json!(["DECIMAL(38,2)", "DATE", "TIMESTAMP"]));
    assert_eq!(row, json!(["12345678901234567890.10", "2024-02-29", "2024-02-29 06:30:00.25"]));
}

#[test]
fn numbers_truth_and_texts_are_themselves_and_null_is_null() {
    let (types, row) = one_row("SELECT 1, 9007199254740993, CAST(0.5 AS DOUBLE), true, 'é \"\n', CAST(NULL AS STRING)");
    assert_eq!(types, json!(["INT", "BIGINT", "DOUBLE", "BOOLEAN", "STRING", "STRING"]));
    assert_eq!(row, json!([1, 9_007_199_254_740_993_i64, 0.5, true, "é \"\n", null]));
}

#[test]
fn structs_and_maps_are_objects_and_arrays_are_arrays() {
    let (types, row) = one_row(
        "SELECT named_struct('a', 1, 'b', CAST('1.50' AS DECIMAL(3,2))), map('x', 1, 'y', NULL), array(1, NULL)",
    );
    assert_eq!(types, json!(["STRUCT<a: INT, b: DECIMAL(3,2)>", "MAP<STRING, INT>", "ARRAY<INT>"]));
    assert_eq!(row, json!([{ "a": 1, "b": "1.50" }, { "x": 1, "y": null }, [1, null]]));
}

#[test]
fn an_error_has_class_sqlstate_message_place_and_hint() {
    let ran = run("CREATE TABLE inventory (a INT);\n\nSELECT *\n  FROM inventry");
    let error = ran.error(1);
    let names: Vec<&str> = error.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["class", "sqlstate", "message", "line", "column", "hint"]);
    assert_eq!((&error["class"], &error["sqlstate"]), (&json!("TABLE_OR_VIEW_NOT_FOUND"), &json!("42P01")));
    assert_eq!((&error["line"], &error["column"]), (&json!(4), &json!(8)));
    assert!(error["message"].as_str().is_some_and(|message| message.contains("`inventry`")), "{error}");
    assert_eq!(error["hint"], json!("Did you mean `inventory`?"));
    assert_eq!(ran.rows(1), json!([]));
}

#[test]
fn a_table_keeps_its_versions_and_says_how_they_came_to_be() {
    let ran =
        run("CREATE TABLE t AS SELECT 1 AS a; UPDATE t SET a = 2; SELECT * FROM t VERSION AS OF 0; SELECT a FROM t; \
                   SELECT version, operation FROM (DESCRIBE HISTORY t) ORDER BY version");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!((ran.rows(2), ran.rows(3)), (json!([[1]]), json!([[2]])));
    assert_eq!(ran.rows(4), json!([[0, "CREATE TABLE AS SELECT"], [1, "UPDATE"]]));
}

#[test]
fn a_text_without_statements_gives_no_object_and_succeeds() {
    let ran = run(" ;\n-- nothing\n;");
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
}
