//! The grader: takes what was handed in from the queue, one after the other, and records the reports. What is graded
//! again comes after everything that was handed in.
//!
//! A report that our own fault left incomplete is never recorded: the submission goes back to the queue.

use std::time::Duration;

use jiff::SignedDuration;
use sandbar_content::{Lab, grading};
use sandbar_grader::{Report, Scope, Submission};
use sandbar_labs::sandbox::Sandbox;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::{GRADING_LEASE, GRADING_TRIES};
use crate::error::{Fault, chain};
use crate::store::reports::NewReport;
use crate::store::{self, SubmissionId, grading_queue, regrade_queue, submissions};

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
    Ok(grade_next(app, sandbox).await? || regrade_next(app, sandbox).await?)
}

/// Grades the submission that waits longest; `false` when none does.
async fn grade_next(app: &App, sandbox: &Sandbox) -> Result<bool, Fault> {
    let Some(lease) = grading_queue::lease(&app.store, GRADING_LEASE, store::now()).await? else { return Ok(false) };
    match grade(app, sandbox, lease.submission).await {
        Ok(report) => {
            if !grading_queue::complete(&app.store, lease, &report, store::now()).await? {
                tracing::warn!(submission = %lease.submission, "a report came after its lease and was dropped");
            }
        }
        Err(problem) => {
            tracing::error!(submission = %lease.submission, problem, "a submission could not be graded");
            let again = store::now() + PAUSE;
            grading_queue::give_back(&app.store, lease, &problem, (again, GRADING_TRIES)).await?;
        }
    }
    app.grading.graded.notify_waiters();
    Ok(true)
}

/// The same for what is to be graded again. Which report counts stays as it is.
async fn regrade_next(app: &App, sandbox: &Sandbox) -> Result<bool, Fault> {
    let Some(lease) = regrade_queue::lease(&app.store, GRADING_LEASE, store::now()).await? else { return Ok(false) };
    match grade(app, sandbox, lease.submission).await {
        Ok(report) => {
            regrade_queue::complete(&app.store, lease, &report, store::now()).await?;
        }
        Err(problem) => {
            tracing::error!(submission = %lease.submission, problem, "a submission could not be graded again");
            let again = store::now() + PAUSE;
            regrade_queue::give_back(&app.store, lease, &problem, (again, GRADING_TRIES)).await?;
        }
    }
    Ok(true)
}

/// The report, or why there is none. It is graded with the content that is served now, and names that release.
async fn grade(app: &App, sandbox: &Sandbox, id: SubmissionId) -> Result<NewReport, String> {
    let submission = submissions::get(&app.store, id).await.map_err(|error| chain(&error))?;
    let submission = submission.ok_or("the submission is not there")?;
    let lab = app.course.lab(&submission.lab).ok_or_else(|| format!("the course has no lab {}", submission.lab))?;
    let files = submissions::files(&app.store, submission.id).await.map_err(|error| chain(&error))?;
    let work = Submission { name: format!("{}-{}", submission.lab, submission.number), files };
    let report = replayed(sandbox, lab, work, (submission.seed, app.release.as_str())).await?;
    let body = serde_json::to_string(&report).map_err(|error| error.to_string())?;
    Ok(NewReport {
        release: app.release.clone(),
        engine: report.replay.engine.clone(),
        score: report.score.hundredths(),
        max_score: report.max_score.hundredths(),
        body,
    })
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
