//! What the services' forms make of hostile texts, many checks and faults of ours.

use sandbar_labs::diagnostic::{Diagnostic, Finding, Position};
use serde_json::{Value, json};

use super::github::{Located, annotations, summary};
use super::{CheckReport, Counts, Named, Report, StopReport, TaskReport, Visibility, gradescope, junit};
use crate::outcome::{Place, Status};
use crate::points::Points;
use crate::property::counterexample::{Counterexample, ShownTable};

fn check(id: &str, status: Status) -> CheckReport {
    CheckReport {
        id: id.to_owned(),
        task: 1,
        points: if status == Status::Passed { Points::whole(2) } else { Points::ZERO },
        max_points: Points::whole(2),
        status,
        claim: format!("The claim of {id}."),
        message: "It is so.".to_owned(),
        feedback_key: (status != Status::Passed).then(|| format!("{id}.rows")),
        expected: None,
        found: None,
        next_step: None,
        comparison: None,
        contract: None,
        place: None,
        visibility: Visibility::Public,
        counterexample: None,
    }
}

fn task(score: Points, max_score: Points) -> TaskReport {
    let task = json!({ "number": 1, "title": "Create", "score": score, "max_score": max_score });
    serde_json::from_value(task).unwrap()
}

fn report(checks: Vec<CheckReport>) -> Report {
    let sum = |of: fn(&CheckReport) -> Points| checks.iter().map(of).sum::<Points>();
    let (score, max_score) = (sum(|check| check.points), sum(|check| check.max_points));
    Report {
        lab: "delta".into(),
        title: "A table".into(),
        score,
        max_score,
        tasks: vec![task(score, max_score)],
        checks,
        stopped: None,
        findings: Vec::new(),
        replay: "sandbar:1:ab12:7:0.1.0:ff00".parse().unwrap(),
    }
}

fn in_file(report: &Report) -> String {
    annotations(&[Located { name: "ada.sql", report, path: "work/ada.sql", is_folder: false }])
}

fn results(report: &Report) -> Value {
    serde_json::from_str(&gradescope::results(report).expect("it was graded")).unwrap()
}

#[test]
fn gradescope_gets_a_test_a_check_with_its_points_and_the_replay_token() {
    let mut hidden = check("hidden", Status::Failed);
    hidden.visibility = Visibility::Hidden;
    hidden.next_step = Some("Count again.".into());
    let results = results(&report(vec![check("first", Status::Passed), hidden]));
    assert_eq!(
        (&results["score"], &results["extra_data"]["replay"]),
        (&json!(2), &json!("sandbar:1:ab12:7:0.1.0:ff00"))
    );
    let seen = |name: &str| [&results["tests"][0][name], &results["tests"][1][name]].map(Clone::clone);
    assert_eq!(seen("score"), [json!(2), json!(0)]);
    assert_eq!(seen("max_score"), [json!(2), json!(2)]);
    assert_eq!(seen("status"), ["passed", "failed"]);
    assert_eq!(seen("number"), ["1.1", "1.2"]);
    assert_eq!(seen("visibility"), ["visible", "after_published"]);
    assert_eq!(seen("output"), ["It is so.", "failed: It is so.\nnext     Count again.\n"]);
}

#[test]
fn gradescope_gets_no_file_when_a_fault_of_ours_would_cost_points() {
    assert_eq!(gradescope::results(&report(vec![check("a", Status::Passed), check("b", Status::Unavailable)])), None);
}

#[test]
fn an_annotation_names_a_file_in_the_folder_whatever_it_is_about() {
    let mut failed = check("a", Status::Failed);
    failed.place = Some(Place::new("nb.sql", 3, 9));
    let mut report = report(vec![failed, check("b", Status::Blocked)]);
    report.findings = vec![
        Finding::error("MISSING_TASK_TITLE", "", "No title.").in_file("nb.sql"),
        Finding::error("BAD", "", "Bad.").in_file("work"),
    ];
    let text = annotations(&[Located { name: "work", report: &report, path: "a/work", is_folder: true }]);
    let files: Vec<&str> =
        text.lines().map(|line| line.split(',').next().unwrap().split("file=").nth(1).unwrap()).collect();
    assert_eq!(files, ["a/work/nb.sql"; 4], "{text}");
}

