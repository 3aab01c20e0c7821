//! `/sign-in`.

use askama::Template;

use super::filters;
use super::layout::Page;

#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    pub page: Page,
    /// Where to go afterwards; a path of this server.
    pub next: String,
    /// What was typed before, after a failure.
    pub login: String,
    pub error: Option<String>,
    /// The sample class; empty outside demo mode.
    pub sample_class: Vec<SampleAccount>,
}

pub struct SampleAccount {
    pub name: String,
    pub role: &'static str,
    pub login: String,
    pub password: String,
}
