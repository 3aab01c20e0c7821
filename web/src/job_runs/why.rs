//! Why a task was not run, in a sentence.

use sandbar_labs::workflow::job::{RunIf, Task};
use sandbar_labs::workflow::run::{RunRecord, TaskRecord};
use sandbar_labs::workflow::{Job, TaskResult};

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
        Some(TaskResult::Disabled) if settings.is_disabled() => "It was not run: the job has it `disabled`.".to_owned(),
        Some(TaskResult::Disabled) => {
            let before = of.with(&|result| result == TaskResult::Disabled);
            format!(
                "It was not run: {} before it {} disabled, and `run_if` asks for more.",
                listed(&before),
                was(&before)
            )
        }
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
        let excluded = self.with(&TaskResult::is_left_out);
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
            _ => "It was excluded, because everything before it was left out.",
        }
        .to_owned()
    }
}

/// `a`, `b` and `c`
pub fn listed(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn was(keys: &[&str]) -> &'static str {
    if keys.len() == 1 { "was" } else { "were" }
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::run::{Performed, Run, Settings};
    use sandbar_labs::workflow::{Syntax, check};

    use super::*;

    const NOTEBOOK: &str = "notebook_task: {notebook_path: a.sql}";

    /// Why the last of the tasks was not run, where `a` fails if it is a notebook.
    fn last(tasks: &[&str]) -> String {
        let tasks: String = tasks.iter().map(|task| format!("  - {{{task}}}\n")).collect();
        let job = check(&format!("tasks:\n{tasks}").replace("NOTEBOOK", NOTEBOOK), Syntax::Yaml).job.unwrap();
        let start = "2026-11-24T05:00:00Z".parse().unwrap();
        let mut run = Run::begin(job.clone(), Settings::manual("1", "1", start)).unwrap();
        while let Some(order) = run.next_order() {
            let performed = match order.task_key.as_str() {
                "a" => Performed::failed(1, "no".to_owned()),
                _ => Performed::succeeded(1),
            };
            run.performed(&order, performed);
        }
        let record = run.record();
        why(&job, &record, record.tasks.last().unwrap())
    }

    #[test]
    fn each_rule_says_what_it_waited_for() {
        let failed = "task_key: a, NOTEBOOK";
        let of = |run_if: &str, before: &str| {
            let last_task = format!("task_key: z, NOTEBOOK, run_if: {run_if}, depends_on: [{before}]");
            last(&[failed, "task_key: b, NOTEBOOK", &last_task])
        };
        for (run_if, before, told) in [
            ("ALL_SUCCESS", "{task_key: a}, {task_key: b}", "`a` did not succeed, and it runs when every task"),
            (
                "NONE_FAILED",
                "{task_key: a}, {task_key: b}",
                "`a` did not succeed, and it runs when no task before it failed",
            ),
            ("AT_LEAST_ONE_SUCCESS", "{task_key: a}", "`a` did not succeed, and it runs when at least one"),
            (
                "AT_LEAST_ONE_FAILED",
                "{task_key: b}",
                "at least one task before it failed (`AT_LEAST_ONE_FAILED`), and none did",
            ),
            ("ALL_FAILED", "{task_key: a}, {task_key: b}", "(`ALL_FAILED`), and not all did"),
            ("ALL_DONE", "{task_key: a}", ""),
        ] {
            let said = of(run_if, before);
            assert!(said.contains(told) && said.is_empty() == told.is_empty(), "{run_if}: {said}");
        }
    }

    #[test]
    fn a_disabled_task_says_so_and_what_does_not_run_for_it_names_it() {
        let disabled = "task_key: b, NOTEBOOK, disabled: true";
        assert_eq!(last(&[disabled]), "It was not run: the job has it `disabled`.");
        let behind = "task_key: c, NOTEBOOK, depends_on: [{task_key: b}]";
        let told = "It was not run: `b` before it was disabled, and `run_if` asks for more.";
        assert_eq!(last(&[disabled, behind]), told);
    }

    #[test]
    fn the_other_branch_of_a_condition_says_what_the_condition_came_to() {
        let condition = "task_key: c, condition_task: {op: EQUAL_TO, left: x, right: x}";
        let other = "task_key: z, NOTEBOOK, depends_on: [{task_key: c, outcome: 'false'}]";
        let said = last(&[condition, other]);
        assert_eq!(said, "It was excluded: it is for the outcome `false` of `c`, which came to `true`.");
        let behind = "task_key: y, NOTEBOOK, depends_on: [{task_key: z}]";
        assert_eq!(last(&[condition, other, behind]), "It was excluded, because everything before it was left out.");
    }
}
