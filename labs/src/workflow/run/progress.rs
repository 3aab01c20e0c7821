//! How far a task of a run is.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::super::job::{Task, TaskKind};
use super::super::propagate::TaskResult;
use super::MAX_ATTEMPTS;
use super::attempt::{Attempt, Iteration};

#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Whether its dependencies have said what becomes of it.
    pub decided: bool,
    pub result: Option<TaskResult>,
    /// One; for a for_each task one for each input.
    pub units: Vec<Unit>,
    /// The inputs of a for_each task.
    pub inputs: Vec<Value>,
    /// Inputs that a repair does not run again.
    pub succeeded: Vec<Iteration>,
    /// How many of its units a for_each task has begun, from the first.
    pub begun: usize,
    /// What it has set for others.
    pub values: BTreeMap<String, Value>,
    /// What a condition came to.
    pub outcome: Option<bool>,
    /// Why a for_each task could not begin.
    pub error: Option<String>,
    /// Attempts before the last repair that ran it again.
    pub earlier: Vec<Attempt>,
    /// Whether it was told that it is over, where nothing of it was tried.
    pub told: bool,
}

/// A piece of work and its attempts.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    pub attempts: Vec<Attempt>,
    /// Since the run began, or was repaired.
    pub retries: u32,
    pub result: Option<TaskResult>,
    /// How many of its attempts were told.
    pub told: usize,
}

impl Unit {
    /// Whether another attempt is allowed. A condition is never tried again.
    pub fn may_retry(&self, task: &Task) -> bool {
        self.retries < wanted_retries(task).min(MAX_ATTEMPTS - 1)
    }

    /// Adds to the last error why there is no further attempt.
    pub fn say_that_it_was_given_up(&mut self) {
        if let Some(attempt) = self.attempts.last_mut() {
            let error = attempt.error.take().unwrap_or_default();
            let why = format!("It was tried {MAX_ATTEMPTS} times, and a run tries nothing more often than that.");
            attempt.error = Some(format!("{error} {why}").trim_start().to_owned());
        }
    }

    /// Whether its task asks for more attempts than are made of anything.
    pub fn is_given_up(&self, task: &Task) -> bool {
        !self.may_retry(task) && self.retries < wanted_retries(task)
    }
}

fn wanted_retries(task: &Task) -> u32 {
    match (task.kind(), task.max_retries.unwrap_or(0)) {
        (Some(TaskKind::Condition | TaskKind::PythonWheel), _) => 0,
        (_, -1) => u32::MAX,
        (_, most) => u32::try_from(most.max(0)).unwrap_or(u32::MAX),
    }
}

impl Progress {
    /// The unit with that number; an empty one where there is none.
    pub fn unit(&self, unit: usize) -> &Unit {
        static NONE: Unit = Unit { attempts: Vec::new(), retries: 0, result: None, told: 0 };
        self.units.get(unit).unwrap_or(&NONE)
    }

    pub fn unit_mut(&mut self, unit: usize) -> &mut Unit {
        if self.units.len() <= unit {
            self.units.resize_with(unit + 1, Unit::default);
        }
        &mut self.units[unit]
    }

    /// Ends what is under way.
    pub fn stop(&mut self, result: TaskResult, now: Timestamp) {
        for unit in self.units.iter_mut().filter(|unit| unit.result.is_none()) {
            if let Some(attempt) = unit.attempts.last_mut().filter(|attempt| attempt.end.is_none()) {
                attempt.end_at(now);
                attempt.outcome = result;
                attempt.error = None;
            }
            unit.result = Some(result);
        }
        self.result = Some(result);
    }

    /// Whether something of it was tried, or it was over without that.
    pub fn has_run(&self) -> bool {
        let tried = self.units.iter().any(|unit| !unit.attempts.is_empty());
        tried || matches!(self.result, Some(TaskResult::Success | TaskResult::Failed))
    }

    pub fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.earlier.iter().chain(self.units.iter().flat_map(|unit| &unit.attempts))
    }
}
