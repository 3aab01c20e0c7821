//! Drives a stored run in its owner's workspace, and saves it as it goes.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt;
use sandbar_labs::workflow::run::{Run, Settings};
use sandbar_labs::workflow::{RunResult, Syntax};

use super::admit::{break_off, job_of, make_room};
use super::bounds;
use super::driver::Driver;
use super::files::{Files, JobSource};
use crate::app::App;
use crate::config::{JOB_RUN_MOST_ATTEMPTS, JOB_RUN_WALL};
use crate::error::Fault;
use crate::pages::workbench;
use crate::store::JobRunId;
use crate::store::job_runs::{self, JobRun, Owner, Progress, Standing, State};
use crate::store::lab_attempts::LabOf;

/// A record that is large is not written again for every step.
const LARGE_BYTES: usize = 64 * 1024;
const PAUSE: Duration = Duration::from_millis(500);

/// What is to be driven.
#[derive(Debug)]
pub enum Work {
    Begin,
    /// A repair that was begun from the run's record.
    Repair(Box<Run>),
}

/// Drives the run in the background.
pub fn spawn(app: &App, run: Standing, work: Work) {
    let (driven, id) = (app.clone(), run.id);
    hold(app, run, async move { carry(&driven, id, work).await });
}

/// Sees to it that the run is over when its work is, however that ends, and that the next one may begin.
pub(super) fn hold(app: &App, run: Standing, work: impl Future<Output = Result<(), Fault>> + Send + 'static) {
    let app = app.clone();
    app.job_runs.begin(run.id);
    app.job_runs.tell(run.id, run.attempt);
    tokio::spawn(async move {
        if let Err(fault) = unpanicked(work).await {
            // The next start of the server tells of what was under way when this one stopped.
            if !app.job_runs.stop.is_cancelled() {
                let reason = format!(
                    "The engine failed on our side, not in your job (reference {}). Repair the run to go on.",
                    fault.log()
                );
                if let Err(fault) = break_off(&app, &run, &reason).await {
                    fault.log();
                }
            }
        }
        app.job_runs.end(run.id);
        if !app.job_runs.stop.is_cancelled()
            && let Err(fault) = make_room(&app, &run).await
        {
            fault.log();
        }
    });
}

/// A panic is a fault like any other: whoever waits for the run is to hear of it.
pub(super) async fn unpanicked(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|payload| {
        let words = payload.downcast_ref::<&str>().map(|words| (*words).to_owned());
        let words = words.or_else(|| payload.downcast_ref::<String>().cloned());
        Err(Fault::new(format!("a run panicked: {}", words.unwrap_or_default())))
    })
}

async fn carry(app: &App, id: JobRunId, work: Work) -> Result<(), Fault> {
    let stored = job_runs::get(&app.store, id).await?.ok_or_else(|| Fault::new("a run is gone before it began"))?;
    let cancelled = app.job_runs.cancellation(id);
    let _turn = tokio::select! {
        biased;
        () = cancelled.cancelled() => return never_begun(app, &stored, work).await,
        turn = app.job_runs.turn(stored.attempt) => turn,
    };
    let owner = job_runs::owner(&app.store, id).await?.ok_or_else(|| Fault::new("a run has no owner"))?;
    let lab = app.course.lab(&owner.lab).ok_or_else(|| Fault::new(format!("the course has no lab {}", owner.lab)))?;
    let workspace = workbench::workspace_key(&app.course.slug, (owner.user_id, &owner.lab, owner.attempt))?;
    workbench::seed(app, &workspace, &owner.login, lab).await?;
    let run = begun(&stored, work)?;
    let files = files(app, lab, &owner).await?;
    let sandbox = app.sandbox.as_ref().ok_or_else(|| Fault::new("there is no engine"))?;
    let source = source(&stored).await?;
    let driver = Driver::new((sandbox, &workspace), owner.login.clone(), files, source);
    drive(app, &stored, driver, run).await
}

/// Ends a run, or the repair of one, that was cancelled while other runs of the workspace had their turn.
async fn never_begun(app: &App, stored: &JobRun, work: Work) -> Result<(), Fault> {
    let note = match &work {
        Work::Begin => "It was cancelled while it waited for other runs, so that nothing of it has run.",
        Work::Repair(_) => "Its repair was cancelled while it waited for other runs, so that nothing ran again.",
    };
    let mut record = begun(stored, work)?.record();
    record.cancel();
    let progress = Progress {
        state: State::Over,
        result: record.result.map(RunResult::name),
        ends_at: record.end,
        record: Some(bounds::stored(record)?),
        note: Some(note.to_owned()),
    };
    save(app, stored, &progress).await
}

