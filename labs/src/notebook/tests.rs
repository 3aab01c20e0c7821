use proptest::prelude::*;

use super::*;

fn cells(text: &str, file_name: &str) -> Vec<Cell> {
    read(file_name, text.as_bytes()).expect("should be read").cells
}

/// Language, title, source, first line.
fn shape(cells: &[Cell]) -> Vec<(CellLanguage, Option<&str>, &str, u32)> {
    cells.iter().map(|cell| (cell.language, cell.title.as_deref(), cell.source.as_str(), cell.first_line)).collect()
}

const SOURCE: &str = "-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Inventory
-- MAGIC
-- MAGIC Prices in euro.

-- COMMAND ----------

-- DBTITLE 1,Task 1: create
CREATE TABLE t (a INT);

INSERT INTO t VALUES (1);

-- COMMAND ----------

-- MAGIC %python
-- MAGIC print('x')

-- COMMAND ----------


-- COMMAND ----------

-- DBTITLE 0,Task 8: rejected
-- expect-error
INSERT INTO t VALUES ('x')
";

#[test]
fn a_source_notebook_has_its_cells_titles_languages_and_lines() {
    let cells = cells(SOURCE, "lab.sql");
    assert_eq!(
        shape(&cells),
        [
            (CellLanguage::Markdown, None, "# Inventory\n\nPrices in euro.", 3),
            (CellLanguage::Sql, Some("Task 1: create"), "CREATE TABLE t (a INT);\n\nINSERT INTO t VALUES (1);", 10),
            (CellLanguage::Python, None, "print('x')", 17),
            (CellLanguage::Sql, Some("Task 8: rejected"), "-- expect-error\nINSERT INTO t VALUES ('x')", 25),
        ]
    );
    assert!(cells[3].expects_error());
    assert_eq!(cells[1].task_number(), Some(1));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", SOURCE.replace('\n', "\r\n"));
    assert_eq!(cells(&windows, "lab.sql"), cells(SOURCE, "lab.sql"));
}

#[test]
fn a_python_source_notebook_has_sql_cells_by_magic() {
    let text = "# Databricks notebook source\nx = 1\n\n# COMMAND ----------\n\n# DBTITLE 1,Task 2\n# MAGIC %sql\n# MAGIC SELECT 1\n";
    assert_eq!(
        shape(&cells(text, "lab.py")),
        [(CellLanguage::Python, None, "x = 1", 2), (CellLanguage::Sql, Some("Task 2"), "SELECT 1", 8)]
    );
}

#[test]
fn a_plain_script_is_one_cell_and_with_titles_one_cell_each() {
    assert_eq!(
        shape(&cells("\nSELECT 1;\nSELECT 2;\n", "a.sql")),
        [(CellLanguage::Sql, None, "SELECT 1;\nSELECT 2;", 2)]
    );
    let titled = "-- scratch\n-- DBTITLE 1,Task 1\nSELECT 1;\n\n-- DBTITLE 1,Task 2\nSELECT 2;";
    assert_eq!(
        shape(&cells(titled, "a.sql")),
        [
            (CellLanguage::Sql, None, "-- scratch", 1),
            (CellLanguage::Sql, Some("Task 1"), "SELECT 1;", 3),
            (CellLanguage::Sql, Some("Task 2"), "SELECT 2;", 6),
        ]
    );
    assert_eq!(cells("", "a.sql"), []);
}

const JUPYTER: &str = r##"{
 "cells": [
  {"cell_type": "markdown", "id": "intro", "metadata": {}, "source": ["# Hello\n", "text"]},
  {
   "cell_type": "code",
   "metadata": {"application/vnd.databricks.v1+cell": {"title": "Task 5: upsert", "showTitle": true}},
   "outputs": [{"output_type": "stream", "text": "ignored"}],
   "source": [
    "%sql\n",
    "-- a comment\n",
    "MERGE INTO t"
   ]
  },
  {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1,
   "source": "-- DBTITLE 1,Task 6\n%sql\nDESCRIBE HISTORY t\n"},
  {"cell_type": "code", "metadata": {"title": "plain"}, "source": ["print(1)"]},
  {"cell_type": "code", "metadata": {}, "source": []}
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4, "nbformat_minor": 5
}"##;

