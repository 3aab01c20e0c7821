//! What becomes of every task when some fail: the `run_if` table as a pure function.
//!
//! | `run_if` | runs when | otherwise |
//! |---|---|---|
//! | `ALL_SUCCESS` | every dependency succeeded | upstream failed |
//! | `AT_LEAST_ONE_SUCCESS` | one succeeded | upstream failed |
//! | `NONE_FAILED` | none failed and at least one ran | upstream failed |
//! | `ALL_DONE` | all are finished, however | - |
//! | `AT_LEAST_ONE_FAILED` | one failed | excluded |
//! | `ALL_FAILED` | all failed | excluded |
//!
//! Excluded counts as success for what follows, but a task whose dependencies are all excluded is excluded whatever its
//! `run_if`. A disabled task counts as an excluded one, upstream failed as failed. An edge with an `outcome` that the
//! condition did not have is an excluded dependency.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::graph::Graph;
use super::job::{Job, RunIf, Task};

/// How a task ended, with the result states of the Jobs API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskResult {
    Success,
    Failed,
    #[serde(rename = "TIMEDOUT")]
    TimedOut,
    Canceled,
    Excluded,
    UpstreamFailed,
    UpstreamCanceled,
    /// The job says that it is not to run.
    Disabled,
}

impl TaskResult {
    /// The name in the Jobs API.
    pub fn name(self) -> &'static str {
        match self {
            TaskResult::Success => "SUCCESS",
            TaskResult::Failed => "FAILED",
            TaskResult::TimedOut => "TIMEDOUT",
            TaskResult::Canceled => "CANCELED",
            TaskResult::Excluded => "EXCLUDED",
            TaskResult::UpstreamFailed => "UPSTREAM_FAILED",
            TaskResult::UpstreamCanceled => "UPSTREAM_CANCELED",
            TaskResult::Disabled => "DISABLED",
        }
    }

    /// Whether the task's work was started.
    pub fn ran(self) -> bool {
        matches!(self, TaskResult::Success | TaskResult::Failed | TaskResult::TimedOut | TaskResult::Canceled)
    }

    /// Whether it counts as failed for what follows.
    pub fn is_failure(self) -> bool {
        self != TaskResult::Success && !self.is_left_out()
    }

    /// Whether the job itself left it out: excluded, or disabled.
    pub fn is_left_out(self) -> bool {
        matches!(self, TaskResult::Excluded | TaskResult::Disabled)
    }

    /// Whether it was cancelled, or not begun because something before it was.
    pub fn is_canceled(self) -> bool {
        matches!(self, TaskResult::Canceled | TaskResult::UpstreamCanceled)
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunResult {
    Success,
    /// An inner task failed, every leaf is fine.
    SuccessWithFailures,
    Failed,
    #[serde(rename = "TIMEDOUT")]
    TimedOut,
    Canceled,
    /// The run was skipped.
    MaximumConcurrentRunsReached,
}

impl RunResult {
    /// The name in the Jobs API.
    pub fn name(self) -> &'static str {
        match self {
            RunResult::Success => "SUCCESS",
            RunResult::SuccessWithFailures => "SUCCESS_WITH_FAILURES",
            RunResult::Failed => "FAILED",
            RunResult::TimedOut => "TIMEDOUT",
            RunResult::Canceled => "CANCELED",
            RunResult::MaximumConcurrentRunsReached => "MAXIMUM_CONCURRENT_RUNS_REACHED",
        }
    }
}

/// Every task's result when the tasks of `failed` fail in case they run, and all others succeed in case they run.
///
/// A condition whose sides are plain text is computed; one with references is taken to be true. Tasks on a cycle, or
/// behind one, never start and count as upstream failed.
pub fn propagate(job: &Job, failed: &BTreeSet<String>) -> BTreeMap<String, TaskResult> {
    propagate_with(job, failed, &BTreeMap::new())
}

/// As [`propagate`], with the outcome of conditions by task key.
pub fn propagate_with(
    job: &Job,
    failed: &BTreeSet<String>,
    outcomes: &BTreeMap<String, bool>,
) -> BTreeMap<String, TaskResult> {
    let graph = Graph::of(job);
    let mut results = vec![TaskResult::UpstreamFailed; graph.len()];
    for index in graph.topological() {
        let task = &job.tasks[index];
        let upstream = upstream(task, &graph, |parent| (results[parent], outcome(&job.tasks[parent], outcomes)));
        results[index] = match decide(task, &upstream) {
            Decision::Run if failed.contains(&task.task_key) => TaskResult::Failed,
            Decision::Run => TaskResult::Success,
            Decision::Exclude => TaskResult::Excluded,
            Decision::Disable => TaskResult::Disabled,
            Decision::UpstreamFailed => TaskResult::UpstreamFailed,
        };
    }
    // Of tasks with the same key the first one is shown.
    (0..graph.len()).rev().map(|index| (graph.key(index).to_owned(), results[index])).collect()
}

