//! Repairing a run that is over: some of its tasks run again, with the job's current settings, the others keep what they did.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::super::graph::Graph;
use super::super::job::Job;
use super::progress::Progress;
use super::settle::Sequence;
use super::{Run, RunError, Settings, computes, runnable};

/// Which tasks run again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repair {
    pub at: Timestamp,
    /// Those that were asked for; every failed one where it is empty.
    pub tasks: Vec<String>,
    /// Whether what comes after them runs again, too.
    pub dependents: bool,
    /// What ran again, in the order of the file.
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
    /// Begins the repair of a run that is over. `job` are the current settings of its job; `settings` may have other
    /// parameters and faults than those of the run.
    ///
    /// # Errors
    /// When the run is active, a task is unknown, nothing failed, or the job cannot be run.
    pub fn repair(&self, job: Job, settings: Settings, repair: Repair) -> Result<Self, RepairError> {
        self.ended.ok_or(RepairError::Active)?;
        let graph = runnable(&job)?;
        let again = self.again(&job, &graph, &repair)?;
        let tasks = (0..job.tasks.len()).map(|index| {
            let old = self.graph.index(&job.tasks[index].task_key).map(|old| &self.tasks[old]);
            match old {
                Some(old) if !again.contains(&index) => old.clone(),
                old => tried_again(old),
            }
        });
        let tasks: Vec<Progress> = tasks.collect();
        let names = again.iter().map(|&index| job.tasks[index].task_key.clone()).collect();
        let mut repairs = self.repairs.clone();
        let now = repair.at;
        repairs.push(Repair { again: names, ..repair });
        let settings = Settings {
            job_id: self.settings.job_id.clone(),
            run_id: self.settings.run_id.clone(),
            start: self.settings.start,
            ..settings
        };
        let (clusters, planned) = (self.clusters.clone(), 0);
        let events = std::collections::BTreeMap::new();
        let mut run = Self {
            computes: computes(&job),
            job,
            sequence: Arc::new(Sequence::of(&graph)),
            graph: Arc::new(graph),
            settings,
            now,
            ended: None,
            tasks,
            events,
            planned,
            clusters,
            timed_out: false,
            canceled: false,
            repairs,
        };
        run.set_out();
        Ok(run)
    }

    /// The tasks that run again, by their place in the job.
    fn again(&self, job: &Job, graph: &Graph, repair: &Repair) -> Result<BTreeSet<usize>, RepairError> {
        let result = |key: &str| self.graph.index(key).and_then(|index| self.tasks[index].result);
        let mut again: BTreeSet<usize> = BTreeSet::new();
        if repair.tasks.is_empty() {
            let failed = |index: &usize| result(&job.tasks[*index].task_key).is_none_or(|result| result.is_failure());
            again.extend((0..job.tasks.len()).filter(failed));
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
        again.extend((0..job.tasks.len()).filter(|&index| self.graph.index(&job.tasks[index].task_key).is_none()));
        Ok(again)
    }
}

/// A task that is to run once more: its attempts stay, its retries are counted anew.
fn tried_again(old: Option<&Progress>) -> Progress {
    let mut progress = Progress::default();
    if let Some(old) = old {
        progress.earlier =
            old.earlier.iter().chain(old.units.iter().flat_map(|unit| &unit.attempts)).cloned().collect();
    }
    progress
}
