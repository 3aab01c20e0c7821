use super::*;

fn one(sql: &str) -> Result<Statement, crate::diagnostic::Diagnostic> {
    let mut found = statements(sql).unwrap();
    assert_eq!(found.len(), 1, "{sql}");
    found.remove(0).statement
}

#[test]
fn a_semicolon_in_a_string_or_comment_does_not_end_a_statement() {
    let found = statements("SELECT ';' AS a; -- one; two\n/* ; */ SELECT 2;;\n").unwrap();
    let texts: Vec<&str> = found.iter().map(|statement| statement.text.as_str()).collect();
    assert_eq!(texts, ["SELECT ';' AS a", "-- one; two\n/* ; */ SELECT 2"]);
    assert_eq!((found[1].position.line, found[1].position.column), (1, 18));
}

#[test]
fn highlighting_covers_the_whole_text() {
    for text in [
        "SELECT `a` FROM t -- x",
        "INSERT INTO t VALUES ('it''s', 1.5e3, :p)",
        "'open",
        "/* open",
        "söme ünïcode ¤",
        "",
    ] {
        let joined: String = highlight(text).iter().map(|token| token.text).collect();
        assert_eq!(joined, text);
    }
}

#[test]
fn a_syntax_error_points_at_the_word() {
    let error = one("SELECT a\nFORM t WHERE x").unwrap_err();
    assert_eq!(error.class, "PARSE_SYNTAX_ERROR");
    assert_eq!(error.position.map(|place| place.line), Some(2));
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    for sql in [
        "CACHE TABLE t",
        "COPY INTO t FROM '/x'",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc'",
        "CREATE TABLE t (a INT) LOCATION '/etc'",
        "CREATE TABLE t (a INT) USING csv",
        "INSERT OVERWRITE DIRECTORY '/tmp' SELECT 1",
        "ALTER VIEW v RENAME TO s",
        "DROP CATALOG s",
    ] {
        let error = one(sql).unwrap_err();
        assert_eq!(error.class, "UNSUPPORTED_FEATURE", "{sql}: {error}");
        assert!(error.hint.is_some(), "{sql}");
    }
}

#[test]
fn only_the_last_matched_clause_may_lack_a_condition() {
    let error =
        one("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN MATCHED AND t.a > 1 THEN UPDATE SET *")
            .unwrap_err();
    assert_eq!(error.class, "DELTA_NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION");
}

#[test]
fn deep_nesting_is_refused_before_it_is_parsed() {
    let deep = [
        format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("SELECT {}TRUE", "NOT ".repeat(10_000)),
        format!("SELECT {}1", "- ".repeat(10_000)),
        format!("SELECT 1{}", " + 1".repeat(10_000)),
        format!("SELECT {}1{}", "CASE WHEN TRUE THEN ".repeat(2_000), " END".repeat(2_000)),
        format!("CREATE TABLE t (a {}INT{})", "ARRAY<".repeat(5_000), ">".repeat(5_000)),
        format!("SELECT * FROM t{}", " JOIN t".repeat(5_000)),
    ];
    for sql in deep {
        let error = one(&sql).unwrap_err();
        assert_eq!(error.class, "LIMIT_EXCEEDED.NESTING", "{}", &sql[..40]);
    }
}

#[test]
fn a_parameter_is_bound_as_a_string_and_named() {
    let parameters = Parameters::new([("Start".to_owned(), "2024-01-01".to_owned())]);
    let start = crate::diagnostic::Position { line: 1, column: 1 };
    let lexed = Lexed::new("SELECT :start, m:field FROM t", start, &parameters, 100).unwrap();
    assert!(lexed.parameters_read.contains("start") && lexed.parameters_read.len() == 1);
    let error = Lexed::new("SELECT\n  :nobody", start, &parameters, 100).unwrap_err();
    assert_eq!((error.class.as_str(), error.position.unwrap().line), ("UNBOUND_SQL_PARAMETER", 2));
}

#[test]
fn columns_without_an_alias_are_named_as_spark_names_them() {
    let start = crate::diagnostic::Position { line: 1, column: 1 };
    for (sql, name) in [
        ("SELECT COUNT(*)", "count(1)"),
        ("SELECT t.Price * 1.05", "(Price * 1.05)"),
        ("SELECT Sku", "Sku"),
        (
            "SELECT sum(distinct a) OVER (PARTITION BY b ORDER BY c DESC)",
            "sum(DISTINCT a) OVER (PARTITION BY b ORDER BY c DESC NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        ),
        ("SELECT a::int", "CAST(a AS INT)"),
        ("SELECT a <> 'x' AND NOT b", "((NOT (a = x)) AND (NOT b))"),
        ("SELECT CASE WHEN a > 1 THEN 'x' ELSE NULL END", "CASE WHEN (a > 1) THEN x ELSE NULL END"),
        ("SELECT round(a)", "round(a, 0)"),
        ("SELECT -5", "-5"),
    ] {
        let lexed = Lexed::new(sql, start, &Parameters::unbound(), 100).unwrap();
        let Statement::Query(query) = parse(&lexed).unwrap() else { panic!("{sql}") };
        let select = query.body.as_select().unwrap();
        let datafusion::sql::sqlparser::ast::SelectItem::UnnamedExpr(expr) = &select.projection[0] else {
            panic!("{sql}")
        };
        assert_eq!(column_name(expr, &lexed), name);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_can_be_cut_highlighted_and_parsed_without_a_panic(text in "\\PC{0,200}") {
        let joined: String = highlight(&text).iter().map(|token| token.text).collect();
        assert_eq!(joined, text);
        let _ = statements(&text);
    }

    #[test]
    fn cutting_keeps_every_statement(parts in proptest::collection::vec("[a-z0-9 ,']{1,20}", 1..6)) {
        let parts: Vec<String> = parts.into_iter().map(|part| part.replace('\'', "''")).collect();
        let expected: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        let text = parts.join(";");
        let found = statements(&text).unwrap();
        let texts: Vec<&str> = found.iter().map(|statement| statement.text.as_str()).collect();
        proptest::prop_assert_eq!(texts, expected);
    }
}
