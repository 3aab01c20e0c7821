//! Running a cell of a lab's notebook, cancelling it, and starting over.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use sandbar_content::markdown::student_to_html;
use sandbar_labs::notebook::CellLanguage;
use serde::Deserialize;

use super::workbench::{self, Workbench, is_notebook, read_cells};
use super::{Answer, Asked, documents, lab};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::store;
use crate::store::documents as stored;

#[derive(Debug, Deserialize)]
pub struct CellRun {
    source: String,
    /// The notebook that the cell is in; the lab's first file when absent.
    document: Option<String>,
    #[serde(default = "sql")]
    language: CellLanguage,
}

fn sql() -> CellLanguage {
    CellLanguage::Sql
}

/// `POST /labs/{slug}/cells/{id}/run`
pub async fn cell(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
    asked: Asked,
    Form(run): Form<CellRun>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    if run.language == CellLanguage::Markdown && asked != Asked::Page {
        return Ok(Html(student_to_html(&run.source)).into_response());
    }
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    bench.prepare(lab).await?;
    let id: String = id.chars().take(64).collect();
    if asked == Asked::Page {
        keep_source(&bench, run.document.as_deref(), &id, &run.source).await?;
    }
    if run.language == CellLanguage::Python {
        return Err(Problem::bad_request("Python cells cannot be run here yet; SQL and text can."));
    }
    let output = bench.run(&id, &run.source).await?;
    match asked {
        Asked::Page => Ok(Redirect::to(&format!("/labs/{slug}#cell-{id}")).into_response()),
        Asked::Fragment | Asked::Json => {
            Ok(lab::shown_output(&output, &format!("/labs/{slug}/tables"))?.into_response())
        }
    }
}

/// A page without scripts has no other way to save the cell than to run it.
async fn keep_source(bench: &Workbench<'_>, path: Option<&str>, id: &str, source: &str) -> Result<(), Problem> {
    let lab = workbench::lab(bench.app, &bench.area)?;
    let first = lab.starter.iter().find(|file| is_notebook(&file.path)).map(|file| file.path.as_str());
    let file = documents::file(lab, path.or(first).unwrap_or_default())?;
    let document = bench.document(file).await?;
    let mut cells = read_cells(&document.content)?;
    let Some(cell) = cells.0.iter_mut().find(|cell| cell.id == id) else { return Ok(()) };
    source.clone_into(&mut cell.source);
    let content = serde_json::to_string(&cells)?;
    stored::save(&bench.app.store, bench.of(), &file.path, (&content, document.revision), store::now()).await?;
    Ok(())
}

/// `POST /labs/{slug}/cancel`
pub async fn cancel(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<StatusCode> {
    let bench = Workbench::of_lab(&app, &visitor, workbench::lab(&app, &slug)?).await?;
    bench.cancel()
}

/// `POST /labs/{slug}/start-over`
pub async fn start_over(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<Redirect> {
    let bench = Workbench::of_lab(&app, &visitor, workbench::lab(&app, &slug)?).await?;
    bench.start_over().await?;
    Ok(Redirect::to(&format!("/labs/{slug}")))
}
