//! Jobs as students write them: reading, validating, drawing and deciding what runs.
//!
//! A job file is a Databricks Jobs API 2.2 payload or a bundle. [`check`] tells everything that is wrong with it at
//! once; [`layout`] draws its graph; [`propagate`] and [`schedule`] say what would run and when. [`run`] goes through a run
//! on a virtual clock; what its tasks do is done by whoever drives it.

mod convert;
pub mod edit;
pub mod graph;
pub mod job;
mod layout;
mod name;
mod propagate;
mod read;
mod reference;
pub mod run;
pub mod schedule;
mod validate;

#[cfg(test)]
mod tests;

pub use convert::{Converted, convert};
pub use graph::Graph;
pub use job::Job;
pub use layout::{Edge, Layout, Node, Point, layout};
pub use name::{JobName, Named};
pub use propagate::{Decision, RunResult, TaskResult, decide, propagate, propagate_with, run_result};
pub use validate::{MAX_TASKS, too_deep};

use jiff::Timestamp;

use crate::diagnostic::{Finding, Severity};

/// A larger file is refused before it is parsed.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// More findings are counted, not told.
const MAX_FINDINGS: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Yaml,
    Json,
}

impl Syntax {
    /// By the name's ending; JSON for `.json`, YAML for everything else.
    pub fn of_file(name: &str) -> Self {
        if name.to_ascii_lowercase().ends_with(".json") { Syntax::Json } else { Syntax::Yaml }
    }
}

/// A job file, read and judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// As much as could be read; `None` when the file holds no job at all.
    pub job: Option<Job>,
    /// The job's key below `resources.jobs`, in a bundle.
    pub key: Option<String>,
    /// The keys of all of the bundle's jobs, in the order of the file.
    pub jobs: Vec<String>,
    /// In the order of the file.
    pub findings: Vec<Finding>,
    /// How many more there are than those.
    pub more: usize,
}

impl Checked {
    /// Whether a Databricks workspace would accept the job.
    pub fn is_valid(&self) -> bool {
        self.job.is_some() && self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }
}

/// What a job file is checked beside, where it is known.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The file's name without the ending, by which other jobs run this one.
    pub file: &'a str,
    /// Which job of a bundle is meant; the first one where it is `None`.
    pub key: Option<&'a str>,
    /// The text of the job file of that name, without its ending, in the same folder.
    pub other: &'a dyn Fn(&str) -> Option<(String, Syntax)>,
    /// A schedule that does not fire after this instant is told.
    pub now: Timestamp,
}

impl Around<'_> {
    /// Beside nothing, at no time.
    pub const NOTHING: Around<'static> = Around { file: "", key: None, other: &|_| None, now: Timestamp::UNIX_EPOCH };
}

impl std::fmt::Debug for Around<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Around");
        shown.field("file", &self.file).field("key", &self.key).field("now", &self.now).finish_non_exhaustive()
    }
}

/// Reads and validates a job file: every finding at once, each with path, line and column.
///
/// Of a bundle with several jobs the first one is checked, which runs others of them by `${resources.jobs.KEY.id}`.
pub fn check(text: &str, syntax: Syntax) -> Checked {
    check_among(text, syntax, &Around::NOTHING)
}

/// As [`check`], with other jobs that it may run, and the time.
pub fn check_among(text: &str, syntax: Syntax, around: &Around<'_>) -> Checked {
    if text.len() > MAX_BYTES {
        let message =
            format!("The file has {} MiB; a job has at most {}.", text.len().div_ceil(1 << 20), MAX_BYTES >> 20);
        return Checked { findings: vec![Finding::error("TOO_LARGE", "", message)], ..Checked::default() };
    }
    let mut findings = Vec::new();
    let found = match read::find(text, syntax, around.key, &mut findings) {
        Ok(found) => found,
        Err(finding) => {
            findings.push(finding);
            return Checked { findings, ..Checked::default() };
        }
    };
    let Some(settings) = found.settings() else { return Checked { findings, ..Checked::default() } };
    let job = read::settings(settings, &mut findings);
    if let Some(job) = &job {
        validate::all(job, &found, around, &mut findings);
    }
    let more = place(&mut findings, settings);
    let jobs = found.keys().map(str::to_owned).collect();
    Checked { job, key: found.key().map(str::to_owned), jobs, findings, more }
}

/// Gives each finding its position from its path, and puts them in the order of the file; those that are too many are
/// left out, errors last. Gives how many those are.
fn place(findings: &mut Vec<Finding>, settings: &crate::authored::Node) -> usize {
    let more = findings.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        findings.sort_by_key(|finding| finding.severity);
        findings.truncate(MAX_FINDINGS);
    }
    for finding in findings.iter_mut().filter(|finding| finding.line.is_none()) {
        let position = settings.locate(&finding.path);
        finding.line = Some(position.line);
        finding.column = Some(position.column);
    }
    findings.sort_by_key(|finding| (finding.severity == Severity::Advice, finding.line, finding.column));
    if more > 0 {
        let message = format!("There are {more} more findings.");
        findings.push(Finding::new("MORE_FINDINGS", Severity::Warning, "", message).at(settings.position));
    }
    more
}
