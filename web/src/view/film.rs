//! What happens to tables step by step: a lesson's walkthrough, or the log of the reader's own table.

use askama::Template;

use super::filters;

/// One element of the page. Every part of it says at which steps it is there; a script shows one step at a time.
#[derive(Debug, Template)]
#[template(path = "fragments/film.html")]
pub struct Film {
    /// Unique in its page: `walkthrough`, `log`.
    pub id: &'static str,
    /// What it is to somebody who cannot see it.
    pub label: String,
    /// Plays by itself when it comes into view.
    pub autoplay: bool,
    /// Where it is told how far the reader came; empty when nobody asks.
    pub progress: String,
    /// Of the form that says so without a script.
    pub csrf: String,
    /// The step to begin with, from 0.
    pub start: usize,
    /// `1:24`
    pub duration: String,
    pub steps: Vec<Step>,
    pub tables: Vec<Table>,
    pub panes: Vec<Pane>,
    /// Steps at which there is no table of the name that is looked at.
    pub nothing_on: String,
    /// Steps at which the rows can no longer be read.
    pub unreadable_on: String,
}

impl Film {
    /// What the pane of statements holds: of a log nobody knows the statements any more.
    fn statement_title(&self) -> &'static str {
        if self.steps.iter().all(|step| step.statement_html.is_empty()) { "Commit" } else { "Statement" }
    }

    /// The rows that come into view with a step.
    fn pane_of(&self, step: &Step) -> Option<&Pane> {
        self.panes.get(step.new_pane?)
    }
}

#[derive(Debug)]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// Inline HTML.
    pub caption_html: String,
    pub seconds: u32,
    /// The part that it points at: `statement`, `log`, `files` or `rows`.
    pub look: &'static str,
    /// Highlighted; empty without one.
    pub statement_html: String,
    /// The class of the error that the statement ended with.
    pub error: Option<String>,
    /// What it did, a sentence each.
    pub happened: Vec<String>,
    /// Lines of the commits that it made.
    pub lines: Vec<LogLines>,
    /// Index of the rows that come into view with it; the transcript shows each once.
    pub new_pane: Option<usize>,
}

/// A commit's file as text.
#[derive(Debug)]
pub struct LogLines {
    pub file: String,
    pub text: String,
}

#[derive(Debug)]
pub struct Table {
    pub name: String,
    /// Steps at which it is in view: `0 1 4`.
    pub on: String,
    /// Commits that are not listed.
    pub earlier: usize,
    pub entries: Vec<LogEntry>,
    pub files: Vec<DataFile>,
    /// Files that are not listed.
    pub more_files: usize,
}

/// A file of the log.
#[derive(Debug)]
pub struct LogEntry {
    /// The step that wrote it.
    pub from: usize,
    pub file: String,
    /// `MERGE`, `checkpoint`.
    pub operation: String,
    pub actions: Vec<Action>,
}

#[derive(Debug)]
pub struct Action {
    /// `add`, `remove`, `other`.
    pub kind: &'static str,
    /// `add B`, `commitInfo`.
    pub text: String,
}

#[derive(Debug)]
pub struct DataFile {
    pub letter: String,
    /// The name, cut in the middle.
    pub name: String,
    /// `2 rows, 812 B`
    pub detail: String,
    /// `1:live 3:removed`
    pub states: String,
}

/// Rows.
#[derive(Debug)]
pub struct Pane {
    /// Steps at which it is in view.
    pub on: String,
    /// `Rows of menu, version 2`, `Result`.
    pub heading: String,
    pub columns: Vec<super::output::ResultColumn>,
    pub rows: Vec<Row>,
    /// `3 rows`, `3 rows, 1 gone`.
    pub extent: String,
}

#[derive(Debug)]
pub struct Row {
    pub fresh: bool,
    pub values: Vec<super::output::ResultValue>,
}
