//! `/labs/{slug}/documents/{path}`: saving what a student edits.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use sandbar_content::{Lab, StarterFile};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use super::shown::moment;
use super::workbench::{self, StoredCells, Workbench, is_notebook};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::{MAX_CELLS, MAX_DOCUMENT_BYTES};
use crate::error::{Fault, Problem};
use crate::store;
use crate::store::documents::{self, Document, Saved};

/// A save: the revision that the writer saw, and the whole new content.
#[derive(Debug, Deserialize)]
pub struct Draft {
    revision: i64,
    cells: Option<StoredCells>,
    text: Option<String>,
}

/// `PUT /labs/{slug}/documents/{path}`
pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, path)): Path<(String, String)>,
    Json(draft): Json<Draft>,
) -> Answer<Response> {
    let bench = Workbench::of_lab(&app, &visitor, workbench::lab(&app, &slug)?).await?;
    match keep(&bench, &path, draft).await? {
        (Saved::Kept { revision }, at) => {
            let moment = moment(at);
            Ok(Json(json!({ "revision": revision, "saved_at": moment.iso, "saved_at_text": moment.text }))
                .into_response())
        }
        (Saved::Stale(stored), _) => Ok((StatusCode::CONFLICT, Json(stale(stored)?)).into_response()),
    }
}

/// `POST /labs/{slug}/documents/{path}`, from a page without scripts.
pub async fn save_form(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, path)): Path<(String, String)>,
    Form(draft): Form<FormDraft>,
) -> Answer<Redirect> {
    let bench = Workbench::of_lab(&app, &visitor, workbench::lab(&app, &slug)?).await?;
    let draft = Draft { revision: draft.revision, cells: None, text: Some(draft.text) };
    match keep(&bench, &path, draft).await? {
        (Saved::Kept { .. }, _) => Ok(Redirect::to(&super::lab::href_of_file(&slug, &path))),
        (Saved::Stale(_), _) => Err(Problem::conflict(
            "Not saved",
            "This file was saved from another window after you opened it here, so nothing was overwritten.",
        )
        .hint("Go back, copy your text, reload the page and put it in.")),
    }
}

#[derive(Debug, Deserialize)]
pub struct FormDraft {
    revision: i64,
    text: String,
}

/// The lab's editable file of that name, or a page that names the files there are.
pub fn file<'a>(lab: &'a Lab, path: &str) -> Result<&'a StarterFile, Problem> {
    lab.starter.iter().find(|file| file.path == path).ok_or_else(|| {
        let known = lab.starter.iter().map(|file| (super::lab::href_of_file(&lab.slug, &file.path), file.path.clone()));
        Problem::unknown("file", path, known)
    })
}

async fn keep(bench: &Workbench<'_>, path: &str, draft: Draft) -> Result<(Saved, jiff::Timestamp), Problem> {
    let lab = workbench::lab(bench.app, &bench.area)?;
    bench.document(file(lab, path)?).await?;
    let content = content(path, &draft)?;
    let at = store::now();
    let saved = documents::save(&bench.app.store, bench.of(), path, (&content, draft.revision), at).await?;
    Ok((saved, at))
}

fn content(path: &str, draft: &Draft) -> Result<String, Problem> {
    let content = match (is_notebook(path), &draft.cells, &draft.text) {
        (true, Some(cells), None) => {
            valid(cells)?;
            serde_json::to_string(cells)?
        }
        (false, None, Some(text)) => text.replace("\r\n", "\n"),
        (true, ..) => return Err(Problem::bad_request("A notebook is saved with `cells`.")),
        (false, ..) => return Err(Problem::bad_request("A text file is saved with `text`.")),
    };
    if content.len() > MAX_DOCUMENT_BYTES { Err(Problem::too_large(MAX_DOCUMENT_BYTES)) } else { Ok(content) }
}

/// Ids name cells in addresses and in the page, so they are short words, each used once.
fn valid(StoredCells(cells): &StoredCells) -> Result<(), Problem> {
    if cells.len() > MAX_CELLS {
        return Err(Problem::bad_request(format!("A notebook has at most {MAX_CELLS} cells.")));
    }
    let word = |id: &str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let mut ids: Vec<&str> = cells.iter().map(|cell| cell.id.as_str()).collect();
    ids.sort_unstable();
    if ids.iter().any(|id| !word(id)) || ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Problem::bad_request("Each cell needs an id of its own, of letters, digits, `_` and `-`."));
    }
    Ok(())
}

/// What is stored instead, for "keep mine / load other".
pub fn stale(stored: Option<Document>) -> Result<Value, Fault> {
    let Some(stored) = stored else { return Ok(json!({ "revision": 0 })) };
    let at = moment(stored.updated_at);
    let mut answer = json!({ "revision": stored.revision, "saved_at": at.iso, "saved_at_text": at.text });
    if is_notebook(&stored.path) {
        answer["cells"] = serde_json::from_str(&stored.content)?;
    } else {
        answer["text"] = Value::String(stored.content);
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(ids: &[&str]) -> StoredCells {
        let cell = |id: &&str| json!({ "id": id, "language": "sql", "source": "SELECT 1" });
        serde_json::from_value(ids.iter().map(cell).collect()).unwrap()
    }

    #[test]
    fn ids_of_cells_are_words_and_unique() {
        assert!(valid(&cells(&["a", "b-1", "c_2"])).is_ok());
        for ids in [&["a", "a"][..], &[""], &["a b"], &["<b>"]] {
            assert!(valid(&cells(ids)).is_err(), "{ids:?}");
        }
    }

    #[test]
    fn a_notebook_takes_cells_and_a_text_takes_text() {
        let draft = |cells, text| Draft { revision: 1, cells, text };
        assert!(content("a.sql", &draft(Some(cells(&["a"])), None)).is_ok());
        assert!(content("a.sql", &draft(None, Some("x".into()))).is_err());
        assert_eq!(content("job.yml", &draft(None, Some("a\r\nb".into()))).unwrap(), "a\nb");
        let large = draft(None, Some("x".repeat(MAX_DOCUMENT_BYTES + 1)));
        assert_eq!(content("job.yml", &large).unwrap_err().status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
