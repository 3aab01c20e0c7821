//! What starts the job: one of schedule, trigger and continuous, and a schedule that Quartz understands.

use super::super::job::Job;
use super::super::schedule::{Quartz, zone};
use crate::diagnostic::Finding;

pub(super) fn check(job: &Job, findings: &mut Vec<Finding>) {
    exclusive(job, findings);
    if let Some(schedule) = &job.schedule {
        let expression = &schedule.quartz_cron_expression;
        if let (false, Err(error)) = (expression.is_empty(), Quartz::parse(expression)) {
            let finding = Finding::error("BAD_CRON", "schedule.quartz_cron_expression", error.to_string());
            findings.push(finding.with_hint(error.hint));
        }
        if let (false, Err(error)) = (schedule.timezone_id.is_empty(), zone(&schedule.timezone_id)) {
            findings
                .push(Finding::error("BAD_TIMEZONE", "schedule.timezone_id", error.to_string()).with_hint(error.hint));
        }
    }
    if let Some(trigger) = &job.trigger {
        let given = [trigger.file_arrival.is_some(), trigger.table_update.is_some(), trigger.periodic.is_some()];
        if given.into_iter().filter(|is_given| *is_given).count() != 1 {
            let message = "A trigger is exactly one of file_arrival, table_update and periodic.";
            findings.push(Finding::error("BAD_VALUE", "trigger", message));
        }
        if trigger.periodic.as_ref().is_some_and(|periodic| periodic.interval < 1) {
            findings.push(Finding::error("BAD_VALUE", "trigger.periodic.interval", "The interval is at least 1."));
        }
    }
}

fn exclusive(job: &Job, findings: &mut Vec<Finding>) {
    let given = [
        ("schedule", job.schedule.is_some()),
        ("trigger", job.trigger.is_some()),
        ("continuous", job.continuous.is_some()),
    ];
    let given: Vec<&str> = given.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect();
    if let [_, second, ..] = given.as_slice() {
        let message = format!("A job starts in one way only; this one has {}.", given.join(" and "));
        let hint = "Keep schedule for fixed times, continuous for a job that is started again whenever it ends.";
        findings.push(Finding::error("SCHEDULE_AND_CONTINUOUS", *second, message).with_hint(hint));
    }
}
