//! A notebook in and out of the browser, in the formats that other tools read.

use axum::extract::{Multipart, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::{Lab, StarterFile};
use sandbar_labs::notebook::{self, Notebook};

use super::Answer;
use super::workbench::{self, StoredCells, Workbench, is_notebook, read_cells};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::{MAX_CELLS, MAX_DOCUMENT_BYTES};
use crate::error::Problem;
use crate::store::{self, documents};

/// `GET /labs/{slug}/notebook.sql` and `.ipynb`
pub async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, file)): Path<(String, String)>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let document = bench.document(notebook_file(lab)?).await?;
    let notebook: Notebook = read_cells(&document.content)?.into();
    let (kind, text) = match file.as_str() {
        "notebook.sql" => ("text/plain; charset=utf-8", notebook::write_sql(&notebook)),
        "notebook.ipynb" => ("application/x-ipynb+json", notebook::write_ipynb(&notebook)),
        _ => return Err(Problem::not_found()),
    };
    let ending = file.rsplit('.').next().unwrap_or_default();
    let disposition = format!("attachment; filename=\"{slug}-{}.{ending}\"", plain(&visitor.user.login));
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}

/// `POST /labs/{slug}/import`: a file in place of the notebook's cells.
pub async fn import(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    mut form: Multipart,
) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let file = notebook_file(lab)?;
    bench.document(file).await?;
    let (name, bytes) = uploaded(&mut form).await?;
    let notebook = notebook::read(&name, &bytes)
        .map_err(|findings| named(Problem::unusable("This file is not a notebook", &findings), &name))?;
    if notebook.cells.len() > MAX_CELLS {
        return Err(Problem::bad_request(format!("A notebook has at most {MAX_CELLS} cells.")));
    }
    let content = serde_json::to_string(&StoredCells::from(notebook))?;
    documents::replace(&app.store, bench.of(), &file.path, &content, store::now()).await?;
    Ok(Redirect::to(&super::lab::href_of_file(&slug, &file.path)))
}

fn notebook_file(lab: &Lab) -> Answer<&StarterFile> {
    lab.starter
        .iter()
        .find(|file| is_notebook(&file.path))
        .ok_or_else(|| Problem::bad_request("This lab has no notebook."))
}

async fn uploaded(form: &mut Multipart) -> Answer<(String, Vec<u8>)> {
    let broken = |_| Problem::bad_request("The upload broke off before its end.");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or("notebook.sql").to_owned();
            let bytes = field.bytes().await.map_err(broken)?;
            if bytes.len() > MAX_DOCUMENT_BYTES {
                return Err(Problem::too_large(MAX_DOCUMENT_BYTES));
            }
            return Ok((name, bytes.to_vec()));
        }
    }
    Err(Problem::bad_request("No file was chosen."))
}

fn named(mut problem: Problem, name: &str) -> Problem {
    let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    if !problem.message.starts_with(&name) {
        problem.message = format!("{name}: {}", problem.message);
    }
    problem.hint("Your notebook is unchanged. Choose a .sql, .py or .ipynb file.")
}

/// Only what may stand in a file's name everywhere.
fn plain(login: &str) -> String {
    login.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}
