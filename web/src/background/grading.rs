//! The grader: takes what was handed in from the queue, one after the other, and records the reports. What is graded
//! again comes after everything that was handed in.
//!
//! A report that our own fault left incomplete is never recorded: the submission goes back to the queue.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use sandbar_content::{Course, Lab, grading};
use sandbar_grader::{Report, Scope, Submission};
use sandbar_labs::sandbox::Sandbox;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::{GRADING_LEASE, GRADING_TRIES};
use crate::error::{Fault, chain};
use crate::store::reports::NewReport;
use crate::store::{self, ReleaseId, Store, SubmissionId, grading_queue, regrade_queue, submissions};

/// How long the queue is left alone when it is empty; handing in wakes the grader at once.
const IDLE: Duration = Duration::from_secs(15);
/// Pause before a submission is tried again.
const PAUSE: SignedDuration = SignedDuration::from_secs(20);

pub async fn run(app: App, stop: CancellationToken) {
    let Some(sandbox) = app.sandbox.clone() else { return };
    while !stop.is_cancelled() {
        match next(&app, &sandbox).await {
            Ok(true) => {}
            Ok(false) => tokio::select! {
                () = app.grading.handed_in.notified() => {}
                () = tokio::time::sleep(IDLE) => {}
                () = stop.cancelled() => {}
            },
            Err(fault) => {
                fault.log();
                tokio::select! { () = tokio::time::sleep(IDLE) => {}, () = stop.cancelled() => {} }
            }
        }
    }
}

/// Grades one submission; `false` when none waits.
async fn next(app: &App, sandbox: &Sandbox) -> Result<bool, Fault> {
    let Some(turn) = Turn::take(&app.store).await? else { return Ok(false) };
    match grade(app, sandbox, &turn).await {
        Ok(report) => {
            if !turn.complete(&app.store, &report).await? {
                tracing::warn!(submission = %turn.submission(), "a report came after its lease and was dropped");
            }
        }
        Err(problem) => {
            tracing::error!(submission = %turn.submission(), problem, "a submission could not be graded");
            turn.give_back(&app.store, &problem).await?;
        }
    }
    app.grading.graded.notify_waiters();
    Ok(true)
}

/// The submission whose turn it is: one that was handed in, or else one that is graded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    HandedIn(grading_queue::Lease),
    Again(regrade_queue::Lease),
}

impl Turn {
    /// `None` when nothing waits.
    pub async fn take(store: &Store) -> Result<Option<Self>, Fault> {
        let at = store::now();
        grading_queue::put_aside(store, at, GRADING_TRIES).await?;
        if let Some(lease) = grading_queue::lease(store, GRADING_LEASE, at).await? {
            return Ok(Some(Self::HandedIn(lease)));
        }
        Ok(regrade_queue::lease(store, GRADING_LEASE, at).await?.map(Self::Again))
    }

    pub fn submission(&self) -> SubmissionId {
        match self {
            Self::HandedIn(lease) => lease.submission,
            Self::Again(lease) => lease.submission,
        }
    }

    /// Records the report; says whether the turn still was this one's.
    async fn complete(self, store: &Store, report: &NewReport) -> Result<bool, Fault> {
        Ok(match self {
            Self::HandedIn(lease) => grading_queue::complete(store, lease, report, store::now()).await?,
            Self::Again(lease) => regrade_queue::complete(store, lease, report, store::now()).await?,
        })
    }

    async fn give_back(self, store: &Store, problem: &str) -> Result<(), Fault> {
        let again = (store::now() + PAUSE, GRADING_TRIES);
        match self {
            Self::HandedIn(lease) => grading_queue::give_back(store, lease, problem, again).await?,
            Self::Again(lease) => regrade_queue::give_back(store, lease, problem, again).await?,
        }
        Ok(())
    }
}

/// The report, or why there is none.
async fn grade(app: &App, sandbox: &Sandbox, turn: &Turn) -> Result<NewReport, String> {
    let submission = submissions::get(&app.store, turn.submission()).await.map_err(|error| chain(&error))?;
    let submission = submission.ok_or("the submission is not there")?;
    let (release, course) = content(app, turn, &submission).await?;
    let lab = course.lab(&submission.lab).ok_or_else(|| format!("release {release} has no lab {}", submission.lab))?;
    let files = submissions::files(&app.store, submission.id).await.map_err(|error| chain(&error))?;
    let work = Submission { name: format!("{}-{}", submission.lab, submission.number), files };
    let report = replayed(sandbox, lab, work, (submission.seed, release.as_str())).await?;
    let body = serde_json::to_string(&report).map_err(|error| error.to_string())?;
    Ok(NewReport {
        release,
        engine: report.replay.engine.clone(),
        score: report.score.hundredths(),
        max_score: report.max_score.hundredths(),
        body,
    })
}

/// What is handed in is graded with the release that it was handed in under; what is graded again, with the one that is
/// served now.
pub async fn content(
    app: &App,
    turn: &Turn,
    submission: &submissions::Submission,
) -> Result<(ReleaseId, Arc<Course>), String> {
    match turn {
        Turn::Again(_) => Ok((app.release.clone(), Arc::clone(&app.course))),
        Turn::HandedIn(_) => {
            let course = app.releases.course(&submission.release).await.map_err(|error| chain(&error))?;
            Ok((submission.release.clone(), course))
        }
    }
}

async fn replayed(
    sandbox: &Sandbox,
    lab: &Lab,
    work: Submission,
    (seed, release): (u64, &str),
) -> Result<Report, String> {
    let graded = grading::grade(sandbox, lab, work, seed, release, Scope::All).await;
    let report = graded.map_err(|findings| match findings.first() {
        Some(finding) => format!("the submission cannot be read: {}", finding.message),
        None => "the submission cannot be read".to_owned(),
    })?;
    if report.is_unavailable() { Err("the engine failed while grading".to_owned()) } else { Ok(report) }
}
