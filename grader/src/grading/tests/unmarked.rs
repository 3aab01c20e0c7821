//! Cells that fail as their task asks, and do not say that they are meant to.

use super::*;

const LAB: &str = r"slug: small
title: Small
summary: A small lab.
submission: {titled_tasks: true}
relations: {}
replays:
  - name: main
tasks:
  - number: 1
    title: Refuse
    text: Refuse.
    points: 3
    checks:
      - id: refused
        kind: statement_rejected
        points: 3
        claim: A write was refused.
        next_step: Write.
        table: t
        classes: [ARITY]
        unmarked_earns: 1
proof: {starter_score: 0, reference: solution.sql, wrong: []}
";

/// Grades a notebook of task 1 whose cells are all refused; `marked` says which of them say so.
fn refused(marked: &[bool]) -> (Report, usize) {
    let cells: Vec<&str> =
        marked.iter().map(|marked| if *marked { "-- expect-error\nINSERT" } else { "INSERT" }).collect();
    let separator = "\n\n-- COMMAND ----------\n\n";
    let text = format!("-- Databricks notebook source\n-- DBTITLE 1,Task 1\n{}\n", cells.join(separator));
    let replay = |plan: &ReplayPlan| {
        let mut stopped = false;
        let cells = (0..).zip(marked).map(|(index, marked)| {
            let error = Diagnostic::new("ARITY", "21S01", "One value too many.");
            let insert = (!stopped).then(|| statement(StatementKind::Insert, Some(error)));
            stopped |= !marked && !plan.runs[0].may_fail.contains(&index);
            CellEvidence { expects_error: *marked, ..cell(index, insert, None) }
        });
        let run = RunEvidence { notebook: "work.sql".into(), cells: cells.collect(), ..RunEvidence::default() };
        Evidence { runs: vec![run], tables: Vec::new() }
    };
    graded(grading(LAB, &text), replay, |_| unreachable!("nothing is asked"))
}

#[test]
fn many_unmarked_cells_do_not_make_a_replay_each() {
    let (report, replays) = refused(&[false; 50]);
    assert_eq!(replays, 4);
    assert!(report.stopped.is_some());
}

#[test]
fn the_same_slip_in_two_cells_costs_once() {
    let (report, replays) = refused(&[false, false]);
    assert_eq!((report.feedback_keys(), replays), (vec!["refused.unmarked".to_owned()], 3));
    assert_eq!(report.score.to_string(), "1");
}

#[test]
fn behind_a_marked_cell_an_unmarked_one_stops_the_run_and_the_report_says_so() {
    let (report, replays) = refused(&[true, false]);
    assert_eq!((report.score.to_string().as_str(), replays), ("3", 1));
    assert_eq!(report.stopped.unwrap().place.line, 8);
}

#[test]
fn before_a_marked_cell_an_unmarked_one_costs_what_it_costs_alone() {
    let (report, _) = refused(&[false, true]);
    assert_eq!(report.feedback_keys(), ["refused.unmarked"]);
    assert_eq!(report.score.to_string(), "1");
}
