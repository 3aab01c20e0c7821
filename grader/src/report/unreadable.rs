//! The report of a submission that cannot be read: no points, every check blocked, and what is wrong with which file.

use sandbar_labs::diagnostic::Finding;

use super::plain::place;
use super::{CheckReport, Report, TaskReport};
use crate::outcome::Verdict;
use crate::points::Points;
use crate::replay::ReplayToken;
use crate::rubric::Rubric;

/// The next step where a file cannot be read and its finding names none.
pub const MEND_FILE: &str = "Mend the file and hand it in again.";

impl Report {
    /// Of a submission with these findings, of which the lab asks what the rubric says.
    pub fn unreadable(rubric: &Rubric, findings: Vec<Finding>, replay: ReplayToken) -> Self {
        let why = findings.first().map(|finding| format!("{}{}", place(finding), finding.message)).unwrap_or_default();
        let verdict = || Verdict::Blocked(format!("Not looked at, because the submission cannot be read: {why}"));
        let checks: Vec<CheckReport> =
            rubric.checks().map(|(task, check)| CheckReport::new(task, check, verdict())).collect();
        let tasks = rubric.tasks.iter().map(|task| TaskReport {
            number: task.number,
            title: task.title.clone(),
            score: Points::ZERO,
            max_score: checks.iter().filter(|check| check.task == task.number).map(|check| check.max_points).sum(),
            repaired: false,
        });
        Self {
            lab: rubric.slug.clone(),
            title: rubric.title.clone(),
            score: Points::ZERO,
            max_score: checks.iter().map(|check| check.max_points).sum(),
            tasks: tasks.collect(),
            stopped: None,
            findings: findings.into_iter().map(with_hint).collect(),
            checks,
            replay,
        }
    }
}

/// The finding with a next step.
pub(crate) fn with_hint(mut finding: Finding) -> Finding {
    finding.hint.get_or_insert_with(|| MEND_FILE.to_owned());
    finding
}
