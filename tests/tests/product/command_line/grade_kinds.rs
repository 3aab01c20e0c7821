//! Kinds of checks that the course's own labs do not use, and laws that a statement breaks though its rows are right.

use std::path::Path;

use serde_json::Value;

use crate::program::{folder_of, parsed, sandbar, shown};

#[test]
fn a_course_of_the_other_kinds_proves_itself() {
    let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/kinds");
    let ran = sandbar(&["check", &shown(&course), "--seeds", "4"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("15 solutions"), "{}", ran.out);
}

/// A lab of one task with a property check like `rows`, with these laws.
fn lab_of_laws(rows: &str, property: &str) -> String {
    format!(
        "slug: laws
title: Laws
summary: A statement that is right once.
minutes: 5
submission: {{ titled_tasks: true }}
starter: {{ notebook.sql: solution.sql }}
relations:
  now: {{ table: stock, at: before }}
  then: {{ table: stock, at: after }}
  source: {{ view: deliveries }}
replays:
  - name: main
tasks:
  - number: 1
    title: Stock
    points: 1
    text: Create it.
    checks:
      - {{ id: exists, kind: table_exists, points: 1, claim: It is there., next_step: Create it., table: stock }}
  - number: 2
    title: Deliveries
    points: 2
    text: Take them in.
    checks:
      - id: rows
        points: 1
        claim: The rows are right.
        next_step: Look again.
        {rows}
      - id: laws
        kind: property
        points: 1
        claim: So are others.
        next_step: Look again.
        like: rows
        table: stock
        {property}
        key: sku
        columns: {{ sku: STRING, quantity: INT }}
        values: {{ sku: {{ prefix: P- }}, quantity: {{ least: 1, most: 9 }} }}
proof: {{ starter_score: 0, reference: solution.sql }}
"
    )
}

/// The check of laws in the report on a submission.
fn graded(lab: &str, task: &str) -> Value {
    let solution = format!(
        "-- Databricks notebook source\n-- DBTITLE 1,Task 1\nCREATE TABLE stock (sku STRING, quantity INT);\n\
         INSERT INTO stock VALUES ('A', 1);\nCREATE TEMP VIEW deliveries AS SELECT 'B' AS sku, 2 AS quantity\n\n\
         -- COMMAND ----------\n\n-- DBTITLE 1,Task 2\n{task}\n"
    );
    let course = "slug: laws\ntitle: Laws\nsummary: One lab.\ntopics:\n  - lab: laws\n";
    let files = [("course.yml", course), ("labs/laws/lab.yml", lab), ("labs/laws/solution.sql", solution.as_str())];
    let folder = folder_of(&files);
    let lab = folder.path().join("labs/laws");
    let ran = sandbar(&["grade", &shown(&lab), &shown(&lab.join("solution.sql")), "--format", "json"]);
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    let report = parsed(&ran.out);
    let checks = report["checks"].as_array().expect("checks").clone();
    assert_eq!(checks[1]["status"], "passed", "the rows themselves are right: {}", checks[1]);
    checks.into_iter().find(|check| check["id"] == "laws").expect("the check")
}

fn rows<'a>(check: &'a Value, table: &str) -> &'a Vec<Value> {
    let tables = check["counterexample"]["tables"].as_array().unwrap_or_else(|| panic!("no tables in {check}"));
    let found = tables.iter().find(|found| found["title"] == table);
    found.and_then(|found| found["rows"].as_array()).unwrap_or_else(|| panic!("no {table} in {check}"))
}

#[test]
fn a_merge_that_takes_in_its_source_again_is_shown_the_one_row_that_comes_twice() {
    let lab = lab_of_laws(
        "kind: rows_changed\n        before: now\n        after: then\n        reference: SELECT * FROM now UNION ALL SELECT * FROM source",
        "statement: merge\n        vary: [now, source]\n        laws: [idempotent, order_free]",
    );
    let check = graded(&lab, "MERGE INTO stock AS t USING deliveries AS s ON 1 = 0 WHEN NOT MATCHED THEN INSERT *");
    assert_eq!(check["feedback_key"], "laws.not_idempotent", "{check}");
    assert_eq!((rows(&check, "now").len(), rows(&check, "source").len()), (0, 1), "{check}");
    assert_eq!((rows(&check, "after one run").len(), rows(&check, "after two runs").len()), (1, 2), "{check}");
}

#[test]
fn a_query_whose_answer_hangs_on_the_order_of_its_rows_is_shown_two_rows_that_change_places() {
    let sql = "SELECT first(quantity) AS quantity FROM";
    let lab = lab_of_laws(
        &format!("kind: query_equals\n        reference: {sql} now"),
        "statement: query\n        vary: [now]\n        laws: [order_free]",
    );
    let check = graded(&lab, &format!("{sql} stock"));
    assert_eq!(check["feedback_key"], "laws.order_matters", "{check}");
    assert_eq!(rows(&check, "now").len(), 2, "{check}");
    assert_ne!(rows(&check, "rows as they are"), rows(&check, "rows in reverse order"), "{check}");
}
