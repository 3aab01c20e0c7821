mod carried;
mod declared;
mod names;
mod unmarked;

use sandbar_labs::evidence::{
    CellEvidence, RunEvidence, StatementFacts, StatementKind, StatementRef, TableEvidence, VersionEvidence,
};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Column;
use serde_json::{Value, json};

use super::*;
use crate::outcome::Status;
use crate::report::Named;
use crate::{Points, rubric};

const LAB: &str = r#"slug: small
title: Small
summary: A small lab.
submission: {titled_tasks: true}
relations:
  before: {table: t, at: before}
  after: {table: t, at: after}
replays:
  - name: main
tasks:
  - number: 1
    title: Create
    text: Create `t`.
    points: 4
    checks:
      - {id: exists, kind: table_exists, points: 2, claim: There is t., next_step: Create it., table: t}
      - {id: rows, kind: row_count, points: 2, claim: Two rows., next_step: Insert., needs: [exists], relation: after, minimum: 2}
  - number: 2
    title: Raise
    text: Raise.
    points: 6
    checks:
      - id: raised
        kind: rows_changed
        points: 6
        claim: The prices went up.
        next_step: Try again.
        compare: {key: [sku]}
        reference: SELECT sku, price + 1 AS price FROM before
        mistakes:
          - {key: by_two, say: By two., sql: "SELECT sku, price + 2 AS price FROM before"}
proof: {starter_score: 0, reference: solution.sql, wrong: []}
"#;

const TITLED: &str = "-- Databricks notebook source\n-- DBTITLE 1,Task 1\nCREATE 1;\n\n-- COMMAND ----------\n\n-- DBTITLE 1,Task 2\nUPDATE 2;\n";

fn grading(lab: &str, notebook: &str) -> Grading {
    let rubric = rubric::parse(lab, "lab.yml").unwrap();
    let lab = LabDefinition {
        rubric,
        datasets: BTreeMap::new(),
        given: BTreeMap::new(),
        components: BTreeMap::new(),
        quizzes: BTreeMap::new(),
    };
    let files = BTreeMap::from([("work.sql".to_owned(), notebook.as_bytes().to_vec())]);
    Grading::new(Arc::new(lab), Submission { name: "ada".into(), files }, 7, "r1", Scope::All).unwrap()
}

fn statement(kind: StatementKind, error: Option<Diagnostic>) -> StatementOutcome {
    StatementOutcome {
        sql: "…".into(),
        line: 1,
        column: 1,
        relation: Relation::default(),
        total_rows: 0,
        error,
        notes: Vec::new(),
        commits: Vec::new(),
        facts: Some(StatementFacts { kind, target: Some("t".into()), ..StatementFacts::default() }),
        elapsed_us: 0,
    }
}

fn cell(index: u32, statement: Option<StatementOutcome>, version: Option<u64>) -> CellEvidence {
    CellEvidence {
        index,
        title: Some(format!("Task {}", index + 1)),
        first_line: 3 + index * 5,
        expects_error: false,
        ran: statement.is_some(),
        statements: statement.into_iter().collect(),
        versions_after: version.map(|version| ("t".to_owned(), version)).into_iter().collect(),
        views: BTreeMap::new(),
    }
}

fn priced(rows: Value) -> Relation {
    let columns = vec![Column::new("sku", "STRING"), Column::new("price", "DOUBLE")];
    Relation { columns, rows: serde_json::from_value(rows).unwrap() }
}

fn version(number: u64, cell: u32, rows: Value) -> VersionEvidence {
    let relation = priced(rows);
    VersionEvidence {
        version: number,
        operation: "WRITE".into(),
        operation_parameters: BTreeMap::new(),
        operation_metrics: BTreeMap::new(),
        schema: relation.columns,
        rows: Some(relation.rows),
        files_added: 1,
        files_removed: 0,
        made_by: Some(StatementRef { run: 0, cell, statement: 0 }),
    }
}

/// Task 1 made two rows, task 2 the given ones.
fn evidence(after: Value) -> Evidence {
    let versions = vec![version(0, 0, json!([["a", 1], ["b", 2]])), version(1, 1, after)];
    let create = statement(StatementKind::CreateTableAsSelect, None);
    let cells = vec![cell(0, Some(create), Some(0)), cell(1, Some(statement(StatementKind::Update, None)), Some(1))];
    Evidence {
        runs: vec![RunEvidence { notebook: "work.sql".into(), cells, ..RunEvidence::default() }],
        tables: vec![TableEvidence { name: "t".into(), id: "x".into(), dropped: false, versions }],
    }
}

/// Answers the two queries of the lab as an engine would.
fn answer(probe: &Probe) -> Result<Relation, Diagnostic> {
    let plus = if probe.sql.contains("+ 2") { 2.0 } else { 1.0 };
    let (name, before) = &probe.relations[0];
    assert_eq!((name.as_str(), probe.relations.len()), ("before", 1));
    let rows: Vec<Value> = before.rows.iter().map(|row| json!([row[0], row[1].as_f64().unwrap() + plus])).collect();
    Ok(priced(rows.into()))
}

