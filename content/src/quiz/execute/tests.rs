use sandbar_labs::relation::{Column, Relation};
use serde_json::json;

use super::*;

fn outcome(rows: Vec<Vec<serde_json::Value>>, error: Option<Diagnostic>) -> StatementOutcome {
    let relation = Relation { columns: vec![Column::new("n", "INT")], rows };
    StatementOutcome {
        sql: String::new(),
        line: 1,
        column: 1,
        total_rows: relation.rows.len() as u64,
        relation,
        error,
        notes: Vec::new(),
        commits: Vec::new(),
        facts: None,
        elapsed_us: 0,
    }
}

fn ran(statements: Vec<StatementOutcome>) -> CellEvidence {
    CellEvidence {
        index: 0,
        title: None,
        first_line: 1,
        expects_error: false,
        statements,
        versions_after: BTreeMap::new(),
        views: BTreeMap::new(),
        ran: true,
    }
}

fn error(class: &str) -> Option<Diagnostic> {
    Some(Diagnostic::new(class, "42000", "No."))
}

fn failure_of(executed: Executed) -> (Stage, String) {
    let Executed::Failed(failure) = executed else { panic!("{executed:?}") };
    (failure.stage, failure.class)
}

#[test]
fn the_rows_of_the_last_stage_count_and_the_first_failure_before_them() {
    let rows = |value: serde_json::Value| ran(vec![outcome(vec![vec![value]], None)]);
    let stages = [(Stage::Statement, rows(json!(1))), (Stage::Observation, rows(json!(null)))];
    let Executed::Table(table) = judged(stages.into_iter()) else { panic!() };
    assert_eq!((table.columns, table.rows), (vec!["n".to_owned()], vec![vec![None]]));
    let broken = ran(vec![outcome(Vec::new(), error("DIVIDE_BY_ZERO"))]);
    let stages = [(Stage::Setup, rows(json!(1))), (Stage::Statement, broken), (Stage::Observation, rows(json!(1)))];
    assert_eq!(failure_of(judged(stages.into_iter())), (Stage::Statement, "DIVIDE_BY_ZERO".to_owned()));
}

#[test]
fn an_answer_of_several_statements_or_of_none_is_refused() {
    for statements in [Vec::new(), vec![outcome(Vec::new(), None), outcome(Vec::new(), None)]] {
        let stages = [(Stage::Statement, ran(statements))];
        assert_eq!(failure_of(judged(stages.into_iter())), (Stage::Statement, "PARSE_SYNTAX_ERROR".to_owned()));
    }
}

#[test]
fn a_fault_of_ours_and_a_limit_of_the_setup_say_nothing_about_the_sql() {
    let judged_as = |stage, class| judged([(stage, ran(vec![outcome(Vec::new(), error(class))]))].into_iter());
    for (stage, class) in [(Stage::Statement, "INTERNAL_ERROR"), (Stage::Setup, "LIMIT_EXCEEDED.TIME")] {
        assert!(matches!(judged_as(stage, class), Executed::Unavailable(_)), "{class}");
    }
    assert_eq!(failure_of(judged_as(Stage::Statement, "LIMIT_EXCEEDED.TIME")).1, "LIMIT_EXCEEDED.TIME");
}

#[test]
fn a_result_that_was_cut_is_not_compared() {
    let cut = StatementOutcome { total_rows: 2_000, ..outcome(vec![vec![json!(1)]], None) };
    let executed = judged([(Stage::Statement, ran(vec![cut]))].into_iter());
    assert_eq!(failure_of(executed).1, "LIMIT_EXCEEDED.ROWS");
}
