//! A run as lines of text: one for each attempt while it goes on, a table at its end.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sandbar_labs::workflow::run::{Attempt, Order, Performed, RunRecord, TaskRecord};

/// `2024-01-15 06:00:00`, in UTC.
pub fn clock(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What an attempt did.
pub fn attempt(order: &Order, performed: &Performed) -> String {
    let number = if order.number > 1 { format!(" (attempt {})", order.number) } else { String::new() };
    let written: Vec<String> =
        performed.written.iter().map(|(table, version)| format!("{table} is at version {version}")).collect();
    let said = performed.error.clone().unwrap_or_else(|| written.join(", "));
    let state = if performed.error.is_some() { "failed" } else { "ok" };
    let parameters: Vec<String> = order.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let given = if parameters.is_empty() { String::new() } else { format!(" [{}]", parameters.join(", ")) };
    format!("{}  {}{number}{given}: {state} {said}", clock(order.running_from), order.task_key).trim_end().to_owned()
}

/// The run's tasks with their results, and what it cost on its clock.
pub fn summary(record: &RunRecord) -> String {
    let width = record.tasks.iter().map(|task| task.task_key.len()).max().unwrap_or(0);
    let mut text = String::from("\n");
    for task in &record.tasks {
        text.push_str(&format!("{:width$}  {:17}  {}\n", task.task_key, result(task), attempts(&task.attempts)));
    }
    let result = record.result.map_or("RUNNING", |result| result.name());
    let end = record.end.unwrap_or(record.start);
    text.push_str(&format!(
        "\nrun {}: {result}, from {} to {} (UTC)\n",
        record.run_id,
        clock(record.start),
        clock(end)
    ));
    if !record.clusters.is_empty() {
        let waited = record.start_up_millis / 60_000;
        text.push_str(&format!(
            "clusters: {} minutes, of which tasks waited {waited} for their start\n",
            record.cluster_minutes
        ));
    }
    text
}

fn result(task: &TaskRecord) -> &'static str {
    task.result.map_or("RUNNING", |result| result.name())
}

fn attempts(attempts: &[Attempt]) -> String {
    let (Some(first), Some(last)) = (attempts.first(), attempts.last()) else { return "not run".to_owned() };
    let count = match attempts.len() {
        1 => "1 attempt".to_owned(),
        several => format!("{several} attempts"),
    };
    let end = last.end.map_or_else(String::new, |end| format!(" to {}", clock(end)));
    format!("{count}, {}{end}", clock(first.start))
}