/// The report, and how many replays it took, where each replay and each reference query gives what these say.
fn graded(
    mut grading: Grading,
    mut replay: impl FnMut(&ReplayPlan) -> Evidence,
    answer: impl Fn(&Probe) -> Relation,
) -> (Report, usize) {
    let mut replays = 0;
    loop {
        match grading.next_step() {
            Step::Replay(plan) => {
                replays += 1;
                grading.replayed(Ok(replay(&plan)));
            }
            Step::Probe(probes) => grading.probed(probes.iter().map(|probe| Ok(answer(probe))).collect()),
            Step::Try { .. } | Step::Judge(_) => unreachable!("no check of these labs tries other data"),
            Step::Done(report) => return (*report, replays),
        }
    }
}

fn finish(mut grading: Grading, evidence: Result<Evidence, Diagnostic>) -> (Report, usize) {
    let mut evidence = Some(evidence);
    let mut asked = 0;
    loop {
        match grading.next_step() {
            Step::Replay(plan) => {
                assert_eq!((plan.seed, plan.runs.len()), (7, 1));
                grading.replayed(evidence.take().unwrap());
            }
            Step::Probe(probes) => {
                asked += probes.len();
                grading.probed(probes.iter().map(answer).collect());
            }
            Step::Try { .. } | Step::Judge(_) => unreachable!("no check of this lab tries other data"),
            Step::Done(report) => return (*report, asked),
        }
    }
}

fn statuses(report: &Report) -> Vec<(&str, Status)> {
    report.checks.iter().map(|check| (check.id.as_str(), check.status)).collect()
}

#[test]
fn right_work_gets_every_point_after_one_reference_query() {
    let (report, asked) = finish(grading(LAB, TITLED), Ok(evidence(json!([["a", 2], ["b", 3]]))));
    assert_eq!(report.score.to_string(), "10");
    assert!(report.is_complete());
    assert_eq!(asked, 1);
    assert_eq!(report.replay.to_string().split(':').nth(3), Some("7"));
}

#[test]
fn a_known_mistake_is_named_and_shows_the_students_own_row() {
    let (report, asked) = finish(grading(LAB, TITLED), Ok(evidence(json!([["a", 3], ["b", 4]]))));
    assert_eq!(report.feedback_keys(), ["raised.by_two"]);
    let check = &report.checks[2];
    assert_eq!((check.message.as_str(), check.found.as_deref()), ("By two.", Some("sku a, price 3")));
    assert_eq!((report.score.to_string().as_str(), asked), ("4", 2));
}

#[test]
fn a_task_that_changed_nothing_does_not_pass() {
    let (report, _) = finish(grading(LAB, TITLED), Ok(evidence(json!([["a", 1], ["b", 2]]))));
    assert_eq!(report.feedback_keys(), ["raised.unchanged"]);
}

#[test]
fn a_failing_cell_is_an_error_with_its_line_and_blocks_what_follows() {
    let error = Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", "Syntax error.")
        .at(sandbar_labs::diagnostic::Position { line: 2, column: 5 });
    let mut evidence = evidence(json!([]));
    evidence.tables.clear();
    evidence.runs[0].cells =
        vec![cell(0, Some(statement(StatementKind::Other, Some(error))), None), cell(1, None, None)];
    let (report, _) = finish(grading(LAB, TITLED), Ok(evidence));
    assert_eq!(statuses(&report), [("exists", Status::Error), ("rows", Status::Blocked), ("raised", Status::Blocked)]);
    let stopped = report.stopped.as_ref().unwrap();
    assert_eq!((stopped.place.file.as_str(), stopped.place.line, stopped.place.column), ("work.sql", 4, 5));
    assert_eq!(report.checks[2].message, "Not reached: the notebook stopped before it, at work.sql:4.");
    assert!(!report.reaches(Points::from_hundredths(1)));
}

#[test]
fn a_file_without_titles_gets_one_finding_and_cannot_pass() {
    let mut grading = grading(LAB, "SELECT 1;\n");
    let Step::Done(report) = grading.next_step() else { panic!("a file without titles is not replayed") };
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].code, "NO_TASK_TITLES");
    assert!(report.checks.iter().all(|check| check.status == Status::Blocked));
    assert!(!report.reaches(Points::ZERO), "nothing graded on zero executed checks can pass");
}

#[test]
fn a_missing_title_is_said_by_name_with_the_line_to_add() {
    let one = TITLED.replace("-- DBTITLE 1,Task 2\n", "-- DBTITLE 1,Notes\n");
    let (report, _) = finish(grading(LAB, &one), Ok(evidence(json!([["a", 2], ["b", 3]]))));
    assert_eq!(report.findings[0].message, "No cell is titled `Task 2`.");
    assert!(report.findings[0].hint.as_ref().unwrap().contains("-- DBTITLE 1,Task 2: Raise"));
    assert_eq!(report.checks[2].status, Status::Blocked);
    assert_eq!(report.score.to_string(), "4");
}

