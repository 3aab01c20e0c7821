//! What the statements of an attempt have done so far.

use std::collections::{BTreeMap, BTreeSet};

use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::workflow::run::{OutputRows, Performed, RunRecord};

/// What an attempt takes besides its statements, and what each of these takes, on the run's clock.
pub const ATTEMPT_MILLIS: i64 = 10_000;
const STATEMENT_MILLIS: i64 = 5_000;
/// Lines of an attempt's output, and characters of a statement in one.
const MAX_LINES: usize = 200;
const MAX_STATEMENT: usize = 80;

/// Where the text of a cell, a file or a data set stands, for whoever reads about its statements.
pub enum Place {
    /// In a file with lines: `etl.sql:12`.
    Line { file: String, first: u32 },
    /// In a notebook that is seen as cells: `etl.sql, cell 2 “Gold table”, line 3`.
    Cell { file: String, number: usize, title: Option<String> },
    /// `dashboard.yml, data set by_day, line 2`
    DataSet { file: String, name: String },
}

impl Place {
    /// A line of the text, counted from 1.
    pub fn at(&self, line: u32) -> String {
        match self {
            Self::Line { file, first } => format!("{file}:{}", first + line - 1),
            Self::Cell { file, number, title: None } => format!("{file}, cell {number}, line {line}"),
            Self::Cell { file, number, title: Some(title) } => format!("{file}, cell {number} “{title}”, line {line}"),
            Self::DataSet { file, name } => format!("{file}, data set {name}, line {line}"),
        }
    }
}

#[derive(Default)]
pub struct Done {
    statements: usize,
    read: BTreeSet<String>,
    written: BTreeMap<String, u64>,
    output: Vec<String>,
    /// Whether the rows of the last result are for the tasks after this one.
    keeps_rows: bool,
    rows: Option<OutputRows>,
}

impl Done {
    pub fn new(keeps_rows: bool) -> Self {
        Self { keeps_rows, ..Self::default() }
    }

    /// A line of its own, before what the statements do.
    pub fn say(&mut self, line: String) {
        self.output.push(line);
    }

    /// Whether nothing has run yet.
    pub fn is_empty(&self) -> bool {
        self.statements == 0
    }

    /// Takes in what ran, of a text at that place. Gives the first error, with where it stands.
    pub fn take(&mut self, outcomes: &[StatementOutcome], place: &Place) -> Option<String> {
        let mut failed = None;
        for outcome in outcomes {
            self.statements += 1;
            self.written.extend(outcome.commits.iter().map(|commit| (commit.table.clone(), commit.version)));
            if self.keeps_rows && !outcome.relation.columns.is_empty() {
                self.rows = Some(OutputRows::of(&outcome.relation, outcome.total_rows));
            }
            if let Some(facts) = &outcome.facts {
                self.read.extend(facts.scans.iter().map(|scan| scan.relation.clone()));
            }
            if self.output.len() < MAX_LINES {
                self.output.push(line(outcome, place));
            }
            if let Some(error) = &outcome.error {
                let line = error.position.map_or(outcome.line, |position| position.line);
                failed = failed.or_else(|| Some(format!("{}: {error}", place.at(line))));
            }
        }
        failed
    }

    fn millis(&self) -> i64 {
        ATTEMPT_MILLIS + STATEMENT_MILLIS * i64::try_from(self.statements).unwrap_or(i64::MAX / STATEMENT_MILLIS / 2)
    }

    pub fn succeeded(self) -> Performed {
        let performed = Performed::succeeded(self.millis());
        self.with(performed)
    }

    pub fn failed(self, error: String) -> Performed {
        let performed = Performed::failed(self.millis(), error);
        self.with(performed)
    }

    pub fn canceled(self) -> Performed {
        let performed = Performed::canceled(self.millis());
        self.with(performed)
    }

    fn with(self, performed: Performed) -> Performed {
        performed.with_tables(self.read, self.written).with_output(self.output).with_rows(self.rows)
    }
}

/// `etl.sql:12: CREATE OR REPLACE TABLE gold AS …: gold is at version 3`
fn line(outcome: &StatementOutcome, place: &Place) -> String {
    let words: Vec<&str> = outcome.sql.split_whitespace().collect();
    let text = words.join(" ");
    let statement: String = match text.char_indices().nth(MAX_STATEMENT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    };
    format!("{}: {statement}: {}", place.at(outcome.line), said(outcome))
}

fn said(outcome: &StatementOutcome) -> String {
    if let Some(error) = &outcome.error {
        return format!("failed, {}", error.class);
    }
    if !outcome.commits.is_empty() {
        let commits = outcome.commits.iter().map(|commit| format!("{} is at version {}", commit.table, commit.version));
        return commits.collect::<Vec<_>>().join(", ");
    }
    match (outcome.relation.columns.is_empty(), outcome.total_rows) {
        (true, _) => "done".to_owned(),
        (false, 1) => "1 row".to_owned(),
        (false, rows) => format!("{rows} rows"),
    }
}

/// What another job did, as the work of one attempt: the tables that it touched, and a line for each of its tasks.
pub fn of_other_job(id: &str, record: &RunRecord, performed: Performed) -> Performed {
    let attempts = || record.tasks.iter().flat_map(|task| &task.attempts);
    let read = attempts().flat_map(|attempt| attempt.read.iter().cloned()).collect();
    let written = attempts().flat_map(|attempt| attempt.written.clone()).collect();
    let line = |task: &sandbar_labs::workflow::run::TaskRecord| {
        format!("{id}, task {}: {}", task.task_key, task.result.map_or("RUNNING", |result| result.name()))
    };
    performed.with_tables(read, written).with_output(record.tasks.iter().take(MAX_LINES).map(line).collect())
}
