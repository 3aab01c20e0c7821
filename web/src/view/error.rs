//! What went wrong, as a page or as a fragment.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
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

#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/error.html")]
pub struct ErrorFragment {
    pub title: String,
    pub message: String,
    pub remedy: Option<String>,
    pub reference: Option<String>,
}