#[test]
fn a_title_with_the_number_of_no_task_is_said_with_its_line() {
    let nine = TITLED.replace("-- DBTITLE 1,Task 2\n", "-- DBTITLE 1,Task 9\n");
    let (report, _) = finish(grading(LAB, &nine), Ok(evidence(json!([["a", 2], ["b", 3]]))));
    let unknown = report.findings.iter().find(|finding| finding.code == "UNKNOWN_TASK_TITLE").unwrap();
    assert_eq!(unknown.message, "There is no task 9: the cell counts for none.");
    assert_eq!(unknown.hint.as_deref(), Some("Title it with the number of its own task: 1, 2."));
    assert!(unknown.line.is_some_and(|line| line > 1), "{unknown:?}");
}

#[test]
fn a_limit_is_the_submissions_error_and_a_broken_sandbox_is_ours() {
    let limit = Diagnostic::new("LIMIT_EXCEEDED.TIME", "57014", "Too slow.");
    let (report, _) = finish(grading(LAB, TITLED), Err(limit));
    assert!(report.checks.iter().all(|check| check.status == Status::Error), "{:?}", statuses(&report));
    let mut grading = grading(LAB, TITLED);
    assert!(matches!(grading.next_step(), Step::Replay(_)));
    grading.unavailable("no worker");
    let Step::Done(report) = grading.next_step() else { panic!("not done") };
    assert!(report.is_unavailable() && !report.is_complete());
}

#[test]
fn a_reference_that_fails_is_our_fault() {
    let mut grading = grading(LAB, TITLED);
    let Step::Replay(_) = grading.next_step() else { panic!("no replay") };
    grading.replayed(Ok(evidence(json!([["a", 2], ["b", 3]]))));
    let Step::Probe(_) = grading.next_step() else { panic!("no probe") };
    grading.probed(vec![Err(Diagnostic::new("UNRESOLVED_COLUMN", "42703", "No column."))]);
    let Step::Done(report) = grading.next_step() else { panic!("not done") };
    assert_eq!(report.checks[2].status, Status::Unavailable);
}

#[test]
fn a_key_that_the_reference_does_not_give_is_our_fault() {
    let lab = LAB.replace("key: [sku]", "key: [skuu]");
    let (report, _) = finish(grading(&lab, TITLED), Ok(evidence(json!([["a", 2], ["b", 3]]))));
    assert_eq!(report.checks[2].status, Status::Unavailable);
    assert!(report.checks[2].message.contains("no column `skuu`"), "{}", report.checks[2].message);
}

#[test]
fn a_view_of_the_name_is_no_table() {
    let mut evidence = evidence(json!([]));
    evidence.tables.clear();
    let view = statement(StatementKind::CreateView, None);
    evidence.runs[0].cells =
        vec![cell(0, Some(view), None), cell(1, Some(statement(StatementKind::Update, None)), None)];
    let (report, _) = finish(grading(LAB, TITLED), Ok(evidence));
    assert_eq!(report.checks[0].feedback_key.as_deref(), Some("exists.view"));
    assert_eq!(report.checks[2].status, Status::Blocked);
}

#[test]
fn the_forms_of_a_report_are_the_same_each_time_and_carry_its_points() {
    let make = || finish(grading(LAB, TITLED), Ok(evidence(json!([["a", 3], ["b", 4]])))).0;
    let (one, two) = (make(), make());
    assert_eq!(crate::report::json::report(&one), crate::report::json::report(&two));
    let named = [&one, &two].map(|report| Named { name: "ada.sql", report });
    assert_eq!(crate::report::text::report(named[0]), crate::report::text::report(named[1]));
    let [junit, again] = named.map(|named| crate::report::junit::reports(&[named]).unwrap());
    assert_eq!(junit, again);
    assert!(junit.contains("name=\"points\" value=\"0\"") && junit.contains("<failure"), "{junit}");
    let parsed: Report = serde_json::from_str(&crate::report::json::report(&one)).unwrap();
    assert_eq!(parsed, one);
}

#[test]
fn the_statement_asked_for_that_changes_another_table_is_told_so() {
    let (start, end) = (LAB.find("      - id: raised").unwrap(), LAB.find("proof:").unwrap());
    let check = "      - {id: merged, kind: statement_uses, points: 6, claim: A MERGE., next_step: Write one., statement: [update], target: t}\n";
    let lab = format!("{}{check}{}", &LAB[..start], &LAB[end..]);
    let told = |target: &str| {
        let mut found = evidence(json!([["a", 2], ["b", 3]]));
        let facts = found.runs[0].cells[1].statements[0].facts.as_mut().unwrap();
        facts.target = Some(target.to_owned());
        finish(grading(&lab, TITLED), Ok(found)).0.checks[2].message.clone()
    };
    assert_eq!(told("t"), "A MERGE.", "what holds is told by its claim");
    assert_eq!(told("copy_of_t"), "The statement that the task asks for changes `copy_of_t`, not `t`.");
}
