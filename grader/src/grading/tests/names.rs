//! Columns that a student calls otherwise: a slip in a name costs once, whatever the order of columns.

use std::cell::RefCell;

use super::*;

const LAB: &str = r#"slug: small
title: Small
summary: A small lab.
submission: {titled_tasks: true}
schemas:
  priced: {columns: {sku: STRING, unit_price: DOUBLE}}
relations:
  before: {table: t, at: before, schema: priced}
  after: {table: t, at: after, schema: priced}
replays:
  - name: main
tasks:
  - number: 1
    title: Create
    text: Create `t`.
    points: 1
    checks:
      - {id: exists, kind: table_exists, points: 1, claim: There is t., next_step: Create it., table: t}
  - number: 2
    title: Compare
    text: Compare.
    points: 9
    checks:
      - id: compared
        kind: query_equals
        points: 5
        claim: The prices are compared.
        next_step: Try again.
        columns_earn: 3
        reference: SELECT then and now FROM before
        mistakes:
          - {key: same_twice, say: The same twice., sql: SELECT now twice FROM before}
      - id: kept
        kind: no_violations
        points: 4
        claim: The rows are kept.
        next_step: Try again.
        reason: lost
        say: A row is lost.
        violations: SELECT * FROM before EXCEPT SELECT * FROM after
proof: {starter_score: 0, reference: solution.sql, wrong: []}
"#;

fn table(columns: &[(&str, &str)], rows: Value) -> Relation {
    let columns = columns.iter().map(|(name, kind)| Column::new(*name, *kind)).collect();
    Relation { columns, rows: serde_json::from_value(rows).unwrap() }
}

/// What the lab asks for: the price then, and the price now.
const ASKED: [(&str, &str); 3] = [("sku", "STRING"), ("original_price", "DOUBLE"), ("current_price", "DOUBLE")];

/// Grades a query's rows, where the table has these versions, the last of them in task 2.
fn compared(versions: Vec<Relation>, query: &Relation) -> Report {
    let replay = |_: &ReplayPlan| {
        let last = versions.len() - 1;
        let version = |(number, relation): (usize, &Relation)| VersionEvidence {
            schema: relation.columns.clone(),
            rows: Some(relation.rows.clone()),
            ..version(number as u64, u32::from(number == last), json!([]))
        };
        let versions = versions.iter().enumerate().map(version).collect();
        let select = StatementOutcome { relation: query.clone(), ..statement(StatementKind::Query, None) };
        let create = statement(StatementKind::CreateTableAsSelect, None);
        let cells =
            vec![cell(0, Some(create), Some(last.saturating_sub(1) as u64)), cell(1, Some(select), Some(last as u64))];
        let run = RunEvidence { notebook: "work.sql".into(), cells, ..RunEvidence::default() };
        let table = TableEvidence { name: "t".into(), id: "x".into(), dropped: false, versions };
        Evidence { runs: vec![run], tables: vec![table] }
    };
    let answer = |probe: &Probe| {
        let price = |name: &str| {
            let (_, rows) = probe.relations.iter().find(|(relation, _)| relation == name).unwrap();
            rows.rows[0][rows.column_index("unit_price").unwrap()].clone()
        };
        match probe.sql.as_str() {
            sql if sql.contains("EXCEPT") => {
                let lost = if price("before") == price("after") { json!([]) } else { json!([["a", price("before")]]) };
                table(&[("sku", "STRING"), ("unit_price", "DOUBLE")], lost)
            }
            sql if sql.contains("twice") => table(&ASKED, json!([["a", 2.5, 2.5]])),
            _ => table(&ASKED, json!([["a", 1.5, 2.5]])),
        }
    };
    graded(grading(LAB, TITLED), replay, answer).0
}

fn own(price: &str) -> Vec<Relation> {
    let relation = table(&[("sku", "STRING"), (price, "DOUBLE")], json!([["a", 2.5]]));
    vec![relation.clone(), relation]
}

#[test]
fn two_names_that_are_otherwise_cost_the_same_in_any_order() {
    for query in [
        table(&[("sku", "STRING"), ("was", "DOUBLE"), ("is", "DOUBLE")], json!([["a", 1.5, 2.5]])),
        table(&[("sku", "STRING"), ("is", "DOUBLE"), ("was", "DOUBLE")], json!([["a", 2.5, 1.5]])),
    ] {
        let report = compared(own("unit_price"), &query);
        assert_eq!(report.feedback_keys(), ["compared.columns"]);
        assert_eq!(report.score.to_string(), "8");
        let next_step = report.checks[1].next_step.as_deref().unwrap();
        assert!(next_step.contains("Call `was` `original_price`."), "{next_step}");
    }
}

#[test]
fn a_mistake_is_known_also_where_a_column_is_called_otherwise() {
    let query = table(&[("sku", "STRING"), ("was", "DOUBLE"), ("is", "DOUBLE")], json!([["a", 2.5, 2.5]]));
    let report = compared(own("unit_price"), &query);
    assert_eq!(report.feedback_keys(), ["compared.same_twice"]);
    assert!(report.checks[1].message.starts_with("The same twice. `was` should be called"), "{:?}", report.checks[1]);
}

#[test]
fn what_a_result_is_asked_to_call_its_column_is_right_whatever_the_table_calls_so() {
    let query = table(&ASKED, json!([["a", 1.5, 2.5]]));
    let report = compared(own("current_price"), &query);
    assert_eq!(report.feedback_keys(), [""; 0]);
}

#[test]
fn the_column_that_stands_for_another_stays_the_same_when_the_table_gets_a_nearer_one() {
    let query = table(&ASKED, json!([["a", 1.5, 2.5]]));
    let mut versions = own("price");
    versions[1] = table(&[("sku", "STRING"), ("price", "DOUBLE"), ("list_price", "DOUBLE")], json!([["a", 2.5, null]]));
    let report = compared(versions, &query);
    assert_eq!(report.feedback_keys(), [""; 0], "{:?}", report.checks);
}

#[test]
fn a_view_of_another_name_is_carried_forward_whatever_its_name_holds() {
    let lab = LAB.replace(
        "  after: {table: t, at: after",
        "  source: {view: updates, schema: priced}\n  after: {table: t, at: after",
    );
    let lab =
        lab.replace("    title: Create\n", "    title: Create\n    carry_forward: {needs: [source], sql: SELECT 1}\n");
    let repairs: RefCell<Vec<String>> = RefCell::default();
    let replay = |plan: &ReplayPlan| {
        repairs.borrow_mut().extend(plan.runs[0].repairs.iter().map(|repair| repair.sql.clone()));
        let mut evidence = evidence(json!([["a", 2.5]]));
        let rows = table(&[("sku", "STRING"), ("unit_price", "DOUBLE")], json!([]));
        evidence.runs[0].cells[0].views.insert("up`dates".to_owned(), rows);
        evidence
    };
    graded(grading(&lab, TITLED), replay, |_| Relation::default());
    assert_eq!(*repairs.borrow(), ["CREATE OR REPLACE TEMP VIEW updates AS SELECT * FROM `up``dates`"]);
}
