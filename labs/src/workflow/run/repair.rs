//! Repairing a run that is over: some of its tasks run again, with the job's current settings, the others keep what they did.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::graph::Graph;
use super::super::job::Job;
use super::super::propagate::TaskResult;
use super::attempt::Iteration;
use super::clusters::Clusters;
use super::limits::Spent;
use super::progress::Progress;
use super::record::{RunRecord, TaskRecord};
use super::settle::Sequence;
use super::{Run, RunError, Settings, computes, runnable};

/// Which tasks run again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    pub at: Timestamp,
    /// Those that were asked for; every failed one where it is empty.
    pub tasks: Vec<String>,
    /// Whether what comes after them runs again, too.
    pub dependents: bool,
    /// What ran again, in the order of the file; while the repair is under way, what it begins anew.
    pub again: Vec<String>,
}

impl Repair {
    /// Every task that failed, was cancelled, or was not run because of one that did.
    pub fn all_failed(at: Timestamp) -> Self {
        Self { at, tasks: Vec::new(), dependents: true, again: Vec::new() }
    }

    pub fn of_tasks(at: Timestamp, tasks: Vec<String>, dependents: bool) -> Self {
        Self { at, tasks, dependents, again: Vec::new() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepairError {
    #[error("The run is not over.")]
    Active,
    #[error("The run has no task `{0}`.")]
    UnknownTask(String),
    #[error("No task failed: there is nothing to repair. Name the tasks that are to run again.")]
    NothingFailed,
    #[error(transparent)]
    Job(#[from] RunError),
}

impl Run {
    /// Begins the repair of a run that is over; see [`RunRecord::repair`].
    ///
    /// # Errors
    /// As there.
    pub fn repair(&self, job: Job, settings: Settings, repair: Repair) -> Result<Self, RepairError> {
        self.record().repair(job, settings, repair)
    }
}

impl Run {
    /// At the end of a repair: what was to run again and did.
    pub(super) fn say_what_ran_again(&mut self) {
        let Some(repair) = self.repairs.last_mut() else { return };
        let tasks = self.job.tasks.iter().zip(&self.tasks);
        let ran: BTreeSet<&str> =
            tasks.filter(|(_, progress)| progress.has_run()).map(|(task, _)| task.task_key.as_str()).collect();
        repair.again.retain(|key| ran.contains(key.as_str()));
    }
}

impl RunRecord {
    /// Begins the repair of a run that is over, from what was kept of it. `job` are the current settings of its job;
    /// of a for_each task that failed, inputs that succeeded stay as they are, unless something before it runs again.
    /// `settings` may have other parameters and faults than those of the run.
    ///
    /// # Errors
    /// When the run is active, a task is unknown, nothing failed, or the job cannot be run.
    pub fn repair(&self, job: Job, settings: Settings, repair: Repair) -> Result<Run, RepairError> {
        let (graph, again) = self.plan(&job, &repair)?;
        let known = self.by_key();
        let tasks = job.tasks.iter().enumerate().map(|(index, task)| match known.get(task.task_key.as_str()) {
            Some(old) if !again.contains(&index) => kept(old),
            old => {
                let is_stale = || graph.ancestors(index).iter().any(|before| again.contains(before));
                let failed = old.filter(|old| old.result.is_some_and(TaskResult::is_failure));
                let iterations = failed.filter(|_| task.for_each_task.is_some() && !is_stale());
                tried_again(old.copied(), iterations.map(|old| succeeded(old)).unwrap_or_default())
            }
        });
        let tasks: Vec<Progress> = tasks.collect();
        let names = again.iter().map(|&index| job.tasks[index].task_key.clone()).collect();
        let mut repairs = self.repairs.clone();
        let now = repair.at;
        repairs.push(Repair { again: names, ..repair });
        let settings =
            Settings { job_id: self.job_id.clone(), run_id: self.run_id.clone(), start: self.start, ..settings };
        let mut run = Run {
            computes: computes(&job),
            clusters: Clusters::of(&self.clusters),
            events: BTreeMap::new(),
            planned: 0,
            ended: None,
            timed_out: false,
            canceled: false,
            spent: Spent::default(),
            job,
            sequence: Arc::new(Sequence::of(&graph)),
            graph: Arc::new(graph),
            settings,
            now,
            tasks,
            repairs,
        };
        run.set_out();
        Ok(run)
    }

    pub(super) fn by_key(&self) -> BTreeMap<&str, &TaskRecord> {
        self.tasks.iter().map(|task| (task.task_key.as_str(), task)).collect()
    }

    /// The job's graph, and the tasks that run again by their place in the job.
    pub(super) fn plan(&self, job: &Job, repair: &Repair) -> Result<(Graph, BTreeSet<usize>), RepairError> {
        self.end.ok_or(RepairError::Active)?;
        let (graph, known) = (runnable(job)?, self.by_key());
        let result = |index: usize| known.get(job.tasks[index].task_key.as_str()).and_then(|task| task.result);
        let mut again: BTreeSet<usize> = BTreeSet::new();
        if repair.tasks.is_empty() {
            again.extend((0..job.tasks.len()).filter(|&index| result(index).is_none_or(|result| result.is_failure())));
            if again.is_empty() {
                return Err(RepairError::NothingFailed);
            }
        }
        for key in &repair.tasks {
            again.insert(graph.index(key).ok_or_else(|| RepairError::UnknownTask(key.clone()))?);
        }
        if repair.dependents {
            for index in graph.topological() {
                if graph.parents(index).iter().any(|parent| again.contains(parent)) {
                    again.insert(index);
                }
            }
        }
        // A task that is new in the job has nothing to keep.
        again.extend((0..job.tasks.len()).filter(|&index| !known.contains_key(job.tasks[index].task_key.as_str())));
        Ok((graph, again))
    }
}

/// A task that stays as it is.
fn kept(old: &TaskRecord) -> Progress {
    let last = old.attempts.last();
    Progress {
        decided: true,
        result: old.result,
        // Nobody asks what they were any more, only how many.
        inputs: vec![Value::Null; old.inputs.unwrap_or_default()],
        values: last.map(|last| last.values.clone()).unwrap_or_default(),
        outcome: last.and_then(|last| last.condition),
        error: old.error.clone(),
        earlier: old.attempts.clone(),
        succeeded: Vec::new(),
        units: Vec::new(),
        begun: 0,
        told: true,
    }
}

/// A task that is to run once more: its attempts stay, its retries are counted anew.
fn tried_again(old: Option<&TaskRecord>, succeeded: Vec<Iteration>) -> Progress {
    Progress { earlier: old.map(|old| old.attempts.clone()).unwrap_or_default(), succeeded, ..Progress::default() }
}

/// The inputs of a for_each task whose last attempt succeeded.
fn succeeded(old: &TaskRecord) -> Vec<Iteration> {
    let mut last: BTreeMap<usize, (&Iteration, TaskResult)> = BTreeMap::new();
    for attempt in &old.attempts {
        if let Some(iteration) = &attempt.iteration {
            last.insert(iteration.number, (iteration, attempt.outcome));
        }
    }
    let done = last.into_values().filter(|(_, outcome)| *outcome == TaskResult::Success);
    done.map(|(iteration, _)| iteration.clone()).collect()
}
