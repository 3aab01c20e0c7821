//! Handing in, and what came back: for the student and for staff.

use axum::extract::{Path, State};
use axum::response::Redirect;
use rand::Rng;
use sandbar_content::Lab;
use sandbar_grader::{Grading, Scope};

use super::Answer;
use super::shown::checks::report;
use super::shown::moment;
use super::workbench::{self, Workbench, is_notebook};
use crate::app::App;
use crate::auth::{Staff, Visitor};
use crate::config::GRADING_PATIENCE;
use crate::error::{Fault, Problem};
use crate::store::lab_attempts::LabOf;
use crate::store::submissions::{NewSubmission, Submission};
use crate::store::{self, SubmissionId, audit, reports, submissions, users};
use crate::view::layout::Link;
use crate::view::report as view;

/// `POST /labs/{slug}/submit`: the files as they are saved.
pub async fn submit(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let files = bench.files(lab).await?;
    let handed_in = sandbar_grader::Submission { name: visitor.user.login.clone(), files };
    // Small enough to be exact in any reader of JSON.
    let seed = u64::from(rand::rng().random::<u32>());
    readable(&app, lab, &handed_in, seed)?;
    let (hash, at) = (handed_in.hash(), store::now());
    let new = NewSubmission { of: bench.of(), release: &app.release, hash: &hash, seed, files: &handed_in.files };
    let submission = submissions::add(&app.store, &new, at).await?;
    audit::record(&app.store, visitor.id(), "submitted", &href(&submission), at).await?;
    app.grading.handed_in.notify_one();
    Ok(Redirect::to(&href(&submission)))
}

/// Files that nobody could grade are refused before they cost an attempt.
fn readable(app: &App, lab: &Lab, submission: &sandbar_grader::Submission, seed: u64) -> Result<(), Problem> {
    if let Some(finding) = submission.too_large() {
        let mut problem = Problem::too_large(sandbar_grader::submission::MAX_SUBMISSION_BYTES);
        problem.message = finding.message;
        return Err(problem);
    }
    Grading::new(lab.definition.clone(), submission.clone(), seed, app.release.as_str(), Scope::All)
        .map(drop)
        .map_err(|findings| Problem::unusable("This cannot be handed in yet", &findings))
}

/// `GET /labs/{slug}/submissions/{id}`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
) -> Answer<view::Submission> {
    let lab = workbench::lab(&app, &slug)?;
    let submission = find(&app, &id).await?;
    if submission.user != visitor.id() || submission.lab != slug {
        return Err(Problem::not_found());
    }
    let number = usize::try_from(submission.number).unwrap_or_default();
    Ok(view::Submission {
        page: visitor.page(format!("Submission {number}, {}", lab.title)),
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        number,
        at: moment(submission.submitted_at),
        standing: standing(&app, &submission).await?,
        report: wait_for_report(&app, submission.id).await?,
        others: others(&app, &submission, href).await?,
    })
}

/// `GET /teach/submissions/{id}`
pub async fn review(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(id): Path<String>,
) -> Answer<view::TeachSubmission> {
    let submission = find(&app, &id).await?;
    let lab = workbench::lab(&app, &submission.lab)?;
    let student = users::by_id_or_former(&app.store, submission.user).await?.ok_or_else(Problem::not_found)?;
    let number = usize::try_from(submission.number).unwrap_or_default();
    let files = submissions::files(&app.store, submission.id).await?;
    Ok(view::TeachSubmission {
        page: visitor.page(format!("{}, {}", student.name, lab.title)),
        student: student.name,
        login: student.login,
        lab: Link { href: format!("/labs/{}", lab.slug), text: lab.title.clone() },
        number,
        at: moment(submission.submitted_at),
        standing: standing(&app, &submission).await?,
        report: wait_for_report(&app, submission.id).await?,
        files: files.iter().map(|(path, bytes)| submitted_file(path, bytes)).collect(),
        others: others(&app, &submission, |other| format!("/teach/submissions/{}", other.id)).await?,
    })
}

/// The submission of this course; an id that is no number is nobody's.
async fn find(app: &App, id: &str) -> Result<Submission, Problem> {
    let id: SubmissionId = id.parse().map_err(|_| Problem::not_found())?;
    let found = submissions::get(&app.store, id).await?;
    found.filter(|submission| submission.course == app.course_id).ok_or_else(Problem::not_found)
}

fn href(submission: &Submission) -> String {
    format!("/labs/{}/submissions/{}", submission.lab, submission.id)
}

/// The report, after a moment's patience: mostly it is there before a page could ask again.
async fn wait_for_report(app: &App, id: SubmissionId) -> Result<Option<view::Report>, Fault> {
    let deadline = tokio::time::Instant::now() + GRADING_PATIENCE;
    loop {
        let graded = app.grading.graded.notified();
        tokio::pin!(graded);
        graded.as_mut().enable();
        if let Some(found) = reports::latest(&app.store, id).await? {
            return Ok(Some(report(&serde_json::from_str(&found.body)?)));
        }
        if tokio::time::timeout_at(deadline, graded).await.is_err() {
            return Ok(None);
        }
    }
}

async fn standing(app: &App, submission: &Submission) -> Result<String, Fault> {
    let best = reports::best(&app.store, app.course_id, Some(submission.user)).await?;
    let counting = best.into_iter().find(|best| best.lab == submission.lab).map(|best| best.submission);
    Ok(match counting {
        Some(id) if id == submission.id => "It counts: it is the best one.".to_owned(),
        Some(_) => "Another submission counts: it is better.".to_owned(),
        None => "The best submission counts.".to_owned(),
    })
}

async fn others(app: &App, submission: &Submission, href: impl Fn(&Submission) -> String) -> Result<Vec<Link>, Fault> {
    let of = LabOf { user: submission.user, course: submission.course, lab: &submission.lab };
    let all = submissions::of_lab(&app.store, of).await?;
    let link = |other: &Submission| Link { href: href(other), text: format!("Submission {}", other.number) };
    Ok(all.iter().filter(|other| other.id != submission.id).map(link).collect())
}

fn submitted_file(path: &str, bytes: &[u8]) -> view::SubmittedFile {
    let text = String::from_utf8_lossy(bytes);
    let html = match is_notebook(path) {
        true => sandbar_content::highlight::sql(&text),
        false => sandbar_content::markdown::escape(&text),
    };
    let size = format!("{} kB", bytes.len().div_ceil(1024));
    view::SubmittedFile { path: path.to_owned(), html, lines: text.lines().count().max(1), size }
}
