//! A for_each task: one piece of work for each of its inputs, so many at a time.

use std::collections::HashSet;

use serde_json::Value;

use super::super::propagate::TaskResult;
use super::attempt::Iteration;
use super::context::shown;
use super::progress::Unit;
use super::{Event, Place, Run};
use crate::authored::shorten;

/// As in the Jobs API.
const MAX_INPUTS: usize = 5_000;

impl Run {
    pub(super) fn begin_iterations(&mut self, task: usize) {
        let Some(each) = &self.job.tasks[task].for_each_task else { return };
        let place = Place { task, unit: 0 };
        let inputs = self.context(place).text(&each.inputs).and_then(|text| inputs(&text));
        let concurrency = usize::try_from(each.concurrency.unwrap_or(1).max(1)).unwrap_or(usize::MAX);
        match inputs {
            Err(message) => {
                self.tasks[task].error = Some(message);
                self.tasks[task].result = Some(TaskResult::Failed);
            }
            Ok(inputs) if inputs.is_empty() => self.tasks[task].result = Some(TaskResult::Success),
            Ok(mut inputs) => {
                inputs.truncate(self.settings.limits.inputs.max(1));
                self.tasks[task].units = inputs.iter().map(|_| Unit::default()).collect();
                self.tasks[task].inputs = inputs;
                self.keep_what_succeeded(task);
                (0..concurrency.min(self.tasks[task].units.len())).for_each(|_| self.begin_next_iteration(task));
                self.tasks[task].result = self.result_of_iterations(task);
            }
        }
    }

    /// Which input a piece of work is for; `None` outside of a for_each task.
    pub(super) fn iteration(&self, place: Place) -> Option<Iteration> {
        let input = self.tasks[place.task].inputs.get(place.unit)?;
        Some(Iteration::new(place.unit + 1, &shown(input)))
    }

    /// In a repair: the inputs that are what they were, and succeeded.
    fn keep_what_succeeded(&mut self, task: usize) {
        let succeeded: HashSet<Iteration> = std::mem::take(&mut self.tasks[task].succeeded).into_iter().collect();
        for unit in 0..self.tasks[task].units.len() {
            if self.iteration(Place { task, unit }).is_some_and(|iteration| succeeded.contains(&iteration)) {
                self.tasks[task].units[unit].result = Some(TaskResult::Success);
            }
        }
    }

    /// The turn of the next input that is to run, where there is one.
    fn begin_next_iteration(&mut self, task: usize) {
        let progress = &mut self.tasks[task];
        let rest = progress.units.iter().enumerate().skip(progress.begun);
        let next = rest.filter(|(_, unit)| unit.result.is_none()).map(|(unit, _)| unit).next();
        progress.begun = next.map_or(progress.units.len(), |unit| unit + 1);
        if let Some(unit) = next {
            self.plan(self.now, Event::Start(Place { task, unit }));
        }
    }

    /// How a for_each task ended, once all of its inputs have: it has failed where an input has.
    fn result_of_iterations(&self, task: usize) -> Option<TaskResult> {
        let units = &self.tasks[task].units;
        let all = units.iter().all(|unit| unit.result == Some(TaskResult::Success));
        let over = units.iter().all(|unit| unit.result.is_some());
        over.then_some(if all { TaskResult::Success } else { TaskResult::Failed })
    }

    /// The next input's turn; or the task is over.
    pub(super) fn iteration_ended(&mut self, task: usize) {
        if self.tasks[task].begun < self.tasks[task].units.len() {
            self.begin_next_iteration(task);
        }
        if let Some(result) = self.result_of_iterations(task) {
            self.tasks[task].result = Some(result);
            self.settle_after(task);
        }
    }
}

/// The inputs of a text, which is a JSON list.
fn inputs(text: &str) -> Result<Vec<Value>, String> {
    let list = serde_json::from_str::<Value>(text).ok().and_then(|value| match value {
        Value::Array(inputs) => Some(inputs),
        _ => None,
    });
    let inputs = list.ok_or_else(|| format!("The inputs are no JSON list: {}", shorten(text)))?;
    if inputs.len() > MAX_INPUTS {
        return Err(format!("There are {} inputs; at most {MAX_INPUTS} are run.", inputs.len()));
    }
    Ok(inputs)
}
