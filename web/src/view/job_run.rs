//! `/labs/{slug}/runs/{id}`: what a run of a job did.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::job::Edge;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "job_run.html")]
pub struct JobRun {
    pub page: Page,
    pub lab: Link,
    pub job: Link,
    /// `Run 3`.
    pub title: String,
    /// The student, where somebody else reads it.
    pub owner: Option<String>,
    /// Where changes are told.
    pub events: String,
    /// Counts what was saved of the run.
    pub revision: i64,
    pub body: RunBody,
}

/// The part of the page that changes while the run goes on.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/job_run.html")]
pub struct RunBody {
    pub href: String,
    pub csrf: String,
    pub active: bool,
    pub state: State,
    /// A sentence with `code`.
    pub verdict: String,
    pub facts: Vec<Fact>,
    pub may_cancel: bool,
    pub graph: Option<RunGraph>,
    pub gantt: Option<Gantt>,
    pub attempts: Vec<AttemptRow>,
    /// The task that the address names, or the one that most wants to be read.
    pub task: Option<TaskPart>,
    pub clusters: Vec<ClusterRow>,
    pub repairs: Vec<RepairRow>,
    /// `None` where the run cannot be repaired, or not by the reader.
    pub repair: Option<RepairPart>,
    pub settings: Settings,
}

/// How something is: an icon, a word, and a tone (`ok`, `bad`, `warn`, `running`, `off`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub icon: &'static str,
    pub tone: &'static str,
    pub word: String,
}

#[derive(Debug)]
pub struct Fact {
    pub name: &'static str,
    pub value: String,
}

#[derive(Debug)]
pub struct RunGraph {
    pub width: String,
    pub height: String,
    /// For somebody who cannot see it.
    pub description: String,
    pub nodes: Vec<RunNode>,
    pub edges: Vec<Edge>,
}

#[derive(Debug)]
pub struct RunNode {
    pub href: String,
    /// `etl: Failed, 2 attempts`.
    pub name: String,
    /// The key, cut to what fits.
    pub label: String,
    pub state: State,
    /// `2 attempts`, or nothing.
    pub more: String,
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    pub current: bool,
}

/// Tasks and clusters on the run's clock.
#[derive(Debug)]
pub struct Gantt {
    pub width: String,
    pub height: String,
    /// For somebody who cannot see it.
    pub description: String,
    /// Where the axis ends, and where its lines do.
    pub axis_y: String,
    pub ticks: Vec<Tick>,
    pub breaks: Vec<Break>,
    pub rows: Vec<GanttRow>,
    /// `Europe/Berlin`
    pub zone: String,
    /// `4 more tasks are not drawn.`
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub struct Tick {
    pub x: String,
    pub label: String,
}

/// A stretch of time in which nothing happens, drawn short.
#[derive(Debug)]
pub struct Break {
    pub x: String,
    pub width: String,
    /// In its middle.
    pub label_x: String,
    pub label: String,
}

#[derive(Debug)]
pub struct GanttRow {
    pub label: String,
    /// Empty for a cluster.
    pub href: String,
    pub state: State,
    /// Top, and the baselines of its two lines of text.
    pub y: String,
    pub label_y: String,
    pub state_y: String,
    pub bars: Vec<Bar>,
}

#[derive(Debug)]
pub struct Bar {
    /// `wait`, `retry`, `idle`, or a tone.
    pub kind: &'static str,
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    pub title: String,
    /// A cross where it failed, so that colour is not all that tells it; empty where there is no room, too.
    pub cross: String,
}

#[derive(Debug)]
pub struct AttemptRow {
    pub task: Link,
    /// `1 (Books)`, of a for_each task; else empty.
    pub input: String,
    pub number: u32,
    pub state: State,
    pub start: String,
    /// For its cluster; may be empty.
    pub waited: String,
    pub ran: String,
    pub parameters: Vec<Pair>,
    pub read: String,
    pub written: String,
}

#[derive(Debug)]
pub struct Pair {
    pub name: String,
    pub value: String,
}

#[derive(Debug)]
pub struct TaskPart {
    pub key: String,
    pub state: State,
    /// Kind and condition: `Notebook etl.sql, runs if all done`.
    pub about: String,
    /// Why it was not run, or failed without an attempt; may be empty.
    pub why: String,
    /// The newest first.
    pub attempts: Vec<AttemptPart>,
}

#[derive(Debug)]
pub struct AttemptPart {
    pub title: String,
    pub state: State,
    pub times: String,
    pub error: Option<String>,
    pub parameters: Vec<Pair>,
    pub output: Vec<String>,
    pub open: bool,
}

#[derive(Debug)]
pub struct ClusterRow {
    pub name: String,
    pub kind: &'static str,
    pub requested: String,
    pub start_up: String,
    pub end: String,
    pub minutes: String,
}

#[derive(Debug)]
pub struct RepairRow {
    pub at: String,
    pub again: String,
}

#[derive(Debug)]
pub struct RepairPart {
    pub choices: Vec<Choice>,
    pub dependents: bool,
    pub preview: Option<Preview>,
    /// Unfolded, because the address asks for it.
    pub open: bool,
}

#[derive(Debug)]
pub struct Choice {
    pub key: String,
    pub state: State,
    pub chosen: bool,
}

#[derive(Debug)]
pub struct Preview {
    /// What would run again and what stays, or why nothing would.
    pub sentence: String,
    /// `None` where it cannot be done.
    pub again: Option<Vec<String>>,
}

/// What the run was started with.
#[derive(Debug)]
pub struct Settings {
    pub path: String,
    pub text: String,
    pub parameters: Vec<Pair>,
}
