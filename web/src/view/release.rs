//! `/labs/{slug}/releases/{id}`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "release.html")]
pub struct Release {
    pub page: Page,
    pub title: String,
    pub id: String,
    /// Whether it is the one that is served now.
    pub is_served: bool,
    /// The lab as it is served; `None` when the course has it no more.
    pub now: Option<Link>,
    pub summary: String,
    pub introduction_html: String,
    /// Inline HTML, a sentence each.
    pub promises_html: Vec<String>,
    pub tasks: Vec<Task>,
}

#[derive(Debug)]
pub struct Task {
    pub number: u32,
    pub title: String,
    /// `12`.
    pub points: String,
    /// Rendered Markdown.
    pub text_html: String,
    /// Claim and points of each public check.
    pub checks: Vec<(String, String)>,
}
