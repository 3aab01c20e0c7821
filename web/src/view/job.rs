//! `/labs/{slug}/jobs/{key}`: a job's file beside its graph and its findings.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::inspector::Inspector;
use super::job_runs::JobBelow;
use super::lab::LabFile;
use super::layout::{Link, Moment, Page};
use super::report::Finding;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "job.html")]
pub struct Job {
    pub page: Page,
    pub slug: String,
    pub lab: Link,
    pub key: String,
    pub files: Vec<LabFile>,
    /// `job.yml`.
    pub path: String,
    pub revision: u64,
    /// `yaml` or `json`.
    pub language: &'static str,
    pub text: String,
    pub lines: usize,
    pub check: JobCheck,
    /// Starting a run, and the last ones.
    pub below: JobBelow,
}

/// Findings and graph of a job's text; the answer to `POST …/check`.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/job_check.html")]
pub struct JobCheck {
    /// `No problems.`, `2 errors, 1 warning`.
    pub summary: String,
    /// `ok`, `warning` or `error`.
    pub state: &'static str,
    pub findings: Vec<Finding>,
    /// `None` when the text could not be read as a job, or the job has no task.
    pub graph: Option<Graph>,
    /// The next times that the schedule fires, `Tue 24 Nov 2026, 06:00 CET`; empty without a schedule.
    pub firings: Vec<Moment>,
    pub inspector: Inspector,
}

#[derive(Debug)]
pub struct Graph {
    pub width: String,
    pub height: String,
    /// For somebody who cannot see it: `4 tasks. quality runs after etl. …`
    pub description: String,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

#[derive(Debug)]
pub struct Node {
    pub task_key: String,
    /// The key, cut to what fits.
    pub label: String,
    /// `Notebook`, `Dashboard`, `No task type`.
    pub kind_text: String,
    /// `Always` and the like; empty for the default ALL_SUCCESS.
    pub run_if_text: String,
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    /// Lines of the task in the text, from 1.
    pub first_line: Option<u32>,
    pub last_line: Option<u32>,
    /// An error names this task.
    pub faulty: bool,
}

#[derive(Debug)]
pub struct Edge {
    pub path: String,
    /// Closes a cycle.
    pub back: bool,
    /// The condition's outcome that it waits for; may be empty.
    pub outcome: String,
    /// The arrow head, an SVG `points`: drawn here because a marker cannot take a class.
    pub head: String,
}
