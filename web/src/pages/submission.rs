//! Handing in, and what came back, for the student.

use axum::extract::{Path, State};
use axum::response::Redirect;
use rand::Rng;
use sandbar_content::Lab;
use sandbar_grader::{Grading, Scope};

use super::Answer;
use super::marked::{self, Marked};
use super::shown::moment;
use super::workbench::{self, Workbench};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::store::submissions::{NewSubmission, Submission};
use crate::store::{self, audit, submissions};
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
    let submission = marked::find(&app, &id).await?;
    if submission.user != visitor.id() || submission.lab != slug {
        return Err(Problem::not_found());
    }
    let marked = Marked::read(&app, submission).await?;
    let submission = &marked.submission;
    let number = usize::try_from(submission.number).unwrap_or_default();
    Ok(view::Submission {
        page: visitor.page(format!("Submission {number}, {}", lab.title)),
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        number,
        at: moment(submission.submitted_at),
        standing: marked::standing(&app, submission).await?,
        report: marked.shown(),
        earlier: marked.earlier(&app).await?,
        comments: marked.remarks(),
        others: marked::others(&app, submission, href).await?,
    })
}

fn href(submission: &Submission) -> String {
    format!("/labs/{}/submissions/{}", submission.lab, submission.id)
}
