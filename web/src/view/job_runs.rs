//! Beside a job: starting a run of it, and what became of its tasks in the last ones.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::job_run::State;

/// The part of a job's page below its text.
#[derive(Debug, Template)]
#[template(path = "fragments/job_below.html")]
pub struct JobBelow {
    pub start: JobStart,
    pub runs: JobRuns,
}

#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/job_start.html")]
pub struct JobStart {
    /// Where a run is started, and where this part is asked for anew.
    pub href: String,
    pub part: String,
    pub csrf: String,
    pub fields: Vec<Field>,
    /// Why the saved job cannot be run.
    pub blocked: Option<String>,
    /// The next firing of its schedule on the clock of its runs, or why there is none.
    pub firing: Result<String, String>,
    /// Where that clock stands, when runs have taken it beyond the present.
    pub clock: Option<String>,
}

#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub value: String,
}

/// The last runs as a table, a row a task.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/job_runs.html")]
pub struct JobRuns {
    /// Where changes are told, and this part is asked for anew.
    pub events: String,
    pub href: String,
    pub mark: i64,
    /// The newest first.
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub legend: Vec<State>,
}

#[derive(Debug)]
pub struct Column {
    pub href: String,
    pub number: i64,
    pub at: String,
    pub state: State,
}

#[derive(Debug)]
pub struct Row {
    pub key: String,
    /// `None` where the run has no such task.
    pub cells: Vec<Option<Cell>>,
}

#[derive(Debug)]
pub struct Cell {
    pub href: String,
    /// `etl in run 3: Failed`.
    pub name: String,
    pub state: State,
}
