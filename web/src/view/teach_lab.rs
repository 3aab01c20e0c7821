//! `/teach/labs/{slug}`.

use askama::Template;
use askama_web::WebTemplate;

use super::checks::TextField;
use super::filters;
use super::layout::{Link, Moment, Page};
use super::report::Choice;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_lab.html")]
pub struct TeachLab {
    pub page: Page,
    pub title: String,
    pub href: String,
    /// Where the lab's submissions are listed.
    pub submissions: String,
    /// `40 graded submissions`.
    pub graded: String,
    /// Whether there is anything to grade again.
    pub anything: bool,
    /// Why what was sent was refused, and its field.
    pub refused: Option<Link>,
    /// Which submission counts.
    pub counting: Vec<Choice>,
    /// What students see of hidden checks.
    pub results: Vec<Choice>,
    /// `2026-11-29T23:59` in the server's time zone; empty for the course's own.
    pub due: TextField,
    /// The time zone, and what holds without a date.
    pub due_hint: String,
    pub late_percent: TextField,
    pub late_most: TextField,
    /// By login.
    pub students: Vec<Choice>,
    /// The due date for one of them.
    pub until: TextField,
    pub extensions: Vec<ExtensionLine>,
    /// The latest first.
    pub regrades: Vec<RegradeLine>,
}

/// A student with a due date of their own.
#[derive(Debug)]
pub struct ExtensionLine {
    pub student: String,
    pub due: Moment,
    /// Who gave it.
    pub by: String,
}

#[derive(Debug)]
pub struct RegradeLine {
    pub href: String,
    pub number: String,
    /// `40 submissions`.
    pub extent: String,
    pub by: String,
    pub at: Moment,
    /// `new`, `started` or `done`.
    pub state: &'static str,
    /// `Not applied`, `Being graded`, `Applied` or `Undone`.
    pub state_text: &'static str,
}
