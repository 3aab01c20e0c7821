//! A lab's file as a value: its texts, what it gives, what it replays, and the checks with their points.
//!
//! Invariant: the checks of a task add up to the task's points, ids and feedback keys are unique, and every name that a
//! check uses (a relation, a replay, another check) exists; [`parse`] reports everything that is wrong at once.

mod engine_names;
mod hints;
mod names;
mod read;
mod section;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use sandbar_labs::diagnostic::Position;
use sandbar_labs::relation::Column;
use serde::{Deserialize, Serialize};

pub use hints::{Hint, HintLevel};
pub use read::{parse, parse_all};
pub use section::Section;

use crate::check::Rule;
use crate::points::Points;

#[derive(Clone, Debug)]
pub struct Rubric {
    pub slug: String,
    pub title: String,
    pub summary: String,
    /// How long a student needs, as told to them.
    pub minutes: u32,
    /// Markdown above the tasks.
    pub introduction: String,
    /// What hidden data stays within, and what every submission may rely on; one sentence each.
    pub promises: Vec<String>,
    pub submission: SubmissionForm,
    /// The starter's files that a student begins with, by name; paths relative to the lab's folder.
    pub starter: Vec<(String, String)>,
    /// Files that the course gives; grading uses the course's own copies.
    pub given: Vec<(String, String)>,
    /// Data sets by name: paths relative to the lab's folder.
    pub datasets: Vec<(String, String)>,
    /// Tables of a student's workspace from the start: (table, data set).
    pub tables: Vec<(String, String)>,
    pub relations: BTreeMap<String, RelationSource>,
    pub replays: Vec<ReplayForm>,
    pub tasks: Vec<Task>,
    /// In what students get: the points of the whole lab, of which only the public checks are here. Then there is no proof.
    pub public_part_of: Option<Points>,
    /// Of a public part: the points of all public checks of the lab, also of those that a part does not have.
    pub public_points: Option<Points>,
    pub proof: Proof,
}

/// Which files a submission consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubmissionForm {
    /// `None`: the only notebook of the submission; else the stem of its name (`etl`).
    pub notebook: Option<String>,
    /// Whether cells are assigned to tasks by their titles.
    pub titled_tasks: bool,
    /// Stem of the job's file.
    pub job: Option<String>,
    /// Stem of the dashboard's file.
    pub dashboard: Option<String>,
}

/// A named relation for reference queries.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationSource {
    pub origin: Origin,
    /// When not empty, the relation is read in exactly these columns.
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The student's table at a moment.
    Table {
        table: String,
        at: Moment,
    },
    /// The student's temp view, as last read at or before the end of the task.
    View {
        view: String,
    },
    Dataset {
        dataset: String,
    },
}

impl Origin {
    /// The name of a table or view that the student makes.
    pub fn own(&self) -> Option<&str> {
        match self {
            Self::Table { table: name, .. } | Self::View { view: name } => Some(name),
            Self::Dataset { .. } => None,
        }
    }

    /// The table's name.
    pub fn table(&self) -> Option<&str> {
        match self {
            Self::Table { table, .. } => Some(table),
            Self::View { .. } | Self::Dataset { .. } => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the first cell of the check's task.
    Before,
    /// After the last cell of the check's task.
    After,
    /// After the last cell of that task.
    EndOf(u32),
}

/// Runs in one fresh workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayForm {
    pub name: String,
    /// (table, data set)
    pub tables: Vec<(String, String)>,
    pub runs: RunsForm,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunsForm {
    /// The submission's notebook, once for each.
    Notebook(Vec<RunForm>),
    /// Each data set of the submission's dashboard, as a notebook of one cell.
    Dashboard,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunForm {
    pub parameters: Vec<(String, String)>,
    /// The values that the run stands for, as the reference query sees them in the relation `parameters`.
    pub meaning: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Task {
    pub number: u32,
    pub title: String,
    /// Markdown.
    pub text: String,
    pub points: Points,
    pub checks: Vec<Check>,
    /// From the first that is opened to the last, each level at most once.
    pub hints: Vec<Hint>,
    pub carry_forward: Option<CarryForward>,
}

/// How the state is repaired behind a task that leaves none for the tasks after it to work on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarryForward {
    /// The lab's relations that the state must give at the end of the task. It is repaired too when a cell of the task fails.
    pub needs: Vec<String>,
    /// Checks of the task that the state must pass for the tasks after it.
    pub holds: Vec<String>,
    /// Checks that it must pass where the notebook stops behind the task; the repair stays when the notebook comes further
    /// with it.
    pub holds_if_stopped: Vec<String>,
    /// Tables that must be the same ones with their history behind the task; where one was dropped, the task's cells from
    /// that one on are left out.
    pub keeps: Vec<String>,
    /// The relation of the lab whose columns the rows have that stand in a statement that failed. `sql` reads them in the
    /// temp view `sandbar_written`.
    pub written: Option<String>,
    /// Statements that give them and leave alone what is there.
    pub sql: String,
}

/// Whether a check can be run before handing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Run freely on what the student sees.
    #[default]
    Public,
    /// Run on data that the student has not seen, and only when work is graded.
    Hidden,
}

#[derive(Clone, Debug)]
pub struct Check {
    /// Unique in the lab.
    pub id: String,
    pub kind: String,
    pub points: Points,
    /// What is claimed of good work, one sentence.
    pub claim: String,
    /// What to do when it does not hold.
    pub next_step: String,
    /// Checks without which this one cannot be looked at.
    pub needs: Vec<String>,
    pub visibility: Visibility,
    pub rule: Arc<dyn Rule>,
    /// Where the check begins in the lab's file.
    pub position: Position,
}

/// What the lab must show of itself before it is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    pub starter_score: Points,
    /// A file or a folder, relative to the lab's folder.
    pub reference: String,
    /// Where the proof is declared.
    pub position: Position,
    /// Files or folders that look nothing alike and all reach every point.
    pub right: Vec<RightSolution>,
    pub wrong: Vec<WrongSolution>,
    /// Tasks whose statements in the reference are changed by one slip each; every such mutant must lose points.
    pub mutate: Vec<u32>,
    /// Files of the reference that are changed in the same way: every statement of a notebook, every entry and query of a job
    /// or a dashboard.
    pub mutate_files: Vec<String>,
    /// Mutants that are as right as the reference under the lab's promises, with the reason.
    pub equal: Vec<EqualMutant>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EqualMutant {
    /// `task 5: t.sku = s.sku becomes t.sku <=> s.sku`.
    pub mutant: String,
    pub why: String,
    pub position: Position,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RightSolution {
    /// A file or a folder; a folder's files replace those of the reference.
    pub path: String,
    pub position: Position,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrongSolution {
    /// A file or a folder; a folder's files replace those of the reference.
    pub path: String,
    pub score: Points,
    /// Feedback keys of all failed checks and errors, without the blocked ones.
    pub feedback: Vec<String>,
    pub position: Position,
}

impl Rubric {
    pub fn max_score(&self) -> Points {
        self.tasks.iter().map(|task| task.points).sum()
    }

    pub fn checks(&self) -> impl Iterator<Item = (&Task, &Check)> {
        self.tasks.iter().flat_map(|task| task.checks.iter().map(move |check| (task, check)))
    }

    pub fn replay(&self, name: &str) -> Option<&ReplayForm> {
        self.replays.iter().find(|replay| replay.name == name)
    }
}
