//! `/glossary`

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "glossary.html")]
pub struct Glossary {
    pub page: Page,
    /// In alphabetical order.
    pub terms: Vec<Term>,
}

#[derive(Debug)]
pub struct Term {
    pub id: String,
    pub term: String,
    /// Other words for it; may be empty.
    pub also: String,
    /// Inline HTML.
    pub html: String,
    pub see: Option<Link>,
}
