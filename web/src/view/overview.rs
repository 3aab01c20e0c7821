//! `/`: the week at a glance.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Moment, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "overview.html")]
pub struct Overview {
    pub page: Page,
    pub title: String,
    pub summary: String,
    /// What "Continue" opens; `None` when everything is done.
    pub resume: Option<Resume>,
    pub topics: Vec<Topic>,
    /// Points reached and possible over labs and quiz.
    pub points: String,
    pub points_max: String,
    pub points_percent: u32,
    pub topics_done: usize,
    pub has_glossary: bool,
    pub certification: Option<String>,
}

#[derive(Debug)]
pub struct Resume {
    pub href: String,
    pub title: String,
    /// `Lesson`, `Lab` or `Quiz`.
    pub kind_text: &'static str,
    /// `Next lesson`, `Where you stopped`.
    pub reason: String,
}

/// One topic of the week, in order; also used by the rail beside a lesson.
#[derive(Debug)]
pub struct Topic {
    pub number: usize,
    /// `lesson`, `lab` or `quiz`.
    pub kind: &'static str,
    /// `Lesson`, `Lab` or `Quiz`.
    pub kind_text: &'static str,
    pub title: String,
    pub summary: String,
    pub href: String,
    /// `8 min`, `100 points`, `12 questions, 15 min`.
    pub extent: String,
    /// `new`, `started` or `done`.
    pub state: &'static str,
    /// `Not started`, `Read`, `64 of 100 points`.
    pub state_text: String,
    /// What of a lesson is done; may be empty.
    pub detail: String,
    pub percent: u32,
    pub due: Option<Moment>,
    /// The topic that is shown right now (rail only).
    pub current: bool,
}
