//! What becomes of a run that is started: it begins, waits in the queue, or is skipped.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sandbar_labs::workflow::run::{Admission, RunRecord, admit};
use sandbar_labs::workflow::{self, Job, RunResult, Syntax};

use super::carry::{self, Work};
use super::clock::{first_room, going_on};
use super::instants::{Clock, length, millis};
use crate::app::App;
use crate::error::Fault;

use crate::store::job_runs::{self, JobRun, NewJobRun, Progress, Standing, State, Trigger};
use crate::store::{self, JobRunId, LabAttemptId};

/// Runs of one workspace that may be queued or under way.
const MOST_ACTIVE: usize = 20;
const STOPPED: &str =
    "The server stopped while this was under way. Tables are as the last finished statement left them.";

/// A run that somebody wants.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub attempt: LabAttemptId,
    /// The job's file and its text.
    pub path: &'a str,
    pub settings: &'a str,
    pub job: &'a Job,
    /// Overrides of the job's parameters.
    pub parameters: &'a BTreeMap<String, String>,
    pub trigger: Trigger,
    /// On the clock of the workspace's runs.
    pub at: Timestamp,
}

/// Records the run, and begins it when it may begin; `None` when too many are under way already.
pub async fn start(app: &App, wanted: &Wanted<'_>) -> Result<Option<JobRun>, Fault> {
    let _admission = app.job_runs.admission(wanted.attempt).await;
    let active = job_runs::active(&app.store, Some(wanted.attempt)).await?;
    if active.len() >= MOST_ACTIVE {
        return Ok(None);
    }
    let spans = job_runs::spans_after(&app.store, wanted.attempt, wanted.path, wanted.at).await?;
    let under_way = active.iter().filter(|run| run.path == wanted.path).count() + going_on(&spans, wanted.at).count();
    let (state, result, note) = match admit(wanted.job, under_way) {
        Admission::Start => (State::Running, None, None),
        Admission::Queue => (State::Queued, None, None),
        Admission::Skip => {
            let result = RunResult::MaximumConcurrentRunsReached.name();
            (State::Over, Some(result), Some(skipped(wanted.job)))
        }
    };
    let parameters = serde_json::to_string(wanted.parameters)?;
    let new = NewJobRun {
        attempt: wanted.attempt,
        path: wanted.path,
        settings: wanted.settings,
        parameters: &parameters,
        trigger: wanted.trigger,
        state,
        result,
        starts_at: wanted.at,
        note: note.as_deref(),
    };
    let run = job_runs::add(&app.store, &new, store::now()).await?;
    match state {
        State::Running => carry::spawn(app, Standing::from(&run), Work::Begin),
        _ => {
            app.job_runs.tell(run.id, run.attempt);
            promote(app, run.attempt, &run.path).await?;
        }
    }
    Ok(Some(run))
}

fn skipped(job: &Job) -> String {
    match job.max_concurrent_runs.unwrap_or(1) {
        0 => "`max_concurrent_runs` is 0, so that every run is skipped.".to_owned(),
        most => format!(
            "As many runs of the job as `max_concurrent_runs` allows ({most}) were under way, and it has no queue."
        ),
    }
}

/// Lets queued runs of a job begin, the oldest first, as many as there is room for. Called with the admission held.
async fn promote(app: &App, attempt: LabAttemptId, path: &str) -> Result<(), Fault> {
    let active = job_runs::active(&app.store, Some(attempt)).await?;
    let of_job = || active.iter().filter(|run| run.path == path);
    let mut running = of_job().filter(|run| run.state == State::Running).count();
    for queued in of_job().filter(|run| run.state == State::Queued) {
        let job = job_of_queued(app, queued).await?;
        let room = most_at_once(job.as_ref()).saturating_sub(running);
        if room == 0 {
            break;
        }
        let spans = job_runs::spans_after(&app.store, attempt, path, queued.starts_at).await?;
        let at = first_room(&spans, queued.starts_at, room);
        let note = (at > queued.starts_at).then(|| waited(job.as_ref(), queued.starts_at, at));
        if job_runs::begin(&app.store, queued.id, at, note.as_deref()).await? {
            running += 1;
            let begun = Standing { state: State::Running, starts_at: at, ..queued.clone() };
            carry::spawn(app, begun, Work::Begin);
        }
    }
    Ok(())
}

