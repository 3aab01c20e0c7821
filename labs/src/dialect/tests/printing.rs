//! The law of printing: the parser reads a printed statement back to the same tree.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, VisitMut, VisitorMut};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestError, TestRunner};

use super::bare::bare;
use super::places::unplaced;
use super::{corpus, fuzz_cases, one, statements};
use crate::dialect::Statement;

use super::trees::labels::{LABELS, label};
use super::trees::statement;

/// Reads a text, prints it and reads that again.
fn check_text(text: &str) {
    let read = unplaced(one(text).unwrap());
    let printed = read.to_string();
    let again = one(&printed).unwrap_or_else(|error| panic!("{text}\nprinted as {printed}\n{error}"));
    let again = unplaced(again);
    assert_eq!(again, read, "{text}\nprinted as {printed}");
    assert_eq!(again.to_string(), printed);
    check_bare(bare(read));
}

/// A tree without the brackets that group gets those back that it needs.
fn check_bare(tree: Statement) {
    let printed = tree.to_string();
    let again = one(&printed).unwrap_or_else(|error| panic!("{printed}\n{error}"));
    assert_eq!(bare(unplaced(again)), tree, "{printed}");
}

/// Strategies of trees are deep themselves, and debug builds keep all of one on the stack.
fn with_a_large_stack(test: impl FnOnce()) {
    stacker::grow(256 << 20, test);
}

/// A tree may lack brackets that its text needs: they are what the second tree has more. From there on nothing changes
/// any more.
fn check_tree(made: Statement) -> Result<(), TestCaseError> {
    let printed = made.to_string();
    let read = one(&printed).map(unplaced);
    let why = read.as_ref().err().map(|error| format!("{error} {:?}", error.position));
    prop_assert!(read.is_ok(), "{printed}\n{}", why.unwrap_or_default());
    let read = read.unwrap();
    prop_assert_eq!(read.to_string(), printed.clone());
    let (bare_read, made) = (bare(read.clone()), bare(made));
    prop_assert!(bare_read == made, "{printed}\n{}", difference(&bare_read, &made));
    prop_assert!(unplaced(one(&printed).unwrap()) == read, "{printed}");
    Ok(())
}

/// The first lines in which two trees differ.
fn difference(read: &Statement, made: &Statement) -> String {
    let (read, made) = (unspanned(read), unspanned(made));
    let same = read.iter().zip(&made).take_while(|(read, made)| read == made).count();
    let shown =
        |lines: &[String]| lines.iter().skip(same.saturating_sub(4)).take(12).cloned().collect::<Vec<_>>().join("\n");
    format!("read:\n{}\nmade:\n{}", shown(&read), shown(&made))
}

/// A tree's lines without places and the tokens that are kept for them.
fn unspanned(tree: &Statement) -> Vec<String> {
    let text = format!("{tree:#?}");
    let mut lines = text.lines().filter(|line| !line.contains("span: "));
    let mut kept = Vec::new();
    while let Some(line) = lines.next() {
        let Some(at) = line.find(|c: char| c != ' ').filter(|_| line.contains("_token: ")) else {
            kept.push(line.to_owned());
            continue;
        };
        let end = format!("{}}},", " ".repeat(at));
        lines.by_ref().find(|line| *line == end);
    }
    kept
}

#[test]
fn a_printed_statement_reads_back_as_the_same_tree() {
    with_a_large_stack(|| {
        let config = ProptestConfig {
            cases: fuzz_cases(),
            failure_persistence: None,
            max_shrink_iters: 5_000,
            ..Default::default()
        };
        match TestRunner::new(config).run(&statement::any(), check_tree) {
            Err(TestError::Fail(why, _)) => panic!("{why}"),
            outcome => outcome.unwrap(),
        }
    });
}

/// What a statement is printed as; it reads back.
fn check(text: &str, printed: &str) {
    assert_eq!(one(text).unwrap().to_string(), printed);
    check_text(text);
}

