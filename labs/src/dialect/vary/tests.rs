//! Variants read back, and each differs from its statement.

use super::{clauses, mutants, read};

const MERGE: &str = "MERGE INTO t USING (SELECT * FROM VALUES (1, 'a') AS v(k, w)) AS s ON t.k = s.k AND t.k > 0 \
    WHEN MATCHED THEN UPDATE SET w = s.w, n = 1.05 WHEN NOT MATCHED THEN INSERT (k, w) VALUES (s.k, s.w)";

fn with_source(sql: &str, table: &str, columns: &[&str]) -> Option<String> {
    super::with_source(sql, table, columns, &|_| None)
}

#[test]
fn a_source_is_replaced_and_keeps_its_alias() {
    let varied = with_source(MERGE, "updates", &["k", "w"]).unwrap();
    assert!(varied.contains("USING updates AS s ON"), "{varied}");
    assert!(read(&varied).is_some());
    let columns = "MERGE INTO t USING (VALUES (1, 2)) AS s(k, w) ON t.k = s.k WHEN MATCHED THEN DELETE";
    assert!(with_source(columns, "updates", &["k", "v"]).unwrap().contains("USING updates AS s (k, w)"));
    let own = "MERGE INTO t USING staging ON t.k = staging.code WHEN MATCHED THEN DELETE";
    let known = |name: &str| (name == "staging").then(|| vec!["amount".to_owned(), "code".to_owned()]);
    let varied = super::with_source(own, "updates", &["k", "v"], &known).unwrap();
    assert!(varied.contains("USING updates AS staging (code, amount)"), "{varied}");
    assert_eq!(with_source("MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN DELETE", "updates", &["k", "v"]), None);
    assert_eq!(with_source("UPDATE t SET a = 1", "updates", &["k", "v"]), None);
}

#[test]
fn a_source_that_calls_its_columns_otherwise_gives_its_names_to_the_tables_columns() {
    for (source, expected) in [
        ("(SELECT * FROM VALUES (1, 2) AS v(code, amount)) AS s", "updates AS s (code, amount)"),
        ("(SELECT 1 AS code, max(a) AS amount FROM own GROUP BY 1) AS s", "updates AS s (code, amount)"),
        ("(SELECT o.k, o.amount FROM own o UNION ALL SELECT 1, 2) AS s", "updates AS s (k, amount)"),
        ("(SELECT * FROM VALUES (1, 2) AS v(k, v)) AS s", "updates AS s ON"),
        ("(SELECT * FROM VALUES (1, 2) AS v(v, k)) AS s", "updates AS s ON"),
        ("(SELECT * FROM VALUES (1, 2) AS v(amount, k)) AS s", "updates AS s (k, amount)"),
        ("(SELECT 1 AS code) AS s", "updates AS s ON"),
    ] {
        let sql = format!("MERGE INTO t USING {source} ON t.k = s.k WHEN MATCHED THEN DELETE");
        let varied = with_source(&sql, "updates", &["k", "v"]).unwrap();
        assert!(varied.contains(&format!("USING {expected}")), "{source}: {varied}");
    }
}

#[test]
fn columns_in_another_order_are_known_by_what_the_merge_does_with_them() {
    for (source, rest) in [
        (
            "(SELECT 9 AS price, 'x' AS item, 1 AS code) AS s",
            "ON t.k = s.code WHEN NOT MATCHED THEN INSERT (k, w, v) VALUES (s.code, s.item, s.price)",
        ),
        (
            "(SELECT 9 AS price, 'x' AS item, 1 AS code) AS s",
            "ON (s.code <=> t.k AND t.v > 0) WHEN MATCHED THEN UPDATE SET v = CAST(s.price AS INT)",
        ),
    ] {
        let varied = with_source(&format!("MERGE INTO t USING {source} {rest}"), "updates", &["k", "w", "v"]).unwrap();
        assert!(varied.contains("USING updates AS s (code, item, price)"), "{varied}");
    }
}

#[test]
fn each_clause_can_be_left_out() {
    let found = clauses(MERGE);
    let labels: Vec<&str> = found.iter().map(|clause| clause.label.as_str()).collect();
    assert_eq!(labels, ["WHEN MATCHED THEN UPDATE", "WHEN NOT MATCHED THEN INSERT"]);
    assert!(!found[0].without.contains("UPDATE SET") && found[0].without.contains("INSERT"));
    assert!(found.iter().all(|clause| read(&clause.without).is_some()));
    let deleting = found[0].deleting.as_ref().unwrap();
    assert!(deleting.contains("WHEN MATCHED THEN DELETE") && read(deleting).is_some(), "{deleting}");
    assert_eq!(found[1].deleting, None);
}

#[test]
fn mutants_are_statements_that_differ_in_one_thing() {
    let whats = |sql: &str| -> Vec<String> { mutants(sql).into_iter().map(|mutant| mutant.what).collect() };
    let found = whats(MERGE);
    for what in [
        "t.k = s.k becomes t.k <=> s.k",
        "t.k = s.k AND t.k > 0 becomes t.k = s.k",
        "t.k > 0 becomes t.k >= 0",
        "1.05 becomes 2.05",
        "without SET w",
        "'a' becomes 'A'",
    ] {
        assert!(found.iter().any(|found| found == what), "{what}: {found:#?}");
    }
    assert_eq!(found.iter().filter(|what| what.starts_with("without WHEN")).count(), 2, "{found:#?}");
    assert_eq!(
        whats("SELECT a FROM t JOIN u ON t.k = u.k WHERE a <> 'x' ORDER BY a LIMIT 5"),
        [
            "without ORDER BY",
            "without LIMIT",
            "without WHERE a <> 'x'",
            "LEFT JOIN u",
            "t.k = u.k becomes t.k <=> u.k",
            "t.k = u.k becomes t.k <> u.k",
            "'x' becomes 'X'",
            "a <> 'x' becomes a = 'x'",
            "5 becomes 6",
        ]
    );
    let made = whats("CREATE OR REPLACE TABLE t AS SELECT a FROM u WHERE a > 1");
    assert_eq!(made, ["without WHERE a > 1", "1 becomes 2", "a > 1 becomes a >= 1"]);
    let given = mutants("SELECT a FROM t WHERE day >= CAST(:day AS DATE)");
    assert!(given.iter().any(|mutant| mutant.sql.contains("day > CAST(:day AS DATE)")), "{given:#?}");
    assert_eq!(given.len(), 2, "{given:#?}");
    assert!(mutants("DROP TABLE t").is_empty());
    for sql in [MERGE, "UPDATE t SET a = a * 2 WHERE k = 'x' OR k < 3", "DELETE FROM t WHERE a = 1"] {
        let tree = read(sql).unwrap();
        for mutant in mutants(sql) {
            assert_ne!(read(&mutant.sql).unwrap_or_else(|| panic!("{}", mutant.sql)), tree, "{}", mutant.what);
        }
    }
}