fn begun(stored: &JobRun, work: Work) -> Result<Run, Fault> {
    match work {
        Work::Begin => begin(stored),
        Work::Repair(run) => Ok(*run),
    }
}

async fn save(app: &App, stored: &JobRun, progress: &Progress) -> Result<(), Fault> {
    job_runs::save(&app.store, stored.id, progress).await?;
    app.job_runs.tell(stored.id, stored.attempt);
    Ok(())
}

/// What the tasks may name: the student's files as they are saved now, and those that the lab gives.
async fn files(app: &App, lab: &sandbar_content::Lab, owner: &Owner) -> Result<Files, Fault> {
    let of = LabOf { user: owner.user_id, course: owner.course_id, lab: &owner.lab };
    let mut files = workbench::saved_files(app, of, lab).await.map_err(|problem| Fault::new(problem.message))?;
    files.extend(lab.given.iter().map(|file| (file.path.clone(), file.bytes.clone())));
    Ok(Files::Saved(files))
}

fn begin(stored: &JobRun) -> Result<Run, Fault> {
    let job = job_of(stored).ok_or_else(|| Fault::new("a run's settings cannot be read any more"))?;
    let settings = settings(stored)?;
    Run::begin(job, settings).map_err(Fault::new)
}

/// The job as the run was begun with it. Its text is read where nobody waits for this thread.
async fn source(stored: &JobRun) -> Result<JobSource, Fault> {
    let (file, syntax) = (stem(&stored.path).to_owned(), Syntax::of_file(&stored.path));
    let text = stored.settings.clone();
    tokio::task::spawn_blocking(move || JobSource::first(&file, &text, syntax)).await.map_err(Fault::new)
}

/// The name of a job's file without its ending, by which others run it.
fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// What a stored run is begun with, or repaired.
pub fn settings(stored: &JobRun) -> Result<Settings, Fault> {
    let parameters: BTreeMap<String, String> = serde_json::from_str(&stored.parameters)?;
    Ok(Settings {
        trigger: stored.trigger.name().to_owned(),
        parameters,
        ..Settings::manual(stem(&stored.path), stored.id.to_string(), stored.starts_at)
    })
}

async fn drive(app: &App, stored: &JobRun, mut driver: Driver<'_>, mut run: Run) -> Result<(), Fault> {
    let until = Instant::now() + JOB_RUN_WALL;
    driver.cancel = app.job_runs.cancellation(stored.id);
    driver.until = Some(until);
    driver.most_attempts = Some(JOB_RUN_MOST_ATTEMPTS);
    let mut keeper = Keeper { app, stored, saved: None, note: stored.note.clone() };
    while let Some(order) = run.next_order() {
        keeper.keep(&run).await?;
        let performed = driver.perform(&order).await.map_err(Fault::new)?;
        if driver.had_enough() {
            keeper.note = Some(format!("A run may have {JOB_RUN_MOST_ATTEMPTS} attempts here, so this one was ended."));
        } else if Instant::now() >= until {
            keeper.note =
                Some(format!("A run may take {} minutes here, so this one was ended.", minutes(JOB_RUN_WALL)));
        }
        if driver.is_cancelled() {
            run.cancel(&order, performed);
            driver.cancel = app.job_runs.renew(stored.id);
        } else {
            run.performed(&order, performed);
        }
    }
    keeper.finish(&run).await
}

fn minutes(time: Duration) -> u64 {
    time.as_secs() / 60
}

/// Saves a run as it goes.
struct Keeper<'a> {
    app: &'a App,
    stored: &'a JobRun,
    /// When it was saved last, and how large it was.
    saved: Option<(Instant, usize)>,
    note: Option<String>,
}

impl Keeper<'_> {
    async fn keep(&mut self, run: &Run) -> Result<(), Fault> {
        if self.saved.is_some_and(|(at, bytes)| bytes > LARGE_BYTES && at.elapsed() < PAUSE) {
            return Ok(());
        }
        let record = bounds::stored(run.record())?;
        self.saved = Some((Instant::now(), record.len()));
        let progress = Progress {
            state: State::Running,
            result: None,
            ends_at: None,
            record: Some(record),
            note: self.note.clone(),
        };
        save(self.app, self.stored, &progress).await
    }

    async fn finish(self, run: &Run) -> Result<(), Fault> {
        let progress = Progress {
            state: State::Over,
            result: run.result().map(RunResult::name),
            ends_at: Some(run.now()),
            record: Some(bounds::stored(run.record())?),
            note: self.note.clone(),
        };
        save(self.app, self.stored, &progress).await
    }
}
