//! Begins attempts: what they are given, when their cluster is there, and what the run does of them itself.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::job::TaskKind;
use super::super::propagate::TaskResult;
use super::attempt::after;
use super::{Attempt, Event, FaultKind, Order, Performed, Place, Run, Work};

/// An attempt with an injected fault, or whose work is refused, ends after this time.
const FAULT_MILLIS: i64 = 1_000;
/// An injected time-out of a task without one of its own.
const DEFAULT_TIME_OUT_MILLIS: i64 = 3_600_000;

impl Run {
    /// Begins an attempt. Gives its work, where there is some that this run does not do itself.
    pub(super) fn start(&mut self, place: Place) -> Option<Order> {
        let number = self.number_of(place);
        let task = self.task_of(place).clone();
        let parameters = self.parameters_of(place, &task, number);
        if !self.may_begin(place, parameters.as_ref().unwrap_or(&BTreeMap::new())) {
            return None;
        }
        let now = self.now;
        let running_from =
            self.computes[place.task].as_ref().map_or(now, |compute| self.clusters.request(compute, now));
        let mut attempt = Attempt::new(number, now, running_from, self.repairs.len());
        attempt.iteration = self.iteration(place);
        match parameters {
            Ok(parameters) => attempt.parameters = parameters,
            Err(message) => attempt.error = Some(message),
        }
        self.tasks[place.task].unit_mut(place.unit).attempts.push(attempt);
        match self.time_out_of(place).map(|limit| after(now, limit)).filter(|latest| *latest <= running_from) {
            Some(latest) => self.never_ready(place, latest),
            None if now < running_from => self.plan(running_from, Event::Ready(place)),
            None => return self.work(place),
        }
        None
    }

    /// The time of an attempt is up before its cluster is there, so that nothing of it runs.
    fn never_ready(&mut self, place: Place, at: Timestamp) {
        if let Some(attempt) = self.tasks[place.task].unit_mut(place.unit).attempts.last_mut() {
            attempt.outcome = TaskResult::TimedOut;
            attempt.error = Some("The task's timeout_seconds were over before its cluster was there.".to_owned());
        }
        self.plan(at, Event::End(place));
    }

    /// An attempt whose cluster is there. Gives its work, where there is some that this run does not do itself.
    pub(super) fn work(&mut self, place: Place) -> Option<Order> {
        let task = self.task_of(place).clone();
        let attempt = self.tasks[place.task].unit(place.unit).attempts.last()?;
        let (number, start, running_from) = (attempt.number, attempt.start, attempt.running_from);
        let (unresolved, parameters) = (attempt.error.clone(), attempt.parameters.clone());
        let task_key = self.job.tasks[place.task].task_key.clone();
        let refused = |message: &str| Performed::failed(FAULT_MILLIS, message.to_owned());
        let done = match (self.settings.fault(&task_key, number), unresolved, task.kind()) {
            (Some(fault), ..) => self.faulty(place, fault),
            (None, Some(message), _) => refused(&message),
            (None, None, Some(TaskKind::Condition)) => self.condition(place, &task),
            (None, None, Some(TaskKind::PythonWheel)) => {
                refused("A python_wheel_task is checked here and not run: there is no Python package to install.")
            }
            (None, None, Some(TaskKind::Sql)) if task.sql_task.as_ref().is_some_and(|sql| sql.alert) => {
                refused("Alerts are not available in this course.")
            }
            (None, None, Some(TaskKind::ForEach)) => refused("A for_each_task cannot hold another."),
            (None, None, None) => refused("The task says nothing that could be done."),
            (None, None, Some(kind)) => {
                let work = Work::of(kind, &task, parameters.clone());
                return Some(Order { place, task_key, number, start, running_from, work, parameters });
            }
        };
        let order = Order::of_the_run(place, start, running_from);
        self.performed(&order, done);
        None
    }

    fn faulty(&self, place: Place, fault: FaultKind) -> Performed {
        match fault {
            FaultKind::Fail => Performed::failed(FAULT_MILLIS, "This attempt was made to fail.".to_owned()),
            FaultKind::TimeOut => Performed::timed_out(self.time_out_of(place).unwrap_or(DEFAULT_TIME_OUT_MILLIS)),
            FaultKind::LoseCluster => Performed::lost(FAULT_MILLIS),
        }
    }
}