#[test]
fn names_and_texts_are_quoted_so_that_they_read_back() {
    check("SELECT A.b, `Two Words` FROM T t", "SELECT a.b, `two words` FROM t t");
    check("SELECT `a``b`, `\\` FROM ````", "SELECT `a``b`, `\\` FROM ````");
    check(r#"SELECT 'it''s', 'C:\\d', "say \"no\"""#, r#"SELECT 'it\'s', 'C:\\d', "say \"no\"""#);
    check("UPDATE Shop.`My ``t` SET `a b` = 1", "UPDATE `Shop`.`My ``t` SET `a b` = 1");
    check("SELECT 1 AS \"a\\\\b\", 2 'c'", "SELECT 1 AS \"a\\\\b\", 2 AS 'c'");
}

#[test]
fn what_the_lexer_respells_is_printed_in_a_form_that_it_reads() {
    check("SELECT 2S, 3L, -1.5D", "SELECT CAST(2 AS SMALLINT), 3L, CAST(-1.5 AS DOUBLE)");
    check("SELECT * FROM t@v1 AS a", "SELECT * FROM t VERSION AS OF 1 AS a");
    check("SELECT * FROM t FOR VERSION AS OF '2' x", "SELECT * FROM t VERSION AS OF 2 x");
    check("SELECT * FROM (DESCRIBE HISTORY s.t) h", "SELECT * FROM (DESCRIBE HISTORY s.t) h");
    check("SELECT * FROM (DESCRIBE HISTORY t LIMIT 3)", "SELECT * FROM (SELECT * FROM (DESCRIBE HISTORY t) LIMIT 3)");
    check("SELECT IDENTIFIER('S.t') FROM IDENTIFIER('a' || 'b')", "SELECT `s`.`t` FROM `ab`");
    check("TABLE t LIMIT 1", "SELECT * FROM t LIMIT 1");
    check("SELECT : p, :p", "SELECT : p, ''");
}

#[test]
fn what_a_text_or_a_number_in_front_would_change_has_brackets() {
    check("SELECT INTERVAL ('1' || b) DAYS, (1).a", "SELECT INTERVAL ('1' || b) DAYS, (1).a");
}

#[test]
fn what_sqlparser_would_write_for_another_dialect_is_printed_for_ours() {
    check("SELECT CAST(a AS map<string, array<int>>)", "SELECT CAST(a AS MAP<STRING, ARRAY<INT>>)");
    check("SELECT a::struct<x:int, `y z` date>", "SELECT a::STRUCT<x: INT, `y z`: DATE>");
    check("SELECT raw:A.`B c`[0]['D'].e, 'x' : a", "SELECT raw:A.\"B c\"[0]['D'].e, 'x': a");
    check("SELECT raw:\"A\".bB, a << 1 >> b", "SELECT raw:\"A\".bB, a << 1 >> b");
    check("SELECT - -a, a - -1, ! !b", "SELECT - -a, a - -1, ! !b");
    check("SELECT a ILIKE ANY ('x', 'y') ESCAPE '\\\\'", "SELECT a ILIKE ANY ('x', 'y') ESCAPE '\\\\'");
    check("SELECT a GROUP BY ROLLUP (((a) + 1), b)", "SELECT a GROUP BY ROLLUP (((a) + 1), b)");
    check("SELECT a <=> b, a div b, a IS DISTINCT FROM b", "SELECT a <=> b, a DIV b, a IS DISTINCT FROM b");
    check(
        "SELECT transform(a, (x, i) -> x + i), INTERVAL '1-2' YEAR TO MONTH",
        "SELECT transform(a, (x, i) -> x + i), INTERVAL '1 year 2 month'",
    );
}

#[test]
fn a_comment_in_a_kept_text_hides_nothing_that_is_printed_behind_it() {
    check(
        "CREATE TABLE t (a INT DEFAULT 1 -- one\n NOT NULL, b INT)",
        "CREATE TABLE `t` (`a` INT NOT NULL DEFAULT 1 -- one\n, `b` INT)",
    );
}

#[test]
fn a_merge_is_printed_with_all_its_clauses() {
    check(
        "MERGE INTO Target t USING (SELECT 1 AS a) s ON t.a = s.a WHEN MATCHED AND s.a > 1 THEN DELETE \
         WHEN MATCHED THEN UPDATE SET t.b = s.a, c = DEFAULT \
         WHEN NOT MATCHED BY TARGET THEN INSERT (a, B) VALUES (1, 'x') \
         WHEN NOT MATCHED BY SOURCE THEN UPDATE SET b = NULL",
        "MERGE INTO `Target` AS `t` USING (SELECT 1 AS a) s ON t.a = s.a WHEN MATCHED AND s.a > 1 THEN DELETE \
         WHEN MATCHED THEN UPDATE SET `t`.`b` = s.a, `c` = default \
         WHEN NOT MATCHED THEN INSERT (`a`, `B`) VALUES (1, 'x') WHEN NOT MATCHED BY SOURCE THEN UPDATE SET `b` = NULL",
    );
}

/// A program that changes a tree need not think of brackets.
#[test]
fn a_changed_tree_gets_the_brackets_that_it_needs() {
    struct Swap;

    impl VisitorMut for Swap {
        type Break = ();

        /// `AND` and `OR`, `+` and `*` for each other.
        fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            if let Expr::BinaryOp { op, .. } = expr {
                *op = match op {
                    BinaryOperator::And => BinaryOperator::Or,
                    BinaryOperator::Or => BinaryOperator::And,
                    BinaryOperator::Plus => BinaryOperator::Multiply,
                    BinaryOperator::Multiply => BinaryOperator::Plus,
                    _ => return ControlFlow::Continue(()),
                };
            }
            ControlFlow::Continue(())
        }
    }

    for (condition, swapped) in [
        ("a AND b OR NOT c", "(a OR b) AND NOT c"),
        ("a OR b AND c", "a AND (b OR c)"),
        ("a * b + c * d = -e * f", "(a + b) * (c + d) = -e + f"),
        ("(a + b) * c", "(a * b) + c"),
        ("NOT (a AND b) OR x BETWEEN 1 + 2 AND 3", "NOT (a OR b) AND x BETWEEN 1 * 2 AND 3"),
    ] {
        let Statement::Delete(mut delete) = one(&format!("DELETE FROM t WHERE {condition}")).unwrap() else {
            panic!("{condition}")
        };
        let _ = delete.predicate.as_mut().unwrap().visit(&mut Swap);
        assert_eq!(Statement::Delete(delete).to_string(), format!("DELETE FROM `t` WHERE {swapped}"));
    }
}

