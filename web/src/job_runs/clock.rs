//! The clock of a workspace's runs: it stands at the present, or further on where runs have taken it.

use jiff::{Timestamp, ZonedDateTime};
use sandbar_labs::workflow::Job;
use sandbar_labs::workflow::job::PauseStatus;
use sandbar_labs::workflow::schedule::{ScheduleError, next_firings};

use crate::store::job_runs::Span;

/// Why a job has no next firing.
#[derive(Debug, thiserror::Error)]
pub enum NoFiring {
    #[error("the job has no `schedule`")]
    NoSchedule,
    #[error("the job's schedule is paused (`pause_status: PAUSED`)")]
    Paused,
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    #[error("the job's schedule never fires after that instant")]
    Never,
}

/// The first firing of the job's schedule after that instant, in the schedule's zone.
///
/// # Errors
/// When the job has no schedule, or one that is paused, wrong, or does not fire any more.
pub fn next_firing(job: &Job, after: Timestamp) -> Result<ZonedDateTime, NoFiring> {
    let schedule = job.schedule.as_ref().ok_or(NoFiring::NoSchedule)?;
    if schedule.pause_status == PauseStatus::Paused {
        return Err(NoFiring::Paused);
    }
    let firings = next_firings(&schedule.quartz_cron_expression, &schedule.timezone_id, after, 1)?;
    firings.into_iter().next().ok_or(NoFiring::Never)
}

/// Where the clock stands when somebody starts a run: never before what has happened on it.
pub fn present(now: Timestamp, (latest_start, latest_end): (Option<Timestamp>, Option<Timestamp>)) -> Timestamp {
    let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
    [latest_start, latest_end].into_iter().flatten().fold(whole, Timestamp::max)
}

/// The instant after which the next firing is looked for. A firing may come while the run before it goes on.
pub fn last_firing(now: Timestamp, (latest_start, _): (Option<Timestamp>, Option<Timestamp>)) -> Timestamp {
    present(now, (latest_start, None))
}

/// Those that go on at that instant of the clock.
pub fn going_on(spans: &[Span], at: Timestamp) -> impl Iterator<Item = &Span> {
    spans.iter().filter(move |span| span.starts_at <= at && at < span.ends_at)
}

/// The first instant from `from` on at which fewer than `room` of the runs go on.
pub fn first_room(spans: &[Span], from: Timestamp, room: usize) -> Timestamp {
    let mut at = from;
    loop {
        let ends: Vec<Timestamp> = going_on(spans, at).map(|span| span.ends_at).collect();
        match ends.iter().min() {
            Some(first) if ends.len() >= room => at = *first,
            _ => return at,
        }
    }
}
