//! Gives a problem its body: a page for a navigation, a fragment for a script, JSON for who asked for JSON.

use std::any::Any;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{Fault, Problem};
use crate::app::App;
use crate::asked::Asked;
use crate::auth::Frame;
use crate::view::error::{ErrorFragment, ErrorPage};
use crate::view::layout::Link;

/// Middleware, inside the sessions and outside everything that answers with a problem.
pub async fn show(State(app): State<App>, request: Request, next: Next) -> Response {
    let (path, headers, extensions) =
        (request.uri().path().to_owned(), request.headers().clone(), request.extensions().clone());
    let mut response = next.run(request).await;
    let Some(problem) = problem_of(&mut response) else { return response };
    match Asked::of(&headers) {
        Asked::Json => json(&problem),
        Asked::Fragment => (problem.status, fragment(problem)).into_response(),
        Asked::Page => {
            if let Some(redirection) = problem.redirection() {
                return redirection;
            }
            match Frame::gather(&app, &extensions, &headers, &path).await {
                Ok(frame) => (problem.status, page(&frame, problem)).into_response(),
                Err(fault) => {
                    fault.log();
                    (problem.status, fragment(problem)).into_response()
                }
            }
        }
    }
}

/// The problem of a response: the handler's own, or one for a bare refusal of the framework.
fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let status = response.status();
    let bare = |kind: &header::HeaderValue| kind.as_bytes().starts_with(b"text/plain");
    let refused = status.is_client_error() || status.is_server_error();
    (refused && response.headers().get(header::CONTENT_TYPE).is_none_or(bare)).then(|| refusal(status))
}

fn refusal(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "This page takes no such request", "The address exists, but not for this method.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(crate::config::MAX_BODY_BYTES),
        status if status.is_client_error() => {
            let mut problem = Problem::bad_request("A field is missing or has a form that is not expected.");
            problem.status = status;
            problem
        }
        status => Fault::new(format!("a handler answered {status} without a reason")).into(),
    }
}

fn page(frame: &Frame, problem: Problem) -> ErrorPage {
    ErrorPage {
        page: frame.page(problem.title.clone()),
        status: problem.status.as_u16(),
        title: problem.title,
        message: problem.message,
        hints: problem.hints,
        links: problem.links.into_iter().map(|(href, text)| Link { href, text }).collect(),
        reference: problem.reference,
    }
}

fn fragment(problem: Problem) -> ErrorFragment {
    let remedy = (!problem.hints.is_empty()).then(|| problem.hints.join(" "));
    ErrorFragment { title: problem.title, message: problem.message, remedy, reference: problem.reference }
}

fn json(problem: &Problem) -> Response {
    let mut body = json!({
        "title": problem.title,
        "message": problem.message,
        "hints": problem.hints,
        "reference": problem.reference,
    });
    if let (Some(body), Some(serde_json::Value::Object(details))) = (body.as_object_mut(), problem.details.clone()) {
        body.extend(details);
    }
    (problem.status, Json(body)).into_response()
}

/// What a handler that panicked is answered with.
pub fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let message =
        payload.downcast_ref::<String>().cloned().or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).into()));
    Problem::from(Fault::new(format!("a handler panicked: {}", message.unwrap_or_default()))).into_response()
}
