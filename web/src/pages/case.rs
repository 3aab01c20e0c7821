//! `/labs/{slug}/case`: the smallest rows that show a mistake, in a workspace of their own where they can be tried.
//!
//! Invariant: a student has one such workspace a lab; a case that is loaded takes the place of the one before. Whether the
//! student may see the case is asked each time, by [`Marked::for_student`].

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::Lab;
use sandbar_grader::property::counterexample::{Counterexample, Setup};
use serde::Deserialize;

use super::lesson::{shown, snippet};
use super::marked::{self, Marked};
use super::shown::checks;
use super::submission::{case_href, href as submission_href};
use super::workbench::{self, Workbench, sandbox_problem};
use super::{Answer, Asked};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::{Fault, Problem};
use crate::store::{self, SubmissionId, tried_cases};
use crate::view::case as view;
use crate::view::layout::Link;

/// `POST /labs/{slug}/submissions/{id}/cases/{check}/try`
pub async fn load(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id, check)): Path<(String, String, String)>,
) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let loaded = Loaded::find(&app, &visitor, lab, (id.as_str(), check)).await?;
    let setup = loaded.case().and_then(|case| case.setup.as_ref()).ok_or_else(Problem::not_found)?;
    let old = Workbench::of_case(&app, &visitor, lab).await?;
    old.start_over().await?;
    app.engine()?.reset(&old.workspace).await.map_err(sandbox_problem)?;
    let bench = Workbench::of_case(&app, &visitor, lab).await?;
    fill(&bench, setup).await?;
    let of = (loaded.marked.submission.id, loaded.check.as_str());
    tried_cases::put(&app.store, bench.attempt.id, of, store::now()).await?;
    Ok(Redirect::to(&page_href(&slug)))
}

async fn fill(bench: &Workbench<'_>, setup: &Setup) -> Result<(), Problem> {
    let tables = setup.tables.iter().map(|table| (table.name.clone(), table.relation.clone())).collect();
    let login = &bench.visitor.user.login;
    bench.app.engine()?.seed(&bench.workspace, login, tables).await.map_err(sandbox_problem)?;
    for statement in &setup.statements {
        let outcomes = bench.ask(statement.clone()).await?;
        if let Some(error) = outcomes.iter().find_map(|outcome| outcome.error.as_ref()) {
            return Err(Fault::new(format!("the data of a case cannot be made: {error}")).into());
        }
    }
    Ok(())
}

/// A case that the student may see, with the submission that it is from.
struct Loaded {
    marked: Marked,
    check: String,
}

impl Loaded {
    async fn find(app: &App, visitor: &Visitor, lab: &Lab, (id, check): (&str, String)) -> Result<Self, Problem> {
        let submission = marked::find(app, id).await?;
        if submission.user != visitor.id() || submission.lab != lab.slug {
            return Err(Problem::not_found());
        }
        let loaded = Self { marked: Marked::for_student(app, submission).await?, check };
        if loaded.case().is_some() { Ok(loaded) } else { Err(Problem::not_found()) }
    }

    /// The one that the workspace holds.
    async fn of(bench: &Workbench<'_>, lab: &Lab) -> Result<Self, Problem> {
        let held: Option<(SubmissionId, String)> = tried_cases::get(&bench.app.store, bench.attempt.id).await?;
        let (submission, check) = held.ok_or_else(|| {
            let message = "Load one with “Try this case” in the report of a submission.";
            Problem::new(StatusCode::NOT_FOUND, "No case is loaded", message)
                .link(format!("/labs/{}", lab.slug), lab.title.clone())
        })?;
        let submission = submission.to_string();
        Self::find(bench.app, bench.visitor, lab, (submission.as_str(), check)).await
    }

    fn case(&self) -> Option<&Counterexample> {
        self.marked.case(&self.check)
    }
}

/// `GET /labs/{slug}/case`
pub async fn show(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<view::Case> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_case(&app, &visitor, lab).await?;
    let loaded = Loaded::of(&bench, lab).await?;
    let case = loaded.case().ok_or_else(Problem::not_found)?;
    let outputs = bench.outputs().await?;
    let mut snippets = Vec::new();
    for (number, text) in (1..).zip(texts(case)) {
        snippets.push(snippet(&run_href(&slug), (number, &text), outputs.get(&cell(number)))?);
    }
    let submission = &loaded.marked.submission;
    let graded = loaded.marked.report.iter().flat_map(|report| &report.checks).find(|it| it.id == loaded.check);
    Ok(view::Case {
        page: visitor.page(format!("A case, {}", lab.title)),
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        submission: Link { href: submission_href(submission), text: format!("Submission {}", submission.number) },
        claim: graded.map(|check| check.claim.clone()).unwrap_or_default(),
        message: graded.map(|check| check.message.clone()).unwrap_or_default(),
        again: case_href(submission, &loaded.check),
        snippets,
        counterexample: checks::counterexample(case),
    })
}

/// The student's statement, and a look at the table that it is about.
fn texts(case: &Counterexample) -> [String; 2] {
    let table = case.setup.as_ref().map(|setup| setup.table.clone()).unwrap_or_default();
    [case.statement.clone(), format!("SELECT * FROM {table}")]
}

#[derive(Debug, Deserialize)]
pub struct CaseRun {
    /// 1 for the student's statement, 2 for the look at the table.
    number: usize,
    source: String,
}

/// `POST /labs/{slug}/case/run`
pub async fn run(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    asked: Asked,
    Form(run): Form<CaseRun>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_case(&app, &visitor, lab).await?;
    Loaded::of(&bench, lab).await?;
    let number = run.number.clamp(1, 2);
    let output = bench.run(&cell(number), &run.source).await?;
    match asked {
        Asked::Fragment | Asked::Json => Ok(shown(&output)?.into_response()),
        Asked::Page => Ok(Redirect::to(&format!("{}#snippet-{number}", page_href(&slug))).into_response()),
    }
}

/// `POST /labs/{slug}/case/cancel`
pub async fn cancel(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<StatusCode> {
    Workbench::of_case(&app, &visitor, workbench::lab(&app, &slug)?).await?.cancel()
}

fn cell(number: usize) -> String {
    format!("case-{number}")
}

fn page_href(slug: &str) -> String {
    format!("/labs/{slug}/case")
}

fn run_href(slug: &str) -> String {
    format!("{}/run", page_href(slug))
}
