//! `/sign-in`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::Page;

#[derive(Debug, Template, WebTemplate)]
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

#[derive(Debug)]
pub struct SampleAccount {
    pub name: String,
    pub role: &'static str,
    pub login: String,
    pub password: String,
}