/// What begins or ends a part may be taken for the beginning or end of more than the part.
#[test]
fn parts_are_kept_apart_by_brackets() {
    for text in [
        "SELECT NOT (EXISTS (SELECT 1)[0])",
        "(SELECT *) EXCEPT SELECT 1",
        "SELECT ('x'):aB",
        "SELECT - -a, -(a + b) * c",
        "SELECT a - (b - c), a = (b = c)",
        "SELECT 1 EXCEPT (SELECT 2 UNION SELECT 3)",
    ] {
        assert_eq!(bare(one(text).unwrap()).to_string(), text);
        check_text(text);
    }
}

#[test]
fn the_longest_chain_is_printed_on_a_small_stack() {
    check_text(&format!("SELECT 1{}", " + 1".repeat(399)));
    check_text(&format!("SELECT {}1{}", "(".repeat(60), ")".repeat(60)));
}

#[test]
fn every_kind_of_statement_is_made_by_the_law() {
    with_a_large_stack(|| {
        let mut runner = TestRunner::deterministic();
        let strategy = statement::any();
        let mut missing: BTreeSet<&str> = LABELS.iter().flat_map(|labels| *labels).copied().collect();
        for _ in 0..20_000 {
            label(&strategy.new_tree(&mut runner).unwrap().current()).into_iter().for_each(|label| {
                missing.remove(label);
            });
            if missing.is_empty() {
                return;
            }
        }
        panic!("{missing:?}");
    });
}

#[test]
fn what_the_slt_files_run_prints_and_reads_back() {
    let mut count = 0;
    for text in corpus() {
        count += check_all(&text);
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn what_the_course_runs_prints_and_reads_back() {
    let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    assert!(check_files(&course) > 50);
}

/// Statements in the `.sql` files below a folder that were checked.
fn check_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let check = |path: std::path::PathBuf| {
        if path.is_dir() {
            return check_files(&path);
        }
        let is_sql = path.extension().is_some_and(|extension| extension == "sql");
        if is_sql { check_all(&std::fs::read_to_string(path).unwrap()) } else { 0 }
    };
    entries.map(check).sum()
}

/// Statements of a text that parse, each checked.
fn check_all(text: &str) -> usize {
    let parsed = statements(text).unwrap().into_iter().filter(|statement| statement.statement.is_ok());
    parsed.map(|statement| check_text(&statement.text)).count()
}
