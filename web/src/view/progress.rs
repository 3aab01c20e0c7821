//! `/progress`: points, what is missing, where the feedback is.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Moment, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "progress.html")]
pub struct Progress {
    pub page: Page,
    pub points: String,
    pub points_max: String,
    pub percent: u32,
    pub lessons_read: usize,
    pub lessons: Vec<ProgressLesson>,
    /// Labs and quiz, in the order of the week.
    pub parts: Vec<ProgressPart>,
}

#[derive(Debug)]
pub struct ProgressLesson {
    pub title: String,
    pub href: String,
    pub read: bool,
    /// `Walkthrough seen, 2 of 5 snippets run`; empty while nothing is done.
    pub detail: String,
}

#[derive(Debug)]
pub struct ProgressPart {
    pub title: String,
    pub href: String,
    /// `Lab` or `Quiz`.
    pub kind_text: &'static str,
    pub points: String,
    pub points_max: String,
    pub percent: u32,
    pub due: Option<Moment>,
    /// `Submission 2 of 3 counts: it is your best.`
    pub standing: String,
    /// Tasks or topics that lost points, in words; empty when nothing is missing.
    pub missing: Vec<Missing>,
    /// The report or result that counts.
    pub report: Option<Link>,
}

#[derive(Debug)]
pub struct Missing {
    pub text: String,
    /// `4 points`.
    pub points: String,
}