#[test]
fn a_jupyter_notebook_has_its_cells_titles_languages_and_lines() {
    let cells = cells(JUPYTER, "lab.ipynb");
    assert_eq!(
        shape(&cells),
        [
            (CellLanguage::Markdown, None, "# Hello\ntext", 3),
            (CellLanguage::Sql, Some("Task 5: upsert"), "-- a comment\nMERGE INTO t", 10),
            (CellLanguage::Sql, Some("Task 6"), "DESCRIBE HISTORY t", 15),
            (CellLanguage::Python, Some("plain"), "print(1)", 16),
        ]
    );
    assert_eq!(cells.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), ["intro", "cell-1", "cell-2", "cell-3"]);
}

#[test]
fn a_databricks_sql_notebook_has_sql_cells_without_magic() {
    let text = r#"{"cells": [{"cell_type": "code", "source": "SELECT 1"}],
        "metadata": {"application/vnd.databricks.v1+notebook": {"language": "sql"}}, "nbformat": 4}"#;
    assert_eq!(cells(text, "x.ipynb")[0].language, CellLanguage::Sql);
}

#[test]
fn what_is_no_notebook_is_refused_with_file_line_and_advice() {
    let cases: [(&str, &[u8], &str, Option<u32>); 11] = [
        ("a.sql", b"SELECT 1;\nSELECT '\xff'", "NOT_UTF8", Some(2)),
        ("a.sql", b"SELECT\0", "NOT_UTF8", Some(1)),
        ("a.sql", b"PK\x03\x04rest", "NOT_A_NOTEBOOK", Some(1)),
        ("a.ipynb", b"{\"cells\": [\n{\"cell_type\": \"code\" \"source\": 1}]}", "BAD_SYNTAX", Some(2)),
        ("a.ipynb", b"not json", "BAD_SYNTAX", Some(1)),
        ("a.ipynb", b"", "BAD_SYNTAX", Some(1)),
        ("a.ipynb", b"{\"rows\": []}", "NOT_A_NOTEBOOK", Some(1)),
        ("a.ipynb", b"{\"nbformat\": 3, \"worksheets\": []}", "NOT_A_NOTEBOOK", Some(1)),
        ("a.ipynb", b"{\"cells\": [\n{\"cell_type\": \"code\",\n\"source\": 1}]}", "WRONG_TYPE", Some(3)),
        ("a.py", b"print(1)", "NOT_A_NOTEBOOK", Some(1)),
        ("a.pdf", b"%PDF-1.7", "NOT_A_NOTEBOOK", Some(1)),
    ];
    for (name, bytes, code, line) in cases {
        let findings = read(name, bytes).expect_err(name);
        assert_eq!((findings[0].code.as_str(), findings[0].line), (code, line), "{findings:?}");
        assert_eq!(findings[0].file.as_deref(), Some(name));
    }
}

#[test]
fn a_file_of_ten_megabytes_and_one_of_ten_thousand_cells_are_refused() {
    let large = vec![b'x'; 10 * 1024 * 1024];
    assert_eq!(read("a.sql", &large).unwrap_err()[0].code, "NOTEBOOK_TOO_LARGE");
    let many = format!("-- Databricks notebook source\n{}", "SELECT 1\n-- COMMAND ----------\n".repeat(10_000));
    assert_eq!(read("a.sql", many.as_bytes()).unwrap_err()[0].code, "NOTEBOOK_TOO_LARGE");
}

