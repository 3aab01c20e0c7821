//! Handing in, and what came back, for the student.

use axum::extract::{Path, State};
use axum::response::Redirect;
use rand::Rng;
use sandbar_content::Lab;
use sandbar_grader::{Grading, Scope};
use sandbar_labs::diagnostic::Finding;

use super::Answer;
use super::marked::{self, Marked};
use super::rules::Rules;
use super::scores::Reader;
use super::shown::moment;
use super::workbench::{self, Workbench};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::store::submissions::{NewSubmission, Submission};
use crate::store::{self, audit, submissions};
use crate::view::checks::TryForm;
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

/// Files that cannot be read are refused before they cost an attempt.
fn readable(app: &App, lab: &Lab, submission: &sandbar_grader::Submission, seed: u64) -> Result<(), Problem> {
    if let Some(finding) = submission.too_large() {
        let mut problem = Problem::too_large(sandbar_grader::submission::MAX_SUBMISSION_BYTES);
        problem.message = finding.message;
        return Err(problem);
    }
    let refused = |findings: &[Finding]| Problem::unusable("This cannot be handed in yet", findings);
    let read = Grading::new(lab.definition.clone(), submission.clone(), seed, app.release.as_str(), Scope::All);
    let unreadable: Vec<Finding> = read.map_err(|findings| refused(&findings))?.unreadable().cloned().collect();
    if unreadable.is_empty() { Ok(()) } else { Err(refused(&unreadable)) }
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
    let marked = Marked::for_student(&app, submission).await?;
    let submission = &marked.submission;
    let page = visitor.page(format!("Submission {}, {}", submission.number, lab.title));
    let report = marked.shown().map(|report| with_cases(report, &marked, &page.csrf));
    let number = usize::try_from(submission.number).unwrap_or_default();
    Ok(view::Submission {
        page,
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        number,
        at: moment(submission.submitted_at),
        standing: marked::standing(&app, submission, Reader::Student).await?,
        report,
        rules: Rules::read(&app, Some(visitor.id())).await?.told(&slug, visitor.id()),
        earlier: marked.earlier(&app).await?,
        comments: marked.remarks(),
        others: marked::others(&app, submission, href).await?,
    })
}

/// A button in each counterexample whose data are there to be loaded.
fn with_cases(mut report: view::Report, marked: &Marked, csrf: &str) -> view::Report {
    for check in report.tasks.iter_mut().flat_map(|task| &mut task.checks) {
        let can_be_tried = marked.case(&check.id).is_some_and(|found| found.setup.is_some());
        if let Some(shown) = check.counterexample.as_mut().filter(|_| can_be_tried) {
            shown.attempt = Some(TryForm { action: case_href(&marked.submission, &check.id), csrf: csrf.to_owned() });
        }
    }
    report
}

pub fn href(submission: &Submission) -> String {
    format!("/labs/{}/submissions/{}", submission.lab, submission.id)
}

/// Where a check's case is loaded into a workspace.
pub fn case_href(submission: &Submission, check: &str) -> String {
    format!("{}/cases/{check}/try", href(submission))
}
