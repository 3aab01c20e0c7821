//! What is wrong with a job, one family of rules in each file.
//!
//! Rules look at the typed [`Job`] and name the place by its path; positions are added by the caller. A rule never
//! stops at its first finding, and none repeats what reading already told (a missing field, a wrong type).

mod advice;
mod compute;
mod dependencies;
mod explained;
mod limits;
mod names;
mod other_jobs;
mod references;
mod triggers;
mod work;

use super::Around;
use super::graph::Graph;
use super::job::{Job, Task};
use super::read::Found;
use crate::diagnostic::Finding;

pub use other_jobs::too_deep;

pub const MAX_TASKS: usize = 1_000;
/// Beyond so many findings nobody reads hints, and computing them would only help a hostile file.
const MAX_HINTS: usize = 200;

pub(super) fn all(job: &Job, own: &Found, around: &Around<'_>, findings: &mut Vec<Finding>) {
    let graph = Graph::of(job);
    names::check(job, findings);
    dependencies::check(job, &graph, findings);
    work::check(job, findings);
    compute::check(job, findings);
    references::check(job, &graph, findings);
    triggers::check(job, around.now, findings);
    other_jobs::check(job, own, around, findings);
    limits::check(job, findings);
    advice::check(job, &graph, findings);
    explained::check(job, findings);
}

/// Every task with its path, the inner tasks of `for_each_task` included.
fn every_task(job: &Job) -> Vec<(String, &Task)> {
    let mut found = Vec::new();
    for (index, task) in job.tasks.iter().enumerate() {
        let mut path = format!("tasks[{index}]");
        let mut task = task;
        while let Some(each) = &task.for_each_task {
            found.push((path.clone(), task));
            path.push_str(".for_each_task.task");
            task = &each.task;
        }
        found.push((path, task));
    }
    found
}

/// The nearest name as a hint, unless there are too many findings already.
fn did_you_mean<'a>(name: &str, names: impl IntoIterator<Item = &'a str>, findings: &[Finding]) -> Option<String> {
    if findings.len() > MAX_HINTS {
        return None;
    }
    crate::authored::nearest(name, names).map(|near| format!("Did you mean `{near}`?"))
}
