//! `sandbar sql` as a black box: real processes, a real workspace, the jsonl that others script against.

use serde_json::json;

use crate::program::sandbar;

#[test]
fn a_table_keeps_its_versions() {
    let statements = "CREATE TABLE t AS SELECT 1 AS a; UPDATE t SET a = 2; SELECT * FROM t VERSION AS OF 0; SELECT a FROM t; \
                      SELECT operation FROM (DESCRIBE HISTORY t) ORDER BY version";
    let ran = sandbar(&["sql", "--format", "jsonl", "-e", statements]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!((ran.rows(2), ran.rows(3)), (json!([[1]]), json!([[2]])));
    assert_eq!(ran.rows(4), json!([["CREATE TABLE AS SELECT"], ["UPDATE"]]));
}

#[test]
fn a_failed_statement_stops_the_rest_and_says_why_and_where() {
    let ran = sandbar(&["sql", "--format", "jsonl", "-e", "SELECT 1;\nSELECT * FROM missing;\nSELECT 2"]);
    assert_eq!(ran.status, 1);
    let objects = ran.objects();
    assert_eq!(objects.len(), 2, "{objects:?}");
    let error = &objects[1]["error"];
    assert_eq!((&error["class"], &error["sqlstate"]), (&json!("TABLE_OR_VIEW_NOT_FOUND"), &json!("42P01")));
    assert_eq!(error["line"], json!(2));
}