/// How each dependency of a task counts, by the result of a task and the outcome of a condition.
pub fn upstream(task: &Task, graph: &Graph, ended: impl Fn(usize) -> (TaskResult, bool)) -> Vec<TaskResult> {
    let dependencies = task.depends_on.iter().filter_map(|dependency| {
        let (result, outcome) = ended(graph.index(&dependency.task_key)?);
        let named = if outcome { "true" } else { "false" };
        let met = dependency.outcome.as_deref().is_none_or(|wanted| wanted == named);
        Some(if met || result != TaskResult::Success { result } else { TaskResult::Excluded })
    });
    dependencies.collect()
}

fn outcome(task: &Task, outcomes: &BTreeMap<String, bool>) -> bool {
    outcomes.get(&task.task_key).copied().or_else(|| plain_outcome(task)).unwrap_or(true)
}

/// What a condition comes to whose sides are plain text.
pub fn plain_outcome(task: &Task) -> Option<bool> {
    let condition = task.condition_task.as_ref()?;
    let plain = !condition.left.contains("{{") && !condition.right.contains("{{");
    plain.then(|| condition.op.holds(&condition.left, &condition.right))?
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Run,
    Exclude,
    Disable,
    UpstreamFailed,
}

/// What happens to a task, given how each of its dependencies ended.
pub fn decide(task: &Task, upstream: &[TaskResult]) -> Decision {
    if task.is_disabled() { Decision::Disable } else { by_run_if(task.run_if, upstream) }
}

/// The `run_if` table.
fn by_run_if(run_if: RunIf, upstream: &[TaskResult]) -> Decision {
    if upstream.is_empty() {
        return Decision::Run;
    }
    if upstream.contains(&TaskResult::Disabled) {
        return behind_a_disabled_one(run_if, upstream);
    }
    if upstream.iter().all(|result| result.is_left_out()) {
        return Decision::Exclude;
    }
    let failures = upstream.iter().filter(|result| result.is_failure()).count();
    let any_ran = upstream.iter().any(|result| result.ran());
    let (runs, otherwise) = match run_if {
        RunIf::AllSuccess => (failures == 0, Decision::UpstreamFailed),
        RunIf::AtLeastOneSuccess => (failures < upstream.len(), Decision::UpstreamFailed),
        RunIf::NoneFailed => (failures == 0 && any_ran, Decision::UpstreamFailed),
        RunIf::AllDone => (true, Decision::Run),
        RunIf::AtLeastOneFailed => (failures > 0, Decision::Exclude),
        RunIf::AllFailed => (failures == upstream.len(), Decision::Exclude),
    };
    if runs { Decision::Run } else { otherwise }
}

/// A disabled task neither succeeded nor failed, and is done. What does not run for that reason is disabled itself, as
/// Databricks' documentation of disabled tasks has it.
fn behind_a_disabled_one(run_if: RunIf, upstream: &[TaskResult]) -> Decision {
    let failed = upstream.iter().any(|result| result.is_failure());
    let counts_as_success = |result: &TaskResult| *result != TaskResult::Disabled && !result.is_failure();
    let succeeded = upstream.iter().any(counts_as_success);
    match run_if {
        RunIf::AllDone => Decision::Run,
        RunIf::AtLeastOneFailed if failed => Decision::Run,
        RunIf::AtLeastOneSuccess if succeeded => Decision::Run,
        RunIf::NoneFailed if succeeded && !failed => Decision::Run,
        RunIf::AllSuccess | RunIf::AtLeastOneSuccess | RunIf::NoneFailed if failed => Decision::UpstreamFailed,
        _ => Decision::Disable,
    }
}

/// The run's own result: its leaves decide.
pub fn run_result(job: &Job, results: &BTreeMap<String, TaskResult>) -> RunResult {
    let graph = Graph::of(job);
    let result = |index: usize| results.get(graph.key(index)).copied().unwrap_or(TaskResult::UpstreamFailed);
    if graph.topological().len() < graph.len() || graph.leaves().any(|leaf| result(leaf).is_failure()) {
        RunResult::Failed
    } else if (0..graph.len()).any(|index| result(index).is_failure()) {
        RunResult::SuccessWithFailures
    } else {
        RunResult::Success
    }
}

#[cfg(test)]
#[path = "propagate_tests.rs"]
mod tests;
