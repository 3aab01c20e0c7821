//! `POST /labs/{slug}/jobs/{key}/change`: one setting of a job's text, by a form.

use std::collections::HashSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use sandbar_labs::workflow::Syntax;
use sandbar_labs::workflow::edit::{self, Operation, Refusal};
use sandbar_labs::workflow::job::RunIf;
use serde_json::json;

use super::shown::moment;
use super::workbench::{self, Workbench};
use super::{Answer, Asked, documents, job};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::MAX_DOCUMENT_BYTES;
use crate::error::{Fault, Problem};
use crate::store;
use crate::store::documents::{self as stored, Saved};

type Fields = Vec<(String, String)>;

/// Answers a script with the new text, its revision and the side of the page; 409 when the text has changed meanwhile,
/// 422 with a sentence when the operation does not fit.
pub async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
    asked: Asked,
    Form(fields): Form<Fields>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let file = job::file(lab, &key)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let document = bench.document(file).await?;
    if field(&fields, "revision").and_then(|text| text.parse().ok()) != Some(document.revision) {
        return conflict(asked, Some(document));
    }
    let (content, syntax, asked_for) = (document.content, Syntax::of_file(&file.path), fields.clone());
    // Reading and writing a large text takes a while, and this thread has others to serve.
    let changed = tokio::task::spawn_blocking(move || changed(&content, syntax, &asked_for));
    let text = match changed.await.map_err(Fault::new)? {
        Ok(text) => text,
        Err(why) if asked == Asked::Page => {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Nothing was changed", why)
                .link(format!("/labs/{slug}/jobs/{key}"), "Back to the job"));
        }
        Err(why) => return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "message": why }))).into_response()),
    };
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(Problem::too_large(MAX_DOCUMENT_BYTES));
    }
    let at = store::now();
    let revision = match stored::save(&app.store, bench.of(), &file.path, (&text, document.revision), at).await? {
        Saved::Kept { revision } => revision,
        Saved::Stale(stored) => return conflict(asked, stored),
    };
    let task = shown_after(&fields);
    if asked == Asked::Page {
        return Ok(Redirect::to(&format!("/labs/{slug}/jobs/{key}?task={task}#inspector")).into_response());
    }
    let check = job::judged(&bench, lab, (&key, &file.path), (&text, revision), Some(task.to_owned())).await?;
    let html = askama::Template::render(&check)?;
    let moment = moment(at);
    let answer = json!({
        "revision": revision, "saved_at": moment.iso, "saved_at_text": moment.text, "text": text, "html": html,
    });
    Ok(Json(answer).into_response())
}

fn conflict(asked: Asked, stored: Option<stored::Document>) -> Answer<Response> {
    if asked == Asked::Page {
        return Err(Problem::conflict(
            "Nothing was changed",
            "This file was saved from another window after you opened it here.",
        )
        .hint("Go back, reload the page and try again."));
    }
    Ok((StatusCode::CONFLICT, Json(documents::stale(stored)?)).into_response())
}

fn field<'a>(fields: &'a Fields, wanted: &str) -> Option<&'a str> {
    fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

/// The task that the page shows after the change.
fn shown_after(fields: &Fields) -> &str {
    let renamed = field(fields, "operation") == Some("rename_task");
    field(fields, if renamed { "to" } else { "task" }).unwrap_or_default()
}

/// The text after the form's operation, or a sentence on why not.
fn changed(text: &str, syntax: Syntax, fields: &Fields) -> Result<String, String> {
    edit::apply(text, syntax, &operation(fields)?).map_err(|refusal: Refusal| refusal.to_string())
}

fn operation(fields: &Fields) -> Result<Operation, String> {
    let task = field(fields, "task").unwrap_or_default().to_owned();
    match field(fields, "operation").unwrap_or_default() {
        "set_dependencies" => Ok(dependencies(task, fields)),
        "set_run_if" => {
            let name = field(fields, "run_if").unwrap_or_default();
            let run_if = RunIf::ALL.into_iter().find(|(known, _)| *known == name);
            let (_, run_if) = run_if.ok_or_else(|| format!("`{name}` is no value of `run_if`."))?;
            Ok(Operation::SetRunIf { task, run_if })
        }
        "set_max_retries" => Ok(Operation::SetMaxRetries { task, retries: number(fields, "retries", -1)? }),
        "set_timeout" => Ok(Operation::SetTimeout { task, seconds: number(fields, "seconds", 0)? }),
        "add_task" => {
            let notebook = field(fields, "notebook").filter(|path| !path.is_empty()).map(|path| format!("./{path}"));
            Ok(Operation::AddTask { task, notebook })
        }
        "remove_task" => Ok(Operation::RemoveTask { task }),
        "rename_task" => {
            Ok(Operation::RenameTask { task, to: field(fields, "to").unwrap_or_default().trim().to_owned() })
        }
        other => Err(format!("There is no operation `{}`.", other.chars().take(40).collect::<String>())),
    }
}

/// What makes the task wait for exactly the checked ones among those that the form lists.
fn dependencies(task: String, fields: &Fields) -> Operation {
    let values = |wanted: &str| -> Vec<String> {
        fields.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.clone()).collect()
    };
    let add = values("on");
    let checked: HashSet<&String> = add.iter().collect();
    let remove = values("listed").into_iter().filter(|on| !checked.contains(on)).collect();
    Operation::SetDependencies { task, add, remove }
}

fn number(fields: &Fields, name: &str, least: i64) -> Result<Option<i64>, String> {
    let text = field(fields, name).unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|number| *number >= least);
    number.map(Some).ok_or_else(|| format!("`{text}` is no whole number from {least} on."))
}
