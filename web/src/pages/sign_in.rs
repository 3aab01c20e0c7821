//! `/sign-in` and `/sign-out`.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use tower_sessions::Session;

use super::Answer;
use crate::app::App;
use crate::auth::Frame;
use crate::auth::frame::role_word;
use crate::auth::sign_in::{self, Address, SignIn};
use crate::demo;
use crate::view;

#[derive(Debug, Default, Deserialize)]
pub struct Target {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
pub struct Credentials {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    session: Session,
    Query(target): Query<Target>,
) -> Answer<Response> {
    if frame.visitor.is_some() {
        return Ok(Redirect::to(within(&target.next)).into_response());
    }
    let frame = frame.with_token(&session).await?;
    Ok(form(&app, &frame, (&target.next, ""), None).into_response())
}

/// `POST /sign-in`
pub async fn sign_in(
    State(app): State<App>,
    frame: Frame,
    session: Session,
    Address(address): Address,
    Form(given): Form<Credentials>,
) -> Answer<Response> {
    let error = match sign_in::sign_in(&app, &session, (&given.login, given.password), address).await? {
        SignIn::Done(_) => return Ok(Redirect::to(within(&given.next)).into_response()),
        SignIn::Refused => (StatusCode::UNAUTHORIZED, "Login and password do not match.".to_owned()),
        SignIn::Wait(wait) => (StatusCode::TOO_MANY_REQUESTS, too_often(wait)),
    };
    let page = form(&app, &frame, (&given.next, &given.login), Some(error.1));
    Ok((error.0, page).into_response())
}

/// `POST /sign-out`
pub async fn sign_out(session: Session) -> Answer<Response> {
    sign_in::sign_out(&session).await?;
    // Pages of this session must not come back out of the browser's memory.
    Ok(([(header::HeaderName::from_static("clear-site-data"), "\"cache\"")], Redirect::to("/sign-in")).into_response())
}

fn form(app: &App, frame: &Frame, (next, login): (&str, &str), error: Option<String>) -> view::sign_in::SignIn {
    let account = |account: &demo::Account| view::sign_in::SampleAccount {
        name: account.name.to_owned(),
        role: role_word(account.role),
        login: account.login.to_owned(),
        password: account.password.to_owned(),
    };
    let sample_class = if app.settings.demo { demo::CLASS.iter().map(account).collect() } else { Vec::new() };
    view::sign_in::SignIn {
        page: frame.page("Sign in"),
        next: within(next).to_owned(),
        login: login.to_owned(),
        error,
        sample_class,
    }
}

fn too_often(wait: SignedDuration) -> String {
    let minutes = wait.as_mins() + 1;
    format!("Too many wrong passwords. Wait {minutes} min and try again, or ask your instructor.")
}

/// The target, when it is a path of this server; otherwise the overview. `//host` and `/\host` would lead elsewhere.
fn within(target: &str) -> &str {
    let path = target.strip_prefix('/').filter(|rest| !rest.starts_with(['/', '\\']));
    let plain = path.is_some() && !target.chars().any(char::is_control);
    if plain { target } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn signing_in_leads_to_paths_of_this_server_only() {
        assert_eq!(within("/labs/delta?x=1"), "/labs/delta?x=1");
        for elsewhere in ["", "//evil.example", "/\\evil.example", "https://evil.example", "labs", "/a\r\nb"] {
            assert_eq!(within(elsewhere), "/", "{elsewhere}");
        }
    }
}
