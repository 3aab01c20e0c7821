//! `sandbar run`: a notebook's cells in order, whatever format it is in.

use serde_json::{Value, json};

use crate::program::{Ran, folder_of, sandbar, shown};

const SOURCE: &str = "-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Prices

-- COMMAND ----------

-- DBTITLE 1,Task 1: create
CREATE TABLE t AS SELECT 1 AS a;
INSERT INTO t VALUES (2);

-- COMMAND ----------

-- DBTITLE 1,Task 2: refused
-- expect-error
INSERT INTO t VALUES (3, 'one too many')

-- COMMAND ----------

SELECT a FROM t ORDER BY a
";

/// The file in a folder of its own, run.
fn run(name: &str, text: &str, more: &[&str]) -> Ran {
    let folder = folder_of(&[(name, text)]);
    let book = shown(&folder.path().join(name));
    sandbar(&[&["run", "--format", "jsonl", book.as_str()], more].concat())
}

/// The cell and the error class of each statement.
fn seen(ran: &Ran) -> Vec<(Value, Value)> {
    ran.objects().iter().map(|object| (object["cell"].clone(), object["error"]["class"].clone())).collect()
}

#[test]
fn a_source_notebook_runs_its_cells_and_each_object_names_its_cell() {
    let ran = run("book.sql", SOURCE, &[]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{ran:?}");
    let refused = json!("DELTA_INSERT_COLUMN_ARITY_MISMATCH");
    let null = Value::Null;
    assert_eq!(
        seen(&ran),
        [(json!(1), null.clone()), (json!(1), null.clone()), (json!(2), refused), (json!(3), null)],
        "the text cell counts and gives no object"
    );
    let indexes: Vec<Value> = ran.objects().iter().map(|object| object["index"].clone()).collect();
    assert_eq!(indexes, [0, 1, 2, 3]);
    assert_eq!(ran.rows(3), json!([[1], [2]]));
}

#[test]
fn a_cell_that_expects_an_error_and_has_none_fails_with_its_line() {
    let ran = run("book.sql", &SOURCE.replace("(3, 'one too many')", "(3)"), &[]);
    assert_eq!(ran.status, 1);
    assert_eq!(seen(&ran).len(), 3, "it stops there: {ran:?}");
    assert!(ran.err.contains("book.sql:14: the cell is marked `-- expect-error`"), "{}", ran.err);
}

#[test]
fn an_error_is_placed_in_the_notebooks_file() {
    let ran = run("book.sql", &SOURCE.replace("SELECT a FROM t ORDER", "SELECT b FROM t ORDER"), &[]);
    let error = ran.error(3);
    assert_eq!((ran.status, &error["line"], &error["column"]), (1, &json!(19), &json!(8)), "{error}");
}

#[test]
fn a_plain_script_is_one_cell() {
    let ran = run("plain.sql", "SELECT 1;\nSELECT 2;\n", &[]);
    assert_eq!((ran.status, seen(&ran)), (0, vec![(json!(0), json!(null)), (json!(0), json!(null))]), "{ran:?}");
}

fn jupyter(sources: &[&str]) -> String {
    let cell = |source: &&str| {
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        json!({ "cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": lines })
    };
    let cells: Vec<Value> = sources.iter().map(cell).collect();
    let metadata = json!({ "language_info": { "name": "sql" } });
    format!("{:#}", json!({ "cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5 }))
}

#[test]
fn a_jupyter_notebook_runs_and_an_error_names_the_line_of_the_file() {
    let text = jupyter(&["CREATE TABLE t AS SELECT 1 AS a", "-- expect-error\nSELECT b FROM t", "SELECT\n  b\nFROM t"]);
    let ran = run("book.ipynb", &text, &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let missing = json!("UNRESOLVED_COLUMN.WITH_SUGGESTION");
    assert_eq!(seen(&ran), [(json!(0), json!(null)), (json!(1), missing.clone()), (json!(2), missing)]);
    let line = ran.error(2)["line"].as_u64().and_then(|line| usize::try_from(line).ok()).expect("a line");
    assert_eq!(text.lines().nth(line - 1).map(str::trim), Some("\"  b\\n\","), "line {line} of {text}");
}

#[test]
fn parameters_reach_every_cell_and_the_workspace_stays() {
    let folder = folder_of(&[(
        "etl.sql",
        "-- Databricks notebook source\nCREATE WIDGET TEXT least DEFAULT '0'\n\n-- COMMAND ----------\n\n\
         CREATE TABLE t AS SELECT * FROM VALUES (1), (5) AS v(n) WHERE n > :least\n",
    )]);
    let (book, tables) = (shown(&folder.path().join("etl.sql")), shown(&folder.path().join("tables")));
    let ran = sandbar(&["run", &book, "--workspace", &tables, "--param", "least=3"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.contains("── cell 1"), "{}", ran.out);
    let rows = sandbar(&["sql", "--format", "jsonl", "--workspace", &tables, "-e", "SELECT n FROM t"]).rows(0);
    assert_eq!(rows, json!([[5]]));
}

#[test]
fn a_file_that_is_no_notebook_is_status_2_with_file_line_and_what_to_do() {
    for (name, text, told) in [
        ("broken.ipynb", "{\n \"cells\": [\n  {\"cell_type\": }\n ]\n}", "broken.ipynb:3: "),
        ("cells.ipynb", "{\n \"cells\": [\n  {\"cell_type\": \"code\"}\n ]\n}", "cells.ipynb:3: A cell's `source`"),
        ("old.ipynb", "{\n \"nbformat\": 3,\n \"worksheets\": []\n}", "old.ipynb:2: "),
        ("script.py", "print('x')\n", "script.py:1: "),
        ("notes.txt", "Dear diary\n", "notes.txt:1: "),
    ] {
        let ran = run(name, text, &[]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{name}");
        assert!(ran.err.contains(told), "{told} in {}", ran.err);
        assert!(ran.err.contains(&format!("{name} is not a notebook")) && ran.err.contains("try: "), "{}", ran.err);
    }
}
