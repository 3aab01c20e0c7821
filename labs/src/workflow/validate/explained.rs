//! What Databricks would do and nothing does here: said as advice, so that nobody waits for it.

use super::super::job::{Job, Trigger};
use super::every_task;
use crate::diagnostic::{Finding, Severity};

pub(super) fn check(job: &Job, findings: &mut Vec<Finding>) {
    let by_hand =
        "Start it by hand: \"Run now\", or `sandbar job run`. Firings of a `schedule` can be gone through here.";
    if job.continuous.is_some() {
        let message =
            "Databricks starts a continuous job again whenever a run of it ends; here it does not start by itself.";
        push("continuous".to_owned(), message.to_owned(), by_hand, findings);
    }
    if let Some((field, when)) = job.trigger.as_ref().and_then(occasion) {
        let message = format!("Databricks starts this job {when}; here it does not start by itself.");
        push(format!("trigger.{field}"), message, by_hand, findings);
    }
    for (path, _) in every_task(job).into_iter().filter(|(_, task)| task.python_wheel_task.is_some()) {
        let message = "A python_wheel_task is checked here and not run: in a run it fails.".to_owned();
        let hint = "To see the job go through, use a notebook_task or a sql_task.";
        push(format!("{path}.python_wheel_task"), message, hint, findings);
    }
}

/// What a trigger waits for: its field, and in words.
fn occasion(trigger: &Trigger) -> Option<(&'static str, &'static str)> {
    let all = [
        (trigger.file_arrival.is_some(), "file_arrival", "when files arrive at its `url`"),
        (trigger.table_update.is_some(), "table_update", "when its tables change"),
        (trigger.periodic.is_some(), "periodic", "at its interval"),
    ];
    all.into_iter().find_map(|(is_given, field, when)| is_given.then_some((field, when)))
}

fn push(path: String, message: String, hint: &str, findings: &mut Vec<Finding>) {
    findings.push(Finding::new("NOT_RUN_HERE", Severity::Advice, path, message).with_hint(hint));
}
