//! `/lessons/{slug}`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};
use super::output::CellOutput;
use super::overview::Topic;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "lesson.html")]
pub struct Lesson {
    pub page: Page,
    pub slug: String,
    pub title: String,
    /// `Lesson 5 of 6`.
    pub place: String,
    pub minutes: u32,
    pub summary: String,
    /// Inline HTML, each one sentence.
    pub objectives_html: Vec<String>,
    pub parts: Vec<Part>,
    /// Second-level headings: `href` is `#id`.
    pub outline: Vec<Link>,
    pub topics: Vec<Topic>,
    pub done: bool,
    pub previous: Option<Link>,
    pub next: Option<Link>,
}

/// A lesson's body in order.
#[derive(Debug)]
pub enum Part {
    /// Rendered and sanitised Markdown.
    Html(String),
    Snippet(Snippet),
}

/// SQL that runs inside the lesson, in a scratch workspace.
#[derive(Debug)]
pub struct Snippet {
    /// Where it is run.
    pub run: String,
    /// From 1, in order of the lesson.
    pub number: usize,
    pub source: String,
    /// The source, highlighted.
    pub source_html: String,
    pub lines: usize,
    /// Its last statement is meant to fail.
    pub expects_error: bool,
    /// What it gave when this student last ran it.
    pub output: Option<CellOutput>,
}