fn waited(job: Option<&Job>, due: Timestamp, begins: Timestamp) -> String {
    let due_at = Clock::of(job, begins).long(due);
    format!("It was due at {due_at} and waited {} in the queue.", length(millis(due, begins)))
}

/// The job of a queued run. Its text is read where nobody waits for this thread.
async fn job_of_queued(app: &App, queued: &Standing) -> Result<Option<Job>, Fault> {
    let settings = job_runs::settings(&app.store, queued.id).await?.unwrap_or_default();
    let syntax = Syntax::of_file(&queued.path);
    tokio::task::spawn_blocking(move || workflow::check(&settings, syntax).job).await.map_err(Fault::new)
}

/// How many runs a job lets be under way.
fn most_at_once(job: Option<&Job>) -> usize {
    usize::try_from(job.and_then(|job| job.max_concurrent_runs).unwrap_or(1)).unwrap_or(1)
}

/// The job of a run, by the settings that it was started with.
pub fn job_of(run: &JobRun) -> Option<Job> {
    workflow::check(&run.settings, Syntax::of_file(&run.path)).job
}

/// A run of the job is over: the next one may begin.
pub(super) async fn make_room(app: &App, run: &Standing) -> Result<(), Fault> {
    let _admission = app.job_runs.admission(run.attempt).await;
    promote(app, run.attempt, &run.path).await
}

/// Cancels a run that is queued or under way; `false` when it is over.
pub async fn cancel(app: &App, id: JobRunId) -> Result<bool, Fault> {
    let Some(Standing { attempt, .. }) = job_runs::standing(&app.store, id).await? else { return Ok(false) };
    let _admission = app.job_runs.admission(attempt).await;
    let Some(run) = job_runs::standing(&app.store, id).await? else { return Ok(false) };
    match run.state {
        State::Over | State::Broken => return Ok(false),
        State::Queued => {
            let progress = Progress {
                state: State::Over,
                result: Some(RunResult::Canceled.name()),
                ends_at: Some(run.starts_at),
                record: None,
                note: Some("It was cancelled while it was queued, so that nothing of it has run.".to_owned()),
            };
            job_runs::save(&app.store, id, &progress).await?;
            app.job_runs.tell(id, attempt);
            promote(app, attempt, &run.path).await?;
        }
        State::Running => app.job_runs.cancel(id),
    }
    Ok(true)
}

/// For a server that has just started and has the database to itself: what was under way is broken off and says so,
/// what was queued goes on.
pub async fn take_up(app: &App) -> Result<(), Fault> {
    let active = job_runs::active(&app.store, None).await?;
    for run in active.iter().filter(|run| run.state == State::Running) {
        break_off(app, run, STOPPED).await?;
    }
    for run in active.iter().filter(|run| run.state == State::Queued) {
        make_room(app, run).await?;
    }
    Ok(())
}

/// Ends a run that nobody drives any more, and keeps what it did.
pub(super) async fn break_off(app: &App, run: &Standing, reason: &str) -> Result<(), Fault> {
    let kept = job_runs::get(&app.store, run.id).await?.and_then(|run| run.record);
    let mut record: Option<RunRecord> = kept.map(|text| serde_json::from_str(&text)).transpose()?;
    if let Some(record) = &mut record {
        record.break_off(reason);
    }
    let progress = Progress {
        state: State::Broken,
        result: None,
        ends_at: Some(record.as_ref().map_or(run.starts_at, RunRecord::latest)),
        record: record.map(super::bounds::stored).transpose()?,
        note: Some(reason.to_owned()),
    };
    job_runs::save(&app.store, run.id, &progress).await?;
    app.job_runs.tell(run.id, run.attempt);
    Ok(())
}
