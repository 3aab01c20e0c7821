use crate::rubric::parse;

/// A lab whose only task has a check with those fields.
fn with(fields: &str) -> String {
    let fields: String = fields.lines().map(|line| format!("        {line}\n")).collect();
    format!(
        "\
slug: small
title: Small
summary: A small lab.
submission: {{titled_tasks: true}}
schemas:
  stock: {{columns: {{sku: STRING, price: 'DECIMAL(10, 2)'}}}}
relations:
  after: {{table: t, at: after, schema: stock}}
replays:
  - name: main
tasks:
  - number: 1
    title: Create
    text: Create `t`.
    points: 1
    checks:
      - id: one
        points: 1
        claim: It holds.
        next_step: Try.
{fields}proof: {{starter_score: 0, reference: solution.sql, wrong: []}}
"
    )
}

/// Code, path below the check, line, column and hint of each finding.
fn told(fields: &str) -> Vec<(String, String, u32, u32, String)> {
    let Err(findings) = parse(&with(fields), "lab.yml") else { return Vec::new() };
    let told = findings.into_iter().map(|finding| {
        let path = finding.path.replace("tasks[0].checks[0].", "");
        let (line, column) = (finding.line.unwrap_or(0), finding.column.unwrap_or(0));
        (finding.code, path, line, column, finding.hint.unwrap_or_default())
    });
    told.collect()
}

fn check(fields: &str, expected: &[(&str, &str, u32, u32, &str)]) {
    let told = told(fields);
    let told = told.iter().map(|(a, b, line, column, c)| (a.as_str(), b.as_str(), *line, *column, c.as_str()));
    assert_eq!(told.collect::<Vec<_>>(), expected, "{fields}");
}

#[test]
fn an_operation_that_no_history_shows_is_told_with_the_nearest_one() {
    check(
        "kind: single_commit\ntable: t\noperations: [UPDATE, MERG]",
        &[("UNKNOWN_NAME", "operations[1]", 23, 30, "Did you mean `MERGE`?")],
    );
}

#[test]
fn a_metric_belongs_to_one_of_the_operations() {
    check(
        "kind: history_operation\ntable: t\noperations: [MERGE, DELETE]\nmetrics_at_least: {numDeletedRows: 1, numTargetRowsUpdate: 1}",
        &[("UNKNOWN_NAME", "metrics_at_least.numTargetRowsUpdate", 24, 47, "Did you mean `numTargetRowsUpdated`?")],
    );
    let other = "kind: history_operation\ntable: t\noperations: [MERGE]\nmetrics_at_most: {numUpdatedRows: 1}";
    assert_eq!(told(other).len(), 1);
}

#[test]
fn a_clause_that_no_merge_has_and_a_kind_that_no_statement_is_are_both_told() {
    check(
        "kind: statement_uses\nstatement: [mergee]\nmerge_clauses: [matched_updat, not_matched_insrt]",
        &[
            ("UNKNOWN_NAME", "statement[0]", 22, 21, "Did you mean `merge`?"),
            ("UNKNOWN_NAME", "merge_clauses[0]", 23, 25, "Did you mean `matched_update`?"),
            ("UNKNOWN_NAME", "merge_clauses[1]", 23, 40, "Did you mean `not_matched_insert`?"),
        ],
    );
}

#[test]
fn a_type_that_no_column_has_is_told_and_another_word_for_one_is_that_one() {
    check(
        "kind: schema\ntable: t\ncolumns: {sku: STRNG, qty: INTEGER, price: 'DECIMAL(10, 2)'}",
        &[("UNKNOWN_NAME", "columns.sku", 23, 24, "Did you mean `STRING`?")],
    );
    let rubric = parse(&with("kind: schema\ntable: t\ncolumns: {qty: INTEGER}"), "lab.yml").unwrap();
    assert!(format!("{:?}", rubric.tasks[0].checks[0].rule).contains("type_name: \"INT\""));
    assert_eq!(rubric.relations["after"].columns[1].type_name, "DECIMAL(10,2)");
}

#[test]
fn sql_that_does_not_parse_is_told_at_its_place_in_the_file() {
    let fields = "\
kind: rows_equal
relation: after
reference: |
  SELECT sku
  FROM after
  WHERE price > )
mistakes:
  - {key: one, say: No., sql: UPDATE after SET price = 1}
  - {key: two, say: No., sql: SELECT FROM after GROUP}
compare: {tolerance: -1}";
    let told = told(fields);
    let places = told.iter().map(|(code, path, line, column, _)| (code.as_str(), path.as_str(), *line, *column));
    assert_eq!(
        places.collect::<Vec<_>>(),
        [
            ("BAD_SQL", "reference", 26, 25),
            ("WRONG_VALUE", "compare.tolerance", 30, 30),
            ("BAD_SQL", "mistakes[0].sql", 28, 39),
            ("BAD_SQL", "mistakes[1].sql", 29, 39),
        ]
    );
}

#[test]
fn violations_and_repairs_are_parsed_too() {
    check(
        "kind: no_violations\nsay: No.\nviolations: SELECT 1; SELECT sku FROM after",
        &[("BAD_SQL", "violations", 23, 21, "Give one query.")],
    );
    let text = with("kind: table_exists\ntable: t").replace(
        "    checks:\n",
        "    carry_forward:\n      sql: |\n        SELECT 1;\n        DROP TABEL t\n    checks:\n",
    );
    let finding = parse(&text, "lab.yml").unwrap_err().remove(0);
    assert_eq!((finding.code.as_str(), finding.line, finding.column), ("BAD_SQL", Some(19), Some(14)));
}
