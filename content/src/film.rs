//! What happens to tables step by step, so that a page can show it: the statement, the log, the data files and the rows of
//! each step together. Walkthroughs are films, and so is the log of a reader's own table.
//!
//! Invariant: a film is computed from logs and rows that an engine wrote; it knows no page and no authored text.

mod compose;
#[cfg(test)]
mod tests;

use sandbar_labs::delta_log;
use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::relation::Relation;

pub use compose::{Rows, Shot, compose, of_log};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Film {
    pub steps: Vec<Step>,
    /// Every table that there was, in the order of their first steps. One that was dropped and made again is two.
    pub tables: Vec<Table>,
    pub panes: Vec<Pane>,
}

/// What is in view.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub statement: Option<String>,
    /// What the statement ended with.
    pub error: Option<Diagnostic>,
    /// Index of the table; `None` while there is none of that name.
    pub table: Option<usize>,
    /// Index of the rows; `None` when there are none to show.
    pub pane: Option<usize>,
}

/// A table's log and files. Steps are indexes of the film's.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    /// The log's own id of it.
    pub id: String,
    /// The step that made it.
    pub from: usize,
    /// The step that dropped it.
    pub until: Option<usize>,
    pub commits: Vec<Commit>,
    /// In the order in which the log named them.
    pub files: Vec<DataFile>,
    pub checkpoints: Vec<Checkpoint>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The step that made it.
    pub step: usize,
    pub log: delta_log::Commit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub step: usize,
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DataFile {
    /// `A`, `B`, … within its table.
    pub letter: String,
    pub path: String,
    pub rows: Option<u64>,
    pub bytes: u64,
    /// What it is from which step on; before the first step it is not there.
    pub states: Vec<(usize, FileState)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Part of the table's latest version.
    Live,
    /// On storage for older versions only.
    Removed,
    /// Named by the log, and no longer on storage.
    Deleted,
}

/// Rows in view.
#[derive(Clone, Debug, PartialEq)]
pub struct Pane {
    pub of: PaneOf,
    pub relation: Relation,
    pub total_rows: u64,
    /// Which rows were not in the table's rows before; all of them are old in a query's result.
    pub fresh: Vec<bool>,
    /// How many rows are no longer there.
    pub gone: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaneOf {
    Table {
        /// Index of the table.
        table: usize,
        version: u64,
    },
    /// What the statement gave.
    Result,
}

impl DataFile {
    /// What it is at that step.
    pub fn state_at(&self, step: usize) -> Option<FileState> {
        self.states.iter().rev().find(|(from, _)| *from <= step).map(|(_, state)| *state)
    }
}

impl Table {
    /// The letter of a data file of this table.
    pub fn letter_of(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.letter.as_str())
    }
}
