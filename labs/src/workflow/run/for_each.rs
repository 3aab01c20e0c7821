//! A for_each task: one piece of work for each of its inputs, so many at a time.

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
                (0..concurrency.min(self.tasks[task].units.len())).for_each(|unit| self.begin_iteration(task, unit));
            }
        }
    }

    /// Which input a piece of work is for; `None` outside of a for_each task.
    pub(super) fn iteration(&self, place: Place) -> Option<Iteration> {
        let input = self.tasks[place.task].inputs.get(place.unit)?;
        Some(Iteration { number: place.unit + 1, input: shorten(&shown(input)) })
    }

    fn begin_iteration(&mut self, task: usize, unit: usize) {
        self.tasks[task].begun = unit + 1;
        self.plan(self.now, Event::Start(Place { task, unit }));
    }

    /// The next input's turn; or the task is over, and has failed where an input has.
    pub(super) fn iteration_ended(&mut self, task: usize) {
        let progress = &mut self.tasks[task];
        let next = progress.begun;
        if next < progress.units.len() {
            self.begin_iteration(task, next);
        } else if progress.units.iter().all(|unit| unit.result.is_some()) {
            let all = progress.units.iter().all(|unit| unit.result == Some(TaskResult::Success));
            progress.result = Some(if all { TaskResult::Success } else { TaskResult::Failed });
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
