//! `/teach/gradebook`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_gradebook.html")]
pub struct Gradebook {
    pub page: Page,
    pub section: String,
    /// The labs' pages for staff.
    pub labs: Vec<Link>,
    pub columns: Vec<GradebookColumn>,
    pub rows: Vec<GradebookRow>,
    /// Submissions that nobody could grade yet.
    pub waiting: usize,
}

#[derive(Debug)]
pub struct GradebookColumn {
    pub title: String,
    /// `Lab` or `Quiz`.
    pub kind_text: &'static str,
    pub points_max: String,
    /// Of those who handed in: `81.5`; `–` while nobody did.
    pub mean: String,
    /// `2 of 3`.
    pub handed_in: String,
}

#[derive(Debug)]
pub struct GradebookRow {
    pub name: String,
    pub login: String,
    /// `4 of 6`.
    pub lessons: String,
    /// As many as there are columns.
    pub marks: Vec<Mark>,
    pub total: String,
    /// Share of all points.
    pub percent: u32,
}

#[derive(Debug)]
pub struct Mark {
    /// `86`, `–`.
    pub text: String,
    /// The submission or attempt that counts; empty when there is none.
    pub href: String,
    /// `none`, `graded`, `waiting` or `unavailable`.
    pub state: &'static str,
    /// `3 submissions`; shown as a note.
    pub note: String,
}
