//! An error says where it is, and what to do next.

use super::{ok, request, session};

const TABLES: &str = "
CREATE TABLE t (k INT NOT NULL, name STRING);
INSERT INTO t VALUES (1, 'one'), (2, 'two');
CREATE TABLE u (k INT, name STRING);
INSERT INTO u VALUES (NULL, 'none')
";

/// Statements with the words at which their error points, and the class. A `^` stands before the words.
const MISTAKES: [(&str, &str); 31] = [
    ("SELECT 1, * FROM ^tt", "TABLE_OR_VIEW_NOT_FOUND"),
    ("SELECT 1, ^nmae FROM t", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
    ("SELECT 1, ^uper(name) FROM t", "UNRESOLVED_ROUTINE"),
    ("SELECT 1, ^name FROM t JOIN u ON t.k = u.k", "AMBIGUOUS_REFERENCE"),
    ("SELECT * FROM u JOIN ^t VERSION AS OF 7", "DELTA_VERSION_NOT_FOUND"),
    ("SELECT 1 AS a, * FROM ^table_changes('t', 0)", "DELTA_MISSING_CHANGE_DATA"),
    ("CREATE TABLE ^T (a INT)", "TABLE_OR_VIEW_ALREADY_EXISTS"),
    ("INSERT INTO ^t VALUES (1)", "DELTA_INSERT_COLUMN_ARITY_MISMATCH"),
    ("INSERT INTO ^t VALUES (DATE '2024-01-01', 'x')", "DATATYPE_MISMATCH"),
    ("INSERT INTO ^t VALUES (NULL, 'x')", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"),
    ("INSERT INTO t BY NAME SELECT 1 AS k, 2 AS ^extra", "DELTA_METADATA_MISMATCH"),
    ("INSERT INTO t (k, ^nmae) VALUES (1, 'x')", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
    ("UPDATE t SET name = 'x', ^k = DATE '2024-01-01'", "DATATYPE_MISMATCH"),
    ("UPDATE t SET ^k = true WHERE k = 77", "DATATYPE_MISMATCH"),
    ("ALTER TABLE t DROP COLUMN ^name", "DELTA_UNSUPPORTED_DROP_COLUMN"),
    ("ALTER TABLE t DROP COLUMNS (k, ^nmae)", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
    ("ALTER TABLE t RENAME COLUMN ^name TO title", "DELTA_UNSUPPORTED_RENAME_COLUMN"),
    ("ALTER TABLE t ADD CONSTRAINT ^big CHECK (k > 1)", "DELTA_NEW_CHECK_CONSTRAINT_VIOLATION"),
    ("ALTER TABLE u ALTER COLUMN ^k SET NOT NULL", "DELTA_NEW_NOT_NULL_VIOLATION"),
    (
        "MERGE INTO t USING u ON t.k = u.k ^WHEN MATCHED THEN DELETE WHEN MATCHED THEN UPDATE SET *",
        "DELTA_NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION",
    ),
    (
        "MERGE INTO t USING u ON t.k = u.k WHEN NOT MATCHED THEN INSERT (k) VALUES (^t.k)",
        "DELTA_MERGE_UNRESOLVED_EXPRESSION",
    ),
    (
        "MERGE WITH SCHEMA EVOLUTION INTO t USING (SELECT true AS k) AS s ON false ^WHEN NOT MATCHED THEN INSERT *",
        "DELTA_FAILED_TO_MERGE_FIELDS",
    ),
    ("SELECT name, k ^/ (k - k) FROM t", "DIVIDE_BY_ZERO"),
    ("SELECT k / 2, k ^% (k - k) FROM t", "DIVIDE_BY_ZERO"),
    ("SELECT k FROM t WHERE 7 ^div (k - 1) > 0", "DIVIDE_BY_ZERO"),
    ("SELECT CAST(k AS STRING), ^CAST(name AS INT) FROM t", "CAST_INVALID_INPUT"),
    ("SELECT k FROM t WHERE name^::INT = 1", "CAST_INVALID_INPUT"),
    ("SELECT k FROM t WHERE ^int(name) = 1", "CAST_INVALID_INPUT"),
    ("SELECT k, CAST(k AS INT), ^'x' + 1 FROM t", "CAST_INVALID_INPUT"),
    ("SELECT k, ^CAST(k * 1000 AS TINYINT) FROM t", "CAST_OVERFLOW"),
    ("SELECT k, 2147483647 ^+ k FROM t", "ARITHMETIC_OVERFLOW"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_told_where_it_stands_with_what_to_do() {
    let mut session = session().await;
    ok(&mut session, TABLES).await;
    for (marked, class) in MISTAKES {
        let column = marked.find('^').unwrap() + 1;
        let sql = marked.replace('^', "");
        let error = session.run(&request(&sql)).await.pop().unwrap().error.unwrap_or_else(|| panic!("{sql} succeeded"));
        assert_eq!(error.class, class, "{sql}");
        let place = error.position.map(|place| (place.line, place.column as usize));
        assert_eq!(place, Some((1, column)), "{sql}: {error}");
        assert!(error.hint.is_some_and(|hint| hint.ends_with(['.', '?'])), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_not_guessed_where_several_expressions_can_have_failed() {
    let mut session = session().await;
    ok(&mut session, TABLES).await;
    for sql in ["SELECT CAST(k || 'x' AS INT), CAST(name AS INT) FROM t", "SELECT k / (k - k), k % (k - k) FROM t"] {
        let error = session.run(&request(sql)).await.pop().unwrap().error.unwrap();
        assert_eq!(error.position, None, "{sql}: {error}");
    }
}
