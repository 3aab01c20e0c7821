//! What a run is begun with.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::job::Job;
use super::limits::RunLimits;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub job_id: String,
    pub run_id: String,
    pub start: Timestamp,
    /// What started it: `MANUAL`, `PERIODIC`, `RUN_JOB_TASK`.
    pub trigger: String,
    /// Values for parameters of the job, before their defaults.
    pub parameters: BTreeMap<String, String>,
    pub faults: Vec<Fault>,
    /// When somebody cancels it.
    pub cancel_at: Option<Timestamp>,
    pub limits: RunLimits,
}

impl Settings {
    /// A run that somebody starts, without faults.
    pub fn manual(job_id: impl Into<String>, run_id: impl Into<String>, start: Timestamp) -> Self {
        Self {
            job_id: job_id.into(),
            run_id: run_id.into(),
            start,
            trigger: "MANUAL".to_owned(),
            parameters: BTreeMap::new(),
            faults: Vec::new(),
            cancel_at: None,
            limits: RunLimits::default(),
        }
    }

    pub(super) fn fault(&self, task_key: &str, attempt: u32) -> Option<FaultKind> {
        let hit = |fault: &&Fault| fault.task_key == task_key && fault.attempt.is_none_or(|number| number == attempt);
        self.faults.iter().find(hit).map(|fault| fault.kind)
    }
}

/// Something that goes wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub task_key: String,
    /// From 1; every one where it is `None`.
    pub attempt: Option<u32>,
    pub kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    Fail,
    TimeOut,
    LoseCluster,
}

/// What becomes of a run that is started while others of its job are active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    Start,
    /// It waits until one of them is over.
    Queue,
    /// MAXIMUM_CONCURRENT_RUNS_REACHED
    Skip,
}

/// By `max_concurrent_runs`, 1 when absent, 0 for none at all; a queue makes a run wait that would be skipped.
pub fn admit(job: &Job, active: usize) -> Admission {
    let most = usize::try_from(job.max_concurrent_runs.unwrap_or(1).max(0)).unwrap_or(usize::MAX);
    match job.queue.as_ref().is_some_and(|queue| queue.enabled) {
        _ if most == 0 => Admission::Skip,
        _ if active < most => Admission::Start,
        true => Admission::Queue,
        false => Admission::Skip,
    }
}
