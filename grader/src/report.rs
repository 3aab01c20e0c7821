//! What grading ends with, and its forms: [`text`] for people, [`json`] for programs, [`junit`] for CI, [`gradescope`]
//! and [`github`] for the services of those names.
//!
//! Invariant: a report holds no wall-clock time and no name of its submission, and depends on nothing but its lab and
//! its replay token. Nothing graded on zero executed checks can pass.

pub mod github;
pub mod gradescope;
pub mod json;
pub mod junit;
mod plain;
mod public_part;
pub mod text;
mod unreadable;

#[cfg(test)]
mod tests;

use sandbar_labs::diagnostic::{Diagnostic, Finding};
use serde::{Deserialize, Serialize};

use crate::feedback::Comparison;
use crate::outcome::{Fault, Place, Status, Verdict};
use crate::points::Points;
use crate::property::counterexample::Counterexample;
use crate::replay::ReplayToken;
pub use crate::rubric::Visibility;
use crate::rubric::{Check, Task};
use crate::scene::Stop;
pub use public_part::{Counts, Receipt};
pub use unreadable::MEND_FILE;
pub(crate) use unreadable::with_hint;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The lab's slug.
    pub lab: String,
    pub title: String,
    pub score: Points,
    pub max_score: Points,
    pub tasks: Vec<TaskReport>,
    pub checks: Vec<CheckReport>,
    /// Where the notebook stopped, when a cell failed.
    pub stopped: Option<StopReport>,
    /// About the submission as a whole: missing titles.
    pub findings: Vec<Finding>,
    pub replay: ReplayToken,
}

/// A report with the name of its submission, which people tell it by and which is no part of it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub name: &'a str,
    pub report: &'a Report,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReport {
    pub number: u32,
    pub title: String,
    pub score: Points,
    pub max_score: Points,
    /// Whether it was judged on a state that the course's own statements repaired.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repaired: bool,
}

impl TaskReport {
    /// What a reader must know of the state that the task was judged on.
    pub fn note(&self) -> Option<&'static str> {
        self.repaired
            .then_some("Judged on a state that was repaired behind an earlier task, so that a slip there costs once.")
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    pub id: String,
    pub task: u32,
    pub points: Points,
    pub max_points: Points,
    pub status: Status,
    /// The claim, one sentence.
    pub claim: String,
    /// What was found out, one or two sentences; the claim when it holds.
    pub message: String,
    /// `check.reason`, stable; `None` when the check passed.
    pub feedback_key: Option<String>,
    pub expected: Option<String>,
    pub found: Option<String>,
    pub next_step: Option<String>,
    pub comparison: Option<Comparison>,
    /// How rows are compared here, one sentence from the contract that compares them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    pub place: Option<Place>,
    pub visibility: Visibility,
    /// The smallest other data that shows the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterexample: Option<Counterexample>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopReport {
    pub task: Option<u32>,
    pub title: Option<String>,
    pub place: Place,
    pub error: Diagnostic,
}

impl StopReport {
    pub(crate) fn new(stop: &Stop) -> Self {
        Self { task: stop.task, title: stop.title.clone(), place: stop.place.clone(), error: stop.diagnostic.clone() }
    }
}

impl Report {
    /// Every point reached, on at least one check that looked at work.
    pub fn is_complete(&self) -> bool {
        self.reaches(self.max_score)
    }

    /// At least so many points, on at least one check that looked at work.
    pub fn reaches(&self, least: Points) -> bool {
        self.checks.iter().any(|check| check.status.executed()) && !self.is_unavailable() && self.score >= least
    }

    /// Part of the work could not be graded by a fault of ours.
    pub fn is_unavailable(&self) -> bool {
        self.checks.iter().any(|check| check.status == Status::Unavailable)
    }

    /// The keys of everything that failed or could not run, in order; without the blocked checks.
    pub fn feedback_keys(&self) -> Vec<String> {
        let faulty = |check: &&CheckReport| matches!(check.status, Status::Failed | Status::Error);
        self.checks.iter().filter(faulty).filter_map(|check| check.feedback_key.clone()).collect()
    }

    pub fn checks_of(&self, task: u32) -> impl Iterator<Item = &CheckReport> {
        self.checks.iter().filter(move |check| check.task == task)
    }
}

impl CheckReport {
    pub(crate) fn new(task: &Task, check: &Check, verdict: Verdict) -> Self {
        let points = earned(&verdict, check);
        let (status, fault) = match verdict {
            Verdict::Passed => (Status::Passed, Fault { message: check.claim.clone(), ..Fault::default() }),
            Verdict::Failed(fault) => (Status::Failed, *fault),
            Verdict::Error(fault) => (Status::Error, *fault),
            Verdict::Unavailable(why) => (Status::Unavailable, Fault::new("unavailable", why)),
            Verdict::Blocked(why) => (Status::Blocked, Fault::new("blocked", why)),
        };
        let passed = status == Status::Passed;
        let author_step = (status == Status::Failed).then(|| check.next_step.trim().to_owned());
        Self {
            id: check.id.clone(),
            task: task.number,
            points,
            max_points: check.points,
            status,
            claim: check.claim.trim().to_owned(),
            message: fault.message.trim().to_owned(),
            feedback_key: (!passed).then(|| format!("{}.{}", check.id, fault.reason)),
            expected: fault.expected,
            found: fault.found,
            next_step: fault.next_step.or(author_step),
            comparison: fault.comparison,
            contract: compared(status, check),
            place: fault.place,
            visibility: check.visibility,
            counterexample: fault.counterexample.map(|found| *found),
        }
    }
}

/// The sentence of the contract that found the check's rows wrong.
fn compared(status: Status, check: &Check) -> Option<String> {
    let reference = check.rule.reference().filter(|_| status == Status::Failed);
    reference.map(|reference| reference.contract().sentence())
}

/// What a verdict is worth: all points of the check, what the fault leaves of them, or none.
fn earned(verdict: &Verdict, check: &Check) -> Points {
    match verdict {
        Verdict::Passed => check.points,
        Verdict::Failed(fault) => fault.earns.of(check.points),
        Verdict::Error(_) | Verdict::Unavailable(_) | Verdict::Blocked(_) => Points::ZERO,
    }
}
