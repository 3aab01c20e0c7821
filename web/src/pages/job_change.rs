//! `POST /labs/{slug}/jobs/{key}/change`: one setting of a job's text, by a form.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use sandbar_labs::workflow::edit::{self, Operation, Refusal};
use sandbar_labs::workflow::job::RunIf;
use sandbar_labs::workflow::{self, Syntax};
use serde_json::json;

use super::shown::moment;
use super::workbench::{self, Workbench};
use super::{Answer, Asked, documents, job};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::MAX_DOCUMENT_BYTES;
use crate::error::Problem;
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
    let text = match changed(&document.content, Syntax::of_file(&file.path), &fields) {
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
    let check = job::judged(&visitor, lab, (&key, &file.path), (&text, revision), Some(task));
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

/// The text after the form's operations, or a sentence on why not.
fn changed(text: &str, syntax: Syntax, fields: &Fields) -> Result<String, String> {
    let operations = operations(text, syntax, fields)?;
    operations.iter().try_fold(text.to_owned(), |text, operation| {
        edit::apply(&text, syntax, operation).map_err(|refusal: Refusal| refusal.to_string())
    })
}

fn operations(text: &str, syntax: Syntax, fields: &Fields) -> Result<Vec<Operation>, String> {
    let task = field(fields, "task").unwrap_or_default().to_owned();
    let one = |operation| Ok(vec![operation]);
    match field(fields, "operation").unwrap_or_default() {
        "set_dependencies" => Ok(dependencies(text, syntax, &task, fields)),
        "set_run_if" => {
            let name = field(fields, "run_if").unwrap_or_default();
            let run_if = RunIf::ALL.into_iter().find(|(known, _)| *known == name);
            let (_, run_if) = run_if.ok_or_else(|| format!("`{name}` is no value of `run_if`."))?;
            one(Operation::SetRunIf { task, run_if })
        }
        "set_max_retries" => one(Operation::SetMaxRetries { task, retries: number(fields, "retries", -1)? }),
        "set_timeout" => one(Operation::SetTimeout { task, seconds: number(fields, "seconds", 0)? }),
        "add_task" => {
            let notebook = field(fields, "notebook").filter(|path| !path.is_empty()).map(|path| format!("./{path}"));
            one(Operation::AddTask { task, notebook })
        }
        "remove_task" => one(Operation::RemoveTask { task }),
        "rename_task" => {
            one(Operation::RenameTask { task, to: field(fields, "to").unwrap_or_default().trim().to_owned() })
        }
        other => Err(format!("There is no operation `{}`.", other.chars().take(40).collect::<String>())),
    }
}

/// What makes the task wait for exactly the checked ones among those that the form lists.
fn dependencies(text: &str, syntax: Syntax, task: &str, fields: &Fields) -> Vec<Operation> {
    let job = workflow::check(text, syntax).job.unwrap_or_default();
    let now = job.tasks.iter().find(|known| known.task_key == task).map(|task| task.depends_on.as_slice());
    let waits = |on: &str| now.unwrap_or_default().iter().any(|dependency| dependency.task_key == on);
    let values = |wanted: &str| -> Vec<String> {
        fields.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.clone()).collect()
    };
    let checked = values("on");
    let gone = values("listed").into_iter().filter(|on| waits(on) && !checked.contains(on));
    let gone = gone.map(|on| Operation::RemoveDependency { task: task.to_owned(), on });
    let come = checked.iter().filter(|on| !waits(on));
    let come = come.map(|on| Operation::AddDependency { task: task.to_owned(), on: on.clone() });
    // First what is new, so that the list is not taken away and written anew.
    come.chain(gone.collect::<Vec<_>>()).collect()
}

fn number(fields: &Fields, name: &str, least: i64) -> Result<Option<i64>, String> {
    let text = field(fields, name).unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|number| *number >= least);
    number.map(Some).ok_or_else(|| format!("`{text}` is no whole number from {least} on."))
}
