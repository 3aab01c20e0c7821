//! A lab's file and its data sets: everything that is wrong is told at once.

use serde_json::json;

use super::*;

#[test]
fn a_data_set_keeps_dates_as_text_and_numbers_as_numbers() {
    let text =
        "columns: {day: DATE, price: DOUBLE, n: INT}\nrows:\n  - [2024-01-02, 9.5, 3]\n  - [2024-01-03, 4, null]\n";
    let relation = dataset(text).unwrap();
    assert_eq!(relation.columns[0], Column::new("day", "DATE"));
    assert_eq!(relation.rows[0], [json!("2024-01-02"), json!(9.5), json!(3)]);
    assert_eq!(relation.rows[1][2], json!(null));
}

#[test]
fn rows_that_do_not_fit_are_all_reported() {
    let text = "columns: {a: INT, b: INT}\nrows:\n  - [1]\n  - [1, 2]\n  - [1, 2, 3]\nrow: []\n";
    let findings = dataset(text).unwrap_err();
    let seen: Vec<_> = findings.iter().map(|finding| (finding.code.as_str(), finding.line.unwrap())).collect();
    assert_eq!(seen, [("WRONG_ROW", 3), ("WRONG_ROW", 5), ("UNKNOWN_FIELD", 6)]);
}

#[test]
fn mistakes_of_the_file_and_files_that_are_missing_are_told_together_in_the_order_of_their_places() {
    let text = include_str!("../../skeletons/lab/lab.yml");
    let wrong = text
        .replace("{{slug}}", "stock")
        .replace("minutes:", "minuts:")
        .replace("starter.sql", "begin.sql")
        .replace("items.yml", "things.yml")
        .replace("wrong/replaced.sql", "wrong/other.sql");
    let files = [("labs/stock/lab.yml", wrong.as_str()), ("labs/stock/reference.sql", "SELECT 1")];
    let files: Files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    let findings = load(&files, "stock").unwrap_err();
    let seen: Vec<(&str, u32, u32)> =
        findings.iter().map(|it| (it.code.as_str(), it.line.unwrap(), it.column.unwrap())).collect();
    let line = |part: &str| u32::try_from(1 + wrong.lines().position(|line| line.contains(part)).unwrap()).unwrap();
    let expected = [
        ("UNKNOWN_FIELD", line("minuts:")),
        ("MISSING_FILE", line("begin.sql")),
        ("MISSING_FILE", line("things.yml")),
        ("MISSING_FILE", line("wrong/every_item.sql")),
        ("MISSING_FILE", line("wrong/other.sql")),
    ];
    assert_eq!(seen.iter().map(|(code, line, _)| (*code, *line)).collect::<Vec<_>>(), expected, "{findings:#?}");
    assert!(seen.iter().skip(1).all(|(.., column)| *column > 1), "{findings:#?}");
}

#[test]
fn columns_that_are_missing_or_wrong_are_told_once_and_not_with_every_row() {
    let told = |columns: &str| -> Vec<String> {
        let findings = dataset(&format!("{columns}\nrows:\n  - [1, 2]\n  - [3, 4]\n")).unwrap_err();
        findings.into_iter().map(|it| format!("{} {}:{}", it.code, it.path, it.line.unwrap())).collect()
    };
    assert_eq!(told("colums: {a: INT, b: INT}"), ["UNKNOWN_FIELD colums:1"]);
    assert_eq!(told(""), ["MISSING_FIELD columns:2"]);
    assert_eq!(told("columns: {}"), ["MISSING_FIELD columns:1"]);
    assert_eq!(told("columns: some"), ["WRONG_TYPE columns:1"]);
    assert_eq!(told("columns: {a: [], b: INT}"), ["WRONG_TYPE columns.a:1"]);
}

#[test]
fn a_type_that_is_misspelt_is_told_once_with_the_one_that_was_meant() {
    let findings = dataset("columns: {a: INT, b: DUBLE}\nrows:\n  - [1, 2.5]\n").unwrap_err();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].hint.as_deref(), Some("Did you mean `DOUBLE`?"));
}

#[test]
fn a_reference_that_is_missing_is_told_once() {
    let text = include_str!("../../skeletons/lab/lab.yml").replace("{{slug}}", "stock");
    let wrong = text.replace("reference: reference.sql", "reference: other.sql\n  mutate_files: [other.sql]");
    assert_ne!(text, wrong);
    let empty = ["starter.sql", "wrong/every_item.sql", "wrong/replaced.sql"].map(|path| (path, "SELECT 1"));
    let items = "columns: {item: STRING}\nrows: []\n";
    let files = empty.into_iter().chain([("lab.yml", wrong.as_str()), ("items.yml", items)]);
    let files: Files = files.map(|(path, text)| (format!("labs/stock/{path}"), text.as_bytes().to_vec())).collect();
    let findings = load(&files, "stock").unwrap_err();
    assert_eq!(findings.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["MISSING_FILE"], "{findings:#?}");
}
