//! A report as the `results.json` that Gradescope reads: a test for each check, and the replay token.
//!
//! Specification: Gradescope's autograder documentation, "Output format". Texts are plain, so that nothing in a
//! submission can become markup.

use serde_json::{Value, json};

use super::{CheckReport, Report, Visibility, json, plain, text};
use crate::outcome::Status;

/// The file's text; `None` when a fault of ours kept part of the work from being graded. Without a file Gradescope says
/// that grading failed, and nobody loses a point.
pub fn results(report: &Report) -> Option<String> {
    if report.is_unavailable() {
        return None;
    }
    let tests: Vec<Value> = report.checks.iter().map(|check| test(report, check)).collect();
    Some(json::pretty(&json!({
        "score": report.score,
        "output": output(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "tests": tests,
        "extra_data": { "lab": report.lab, "max_score": report.max_score, "replay": report.replay },
    })))
}

/// The score, and what concerns the submission as a whole.
fn output(report: &Report) -> String {
    let mut lines = vec![format!("{}: {} of {} points", report.title, report.score, report.max_score)];
    for finding in &report.findings {
        lines.push(format!("{}{}", plain::place(finding), finding.message));
        lines.extend(finding.hint.clone());
    }
    if let Some(stop) = &report.stopped {
        lines.push(format!("The notebook stopped at {}:{}: {}", stop.place.line, stop.place.column, stop.error));
        lines.extend(stop.error.hint.clone());
    }
    lines.join("\n")
}

fn test(report: &Report, check: &CheckReport) -> Value {
    let task = report.tasks.iter().find(|task| task.number == check.task);
    let passed = check.status == Status::Passed;
    json!({
        "name": format!("Task {} {}: {}", check.task, task.map(|task| task.title.as_str()).unwrap_or_default(), check.claim),
        "number": format!("{}.{}", check.task, place_in_task(report, check)),
        "score": check.points,
        "max_score": check.max_points,
        "status": if passed { "passed" } else { "failed" },
        "output": if passed { check.message.clone() } else { format!("{}: {}", check.status.word(), text::details(check)) },
        "visibility": match check.visibility {
            Visibility::Public => "visible",
            Visibility::Hidden => "after_published",
        },
        "extra_data": { "check": check.id, "status": check.status, "feedback_key": check.feedback_key },
    })
}

/// The check's place among those of its task, from 1.
fn place_in_task(report: &Report, check: &CheckReport) -> usize {
    report.checks_of(check.task).take_while(|other| other.id != check.id).count() + 1
}
