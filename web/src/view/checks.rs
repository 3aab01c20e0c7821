//! Checks and what they found: beside the notebook, after a run from scratch, in a report.

use askama::Template;

use super::filters;

#[derive(Template)]
#[template(path = "fragments/checks.html")]
pub struct CheckList {
    /// `9 of 12 public checks pass`.
    pub summary: String,
    /// Share that passes.
    pub percent: u32,
    pub checks: Vec<Check>,
}

pub struct Check {
    pub id: String,
    /// `Task 5`; empty when it belongs to none.
    pub task: String,
    /// What is claimed: `One MERGE commit changed the table`.
    pub title: String,
    /// `passed`, `failed`, `error`, `blocked` or `unavailable`.
    pub status: &'static str,
    /// `Passed`, `Not yet`, `Could not run`, `Blocked`, `Unavailable (ours)`.
    pub status_text: &'static str,
    /// `8 of 8`; empty for a check without points.
    pub points: String,
    /// What was found, one or two sentences; empty when it passed silently.
    pub message: String,
    pub expected: Option<String>,
    pub found: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// Shown unfolded: the first failure.
    pub open: bool,
}
