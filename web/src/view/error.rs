//! What went wrong, as a page or as a fragment.

use askama::Template;

use super::filters;
use super::layout::{Link, Page};

#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub page: Page,
    pub status: u16,
    pub title: String,
    pub message: String,
    pub hints: Vec<String>,
    pub links: Vec<Link>,
    /// To name when asking for help.
    pub reference: Option<String>,
}

#[derive(Template)]
#[template(path = "fragments/error.html")]
pub struct ErrorFragment {
    pub title: String,
    pub message: String,
    pub remedy: Option<String>,
    pub reference: Option<String>,
}
