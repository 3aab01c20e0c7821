//! A request that cannot be answered as asked, in the visitor's words.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_labs::diagnostic::Finding;

use super::Fault;

/// What the visitor reads. Every problem says what to do next, in `hints` or by `links`.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub title: String,
    pub message: String,
    pub hints: Vec<String>,
    /// Address and text.
    pub links: Vec<(String, String)>,
    /// The number under which a fault of ours was logged.
    pub reference: Option<String>,
    /// Where a page goes instead of being shown: signing in.
    pub redirect: Option<String>,
    /// What the answer's JSON holds besides the message.
    pub details: Option<serde_json::Value>,
}

impl Problem {
    pub fn new(status: StatusCode, title: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            title: title.into(),
            message: message.into(),
            hints: Vec::new(),
            links: Vec::new(),
            reference: None,
            redirect: None,
            details: None,
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub fn link(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.links.push((href.into(), text.into()));
        self
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such page", "The address leads nowhere, or not for you.")
            .link("/", "Overview of the week")
    }

    /// Something named in the address does not exist; `known` is what does.
    pub fn unknown(kind: &str, name: &str, known: impl IntoIterator<Item = (String, String)>) -> Self {
        let links: Vec<_> = known.into_iter().collect();
        let hint = if links.is_empty() { format!("There is no {kind} yet.") } else { "These exist:".to_owned() };
        let name: String = name.chars().take(80).collect();
        let mut problem = Self::new(
            StatusCode::NOT_FOUND,
            format!("There is no such {kind}"),
            format!("No {kind} is called “{name}”."),
        )
        .hint(hint);
        problem.links = links;
        problem.link("/", "Overview of the week")
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The request cannot be understood", message)
            .hint("Go back, reload the page and try again.")
    }

    pub fn forged() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This page is out of date",
            "The request did not bring the mark of a page from this session, so nothing was done.",
        )
        .hint("Reload the page and try again. Your saved work is unchanged.")
    }

    pub fn not_enrolled(name: &str) -> Self {
        let message = format!("{name}, you are signed in, but not enrolled in this course.");
        Self::new(StatusCode::FORBIDDEN, "Not enrolled", message).hint("Ask your instructor to enrol you.")
    }

    /// Nobody is signed in; a page leads to the form and back to `target`, a fragment says so.
    pub fn sign_in_first(target: &str) -> Self {
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, "You are signed out", "Your session has ended.")
            .hint("Sign in again in another tab, then repeat this here. What you typed is kept on this page.");
        let query: String = percent_encode(target);
        problem.redirect = Some(format!("/sign-in?next={query}"));
        problem
    }

    pub fn conflict(title: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, title, message)
    }

    pub fn too_large(most: usize) -> Self {
        let megabytes = most / (1024 * 1024);
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "That is too large",
            format!("At most {megabytes} MB are taken at once, so nothing of this was kept. What was saved before is unchanged."),
        )
        .hint("Hand in the notebook without its outputs, and no data files.")
    }

    /// An authored file that cannot be used, with every finding.
    pub fn unusable(title: impl Into<String>, findings: &[Finding]) -> Self {
        let mut sentences = findings.iter().map(sentence);
        let message = sentences.next().unwrap_or_else(|| "The file cannot be read.".to_owned());
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, title, message);
        problem.hints = sentences.take(19).collect();
        problem.details = serde_json::to_value(findings).ok();
        problem
    }

    pub fn no_engine() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The engine is not running", "SQL cannot be run at the moment.")
            .hint("Your work is saved. Try again in a minute.")
    }
}

impl Problem {
    /// `etl.sql, line 3: message Hint.`
    pub fn sentence(finding: &Finding) -> String {
        sentence(finding)
    }
}

fn sentence(finding: &Finding) -> String {
    let place = match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!("{file}, line {line}: "),
        (Some(file), None) => format!("{file}: "),
        (None, Some(line)) => format!("Line {line}: "),
        (None, None) => String::new(),
    };
    let hint = finding.hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
    format!("{place}{}{hint}", finding.message)
}

fn percent_encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something broke on our side",
            "The server could not finish this. Saved work and marks are unchanged.",
        )
        .hint("Try again in a minute. If it happens again, tell your instructor the reference.");
        problem.reference = Some(fault.log());
        problem
    }
}

/// The bare answer; [`super::show::show`] gives it its body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Problem {
    pub(super) fn redirection(&self) -> Option<Response> {
        self.redirect.as_deref().map(|target| Redirect::to(target).into_response())
    }
}
