//! `sandbar sql` for people: aligned tables on standard output, errors with their place on standard error.

use crate::program::{folder_of, sandbar, shown};

#[test]
fn rows_are_an_aligned_table_with_a_line_about_them() {
    let ran = sandbar(&["sql", "-e", "SELECT 'tea' AS name, 5 AS price UNION ALL SELECT NULL, 125 ORDER BY price"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(
        lines[..6],
        [
            "┌──────┬───────┐",
            "│ name ┆ price │",
            "╞══════╪═══════╡",
            "│ tea  ┆     5 │",
            "│ NULL ┆   125 │",
            "└──────┴───────┘"
        ]
    );
    assert!(lines[6].starts_with("2 rows · ") && lines[6].ends_with(" ms"), "{}", lines[6]);
}

#[test]
fn a_change_names_the_table_and_its_new_version() {
    let ran = sandbar(&["sql", "-e", "CREATE TABLE t AS SELECT 1 AS a; UPDATE t SET a = 2"]);
    assert!(ran.out.contains("t is at version 0 (CREATE TABLE AS SELECT)"), "{}", ran.out);
    assert!(ran.out.contains("t is at version 1 (UPDATE)"), "{}", ran.out);
}

#[test]
fn an_error_shows_the_line_of_the_file_with_a_caret_and_the_hint_on_standard_error() {
    let folder = folder_of(&[("week.sql", "SELECT 1 AS a;\n\nSELECT sum(pric)\nFROM VALUES (1) AS v(price)")]);
    let file = shown(&folder.path().join("week.sql"));
    let ran = sandbar(&["sql", &file]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("│ 1 │") && !ran.out.contains("error"), "{}", ran.out);
    for part in [
        "error[UNRESOLVED_COLUMN.WITH_SUGGESTION 42703]",
        &format!("{file}:3:12"),
        "3 │ SELECT sum(pric)",
        "│            ━━━━",
        "`price`",
    ] {
        assert!(ran.err.contains(part), "{part} in {}", ran.err);
    }
}

#[test]
fn more_rows_than_are_shown_are_counted() {
    let ten = "(SELECT * FROM VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9) AS v(x))";
    let query = format!("SELECT a.x FROM {ten} a CROSS JOIN {ten} b CROSS JOIN {ten} c CROSS JOIN {ten} d");
    let ran = sandbar(&["sql", "-e", &query]);
    assert_eq!((ran.status, ran.out.matches("│ ").count()), (0, 1001), "rows and heading");
    assert!(ran.out.contains("1000 of 10000 rows"), "{}", ran.out.lines().last().unwrap_or_default());
}
