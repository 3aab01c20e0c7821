//! Variants read back, and each differs from its statement.

use super::{Source, clauses, mutants, read};

const MERGE: &str = "MERGE INTO t USING (SELECT * FROM VALUES (1, 'a') AS v(k, w)) AS s ON t.k = s.k AND t.k > 0 \
    WHEN MATCHED THEN UPDATE SET w = s.w, n = 1.05 WHEN NOT MATCHED THEN INSERT (k, w) VALUES (s.k, s.w)";

/// The MERGE into `t` with another source; `None` where it has none, or none that can be told.
fn with_source(sql: &str, table: &str, columns: &[&str]) -> Option<String> {
    let own = |name: &str| (name == "own").then(|| vec!["amount".to_owned(), "code".to_owned()]);
    match super::with_source(sql, "t", (table, columns), &own) {
        Source::Replaced(replaced) => Some(replaced),
        Source::None | Source::Unclear => None,
    }
}

#[test]
fn a_source_is_replaced_and_keeps_its_alias() {
    let varied = with_source(MERGE, "updates", &["k", "w"]).unwrap();
    assert!(varied.contains("USING updates AS s ON"), "{varied}");
    assert!(read(&varied).is_some());
    let columns = "MERGE INTO t USING (VALUES (1, 2)) AS s(k, w) ON t.k = s.k WHEN MATCHED THEN DELETE";
    assert!(with_source(columns, "updates", &["k", "v"]).unwrap().contains("USING updates AS s (k, w)"));
    assert_eq!(with_source("MERGE INTO t USING s ON t.k = s.k WHEN MATCHED THEN DELETE", "updates", &["k", "v"]), None);
    assert_eq!(
        with_source("MERGE INTO u USING own ON u.k = own.code WHEN MATCHED THEN DELETE", "updates", &["k"]),
        None
    );
    assert_eq!(with_source("UPDATE t SET a = 1", "updates", &["k", "v"]), None);
}

#[test]
fn columns_are_known_by_what_the_merge_does_with_them() {
    let insert = "WHEN NOT MATCHED THEN INSERT (k, w, v) VALUES";
    for (source, on, rest, expected) in [
        (
            "(SELECT 9 AS price, 'x' AS item, 1 AS code) AS s",
            "t.k = s.code",
            format!("{insert} (s.code, s.item, s.price)"),
            "s (code, item, price)",
        ),
        (
            "(SELECT 9 AS price, 'x' AS item, 1 AS code) AS s",
            "(s.code <=> t.k AND t.v > 0)",
            "WHEN MATCHED THEN UPDATE SET v = CAST(s.price AS INT), w = trim(s.item)".to_owned(),
            "s (code, item, price)",
        ),
        (
            "(SELECT * FROM VALUES (1, 'a', 2)) AS s",
            "t.k = s.col1",
            format!("{insert} (col1, col2, col3)"),
            "s (col1, col2, col3)",
        ),
        (
            "(SELECT * FROM own) AS s",
            "t.k = s.code",
            "WHEN MATCHED THEN UPDATE SET v = s.amount".to_owned(),
            "s (code, __1, amount)",
        ),
        ("own", "k = code", "WHEN MATCHED THEN UPDATE SET v = amount * 1".to_owned(), "own (code, __1, amount)"),
        (
            "(WITH d(p, c) AS (VALUES (1, 2)) SELECT * FROM d) AS s",
            "t.k = s.c",
            "WHEN MATCHED THEN UPDATE SET v = s.p".to_owned(),
            "s (c, __1, p)",
        ),
        (
            "(SELECT 1 AS k, 2 AS v, 3 AS more, 'x' AS w) AS s",
            "t.k = s.k",
            "WHEN MATCHED THEN UPDATE SET *".to_owned(),
            "s ON",
        ),
    ] {
        let sql = format!("MERGE INTO t USING {source} ON {on} {rest}");
        let varied = with_source(&sql, "updates", &["k", "w", "v"]).unwrap_or_else(|| panic!("{sql}"));
        assert!(varied.contains(&format!("USING updates AS {expected}")), "{source}: {varied}");
    }
}

#[test]
fn a_source_whose_columns_cannot_be_told_is_left_as_it_is() {
    for rest in [
        "USING (SELECT 1 AS code, 2 AS a, 3 AS b) AS s ON t.k = s.code WHEN MATCHED THEN UPDATE SET v = s.a + s.b",
        "USING (SELECT 1 AS code, 2 AS amount) AS s ON t.k = s.code AND s.amount > 1 WHEN MATCHED THEN DELETE",
        "USING (SELECT 1 AS code) AS s ON t.k = s.code WHEN NOT MATCHED THEN INSERT *",
        "USING (SELECT max(x) FROM u) AS s ON t.k = s.code WHEN MATCHED THEN DELETE",
    ] {
        let told = super::with_source(&format!("MERGE INTO t {rest}"), "t", ("updates", &["k", "w", "v"]), &|_| None);
        assert_eq!(told, Source::Unclear, "{rest}");
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
fn a_clause_is_told_with_its_condition_where_that_is_short() {
    let label = |condition: &str| {
        let sql = format!(
            "MERGE INTO t USING s ON t.k = s.k WHEN MATCHED AND {condition} THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v"
        );
        clauses(&sql)[0].label.clone()
    };
    assert_eq!(label("s.v > 20"), "WHEN MATCHED AND s.v > 20 THEN DELETE");
    assert_eq!(label(&["s.v > 20"; 12].join(" AND ")), "WHEN MATCHED AND … THEN DELETE");
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