#[test]
fn a_separator_typed_into_a_cell_does_not_part_it() {
    let cell = Cell {
        id: "a".into(),
        language: CellLanguage::Sql,
        title: None,
        source: "SELECT 1;\n-- COMMAND ----------\nSELECT 2".into(),
        first_line: 1,
    };
    let written = write_sql(&Notebook { cells: vec![cell] });
    assert_eq!(cells(&written, "a.sql").len(), 1);
}

/// Sources as a cell holds them: no blank line at either end, and no first line that is title or magic.
fn sources() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[ -~äß€]{0,30}",
        Just("-- expect-error".to_owned()),
        Just("-- MAGIC".to_owned()),
        Just("{\"a\": 1}".to_owned())
    ];
    prop::collection::vec(line, 1..6).prop_map(|lines| lines.join("\n")).prop_filter("settled", |source| {
        let settled = settle(source, CellLanguage::Sql);
        !source.is_empty()
            && settled.source == *source
            && settled.language == CellLanguage::Sql
            && !source.starts_with("-- MAGIC")
            && !source.contains("\n-- MAGIC")
    })
}

fn notebooks() -> impl Strategy<Value = Notebook> {
    let language = prop_oneof![Just(CellLanguage::Sql), Just(CellLanguage::Python), Just(CellLanguage::Markdown)];
    let title = prop::option::of("[!-~ä]([ -~ä]{0,18}[!-~ä])?")
        .prop_map(|title| title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" ")));
    prop::collection::vec((language, title, sources()), 0..8).prop_map(|cells| Notebook {
        cells: (1..)
            .zip(cells)
            .map(|(number, (language, title, source))| Cell {
                id: format!("cell-{number}"),
                language,
                title,
                source,
                first_line: 1,
            })
            .collect(),
    })
}

fn without_lines(notebook: &Notebook) -> Notebook {
    let cells = notebook.cells.iter().map(|cell| Cell { first_line: 1, ..cell.clone() });
    Notebook { cells: cells.collect() }
}

proptest! {
    #[test]
    fn what_is_written_as_sql_is_read_as_the_same_cells(notebook in notebooks()) {
        let text = write_sql(&notebook);
        let back = read("a.sql", text.as_bytes()).unwrap();
        prop_assert_eq!(without_lines(&back), notebook, "{}", text);
        for cell in back.cells.iter().filter(|cell| !cell.source.is_empty()) {
            let line = text.lines().nth(cell.first_line as usize - 1).unwrap();
            prop_assert!(line.ends_with(cell.source.lines().next().unwrap()), "{:?} {:?}", line, cell);
        }
    }

    #[test]
    fn what_is_written_as_ipynb_is_read_as_the_same_cells(notebook in notebooks()) {
        let text = write_ipynb(&notebook);
        let back = read("a.ipynb", text.as_bytes()).unwrap();
        prop_assert_eq!(without_lines(&back), notebook, "{}", text);
        for cell in back.cells.iter().filter(|cell| !cell.source.is_empty()) {
            let line = text.lines().nth(cell.first_line as usize - 1).unwrap();
            let first = serde_json::to_string(cell.source.lines().next().unwrap()).unwrap();
            prop_assert!(line.contains(first.trim_matches('"')), "{:?} {:?}", line, cell);
        }
    }

    #[test]
    fn writing_again_what_was_read_changes_nothing(text in "(-- COMMAND -{10}|-- MAGIC %md|-- DBTITLE 1,T|SELECT 1|\n| ){0,12}") {
        let text = format!("-- Databricks notebook source\n{text}");
        let once = write_sql(&read("a.sql", text.as_bytes()).unwrap());
        let twice = write_sql(&read("a.sql", once.as_bytes()).unwrap());
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn no_bytes_make_the_reader_fail_otherwise_than_by_findings(bytes in prop::collection::vec(any::<u8>(), 0..200), name in "a\\.(sql|py|ipynb|txt)") {
        let _ = read(&name, &bytes);
    }
}