#[test]
fn an_annotation_stands_at_the_line_of_its_finding() {
    let mut report = report(vec![check("a", Status::Passed)]);
    let place = Position { line: 48, column: 1 };
    report.findings = vec![Finding::error("UNKNOWN_TASK_TITLE", "", "No task 55.").in_file("ada.sql").at(place)];
    let found = in_file(&report);
    assert_eq!(found, "::error file=work/ada.sql,line=48,col=1,title=UNKNOWN_TASK_TITLE::No task 55.\n");
}

#[test]
fn what_a_submission_says_cannot_begin_a_command_or_end_a_property() {
    let mut hostile = check("a", Status::Error);
    hostile.message = "100 %\r\n::set-output name=x::y".into();
    hostile.place = Some(Place::new("a,b:c%.sql", 3, 9));
    let report = report(vec![hostile]);
    let text = annotations(&[Located { name: "ada.sql", report: &report, path: "work/x,y:z", is_folder: true }]);
    assert_eq!(
        text,
        "::error file=work/x%2Cy%3Az/a%2Cb%3Ac%25.sql,line=3,col=9,title=Task 1%3A a (error%2C 0 of 2 points)\
         ::100 %25%0D%0A::set-output name=x::y\n"
    );
}

#[test]
fn each_kind_has_ten_annotations_and_the_last_line_counts_the_rest() {
    let many = |status, count: usize| (0..count).map(move |at| check(&format!("c{at}"), status));
    let of = |errors, notices| {
        let checks = many(Status::Failed, errors).chain(many(Status::Blocked, notices)).collect();
        in_file(&report(checks))
    };
    let text = of(12, 11);
    let lines = |begin: &str| text.lines().filter(|line| line.starts_with(begin)).count();
    assert_eq!((lines("::error "), lines("::notice "), lines("::")), (10, 10, 20));
    assert_eq!(text.lines().last(), Some("And 2 more errors, 1 more notice; the job summary has them all."));
    assert_eq!(of(10, 0).lines().count(), 10, "nothing is left out");
    assert_eq!(in_file(&report(vec![check("a", Status::Passed)])), "");
}

#[test]
fn a_fault_of_ours_is_a_warning_and_the_stop_is_told_where_it_happened() {
    let mut report = report(vec![check("a", Status::Unavailable)]);
    let place = Place::new("ada.sql", 4, 2);
    let error = Diagnostic::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
    report.stopped = Some(StopReport { task: None, title: None, place, error });
    let text = in_file(&report);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("::error file=work/ada.sql,line=4,col=2,title=The notebook stopped here::[DIVIDE"),
        "{text}"
    );
    assert!(lines[1].starts_with("::warning file=work/ada.sql,line=1,col=1,title=Task 1%3A a (unavailable"), "{text}");
}

