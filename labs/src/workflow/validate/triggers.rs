//! What starts the job: one of schedule, trigger and continuous, and a schedule that Quartz understands.

use jiff::Timestamp;

use super::super::job::{Job, Schedule};
use super::super::schedule::{Quartz, next_firings, zone};
use crate::diagnostic::{Finding, Severity};

pub(super) fn check(job: &Job, now: Timestamp, findings: &mut Vec<Finding>) {
    exclusive(job, findings);
    if let Some(schedule) = &job.schedule {
        check_schedule(schedule, now, findings);
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

fn check_schedule(schedule: &Schedule, now: Timestamp, findings: &mut Vec<Finding>) {
    let (expression, zone_name) = (&schedule.quartz_cron_expression, &schedule.timezone_id);
    let paths = ["schedule.quartz_cron_expression", "schedule.timezone_id"];
    // One that is missing, or is no text, was told when it was read.
    let told = paths.map(|path| findings.iter().any(|finding| finding.path == path));
    let quartz = Quartz::parse(expression);
    if let (false, Err(error)) = (told[0], &quartz) {
        findings.push(Finding::error("BAD_CRON", paths[0], error.to_string()).with_hint(error.hint.clone()));
    }
    if let (false, Err(error)) = (told[1], zone(zone_name)) {
        findings.push(Finding::error("BAD_TIMEZONE", paths[1], error.to_string()).with_hint(error.hint));
    }
    if next_firings(expression, zone_name, now, 1).is_ok_and(|firings| firings.is_empty()) {
        let message = "The schedule never fires again.";
        let hint = "Look at its day, month and year: together they name no day that is still to come.";
        findings.push(Finding::new("NEVER_FIRES", Severity::Warning, paths[0], message).with_hint(hint));
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
