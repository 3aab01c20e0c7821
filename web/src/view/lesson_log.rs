//! `/lessons/{slug}/log`, and the part of it that a lesson's page loads.

use askama::Template;
use askama_web::WebTemplate;

use super::film::Film;
use super::filters;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "lesson_log.html")]
pub struct LogPage {
    pub page: Page,
    pub lesson: Link,
    pub log: Log,
}

#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/lesson_log.html")]
pub struct Log {
    pub tables: Vec<Choice>,
    /// `None` while the reader has no table.
    pub film: Option<Film>,
}

#[derive(Debug)]
pub struct Choice {
    pub table: Link,
    pub chosen: bool,
}