#[test]
fn the_summary_has_a_row_a_task_and_only_code_stays_markup() {
    let mut wrong = check("a", Status::Failed);
    wrong.message = "The view `a_b` has <b>*one*</b> row.\n# Not a heading".into();
    wrong.found = Some("an odd ` <img>".into());
    let mut report = report(vec![wrong, check("b", Status::Passed)]);
    report.tasks[0].title = "Create | insert".into();
    report.tasks[0].repaired = true;
    let text = summary(&[Located { name: "ada.sql", report: &report, path: "ada.sql", is_folder: false }]);
    for line in [
        "## A table: 2 of 4 points (ada.sql)",
        "| 1 Create \\| insert | 2 | 4 |",
        "Task 1: Judged on a state that was repaired behind an earlier task, so that a slip there costs once.",
        "- **failed** The claim of a. (0 of 2 points)",
        "  - The view `a_b` has \\<b>\\*one\\*\\</b> row. \\# Not a heading",
        "  - found: an odd \\` \\<img>",
        "Replay `sandbar:1:ab12:7:0.1.0:ff00`",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    assert!(!text.contains("The claim of b"), "{text}");
}

#[test]
fn the_rows_that_a_message_speaks_of_are_in_every_form() {
    let row = |value: &str| ShownTable {
        title: "got".into(),
        columns: vec!["sku".into(), "price".into()],
        rows: vec![vec!["H-1".into(), value.into()]],
        marked: vec![0],
    };
    let mut wrong = check("a", Status::Failed);
    let (statement, tables) = ("UPDATE t".into(), vec![row("```\n::error::x")]);
    wrong.counterexample = Some(Counterexample { statement, tables, setup: None });
    let report = report(vec![wrong]);
    let line = "> H-1 | ```\u{23ce}::error::x";
    let summary = summary(&[Located { name: "ada.sql", report: &report, path: "ada.sql", is_folder: false }]);
    assert!(summary.lines().any(|found| found.starts_with("        ") && found.ends_with(line)), "{summary}");
    let annotation = in_file(&report);
    assert!(annotation.lines().count() == 1 && annotation.contains(line), "{annotation}");
    let junit = junit::reports(&[Named { name: "ada.sql", report: &report }]).unwrap();
    assert!(junit.contains("H-1 | ```\u{23ce}::error::x"), "{junit}");
}

/// A report of two public checks and two hidden ones, whose every text names them.
fn partly_hidden() -> Report {
    let hidden = |id: &str, status| CheckReport {
        visibility: Visibility::Hidden,
        expected: Some(format!("SECRET rows of {id}")),
        counterexample: Some(Counterexample {
            statement: "SECRET".into(),
            tables: vec![ShownTable { title: "SECRET".into(), columns: vec![], rows: vec![], marked: vec![] }],
            setup: None,
        }),
        claim: format!("SECRET claim of {id}."),
        message: "SECRET".into(),
        ..check(&format!("SECRET-{id}"), status)
    };
    let waiting = CheckReport {
        message: "This can only be looked at when another check holds: SECRET claim of a.".into(),
        ..check("waits", Status::Blocked)
    };
    let shown = check("rows", Status::Passed);
    let mut report = report(vec![shown, hidden("a", Status::Failed), waiting, hidden("b", Status::Passed)]);
    report.replay.seed = 777_123;
    report
}

#[test]
fn nothing_of_a_hidden_check_is_left_in_the_public_part() {
    let whole = partly_hidden();
    assert!(serde_json::to_string(&whole).unwrap().contains("SECRET-a"), "the markers are planted");
    let part = whole.public_part();
    let text = serde_json::to_string(&part).unwrap();
    assert!(!text.contains("SECRET") && !text.contains("777123"), "{text}");
    assert_eq!((part.score, part.max_score), (Points::whole(2), Points::whole(4)));
    assert_eq!((part.tasks[0].score, part.tasks[0].max_score), (Points::whole(2), Points::whole(4)));
    assert_eq!(part.checks.len(), 2);
    assert_eq!(part.public_part(), part);
}

#[test]
fn a_receipt_counts_what_holds_and_what_does_not_of_both_kinds() {
    let receipt = partly_hidden().receipt();
    assert_eq!(receipt.public, Counts { passed: 1, failed: 1 });
    assert_eq!(receipt.hidden, Counts { passed: 1, failed: 1 });
}

#[test]
fn a_report_without_hidden_checks_loses_nothing_but_its_token() {
    let whole = report(vec![check("a", Status::Passed), check("b", Status::Failed)]);
    let part = whole.public_part();
    assert_eq!(Report { replay: whole.replay.clone(), ..part }, whole);
}
