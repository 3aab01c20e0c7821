//! What starts the job.

use super::super::job::{Continuous, FileArrival, PauseStatus, PeriodUnit, Periodic, Schedule, TableUpdate, Trigger};
use super::settings::deprecated;
use crate::authored::Fields;
use crate::diagnostic::Finding;

const UNITS: [(&str, PeriodUnit); 4] = [
    ("MINUTES", PeriodUnit::Minutes),
    ("HOURS", PeriodUnit::Hours),
    ("DAYS", PeriodUnit::Days),
    ("WEEKS", PeriodUnit::Weeks),
];

pub(super) fn schedule(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<Schedule> {
    let mut fields = fields.map("schedule", findings)?;
    let schedule = Schedule {
        quartz_cron_expression: fields.required_text("quartz_cron_expression", findings),
        timezone_id: fields.required_text("timezone_id", findings),
        pause_status: pause_status(&mut fields, findings),
    };
    fields.ignore(&["sql_condition"]);
    fields.finish(findings);
    Some(schedule)
}

pub(super) fn continuous(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<Continuous> {
    let mut fields = fields.map("continuous", findings)?;
    let continuous = Continuous { pause_status: pause_status(&mut fields, findings) };
    fields.ignore(&["maintenance_window", "task_retry_mode"]);
    fields.finish(findings);
    Some(continuous)
}

pub(super) fn trigger(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<Trigger> {
    let mut fields = fields.map("trigger", findings)?;
    let trigger = Trigger {
        pause_status: pause_status(&mut fields, findings),
        file_arrival: file_arrival(&mut fields, findings),
        table_update: table_update(&mut fields, findings),
        periodic: periodic(&mut fields, findings),
    };
    deprecated(&mut fields, "table", "Use `table_update`.", findings);
    fields.ignore(&["job_completion", "model", "sql_condition"]);
    fields.finish(findings);
    Some(trigger)
}

fn pause_status(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> PauseStatus {
    fields.choice("pause_status", &PauseStatus::ALL, findings).unwrap_or_default()
}

fn file_arrival(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<FileArrival> {
    let mut fields = fields.map("file_arrival", findings)?;
    let arrival = FileArrival { url: fields.required_text("url", findings) };
    fields.ignore(&["min_time_between_triggers_seconds", "wait_after_last_change_seconds"]);
    fields.finish(findings);
    Some(arrival)
}

fn table_update(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<TableUpdate> {
    let mut fields = fields.map("table_update", findings)?;
    let update = TableUpdate { table_names: fields.texts("table_names", findings) };
    fields.ignore(&["condition", "min_time_between_triggers_seconds", "wait_after_last_change_seconds"]);
    fields.finish(findings);
    Some(update)
}

fn periodic(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<Periodic> {
    let mut fields = fields.map("periodic", findings)?;
    for name in ["interval", "unit"] {
        if !fields.has(name) {
            fields.missing(name, findings);
        }
    }
    let periodic = Periodic {
        interval: fields.integer("interval", findings).unwrap_or(1),
        unit: fields.choice("unit", &UNITS, findings).unwrap_or_default(),
    };
    fields.finish(findings);
    Some(periodic)
}
