//! What every page shows around its content, gathered from the request: the visitor, the token, the theme.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use tower_sessions::Session;

use super::{csrf, sign_in};
use crate::app::App;
use crate::error::{Fault, Problem};
use crate::headers::Nonce;
use crate::preview;
use crate::store::enrolments::Role;
use crate::store::users::User;
use crate::store::{enrolments, users};
use crate::view::layout::{Page, PageUser};
use crate::view::preview::Panel;

/// The frame of the page that answers this request.
#[derive(Clone, Debug)]
pub struct Frame {
    course_title: String,
    csrf: String,
    nonce: String,
    theme: &'static str,
    path: String,
    demo: bool,
    preview: Option<Panel>,
    /// Who is signed in; without a role, somebody who is in no section of the course.
    pub visitor: Option<(User, Option<Role>)>,
}

impl Frame {
    /// Gathers the frame; `path` is the path of the request.
    pub async fn gather(app: &App, extensions: &Extensions, headers: &HeaderMap, path: &str) -> Result<Self, Fault> {
        let session = extensions.get::<Session>();
        let visitor = match session {
            Some(session) => visitor(app, session).await?,
            None => None,
        };
        let csrf = match session {
            Some(session) => csrf::existing(session).await?.unwrap_or_default(),
            None => String::new(),
        };
        Ok(Self {
            course_title: app.course.title.clone(),
            csrf,
            nonce: extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default(),
            theme: theme(headers),
            path: path.to_owned(),
            demo: app.settings.demo,
            preview: app.preview.as_ref().map(|preview| preview::shown(&preview.state())),
            visitor,
        })
    }

    /// The layout's part of a page with this title.
    pub fn page(&self, title: impl Into<String>) -> Page {
        Page {
            title: title.into(),
            course_title: self.course_title.clone(),
            csrf: self.csrf.clone(),
            nonce: self.nonce.clone(),
            theme: self.theme,
            path: self.path.clone(),
            user: self.visitor.as_ref().map(|(user, role)| shown(user, *role)),
            demo: self.demo,
            preview: self.preview.clone(),
        }
    }

    /// Makes sure that the page's forms have a token to send.
    pub async fn with_token(mut self, session: &Session) -> Result<Self, Fault> {
        self.csrf = csrf::token(session).await?;
        Ok(self)
    }

    pub fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl FromRequestParts<App> for Frame {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self::gather(app, &parts.extensions, &parts.headers, parts.uri.path()).await?)
    }
}

async fn visitor(app: &App, session: &Session) -> Result<Option<(User, Option<Role>)>, Fault> {
    let Some(id) = sign_in::user_of(app, session).await? else { return Ok(None) };
    let Some(user) = users::by_id(&app.store, id).await? else { return Ok(None) };
    let role = enrolments::role(&app.store, id, app.course_id).await?;
    Ok(Some((user, role)))
}

fn shown(user: &User, role: Option<Role>) -> PageUser {
    PageUser {
        name: user.name.clone(),
        initials: user.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect(),
        role: role.map_or("Guest", role_word),
        staff: role.is_some_and(Role::is_staff),
    }
}

/// The role as pages show it.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Student => "Student",
        Role::Assistant => "Assistant",
        Role::Instructor => "Instructor",
        Role::Administrator => "Administrator",
    }
}

fn theme(headers: &HeaderMap) -> &'static str {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let chosen = cookies.flat_map(|line| line.split(';')).find_map(|cookie| cookie.trim().strip_prefix("theme="));
    match chosen {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "system",
    }
}
