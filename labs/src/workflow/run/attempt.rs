//! One try of a piece of work, and what its driver is asked and says.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::super::job::{Task, TaskKind};
use super::super::propagate::TaskResult;
use super::Place;
use super::output::OutputRows;
use crate::authored::shorten;

/// Why an attempt failed whose cluster went away.
pub(super) const LOST: &str = "The cluster was lost while the attempt ran on it.";

/// Where a task or an attempt is, with the names of the Jobs API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LifeCycle {
    /// The run waits for another run of its job.
    Queued,
    /// Its cluster starts.
    Pending,
    /// It waits for other tasks.
    Blocked,
    Running,
    WaitingForRetry,
    /// It was cancelled, and what it does is not over yet.
    Terminating,
    Terminated,
    /// It was not run: excluded, or something before it failed.
    Skipped,
    /// Its cluster was lost.
    InternalError,
}

impl LifeCycle {
    /// The name in the Jobs API.
    pub fn name(self) -> &'static str {
        match self {
            LifeCycle::Queued => "QUEUED",
            LifeCycle::Pending => "PENDING",
            LifeCycle::Blocked => "BLOCKED",
            LifeCycle::Running => "RUNNING",
            LifeCycle::WaitingForRetry => "WAITING_FOR_RETRY",
            LifeCycle::Terminating => "TERMINATING",
            LifeCycle::Terminated => "TERMINATED",
            LifeCycle::Skipped => "SKIPPED",
            LifeCycle::InternalError => "INTERNAL_ERROR",
        }
    }
}

/// A try: when it began, what it was given, how it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1, over all repairs of the run; of an iteration of a for_each task its own.
    pub number: u32,
    /// Of a for_each task, which of its inputs it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iteration: Option<Iteration>,
    /// How many repairs the run had had.
    pub repair: usize,
    pub start: Timestamp,
    /// When its cluster was there; its end, where that came first, and then nothing of it has run.
    pub running_from: Timestamp,
    /// `None` while it is under way.
    pub end: Option<Timestamp>,
    /// How it ends; that of an attempt under way is not to be shown.
    #[serde(rename = "result")]
    pub outcome: TaskResult,
    /// What the notebook or query saw.
    pub parameters: BTreeMap<String, String>,
    /// What it did, a line a statement.
    #[serde(default)]
    pub output: Vec<String>,
    pub error: Option<String>,
    /// Tables that it read, by name.
    pub read: BTreeSet<String>,
    /// Versions of tables that it made, the last of each.
    pub written: BTreeMap<String, u64>,
    /// Whether its cluster was lost.
    pub lost: bool,
    /// What the task has set for others.
    pub values: BTreeMap<String, Value>,
    /// What a SQL task gives to the tasks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<OutputRows>,
    /// What a condition came to.
    pub condition: Option<bool>,
}

/// An input of a for_each task.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Iteration {
    /// From 1, in the order of the inputs.
    pub number: usize,
    /// A text as it is, anything else as JSON; cut where it is long.
    pub input: String,
    /// SHA-256 of the whole input, where it was cut: two inputs may begin alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl Iteration {
    /// `number` counts from 1; `input` is the whole one.
    pub fn new(number: usize, input: &str) -> Self {
        let shown = shorten(input);
        let whole = || hex::encode(Sha256::digest(input.as_bytes()));
        let digest = (shown != input).then(whole);
        Self { number, input: shown, digest }
    }
}

impl Attempt {
    /// Ends it at an instant, which may lie before its cluster is there.
    pub(super) fn end_at(&mut self, at: Timestamp) {
        self.end = Some(at);
        self.running_from = self.running_from.min(at);
    }

    pub(super) fn new(number: u32, start: Timestamp, running_from: Timestamp, repair: usize) -> Self {
        Self {
            number,
            iteration: None,
            repair,
            start,
            running_from,
            end: None,
            outcome: TaskResult::Success,
            parameters: BTreeMap::new(),
            output: Vec::new(),
            error: None,
            read: BTreeSet::new(),
            written: BTreeMap::new(),
            lost: false,
            values: BTreeMap::new(),
            rows: None,
            condition: None,
        }
    }

    /// Keeps what the work did; work that went on for too long is a time-out, whatever it did.
    pub(super) fn take(&mut self, performed: Performed, too_late: Option<Timestamp>) {
        self.outcome = performed.result;
        self.output = performed.output;
        self.error = performed.error;
        self.read = performed.read;
        self.written = performed.written;
        self.lost = performed.lost;
        self.values = performed.values;
        self.rows = performed.rows;
        self.condition = performed.condition;
        if too_late.is_some() {
            self.lost = false;
            self.outcome = TaskResult::TimedOut;
            self.error = Some("The attempt went on for longer than the task's timeout_seconds.".to_owned());
        }
    }
}

