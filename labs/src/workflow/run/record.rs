//! A run as pages, reports and `sandbar job run --format json` show it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::propagate::{RunResult, TaskResult};
use super::Run;
use super::attempt::{Attempt, LifeCycle, millis};
use super::clusters::ClusterUse;
use super::progress::Progress;
use super::repair::Repair;
use super::settings::Settings;

/// The metric of a health rule that a run's clock shows.
const RUN_DURATION: &str = "RUN_DURATION_SECONDS";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    pub job_id: String,
    pub run_id: String,
    pub start: Timestamp,
    /// `None` while it is under way.
    pub end: Option<Timestamp>,
    pub result: Option<RunResult>,
    /// In the order of the job's file.
    pub tasks: Vec<TaskRecord>,
    pub clusters: Vec<ClusterUse>,
    /// Over all clusters, begun ones counted.
    pub cluster_minutes: i64,
    /// Milliseconds that attempts waited for their cluster.
    pub start_up_millis: i64,
    pub repairs: Vec<Repair>,
    /// Seconds of the job's health rule, where the run, or its last repair, took longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slower_than_seconds: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    pub task_key: String,
    pub life_cycle: LifeCycle,
    /// `None` while it is not over.
    pub result: Option<TaskResult>,
    /// Of all its inputs, one after the other.
    pub attempts: Vec<Attempt>,
    /// How many inputs a for_each task has.
    pub inputs: Option<usize>,
    pub error: Option<String>,
}

impl RunRecord {
    /// Of a run that was not begun, because its job allows no run now.
    pub fn skipped(settings: &Settings) -> Self {
        Self {
            job_id: settings.job_id.clone(),
            run_id: settings.run_id.clone(),
            start: settings.start,
            end: Some(settings.start),
            result: Some(RunResult::MaximumConcurrentRunsReached),
            tasks: Vec::new(),
            clusters: Vec::new(),
            cluster_minutes: 0,
            start_up_millis: 0,
            repairs: Vec::new(),
            slower_than_seconds: None,
        }
    }

    /// What the job's health rule says of a run that took too long.
    pub fn slow(&self) -> Option<String> {
        let seconds = self.slower_than_seconds?;
        let unit = if seconds == 1 { "second" } else { "seconds" };
        Some(format!("It took longer than the {seconds} {unit} of the job's `health` rule."))
    }
}

impl Run {
    pub fn record(&self) -> RunRecord {
        let attempts = self.tasks.iter().flat_map(Progress::attempts);
        RunRecord {
            job_id: self.settings.job_id.clone(),
            run_id: self.settings.run_id.clone(),
            start: self.settings.start,
            end: self.ended,
            result: self.result(),
            start_up_millis: attempts.map(|attempt| millis(attempt.start, attempt.running_from)).sum(),
            tasks: (0..self.tasks.len()).map(|index| self.task_record(index)).collect(),
            clusters: self.clusters.uses().to_vec(),
            cluster_minutes: self.clusters.uses().iter().map(|used| used.minutes(self.now)).sum(),
            repairs: self.repairs.clone(),
            slower_than_seconds: self.slower_than_seconds(),
        }
    }

    /// The longest of the health rules' durations that the run has passed.
    fn slower_than_seconds(&self) -> Option<i64> {
        let began = self.repairs.last().map_or(self.settings.start, |repair| repair.at);
        let taken = millis(began, self.ended.unwrap_or(self.now));
        let rules = self.job.health.iter().flat_map(|health| &health.rules);
        let durations = rules.filter(|rule| rule.metric == RUN_DURATION).map(|rule| rule.value);
        durations.filter(|seconds| taken > seconds.saturating_mul(1000)).max()
    }

    fn task_record(&self, index: usize) -> TaskRecord {
        let (task, progress) = (&self.job.tasks[index], &self.tasks[index]);
        let last = progress.attempts().last();
        TaskRecord {
            task_key: task.task_key.clone(),
            life_cycle: self.life_cycle(progress),
            result: progress.result,
            attempts: progress.attempts().cloned().collect(),
            inputs: task.for_each_task.as_ref().map(|_| progress.inputs.len()),
            error: progress.error.clone().or_else(|| last.and_then(|last| last.error.clone())),
        }
    }

    fn life_cycle(&self, progress: &Progress) -> LifeCycle {
        let last = progress.attempts().last();
        match progress.result {
            Some(result) if !result.ran() => LifeCycle::Skipped,
            Some(TaskResult::Failed) if last.is_some_and(|last| last.lost) => LifeCycle::InternalError,
            Some(_) => LifeCycle::Terminated,
            None if !progress.decided => LifeCycle::Blocked,
            None => match last {
                None => LifeCycle::Pending,
                Some(last) if last.end.is_some() => LifeCycle::WaitingForRetry,
                Some(last) if self.now < last.running_from => LifeCycle::Pending,
                Some(_) => LifeCycle::Running,
            },
        }
    }
}
