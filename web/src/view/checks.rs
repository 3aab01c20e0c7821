//! Checks and what they found: beside the notebook, after a run from scratch, in a report.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::Moment;
use super::output::ErrorOutput;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/checks.html")]
pub struct CheckList {
    /// `9 of 12 public checks pass`.
    pub summary: String,
    /// Share that passes.
    pub percent: u32,
    /// What the text stopped with, so that not everything of it ran.
    pub error: Option<ErrorOutput>,
    pub checks: Vec<Check>,
}

#[derive(Debug)]
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
    /// Rows that differ, side by side.
    pub comparison: Option<Comparison>,
    /// Other rows that show the fault.
    pub counterexample: Option<Counterexample>,
    /// `etl.sql, line 12`; empty when no place is known.
    pub place: String,
    /// How rows are compared here.
    pub contract: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// Shown unfolded: the first failure.
    pub open: bool,
    pub remarks: Remarks,
}

/// What people did to a check of a submission.
#[derive(Debug, Default)]
pub struct Remarks {
    pub adjusted: Option<Adjusted>,
    pub comments: Vec<Comment>,
    /// For staff only.
    pub form: Option<PointsForm>,
}

/// Points that a person set in place of the grader's.
#[derive(Debug)]
pub struct Adjusted {
    /// `Ines Moreau set 6 of 6 points; the grader gave 0.`
    pub sentence: String,
    pub reason: String,
}

#[derive(Debug)]
pub struct Comment {
    pub by: String,
    pub at: Moment,
    pub text: String,
}

/// The form that sets a check's points.
#[derive(Debug)]
pub struct PointsForm {
    pub action: String,
    pub csrf: String,
    pub points: TextField,
    pub reason: TextField,
    /// Shown unfolded: something in it was refused.
    pub open: bool,
}

/// What stands in a field, and why it was refused.
#[derive(Clone, Debug, Default)]
pub struct TextField {
    pub text: String,
    pub error: Option<String>,
}

/// The smallest rows that show a mistake: the data, what is expected, what came.
#[derive(Debug)]
pub struct Counterexample {
    pub tables: Vec<SmallTable>,
    /// Loads it into a workspace, for the student.
    pub attempt: Option<TryForm>,
}

/// The button that loads a case into a workspace.
#[derive(Debug)]
pub struct TryForm {
    pub action: String,
    pub csrf: String,
}

#[derive(Debug)]
pub struct SmallTable {
    /// `before`, `source`, `expected`, `got`.
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<SmallRow>,
}

#[derive(Debug)]
pub struct SmallRow {
    /// Whether the difference is about it.
    pub marked: bool,
    pub values: Vec<String>,
}

/// Rows as expected and as found, by column.
#[derive(Debug)]
pub struct Comparison {
    pub columns: Vec<String>,
    pub rows: Vec<ComparedRow>,
}

#[derive(Debug)]
pub struct ComparedRow {
    /// `None` when only the student has this row.
    pub expected: Option<Vec<String>>,
    /// `None` when the student lacks this row.
    pub found: Option<Vec<FoundValue>>,
}

#[derive(Debug)]
pub struct FoundValue {
    pub text: String,
    /// From the expected row's value in the same column.
    pub differs: bool,
}

/// The answer to "Run from scratch": every cell of the file in a fresh workspace.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/replay.html")]
pub struct Replay {
    /// `All 12 cells ran.` or `Stopped at cell 7: Task 5: upsert`.
    pub sentence: String,
    /// `succeeded` or `failed`.
    pub state: &'static str,
    pub elapsed: String,
    pub cells: Vec<ReplayedCell>,
    /// The public checks on what this run did.
    pub checks: Option<CheckList>,
}

#[derive(Debug)]
pub struct ReplayedCell {
    /// The cell's id in the notebook.
    pub id: String,
    /// Its title, or `Cell 3`.
    pub title: String,
    /// `succeeded`, `failed`, `skipped`.
    pub state: &'static str,
    /// `Succeeded`, `Failed as expected`, `Failed`, `Not reached`.
    pub state_text: &'static str,
    pub elapsed: String,
    /// The error, `Line 3: [CLASS] message`.
    pub message: String,
    /// What to do about it; empty where the error says no more.
    pub hint: String,
}
