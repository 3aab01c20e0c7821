//! `/certification`

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "certification.html")]
pub struct Certification {
    pub page: Page,
    pub title: String,
    /// Rendered Markdown.
    pub introduction_html: String,
    pub topics: Vec<Topic>,
}

#[derive(Debug)]
pub struct Topic {
    pub id: String,
    pub title: String,
    /// Inline HTML.
    pub html: String,
    /// Share of its items that is done.
    pub percent: u32,
    /// `3 of 7 done`
    pub extent: String,
    pub items: Vec<Item>,
}

/// A part of a lesson, a task, or questions of a quiz.
#[derive(Debug)]
pub struct Item {
    pub link: Link,
    pub done: bool,
    /// `Read`, `Open`, `6 of 8 points`.
    pub standing: String,
}
