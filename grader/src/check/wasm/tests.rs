use std::collections::BTreeMap;
use std::sync::Arc;

use sandbar_labs::component;
use sandbar_labs::evidence::{CellEvidence, Evidence, RunEvidence, StatementFacts, StatementKind};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::{Column, Relation};
use serde_json::json;

use super::*;
use crate::outcome::{Earns, Status};
use crate::{Grading, LabDefinition, Points, Report, Scope, Step, Submission, rubric};

fn failed(said: Said) -> Fault {
    match verdict(&said) {
        Verdict::Failed(fault) => *fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_forged_reason_is_a_word() {
    let reason = |said: &str| failed(Said { reason: said.to_owned(), ..Said::default() }).reason;
    assert_eq!(reason("too_many"), "too_many");
    assert_eq!(reason("other-check.Passed\n"), "other_check_passed_");
    assert_eq!(reason("\u{1b}[31m"), "____m");
    for nothing in ["", "   ", "42", "_"] {
        assert_eq!(reason(nothing), "failed", "{nothing}");
    }
    assert_eq!(reason(&"x".repeat(10_000)).len(), 40);
}

#[test]
fn a_claim_that_does_not_hold_never_earns_everything() {
    let share = |per_mille| failed(Said { per_mille, ..Said::default() }).earns;
    assert_eq!([0, 250, 1_000, u32::MAX].map(share), [0, 250, 999, 999].map(Earns::PerMille));
    assert_eq!(share(u32::MAX).of(Points::whole(4)), Points::from_hundredths(399));
}

#[test]
fn texts_are_cut_and_steer_no_terminal() {
    let long = "é".repeat(10_000);
    let fault = failed(Said { message: long.clone(), found: Some("a\u{1b}[2Jb\nc".to_owned()), ..Said::default() });
    assert_eq!(fault.message.chars().count(), MAX_CHARACTERS + 1);
    assert!(fault.message.ends_with('…'));
    assert_eq!(fault.found.as_deref(), Some("a [2Jb\nc"));
    assert_eq!(failed(Said::default()).message, "The claim does not hold.");
}

#[test]
fn what_is_said_beside_a_pass_is_not_shown() {
    assert_eq!(
        verdict(&Said { passed: true, per_mille: 0, message: "no".to_owned(), ..Said::default() }),
        Verdict::Passed
    );
}

const LAB: &str = r"slug: small
title: Small
summary: A small lab.
submission: {titled_tasks: true}
replays:
  - name: main
tasks:
  - number: 1
    title: Look
    text: Look.
    points: 6
    checks:
      - {id: seen, kind: statement_uses, points: 2, claim: Seen., next_step: Look., statement: [query]}
      - {id: own, kind: wasm, points: 4, claim: Own., next_step: Again., component: own.wat, config: {most: 2}}
proof: {starter_score: 0, reference: solution.sql, wrong: []}
";

const COMPONENT: &str = r#"(component
  (type $record (record (field "passed" bool) (field "per-mille" u32) (field "reason" string) (field "message" string)
    (field "expected" (option string)) (field "found" (option string)) (field "next-step" (option string))))
  (import "verdict" (type $verdict (eq $record)))
  (core module $m (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "judge") (param i32 i32 i32 i32 i64) (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func $judge (param "evidence" string) (param "config" string) (param "seed" u64) (result $verdict)
    (canon lift (core func $i "judge") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (export "judge" (func $judge)))"#;

/// A query that gave one row, in task 1.
fn evidence(sql: &str) -> Evidence {
    let outcome = StatementOutcome {
        sql: sql.to_owned(),
        line: 1,
        column: 1,
        relation: Relation { columns: vec![Column::new("n", "INT")], rows: vec![vec![json!(1)]] },
        total_rows: 1,
        error: None,
        notes: Vec::new(),
        commits: Vec::new(),
        facts: Some(StatementFacts { kind: StatementKind::Query, ..StatementFacts::default() }),
        elapsed_us: 77_777,
    };
    let cell = CellEvidence {
        index: 0,
        title: Some("Task 1".to_owned()),
        first_line: 3,
        expects_error: false,
        statements: vec![outcome],
        versions_after: BTreeMap::new(),
        views: BTreeMap::new(),
        ran: true,
    };
    Evidence { runs: vec![RunEvidence { cells: vec![cell], ..RunEvidence::default() }], tables: Vec::new() }
}

/// Grades with what the component is made to say; gives what it was asked as well.
fn graded(sql: &str, said: Result<Said, String>) -> (Report, Vec<Call>) {
    let mut calls = Vec::new();
    let mut grading = grading(LAB);
    loop {
        match grading.next_step() {
            Step::Replay(_) => grading.replayed(Ok(evidence(sql))),
            Step::Judge(call) => {
                calls.push(*call);
                grading.judged(said.clone());
            }
            Step::Done(report) => return (*report, calls),
            step => panic!("{step:?}"),
        }
    }
}

fn grading(lab: &str) -> Grading {
    let rubric = rubric::parse(lab, "lab.yml").unwrap();
    let component = component::read(COMPONENT.as_bytes()).unwrap();
    let lab = LabDefinition {
        rubric,
        datasets: BTreeMap::new(),
        given: BTreeMap::new(),
        components: BTreeMap::from([("own.wat".to_owned(), component)]),
        quizzes: BTreeMap::new(),
    };
    let notebook = b"-- Databricks notebook source\n-- DBTITLE 1,Task 1\nSELECT 1;\n".to_vec();
    let submission = Submission { name: "ada".into(), files: BTreeMap::from([("work.sql".to_owned(), notebook)]) };
    Grading::new(Arc::new(lab), submission, 7, "r1", Scope::All).unwrap()
}

fn points(report: &Report) -> Vec<String> {
    report.checks.iter().map(|check| check.points.to_string()).collect()
}

#[test]
fn a_component_is_asked_once_with_the_statements_of_its_task() {
    let (report, calls) = graded("SELECT 1", Ok(Said { passed: true, ..Said::default() }));
    assert_eq!(points(&report), ["2", "4"]);
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!((call.config.as_str(), call.seed), (r#"{"most":2}"#, 7));
    let evidence: serde_json::Value = serde_json::from_str(&call.evidence).unwrap();
    let fields: Vec<&String> = evidence.as_object().unwrap().keys().collect();
    let documented =
        ["schema", "task", "statements", "others", "tables", "views", "relations", "widgets", "parameters"];
    assert_eq!(fields[..9], documented);
    let statement = &evidence["statements"][0];
    assert_eq!(
        (&statement["sql"], &statement["line"], &statement["kind"]),
        (&json!("SELECT 1"), &json!(3), &json!("query"))
    );
    assert_eq!(statement["result"]["rows"], json!([[1]]));
    assert!(!call.evidence.contains("77777"), "no time is in it: {}", call.evidence);
}

#[test]
fn a_verdict_with_a_forged_name_and_too_many_points_stays_within_its_check() {
    let said = Said { per_mille: 5_000, reason: "seen.passed".to_owned(), ..Said::default() };
    let (report, _) = graded("SELECT 1", Ok(said));
    assert_eq!(points(&report), ["2", "3.99"]);
    assert_eq!(report.feedback_keys(), ["own.seen_passed"]);
    assert!(!report.is_complete());
}

#[test]
fn a_trap_is_nobodys_fault_but_the_courses_and_leaves_the_other_checks() {
    let (report, _) = graded("SELECT 1", Err("It trapped.".to_owned()));
    assert_eq!(report.checks[1].status, Status::Unavailable);
    assert_eq!((points(&report), report.feedback_keys().len()), (vec!["2".to_owned(), "0".to_owned()], 0));
    assert!(report.is_unavailable());
}

#[test]
fn evidence_that_is_too_long_is_not_handed_over_and_is_the_submissions_error() {
    let long = format!("SELECT '{}'", "x".repeat(MAX_EVIDENCE_BYTES));
    let (report, calls) = graded(&long, Ok(Said { passed: true, ..Said::default() }));
    assert_eq!((calls.len(), report.checks[1].status), (0, Status::Error));
    assert_eq!(report.checks[1].feedback_key.as_deref(), Some("own.limit"));
}

#[test]
fn a_task_is_repaired_where_its_own_check_says_that_its_state_does_not_hold() {
    let lab = LAB.replace("    title: Look\n", "    title: Look\n    carry_forward: {holds: [own], sql: SELECT 2}\n");
    let repairs_after = |passed: bool| {
        let mut grading = grading(&lab);
        let Step::Replay(_) = grading.next_step() else { panic!("the notebook comes first") };
        grading.replayed(Ok(evidence("SELECT 1")));
        let Step::Judge(_) = grading.next_step() else { panic!("nothing is known of the state yet") };
        grading.judged(Ok(Said { passed, ..Said::default() }));
        match grading.next_step() {
            Step::Replay(plan) => plan.runs[0].repairs.iter().map(|repair| repair.sql.clone()).collect(),
            _ => Vec::new(),
        }
    };
    assert_eq!(repairs_after(false), ["SELECT 2"]);
    assert!(repairs_after(true).is_empty());
}
