//! A rehearsal of the submission's job: the engine that runs jobs goes through it, and every task's work takes a minute and
//! succeeds, unless a fault is put in.
//!
//! Invariant: it is a pure function of job, parameters and faults. Conditions, for_each tasks, retries and parameters are the
//! engine's own, so a job is judged as it would run.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sandbar_labs::workflow::job::Job;
use sandbar_labs::workflow::run::{Fault, FaultKind, Performed, Run, RunError, Settings};

/// What a task's work takes on the run's clock.
const WORK_MILLIS: i64 = 60_000;

/// Goes through a run with these parameters, in which every attempt of the tasks in `failing` fails.
///
/// # Errors
/// For a job whose tasks have no order. Of tasks with the same key the first one is run.
pub fn rehearse(job: &Job, parameters: BTreeMap<String, String>, failing: &[&str]) -> Result<Run, RunError> {
    let mut job = job.clone();
    let mut keys = BTreeSet::new();
    job.tasks.retain(|task| keys.insert(task.task_key.clone()));
    let fault = |key: &&str| Fault { task_key: (*key).to_owned(), attempt: None, kind: FaultKind::Fail };
    let faults = failing.iter().map(fault).collect();
    let settings = Settings { parameters, faults, ..Settings::manual("1", "1", Timestamp::UNIX_EPOCH) };
    let mut run = Run::begin(job, settings)?;
    while let Some(order) = run.next_order() {
        run.performed(&order, Performed::succeeded(WORK_MILLIS));
    }
    Ok(run)
}
