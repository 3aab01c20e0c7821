//! Numbers within their bounds.

use super::super::job::{EmailNotifications, Health, Job};
use super::every_task;
use crate::diagnostic::Finding;

const MAX_TAGS: usize = 25;
const MAX_CONCURRENT_RUNS: i64 = 1_000;
const MAX_CONCURRENCY: i64 = 100;
/// Numbers of a task's settings have 32 bits in the Jobs API (`int` in its Go SDK, where those of 64 bits are `int64`).
/// So a retry waits 24 days at most, and no run carries the clock of a workspace to where nothing fires any more.
const MAX_INT: i64 = 2_147_483_647;

pub(super) fn check(job: &Job, findings: &mut Vec<Finding>) {
    if job.tags.len() > MAX_TAGS {
        let message = format!("A job has at most {MAX_TAGS} tags; this one has {}.", job.tags.len());
        findings.push(Finding::error("BAD_VALUE", "tags", message));
    }
    within(job.max_concurrent_runs, 0, MAX_CONCURRENT_RUNS, "max_concurrent_runs", "max_concurrent_runs", findings);
    within(job.timeout_seconds, 0, MAX_INT, "timeout_seconds", "timeout_seconds", findings);
    health(job.health.as_ref(), "", findings);
    emails(job.email_notifications.as_ref(), "", findings);
    for (path, task) in every_task(job) {
        let mut check =
            |value, low, high, name: &str| within(value, low, high, name, &format!("{path}.{name}"), findings);
        check(task.max_retries, -1, MAX_INT, "max_retries");
        check(task.min_retry_interval_millis, 0, MAX_INT, "min_retry_interval_millis");
        check(task.timeout_seconds, 0, MAX_INT, "timeout_seconds");
        let concurrency = task.for_each_task.as_ref().and_then(|each| each.concurrency);
        check(concurrency, 1, MAX_CONCURRENCY, "for_each_task.concurrency");
        health(task.health.as_ref(), &format!("{path}."), findings);
        emails(task.email_notifications.as_ref(), &format!("{path}."), findings);
    }
}

fn within(value: Option<i64>, low: i64, high: i64, name: &str, path: &str, findings: &mut Vec<Finding>) {
    let Some(value) = value.filter(|value| !(low..=high).contains(value)) else { return };
    let bounds = if high == i64::MAX { format!("at least {low}") } else { format!("{low} to {high}") };
    let mut finding = Finding::error("BAD_VALUE", path, format!("`{name}` is {bounds}, not {value}."));
    finding.hint = remedy(name).map(str::to_owned);
    findings.push(finding);
}

/// What a number counts, where it is easily taken for another unit.
fn remedy(name: &str) -> Option<&'static str> {
    match name {
        "min_retry_interval_millis" => Some("It counts milliseconds: 600000 is ten minutes, 86400000 a day."),
        "timeout_seconds" => Some("It counts seconds: 3600 is an hour. 0 is no time-out."),
        "max_retries" => Some("0 is no retry, -1 as many as it takes."),
        _ => None,
    }
}

fn health(health: Option<&Health>, prefix: &str, findings: &mut Vec<Finding>) {
    for (index, rule) in health.iter().flat_map(|health| health.rules.iter().enumerate()) {
        within(Some(rule.value), 0, i64::MAX, "value", &format!("{prefix}health.rules[{index}].value"), findings);
    }
}

fn emails(emails: Option<&EmailNotifications>, prefix: &str, findings: &mut Vec<Finding>) {
    let Some(emails) = emails else { return };
    let lists = [
        ("on_start", &emails.on_start),
        ("on_success", &emails.on_success),
        ("on_failure", &emails.on_failure),
        ("on_duration_warning_threshold_exceeded", &emails.on_duration_warning_threshold_exceeded),
    ];
    for (name, addresses) in lists {
        for (index, address) in addresses.iter().enumerate() {
            let parts: Vec<&str> = address.split('@').collect();
            let is_address = matches!(parts.as_slice(), [local, domain] if !local.is_empty() && domain.contains('.'));
            // `${workspace.current_user.userName}` is filled in when the bundle is deployed.
            if !address.contains("${") && (!is_address || address.contains(char::is_whitespace)) {
                let path = format!("{prefix}email_notifications.{name}[{index}]");
                let message = format!("`{}` is no e-mail address.", crate::authored::shorten(address));
                findings.push(Finding::error("BAD_VALUE", path, message));
            }
        }
    }
}