/// Work that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    pub(super) place: Place,
    pub task_key: String,
    /// Of the attempt, from 1.
    pub number: u32,
    /// Of the attempt, on the run's clock.
    pub start: Timestamp,
    /// When its cluster is there.
    pub running_from: Timestamp,
    pub work: Work,
    /// What the notebook or query sees: the job's parameters before the task's own.
    pub parameters: BTreeMap<String, String>,
}

impl Order {
    /// For what the run does itself.
    pub(super) fn of_the_run(place: Place, start: Timestamp, running_from: Timestamp) -> Self {
        let work = Work::Notebook { path: String::new() };
        Self { place, task_key: String::new(), number: 0, start, running_from, work, parameters: BTreeMap::new() }
    }
}

/// What is to be done. References are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    Notebook {
        path: String,
    },
    /// A file of SQL statements.
    SqlFile {
        path: String,
    },
    /// A stored query, or the refresh of a dashboard by its id.
    Query {
        id: String,
    },
    Dashboard {
        id: String,
    },
    /// Another job.
    Job {
        id: String,
        parameters: BTreeMap<String, String>,
    },
}

impl Work {
    pub(super) fn of(kind: TaskKind, task: &Task, parameters: BTreeMap<String, String>) -> Self {
        let notebook = task.notebook_task.as_ref().map(|work| Self::Notebook { path: work.notebook_path.clone() });
        let dashboard = task.dashboard_task.as_ref().map(|work| Self::Dashboard { id: work.dashboard_id.clone() });
        let job = task.run_job_task.as_ref().map(|work| Self::Job { id: work.job_id.clone(), parameters });
        let sql = task.sql_task.as_ref().and_then(|work| {
            let file = work.file.as_ref().map(|file| Self::SqlFile { path: file.path.clone() });
            let query = work.query.as_ref().map(|query| Self::Query { id: query.query_id.clone() });
            let shown = work.dashboard.as_ref().map(|shown| Self::Dashboard { id: shown.dashboard_id.clone() });
            file.or(query).or(shown)
        });
        let found = match kind {
            TaskKind::Notebook => notebook,
            TaskKind::Dashboard => dashboard,
            TaskKind::RunJob => job,
            _ => sql,
        };
        found.unwrap_or(Self::Notebook { path: String::new() })
    }
}

/// What the work of an attempt did.
#[derive(Clone, Debug, PartialEq)]
pub struct Performed {
    /// On the run's clock.
    pub millis: i64,
    pub result: TaskResult,
    /// What was done, a line a statement.
    pub output: Vec<String>,
    pub error: Option<String>,
    /// Tables that were read, by name.
    pub read: BTreeSet<String>,
    /// Versions of tables that were made, the last of each.
    pub written: BTreeMap<String, u64>,
    pub values: BTreeMap<String, Value>,
    pub rows: Option<OutputRows>,
    pub(super) condition: Option<bool>,
    pub(super) lost: bool,
}

impl Performed {
    pub fn succeeded(millis: i64) -> Self {
        Self {
            millis,
            result: TaskResult::Success,
            output: Vec::new(),
            error: None,
            read: BTreeSet::new(),
            written: BTreeMap::new(),
            values: BTreeMap::new(),
            rows: None,
            condition: None,
            lost: false,
        }
    }

    pub fn failed(millis: i64, error: String) -> Self {
        Self { result: TaskResult::Failed, error: Some(error), ..Self::succeeded(millis) }
    }

    pub fn timed_out(millis: i64) -> Self {
        let error = Some("The attempt's time is up.".to_owned());
        Self { result: TaskResult::TimedOut, error, ..Self::succeeded(millis) }
    }

    /// Somebody cancelled it while it went on.
    pub fn canceled(millis: i64) -> Self {
        Self { result: TaskResult::Canceled, ..Self::succeeded(millis) }
    }

    pub(super) fn lost(millis: i64) -> Self {
        Self { lost: true, ..Self::failed(millis, LOST.to_owned()) }
    }

    /// With the tables that were read, and the versions that were made.
    pub fn with_tables(self, read: BTreeSet<String>, written: BTreeMap<String, u64>) -> Self {
        Self { read, written, ..self }
    }

    pub fn with_output(self, output: Vec<String>) -> Self {
        Self { output, ..self }
    }

    /// With what a later task may read as `{{tasks.KEY.values.NAME}}`.
    pub fn with_values(self, values: BTreeMap<String, Value>) -> Self {
        Self { values, ..self }
    }

    /// With what a later task may read as `{{tasks.KEY.output.rows}}`.
    pub fn with_rows(self, rows: Option<OutputRows>) -> Self {
        Self { rows, ..self }
    }
}

/// So many milliseconds later; the end of time where there is no such instant.
pub(super) fn after(at: Timestamp, millis: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_millis(millis)).unwrap_or(Timestamp::MAX)
}

pub(super) fn millis(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millisecond() - from.as_millisecond()
}
