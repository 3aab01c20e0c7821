//! What would work and is still not a good idea.

use super::super::graph::Graph;
use super::super::job::Job;
use super::every_task;
use crate::authored::shorten;
use crate::diagnostic::{Finding, Severity};

pub(super) fn check(job: &Job, graph: &Graph, findings: &mut Vec<Finding>) {
    for (path, task) in every_task(job) {
        if task.existing_cluster_id.is_some() && job.schedule.is_some() {
            let message = "A scheduled task runs on an all-purpose cluster.";
            let hint = "A job cluster costs less, starts with the run and ends with it: define one in `job_clusters` and name it in `job_cluster_key`.";
            push("ALL_PURPOSE_CLUSTER", format!("{path}.existing_cluster_id"), message, hint, findings);
        }
        if task.max_retries == Some(-1) {
            let message = "A task that always fails would be retried for ever.";
            push(
                "ENDLESS_RETRIES",
                format!("{path}.max_retries"),
                message,
                "Set a small number, for example 2.",
                findings,
            );
        }
    }
    let by_email = job.email_notifications.as_ref().is_some_and(|emails| !emails.on_failure.is_empty());
    let by_webhook = job.webhook_notifications.as_ref().is_some_and(|webhooks| !webhooks.on_failure.is_empty());
    let by_task = job.tasks.iter().any(|task| {
        task.email_notifications.as_ref().is_some_and(|emails| !emails.on_failure.is_empty())
            || task.webhook_notifications.as_ref().is_some_and(|webhooks| !webhooks.on_failure.is_empty())
    });
    if !(by_email || by_webhook || by_task) {
        let hint = "Add addresses to `on_failure` in `email_notifications`.";
        push("NO_FAILURE_ALERT", String::new(), "Nobody is told when this job fails.", hint, findings);
    }
    if graph.len() > 1 {
        for index in (0..graph.len()).filter(|&index| !graph.key(index).is_empty()) {
            if graph.parents(index).is_empty()
                && graph.children(index).is_empty()
                && job.tasks[index].depends_on.is_empty()
            {
                let message = format!("Nothing needs the task `{}`, and it needs nothing.", shorten(graph.key(index)));
                let hint = "Is a `depends_on` missing, or does it belong to another job?";
                push("LONELY_TASK", format!("tasks[{index}]"), &message, hint, findings);
            }
        }
    }
}

fn push(code: &str, path: String, message: &str, hint: &str, findings: &mut Vec<Finding>) {
    findings.push(Finding::new(code, Severity::Advice, path, message).with_hint(hint));
}
