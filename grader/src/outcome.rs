//! How a check ends: the five states that a report keeps apart, and what a check hands back.

use serde::{Deserialize, Serialize};

use crate::feedback::Comparison;
use crate::points::Points;
use crate::property::counterexample::Counterexample;

/// Wrong, broken and unavailable are three things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Passed,
    /// The work was looked at and is wrong.
    Failed,
    /// The submission cannot run here: a statement failed, a limit was hit.
    Error,
    /// Our fault: costs no attempt and is graded again.
    Unavailable,
    /// Not looked at, because something before it is missing; not counted as wrong, and without points.
    Blocked,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Unavailable => "unavailable",
            Self::Blocked => "blocked",
        }
    }

    /// Whether the check really looked at work.
    pub fn executed(self) -> bool {
        matches!(self, Self::Passed | Self::Failed | Self::Error)
    }
}

/// What a check found. [`Verdict::Passed`] earns its points, and a failed one those that its fault leaves.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Passed,
    Failed(Box<Fault>),
    Error(Box<Fault>),
    Unavailable(String),
    Blocked(String),
}

/// The reason of a fault that is nothing but a name: what has another name is there.
pub const MISNAMED: &str = "misnamed";

/// Why a check did not pass, in words for the student.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fault {
    /// Short and stable, the second half of a feedback key: `every_row`.
    pub reason: String,
    /// One or two sentences.
    pub message: String,
    pub expected: Option<String>,
    pub found: Option<String>,
    /// Rows of the student's own table beside the expected ones.
    pub comparison: Option<Comparison>,
    /// Other data that shows the fault.
    pub counterexample: Option<Box<Counterexample>>,
    /// Replaces the check's own next step.
    pub next_step: Option<String>,
    /// What the check earns in spite of it.
    pub earns: Earns,
    /// Line of the submission that the fault is about, with its file.
    pub place: Option<Place>,
}

/// What failed work earns of its check's points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Earns {
    #[default]
    Nothing,
    Points(Points),
    /// Thousandths of the check's points.
    PerMille(u32),
}

impl Earns {
    /// Never more than the check's.
    pub fn of(self, points: Points) -> Points {
        match self {
            Self::Nothing => Points::ZERO,
            Self::Points(earned) => earned.min(points),
            Self::PerMille(share) => points.share(share),
        }
    }
}

/// A place in a submitted file, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// What the cell is called, in a file whose lines nobody sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

impl Place {
    pub fn new(file: impl Into<String>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column, cell: None }
    }
}

impl Fault {
    pub fn new(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self { reason: reason.into(), message: message.into(), ..Self::default() }
    }

    pub fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = Some(text.into());
        self
    }

    pub fn found(mut self, text: impl Into<String>) -> Self {
        self.found = Some(text.into());
        self
    }

    pub fn next(mut self, text: impl Into<String>) -> Self {
        self.next_step = Some(text.into());
        self
    }

    pub fn failed(self) -> Verdict {
        Verdict::Failed(Box::new(self))
    }

    pub fn error(self) -> Verdict {
        Verdict::Error(Box::new(self))
    }
}
