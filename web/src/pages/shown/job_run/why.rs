//! Why a task was not run, in a sentence.

use sandbar_labs::workflow::job::{RunIf, Task};
use sandbar_labs::workflow::run::{RunRecord, TaskRecord};
use sandbar_labs::workflow::{Job, TaskResult};

use super::listed;

/// Empty for a task that was run, or is still to be decided.
pub fn why(job: &Job, record: &RunRecord, task: &TaskRecord) -> String {
    let Some(settings) = job.tasks.iter().find(|known| known.task_key == task.task_key) else { return String::new() };
    let of = Before { record, settings };
    match task.result {
        Some(TaskResult::UpstreamFailed) => of.upstream_failed(),
        Some(TaskResult::UpstreamCanceled) => {
            let before = of.with(&|result| result.is_canceled());
            format!("It was not run, because {} before it {} cancelled.", listed(&before), was(&before))
        }
        Some(TaskResult::Excluded) => of.excluded(),
        Some(TaskResult::Canceled) if task.attempts.is_empty() => {
            "The run ended before its turn came, so nothing of it has run.".to_owned()
        }
        _ => String::new(),
    }
}

/// The tasks right before one.
struct Before<'a> {
    record: &'a RunRecord,
    settings: &'a Task,
}

impl<'a> Before<'a> {
    fn result(&self, key: &str) -> Option<TaskResult> {
        self.record.tasks.iter().find(|task| task.task_key == key)?.result
    }

    fn with(&self, wanted: &dyn Fn(TaskResult) -> bool) -> Vec<&'a str> {
        let keys = self.settings.depends_on.iter().map(|before| before.task_key.as_str());
        keys.filter(|key| self.result(key).is_some_and(wanted)).collect()
    }

    fn upstream_failed(&self) -> String {
        let failed = self.with(&TaskResult::is_failure);
        let excluded = self.with(&|result| result == TaskResult::Excluded);
        let rule = match self.settings.run_if {
            RunIf::AtLeastOneSuccess => "it runs when at least one task before it succeeded (`AT_LEAST_ONE_SUCCESS`)",
            RunIf::NoneFailed => "it runs when no task before it failed (`NONE_FAILED`)",
            _ => "it runs when every task before it succeeded (`ALL_SUCCESS`)",
        };
        match failed.is_empty() {
            false => format!("It was not run: {} did not succeed, and {rule}.", listed(&failed)),
            true => format!("It was not run: {} {} excluded, and {rule}.", listed(&excluded), was(&excluded)),
        }
    }

    fn excluded(&self) -> String {
        let other = self.settings.depends_on.iter().find_map(|before| {
            let outcome = before.outcome.as_ref()?;
            let condition = self.record.tasks.iter().find(|task| task.task_key == before.task_key)?;
            let came_to = condition.attempts.last()?.condition?.to_string();
            (*outcome != came_to).then(|| (before.task_key.as_str(), outcome.clone(), came_to))
        });
        if let Some((key, outcome, came_to)) = other {
            return format!(
                "It was excluded: it is for the outcome `{outcome}` of `{key}`, which came to `{came_to}`."
            );
        }
        match self.settings.run_if {
            RunIf::AtLeastOneFailed => {
                "It was excluded: it runs when at least one task before it failed (`AT_LEAST_ONE_FAILED`), and none did."
            }
            RunIf::AllFailed => {
                "It was excluded: it runs when every task before it failed (`ALL_FAILED`), and not all did."
            }
            _ => "It was excluded, because everything before it was.",
        }
        .to_owned()
    }
}

fn was(keys: &[&str]) -> &'static str {
    if keys.len() == 1 { "was" } else { "were" }
}
