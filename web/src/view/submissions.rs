//! `/teach/submissions`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Moment, Page};
use super::report::Choice;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_submissions.html")]
pub struct Submissions {
    pub page: Page,
    pub labs: Vec<Choice>,
    pub students: Vec<Choice>,
    pub states: Vec<Choice>,
    /// `12 submissions.`
    pub summary: String,
    /// Whether a filter is set.
    pub filtered: bool,
    /// The latest first.
    pub rows: Vec<Row>,
}

#[derive(Debug)]
pub struct Row {
    pub student: String,
    pub login: String,
    pub lab: String,
    pub href: String,
    pub number: String,
    pub at: Moment,
    /// `graded`, `waiting` or `put-aside`.
    pub state: &'static str,
    pub state_text: &'static str,
    /// `88 of 100`; `None` while there is no report.
    pub points: Option<String>,
    /// Whether it is the student's submission that counts.
    pub counts: bool,
    /// Whether a person set points in it.
    pub adjusted: bool,
}
