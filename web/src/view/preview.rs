//! What an author is told on every page while the course is watched.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;

#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "fragments/preview.html")]
pub struct Panel {
    /// Of what this panel shows.
    pub mark: String,
    /// Of the course on the page.
    pub release: String,
    /// Whether the page shows what the files say.
    pub is_current: bool,
    /// `2 mistakes`
    pub count: String,
    pub mistakes: Vec<Mistake>,
}

#[derive(Clone, Debug)]
pub struct Mistake {
    /// `lessons/one.md:3:1`
    pub place: String,
    pub message: String,
    pub hint: String,
}
