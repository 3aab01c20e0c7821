//! "Check" and "Run from scratch": the whole notebook in a fresh workspace, as grading will run it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::{Lab, grading};
use sandbar_grader::{Report, Scope, Submission};
use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::{CellEvidence, Evidence};
use sandbar_labs::notebook::{CellLanguage, Notebook};
use sandbar_labs::sandbox::{NotebookRun, ReplayPlan};

use super::shown::checks::check_list;
use super::shown::elapsed;
use super::workbench::{self, Workbench, is_notebook, read_cells, sandbox_problem};
use super::{Answer, Asked};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::PRACTICE_SEED;
use crate::error::{Fault, Problem};
use crate::store::{self, public_checks};
use crate::view::checks::{Replay, ReplayedCell};

/// What to do about a cell that says it fails, and does not.
const UNEXPECTED: &str = "Take `-- expect-error` out of the cell, or write the statement that is to be refused.";

/// `POST /labs/{slug}/check`: the public checks on the files as they are saved. It counts for nothing.
pub async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    asked: Asked,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let submission = Submission { name: visitor.user.login.clone(), files: bench.files(lab).await? };
    let report = grading::grade(app.engine()?, lab, submission, PRACTICE_SEED, app.release.as_str(), Scope::Public)
        .await
        .map_err(|findings| Problem::unusable("This cannot be checked yet", &findings))?;
    if !report.is_unavailable() {
        public_checks::put(&app.store, bench.attempt.id, &serde_json::to_string(&report)?, store::now()).await?;
    }
    match asked {
        Asked::Page => Ok(Redirect::to(&format!("/labs/{slug}#checks")).into_response()),
        Asked::Fragment | Asked::Json => Ok(check_list(&report).into_response()),
    }
}

/// What the public checks said last about this attempt.
pub async fn latest(bench: &Workbench<'_>) -> Result<Option<Report>, Fault> {
    let body = public_checks::get(&bench.app.store, bench.attempt.id).await?;
    Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
}

/// `POST /labs/{slug}/replay`
pub async fn replay(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<Replay> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let (name, notebook) = notebook(&bench, lab).await?;
    let run = NotebookRun {
        name,
        notebook: notebook.clone(),
        parameters: Default::default(),
        repairs: Vec::new(),
        may_fail: Vec::new(),
    };
    let user_name = visitor.user.login.clone();
    let plan = ReplayPlan { seed: PRACTICE_SEED, user_name, tables: lab.tables.clone(), runs: vec![run] };
    let begun = std::time::Instant::now();
    let replayed = app.engine()?.replay(plan).await.map_err(sandbox_problem)?;
    let took = elapsed(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
    Ok(match replayed {
        Ok(evidence) => shown(&notebook, &evidence, took),
        Err(limit) => stopped_at_limit(&limit, took),
    })
}

async fn notebook(bench: &Workbench<'_>, lab: &Lab) -> Result<(String, Notebook), Problem> {
    let file = lab.starter.iter().find(|file| is_notebook(&file.path));
    let file = file.ok_or_else(|| Problem::bad_request("This lab has no notebook to run."))?;
    let document = bench.document(file).await?;
    Ok((file.path.clone(), read_cells(&document.content)?.into()))
}

fn shown(notebook: &Notebook, evidence: &Evidence, elapsed: String) -> Replay {
    let ran: Vec<&CellEvidence> = evidence.runs.iter().flat_map(|run| &run.cells).collect();
    let cells: Vec<ReplayedCell> = notebook
        .cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| cell.language != CellLanguage::Markdown)
        .map(|(index, cell)| {
            let evidence = ran.iter().find(|ran| ran.index as usize == index);
            let title = cell.title.clone().unwrap_or_else(|| format!("Cell {}", index + 1));
            replayed(&cell.id, title, evidence.copied())
        })
        .collect();
    let failed = cells.iter().find(|cell| cell.state == "failed");
    Replay {
        sentence: match failed {
            Some(cell) => format!("Stopped at {}: the cells below it were not run.", cell.title),
            None => format!("All {} cells ran.", cells.len()),
        },
        state: if failed.is_some() { "failed" } else { "succeeded" },
        elapsed,
        cells,
        checks: None,
    }
}

fn replayed(id: &str, title: String, evidence: Option<&CellEvidence>) -> ReplayedCell {
    let ran = evidence.filter(|evidence| evidence.ran);
    let error = ran.and_then(|ran| ran.statements.iter().find_map(|statement| statement.error.as_ref()));
    let expects = evidence.is_some_and(|evidence| evidence.expects_error);
    let (state, state_text) = match (ran, error) {
        (None, _) => ("skipped", "Not reached"),
        (Some(_), Some(_)) if expects => ("succeeded", "Failed as expected"),
        (Some(_), None) if expects => ("failed", "No error, but one was expected"),
        (Some(_), Some(_)) => ("failed", "Failed"),
        (Some(_), None) => ("succeeded", "Succeeded"),
    };
    let microseconds = ran.map_or(0, |ran| ran.statements.iter().map(|statement| statement.elapsed_us).sum());
    let error = error.filter(|_| state == "failed");
    let at = |error: &Diagnostic| error.position.map(|at| format!("Line {}: ", at.line)).unwrap_or_default();
    ReplayedCell {
        id: id.to_owned(),
        title,
        state,
        state_text,
        elapsed: elapsed(microseconds),
        message: error.map(|error| format!("{}{error}", at(error))).unwrap_or_default(),
        hint: match error {
            Some(error) => error.hint.clone().unwrap_or_default(),
            None if state == "failed" => UNEXPECTED.to_owned(),
            None => String::new(),
        },
    }
}

fn stopped_at_limit(limit: &Diagnostic, elapsed: String) -> Replay {
    Replay { sentence: limit.message.clone(), state: "failed", elapsed, cells: Vec::new(), checks: None }
}
