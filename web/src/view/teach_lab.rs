//! `/teach/labs/{slug}`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Moment, Page};
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
    pub policies: Vec<Choice>,
    /// The latest first.
    pub regrades: Vec<RegradeLine>,
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
    /// `Not applied`, `Being graded` or `Applied`.
    pub state_text: &'static str,
}
