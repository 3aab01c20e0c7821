//! A run as lines of text: one for each attempt while it goes on, a table at its end.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sandbar_labs::workflow::TaskResult;
use sandbar_labs::workflow::run::{Attempt, News, RunRecord, TaskRecord};

/// `2024-01-15 06:00:00`, in UTC.
pub fn clock(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What is over: an attempt, or a task of which nothing was tried and why.
pub fn news(news: &News, why: &str) -> String {
    match news {
        News::Attempt { task_key, attempt } => one_attempt(task_key, attempt),
        News::Task { task_key, at, result, error } => {
            let state = result.name().to_lowercase().replace('_', " ");
            let said = error.as_deref().unwrap_or(why);
            format!("{}  {task_key}: {state} {said}", clock(*at)).trim_end().to_owned()
        }
    }
}

fn one_attempt(task_key: &str, attempt: &Attempt) -> String {
    let input = attempt.iteration.as_ref().map(|of| format!(" (input {}: {})", of.number, of.input));
    let number = if attempt.number > 1 { format!(" (attempt {})", attempt.number) } else { String::new() };
    let parameters: Vec<String> = attempt.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let given = if parameters.is_empty() { String::new() } else { format!(" [{}]", parameters.join(", ")) };
    let state = match attempt.outcome {
        TaskResult::Success => "ok",
        TaskResult::TimedOut => "timed out",
        TaskResult::Canceled => "cancelled",
        _ => "failed",
    };
    let written = attempt.written.iter().map(|(table, version)| format!("{table} is at version {version}"));
    let said = match (&attempt.error, attempt.condition) {
        (Some(error), _) => error.clone(),
        (None, Some(outcome)) => format!("it is {outcome}"),
        (None, None) => written.collect::<Vec<_>>().join(", "),
    };
    let (at, input) = (clock(attempt.end.unwrap_or(attempt.start)), input.unwrap_or_default());
    format!("{at}  {task_key}{input}{number}{given}: {state} {said}").trim_end().to_owned()
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
    text.extend(record.slow().map(|slow| format!("warning: {slow}\n")));
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
