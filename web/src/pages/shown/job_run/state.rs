//! States of runs, tasks and attempts as people read them: an icon, a tone and a word each.

use sandbar_labs::workflow::TaskResult;
use sandbar_labs::workflow::run::{Attempt, LifeCycle, TaskRecord};

use super::Shown;
use crate::store::job_runs::{JobRun, State as Stored};
use crate::view::job_run::State;

fn state(icon: &'static str, tone: &'static str, word: &str) -> State {
    State { icon, tone, word: word.to_owned() }
}

pub fn of_run(run: &JobRun) -> State {
    match (run.state, run.result.as_deref()) {
        (Stored::Queued, _) => state("list-ordered", "running", "Queued"),
        (Stored::Running, _) => state("loader-circle", "running", "Running"),
        (Stored::Broken, _) => state("octagon-x", "bad", "Internal error"),
        (_, Some("SUCCESS")) => state("circle-check", "ok", "Succeeded"),
        (_, Some("SUCCESS_WITH_FAILURES")) => state("triangle-alert", "warn", "Succeeded with failures"),
        (_, Some("TIMEDOUT")) => state("hourglass", "bad", "Timed out"),
        (_, Some("CANCELED")) => state("circle-slash", "off", "Cancelled"),
        (_, Some("MAXIMUM_CONCURRENT_RUNS_REACHED")) => state("circle-dashed", "off", "Skipped"),
        _ => state("circle-x", "bad", "Failed"),
    }
}

/// Of a run on its own page, which knows also whether it is being cancelled.
pub fn of_shown(shown: &Shown) -> State {
    if shown.terminating { state("loader-circle", "off", "Being cancelled") } else { of_run(&shown.run) }
}

/// Life cycle and result in the words of the Jobs API: `TERMINATED, FAILED`.
pub fn in_the_api(shown: &Shown) -> String {
    let run = &shown.run;
    let life_cycle = match (run.state, run.result.as_deref()) {
        (Stored::Queued, _) => LifeCycle::Queued,
        (Stored::Running, _) if shown.terminating => LifeCycle::Terminating,
        (Stored::Running, _) => LifeCycle::Running,
        (Stored::Broken, _) => LifeCycle::InternalError,
        (Stored::Over, Some("MAXIMUM_CONCURRENT_RUNS_REACHED")) => LifeCycle::Skipped,
        (Stored::Over, _) => LifeCycle::Terminated,
    };
    named(life_cycle, run.result.as_deref())
}

/// The same of a task.
pub fn task_in_the_api(task: &TaskRecord) -> String {
    named(task.life_cycle, task.result.map(TaskResult::name))
}

fn named(life_cycle: LifeCycle, result: Option<&str>) -> String {
    result.map_or(life_cycle.name().to_owned(), |result| format!("{}, {result}", life_cycle.name()))
}

pub fn of_task(task: &TaskRecord) -> State {
    match (task.life_cycle, task.result) {
        (LifeCycle::InternalError, _) => state("octagon-x", "bad", "Internal error"),
        (_, Some(result)) => of_result(result),
        (LifeCycle::Queued, None) => state("list-ordered", "off", "Queued"),
        (LifeCycle::Pending, None) => state("hourglass", "running", "Pending"),
        (LifeCycle::Running, None) => state("loader-circle", "running", "Running"),
        (LifeCycle::WaitingForRetry, None) => state("clock", "running", "Waiting for a retry"),
        (_, None) => state("circle", "off", "Blocked"),
    }
}

pub fn of_attempt(attempt: &Attempt) -> State {
    match attempt.end {
        None => state("loader-circle", "running", "Running"),
        Some(_) if attempt.lost => state("octagon-x", "bad", "Cluster lost"),
        Some(_) => of_result(attempt.outcome),
    }
}

fn of_result(result: TaskResult) -> State {
    match result {
        TaskResult::Success => state("circle-check", "ok", "Succeeded"),
        TaskResult::Failed => state("circle-x", "bad", "Failed"),
        TaskResult::TimedOut => state("hourglass", "bad", "Timed out"),
        TaskResult::Canceled => state("circle-slash", "off", "Cancelled"),
        TaskResult::Disabled => state("circle-slash", "off", "Disabled"),
        TaskResult::Excluded => state("circle-dashed", "off", "Excluded"),
        TaskResult::UpstreamFailed => state("circle-slash", "warn", "Upstream failed"),
        TaskResult::UpstreamCanceled => state("circle-slash", "off", "Upstream cancelled"),
    }
}
