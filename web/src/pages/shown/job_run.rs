//! A run of a job, ready to be drawn: its verdict, graph, times, attempts, and why what did not run did not.

pub mod attempts;
pub mod gantt;
pub mod graph;
mod scale;
pub mod state;
pub mod verdict;

use sandbar_labs::workflow::Job;
use sandbar_labs::workflow::run::RunRecord;

pub use crate::job_runs::listed;
use crate::store::job_runs::JobRun;

/// A stored run with what can be read of it.
pub struct Shown {
    pub run: JobRun,
    /// Somebody cancelled it, and what it does is not over yet.
    pub terminating: bool,
    /// By the settings that it was started with.
    pub job: Option<Job>,
    /// `None` where nothing has begun.
    pub record: Option<RunRecord>,
}
