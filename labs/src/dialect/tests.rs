mod bare;
mod places;
mod printing;
mod trees;

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
        "CREATE TABLE t (s STRUCT<a: INT COMMENT 'x', b: STRING>)",
        "CREATE TABLE t (s STRUCT<a: INT NOT NULL>)",
        "ALTER TABLE t ADD COLUMNS (l ARRAY<STRUCT<x: INT comment 'y'>>)",
        "SELECT CAST(s AS STRUCT<a: INT COMMENT 'x'>)",
        "ALTER TABLE t ADD COLUMNS (s.z INT)",
        "ALTER TABLE t ADD COLUMN s.z INT AFTER a",
        "ALTER TABLE t ALTER COLUMN s.a COMMENT 'x'",
        "ALTER TABLE t ALTER COLUMN s.a TYPE BIGINT",
        "ALTER TABLE t RENAME COLUMN s.a TO q",
        "ALTER TABLE t DROP COLUMNS (b, s.a)",
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

/// Real statements: everything that the slt files run.
fn corpus() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let records = text.split("\n\n").filter_map(|record| record.trim_start().split_once('\n'));
        let statements = records.filter(|(head, _)| head.starts_with("statement") || head.starts_with("query"));
        found.extend(statements.map(|(_, rest)| rest.split("\n----").next().unwrap_or_default().to_owned()));
    }
    found.sort();
    found
}

/// Cuts, joins, doubles and spoils statements by a list of choices.
fn mutated(corpus: &[String], choices: &[(usize, usize, u8)]) -> String {
    let mut text = String::new();
    for (which, place, how) in choices {
        let statement: Vec<char> = corpus[which % corpus.len()].chars().collect();
        let place = place % (statement.len() + 1);
        let (head, tail) =
            (statement[..place].iter().collect::<String>(), statement[place..].iter().collect::<String>());
        match how % 6 {
            0 => text.push_str(&head),
            1 => text.push_str(&tail),
            2 => text = format!("{text}{head};{tail}"),
            3 => {
                text = format!("{text}{head}{}{tail}", ["'", "\"", "`", "/*", "--", "\\", "$", ":", "\u{0}"][place % 9])
            }
            4 => text = format!("{text} {head}({tail}"),
            _ => text = format!("{text}{head}{}{tail}", ["é", "💧", "\u{202e}", "\r", "@v", "0x", "1e"][place % 7]),
        }
    }
    text
}

/// A statement without its positions.
fn shape(sql: &str) -> Result<String, String> {
    let position = regex::Regex::new(r"Position \{[^}]*\}|Location\([^)]*\)|Span\([^)]*\)").unwrap();
    let shown = |statement: Statement| position.replace_all(&format!("{statement:?}"), "_").into_owned();
    one(sql).map(shown).map_err(|error| error.class)
}

/// As many cases as `SANDBAR_FUZZ_CASES` says, which `make fuzz` sets; few otherwise.
fn fuzz_cases() -> u32 {
    std::env::var("SANDBAR_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(128)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: fuzz_cases(), ..Default::default() })]

    /// The fuzz target: whatever is made of real statements, reading it ends without a panic, nothing of the text gets
    /// lost, and every position lies in the text.
    #[test]
    fn mutated_statements_are_read_to_their_end(
        choices in proptest::collection::vec(proptest::prelude::any::<(usize, usize, u8)>(), 1..4),
    ) {
        let text = mutated(&corpus(), &choices);
        let joined: String = highlight(&text).iter().map(|token| token.text).collect();
        proptest::prop_assert_eq!(&joined, &text);
        let lines: Vec<&str> = text.split('\n').collect();
        let inside = |place: crate::diagnostic::Position| {
            let line = lines.get(place.line as usize - 1);
            line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&(place.column as usize)))
        };
        if let Ok(found) = statements(&text) {
            for statement in found {
                proptest::prop_assert!(inside(statement.position), "{:?} of {:?}", statement.position, text);
                if let Err(error) = statement.statement && let Some(place) = error.position {
                    proptest::prop_assert!(inside(place), "{:?}: {} of {:?}", place, error, text);
                }
            }
        }
    }

    #[test]
    fn cutting_twice_is_cutting_once(choices in proptest::collection::vec(proptest::prelude::any::<(usize, usize, u8)>(), 1..4)) {
        let text = mutated(&corpus(), &choices);
        for piece in cut(&text) {
            let again: Vec<&str> = cut(piece.text).into_iter().map(|piece| piece.text).collect();
            proptest::prop_assert_eq!(again, vec![piece.text]);
        }
    }
}

