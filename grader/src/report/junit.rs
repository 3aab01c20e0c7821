//! Reports as JUnit XML: a suite a submission, a case a check. `failure` is wrong or broken work, `error` is ours;
//! properties carry the points.

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::text::rows;
use super::{CheckReport, Named, Report};
use crate::outcome::Status;

/// # Errors
/// When the XML cannot be written.
pub fn reports(reports: &[Named<'_>]) -> Result<String, quick_junit::SerializeError> {
    let mut document = quick_junit::Report::new("sandbar grade");
    for named in reports {
        document.add_test_suite(suite(*named));
    }
    let mut text = document.to_string()?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn suite(Named { name, report }: Named<'_>) -> TestSuite {
    let mut suite = TestSuite::new(format!("{} {name}", report.lab));
    suite.add_property(Property::new("score", report.score.to_string()));
    suite.add_property(Property::new("max_score", report.max_score.to_string()));
    suite.add_property(Property::new("replay", report.replay.to_string()));
    for check in &report.checks {
        suite.add_test_case(case(report, check));
    }
    suite
}

fn case(report: &Report, check: &CheckReport) -> TestCase {
    let status = match check.status {
        Status::Passed => TestCaseStatus::success(),
        Status::Unavailable => non_success(NonSuccessKind::Error, check),
        Status::Failed | Status::Error | Status::Blocked => non_success(NonSuccessKind::Failure, check),
    };
    let mut case = TestCase::new(check.id.clone(), status);
    let title = report.tasks.iter().find(|task| task.number == check.task).map(|task| task.title.as_str());
    case.set_classname(format!("{}.task_{} {}", report.lab, check.task, title.unwrap_or_default()));
    case.add_property(Property::new("points", check.points.to_string()));
    case.add_property(Property::new("max_points", check.max_points.to_string()));
    if let Some(key) = &check.feedback_key {
        case.add_property(Property::new("feedback_key", key.clone()));
    }
    case
}

fn non_success(kind: NonSuccessKind, check: &CheckReport) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(check.status.word());
    status.set_message(check.message.clone());
    let lines = [
        ("claim", Some(&check.claim)),
        ("expected", check.expected.as_ref()),
        ("found", check.found.as_ref()),
        ("next", check.next_step.as_ref()),
    ];
    let text = lines.into_iter().filter_map(|(label, value)| value.map(|value| format!("{label}: {value}\n")));
    let text = text.chain(std::iter::once(rows(check))).collect::<String>();
    status.set_description(text.trim_end());
    status
}
