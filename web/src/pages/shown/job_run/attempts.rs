//! The attempts of a run: all of them in a table, those of one task with what they said.

use sandbar_labs::workflow::job::{RunIf, Task};
use sandbar_labs::workflow::run::{Attempt, ClusterKind, Iteration, RunRecord, TaskRecord};
use sandbar_labs::workflow::{Job, TaskResult};

use super::state;
use crate::job_runs::instants::{Clock, length, millis};
use crate::job_runs::why;
use crate::view::job_run as view;
use crate::view::layout::Link;

/// Rows of the table; a task's own part has all of its attempts.
const MAX_ROWS: usize = 200;

pub fn table(record: &RunRecord, clock: &Clock, href: &str) -> Vec<view::AttemptRow> {
    let mut attempts: Vec<(&str, &Attempt)> = record
        .tasks
        .iter()
        .flat_map(|task| task.attempts.iter().map(|attempt| (task.task_key.as_str(), attempt)))
        .collect();
    attempts.sort_by_key(|(_, attempt)| attempt.start);
    attempts.into_iter().take(MAX_ROWS).map(|(key, attempt)| row(key, attempt, clock, href)).collect()
}

fn row(key: &str, attempt: &Attempt, clock: &Clock, href: &str) -> view::AttemptRow {
    let waited = millis(attempt.start, attempt.running_from);
    let written = attempt.written.iter().map(|(table, version)| format!("{table} v{version}"));
    view::AttemptRow {
        task: Link { href: format!("{href}?task={key}#task"), text: key.to_owned() },
        number: attempt.number,
        input: attempt.iteration.as_ref().map(iteration).unwrap_or_default(),
        state: state::of_attempt(attempt),
        start: clock.short(attempt.start),
        waited: if waited > 0 { length(waited) } else { String::new() },
        ran: attempt.end.map(|end| length(millis(attempt.running_from, end))).unwrap_or_default(),
        parameters: pairs(attempt),
        read: attempt.read.iter().cloned().collect::<Vec<_>>().join(", "),
        written: written.collect::<Vec<_>>().join(", "),
    }
}

fn pairs(attempt: &Attempt) -> Vec<view::Pair> {
    let pair = |(name, value): (&String, &String)| view::Pair { name: name.clone(), value: value.clone() };
    attempt.parameters.iter().map(pair).collect()
}

/// The task of that key, or the one that most wants to be read: the first that failed, that is under way, that ran.
pub fn chosen<'a>(record: &'a RunRecord, key: Option<&str>) -> Option<&'a TaskRecord> {
    let named = key.and_then(|key| record.tasks.iter().find(|task| task.task_key == key));
    let failed = |task: &&TaskRecord| matches!(task.result, Some(TaskResult::Failed | TaskResult::TimedOut));
    let active = |task: &&TaskRecord| task.result.is_none() && !task.attempts.is_empty();
    let first = |wanted: &dyn Fn(&&TaskRecord) -> bool| record.tasks.iter().find(|task| wanted(task));
    named.or_else(|| first(&active)).or_else(|| first(&failed)).or_else(|| record.tasks.first())
}

pub fn task(job: Option<&Job>, record: &RunRecord, task: &TaskRecord, clock: &Clock) -> view::TaskPart {
    let settings = job.and_then(|job| job.tasks.iter().find(|known| known.task_key == task.task_key));
    let why = job.map(|job| why(job, record, task)).unwrap_or_default();
    let without_attempt = task.error.clone().filter(|_| task.attempts.is_empty()).unwrap_or_default();
    let last = task.attempts.len();
    let part = |(place, attempt): (usize, &Attempt)| view::AttemptPart {
        title: title(attempt),
        state: state::of_attempt(attempt),
        times: times(attempt, clock),
        error: attempt.error.clone().filter(|_| attempt.end.is_some()),
        parameters: pairs(attempt),
        output: attempt.output.clone(),
        open: place + 1 == last,
    };
    view::TaskPart {
        key: task.task_key.clone(),
        state: state::of_task(task),
        about: format!(
            "{} In the Jobs API: `{}`.",
            settings.map(about).unwrap_or_default(),
            state::task_in_the_api(task)
        ),
        why: if why.is_empty() { without_attempt } else { why },
        attempts: task.attempts.iter().enumerate().map(part).rev().collect(),
    }
}

/// `Attempt 2`, of a for_each task `Input 1 (Books), attempt 2`.
pub fn title(attempt: &Attempt) -> String {
    match &attempt.iteration {
        None => format!("Attempt {}", attempt.number),
        Some(of) => format!("Input {}, attempt {}", iteration(of), attempt.number),
    }
}

fn iteration(of: &Iteration) -> String {
    format!("{} ({})", of.number, of.input)
}

fn times(attempt: &Attempt, clock: &Clock) -> String {
    let waited = millis(attempt.start, attempt.running_from);
    let waits = if waited > 0 { format!(", {} of it for its cluster", length(waited)) } else { String::new() };
    match attempt.end {
        Some(end) => {
            let took = length(millis(attempt.start, end));
            format!("{} to {}, {took}{waits}", clock.short(attempt.start), clock.short(end))
        }
        None => format!("since {}", clock.short(attempt.start)),
    }
}

fn about(task: &Task) -> String {
    let kind = task.kind().map_or("No task type", |kind| kind.label());
    let what = task
        .notebook_task
        .as_ref()
        .map(|work| work.notebook_path.clone())
        .or_else(|| task.sql_task.as_ref()?.file.as_ref().map(|file| file.path.clone()))
        .or_else(|| task.dashboard_task.as_ref().map(|work| work.dashboard_id.clone()))
        .or_else(|| task.run_job_task.as_ref().map(|work| work.job_id.clone()));
    let what = what.map(|what| format!(" `{what}`")).unwrap_or_default();
    let run_if = match task.run_if {
        RunIf::AllSuccess => "",
        RunIf::AtLeastOneSuccess => ", runs if one before it succeeded",
        RunIf::NoneFailed => ", runs if none before it failed",
        RunIf::AllDone => ", always runs",
        RunIf::AtLeastOneFailed => ", runs if one before it failed",
        RunIf::AllFailed => ", runs if all before it failed",
    };
    format!("{kind}{what}{run_if}.")
}

pub fn clusters(record: &RunRecord, clock: &Clock) -> Vec<view::ClusterRow> {
    let row = |used: &sandbar_labs::workflow::run::ClusterUse| view::ClusterRow {
        name: used.cluster.clone(),
        kind: match used.kind {
            ClusterKind::Job => "Job cluster",
            ClusterKind::Task => "Cluster of one task",
            ClusterKind::AllPurpose => "All-purpose cluster",
        },
        requested: clock.short(used.pending_from),
        start_up: length(millis(used.pending_from, used.running_from)),
        end: match used.end {
            Some(end) if used.lost => format!("{}, lost", clock.short(end)),
            Some(end) => clock.short(end),
            None => "runs".to_owned(),
        },
        minutes: used.minutes(record.latest()).to_string(),
    };
    record.clusters.iter().map(row).collect()
}
