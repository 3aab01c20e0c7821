//! Drives a stored run in its owner's workspace, and saves it as it goes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sandbar_labs::workflow::run::{Run, Settings};

use super::admit::{break_off, job_of, make_room};
use super::bounds;
use super::driver::Driver;
use super::files::Files;
use crate::app::App;
use crate::config::{JOB_RUN_MOST_ATTEMPTS, JOB_RUN_WALL};
use crate::error::Fault;
use crate::pages::workbench;
use crate::store::job_runs::{self, JobRun, Owner, Progress, State};
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
pub fn spawn(app: &App, run: JobRun, work: Work) {
    let app = app.clone();
    app.job_runs.begin(run.id);
    app.job_runs.tell(run.id, run.attempt);
    tokio::spawn(async move {
        if let Err(fault) = carry(&app, &run, work).await {
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

async fn carry(app: &App, stored: &JobRun, work: Work) -> Result<(), Fault> {
    let turns = app.job_runs.turns(stored.attempt);
    let _turn = turns.lock().await;
    app.job_runs.takes_turn(stored.id);
    let owner = job_runs::owner(&app.store, stored.id).await?.ok_or_else(|| Fault::new("a run has no owner"))?;
    let lab = app.course.lab(&owner.lab).ok_or_else(|| Fault::new(format!("the course has no lab {}", owner.lab)))?;
    let workspace = workbench::workspace_key(&app.course.slug, (owner.user_id, &owner.lab, owner.attempt))?;
    workbench::seed(app, &workspace, &owner.login, lab).await?;
    let run = match work {
        Work::Begin => begin(stored)?,
        Work::Repair(run) => *run,
    };
    let files = files(app, lab, &owner).await?;
    let sandbox = app.sandbox.as_ref().ok_or_else(|| Fault::new("there is no engine"))?;
    let driver = Driver::new(sandbox, &workspace, owner.login.clone(), files);
    drive(app, stored, driver, run).await
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

/// What a stored run is begun with, or repaired.
pub fn settings(stored: &JobRun) -> Result<Settings, Fault> {
    let parameters: BTreeMap<String, String> = serde_json::from_str(&stored.parameters)?;
    let job_id = stored.path.rsplit_once('.').map_or(stored.path.as_str(), |(stem, _)| stem);
    Ok(Settings {
        trigger: stored.trigger.name().to_owned(),
        parameters,
        ..Settings::manual(job_id, stored.id.to_string(), stored.starts_at)
    })
}

async fn drive(app: &App, stored: &JobRun, mut driver: Driver<'_>, mut run: Run) -> Result<(), Fault> {
    let until = Instant::now() + JOB_RUN_WALL;
    driver.cancel = app.job_runs.cancellation(stored.id);
    driver.until = Some(until);
    driver.most_attempts = Some(JOB_RUN_MOST_ATTEMPTS);
    let mut keeper = Keeper { app, stored, saved: None, note: None };
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
        self.save(&progress).await
    }

    async fn finish(self, run: &Run) -> Result<(), Fault> {
        let progress = Progress {
            state: State::Over,
            result: run.result().map(sandbar_labs::workflow::RunResult::name),
            ends_at: Some(run.now()),
            record: Some(bounds::stored(run.record())?),
            note: self.note.clone(),
        };
        self.save(&progress).await
    }

    async fn save(&self, progress: &Progress) -> Result<(), Fault> {
        job_runs::save(&self.app.store, self.stored.id, progress).await?;
        self.app.job_runs.tell(self.stored.id, self.stored.attempt);
        Ok(())
    }
}