/// Spaces and comments between a statement's words say nothing.
#[test]
fn space_and_comments_do_not_change_what_a_statement_is() {
    for sql in corpus().iter().filter(|sql| cut(sql).len() == 1) {
        let spaced: String = scan::pieces(sql)
            .map(|(piece, text)| if piece == scan::Piece::Space { "\n /* ; */\t-- ;\n" } else { text })
            .collect();
        let (plain, spaced) = (shape(sql), shape(&spaced));
        // These keep their text.
        let upper = sql.to_uppercase();
        if !["VIEW", "CONSTRAINT", "FUNCTION", "DEFAULT", "GENERATED"].iter().any(|word| upper.contains(word)) {
            assert_eq!(plain, spaced, "{sql}");
        }
    }
}

#[test]
fn a_misspelt_word_of_a_statement_is_told_with_the_one_that_was_meant() {
    for (sql, meant) in [
        ("SELCT 1", "SELECT"),
        ("INSRT INTO t VALUES (1)", "INSERT"),
        ("OPTIMISE t", "OPTIMIZE"),
        ("CREATE TABEL t (a INT)", "TABLE"),
        ("CREATE OR REPLACE VEIW v AS SELECT 1", "VIEW"),
        ("ALTER TABEL t ADD COLUMNS (b INT)", "TABLE"),
        ("DROP VIWE v", "VIEW"),
        ("DESCRIBE HISTROY t", "HISTORY"),
        ("INSERT INTO t VALUE (1)", "VALUES"),
        ("SELECT a FROM t VERSON AS OF 0", "VERSION"),
        ("SELECT a FROM t WEHRE a = 1", "WHERE"),
    ] {
        let error = one(sql).unwrap_err();
        assert_eq!(error.class, "PARSE_SYNTAX_ERROR", "{sql}: {error}");
        assert_eq!(error.hint, Some(format!("Did you mean {meant}?")), "{sql}: {error}");
    }
    for sql in
        ["CREATE EXTERNAL TABLE t (a INT)", "DROP COLUMN a", "SHOW TABLE EXTENDED LIKE 'x'", "DESCRIBE details a"]
    {
        assert_eq!(one(sql).unwrap_err().class, "UNSUPPORTED_FEATURE", "{sql} has no slip");
    }
    assert!(one("DESCRIBE histor").is_ok(), "a table may be called so");
}

#[test]
fn rows_of_literals_are_found_in_a_text_that_is_no_statement() {
    let found =
        |text: &str| -> Vec<String> { literal_rows(text, &["a", "b"]).iter().map(|row| row.join(" | ")).collect() };
    let text = r#"INSERT INTO lab VALUE ('T-1', -1.5), (/* two */ "x", NULL), (DATE '2024-01-01', true), (r'\', 12L),
        (a, 1), ('three', 2, 3), ((1, 2), 3), ('open', 1"#;
    assert_eq!(found(text), ["'T-1' | -1.5", r#""x" | NULL"#, "DATE '2024-01-01' | true", r"r'\' | 12L", "1 | 2"]);
    assert_eq!(found("INSERT INTO lab (`B`, a) VALUE (1, 2), (3, 4)"), ["2 | 1", "4 | 3"]);
    assert_eq!(found("INSERT INTO lab (a, c) VALUE (1, 2)"), ["1 | 2"], "other names say nothing of these columns");
}

#[test]
fn a_table_is_renamed_where_it_is_named_and_nowhere_else() {
    let text = "SELECT stock.a, `Stock`.b, 'stock' AS c -- stock\nFROM default.STOCK JOIN stock_old";
    assert_eq!(
        rename(text, "stock", "goods"),
        "SELECT goods.a, goods.b, 'stock' AS c -- stock\nFROM default.goods JOIN stock_old"
    );
    assert!(is_named("DROP TABLE `Stock`", "stock") && !is_named("SELECT 'stock' AS stocks", "stock"));
    let text = "CREATE SCHEMA IF NOT EXISTS shop; USE Shop; SELECT * FROM shop.t; create database `shop`";
    assert_eq!(
        rename_schema(text, "shop", "default"),
        "CREATE SCHEMA IF NOT EXISTS shop; USE default; SELECT * FROM default.t; create database `shop`"
    );
}
