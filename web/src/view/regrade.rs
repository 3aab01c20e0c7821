//! `/teach/regrades/{id}`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Moment, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_regrade.html")]
pub struct Regrade {
    pub page: Page,
    /// The lab's page for staff.
    pub lab: Link,
    pub href: String,
    pub number: String,
    /// `One submission`, `Every graded submission`.
    pub of: &'static str,
    pub by: String,
    pub at: Moment,
    /// Submissions still wait; the page asks again by itself.
    pub waiting: bool,
    /// `12 of 40 graded again.`
    pub progress: String,
    pub failed: Option<String>,
    pub applied: bool,
    /// Whether there is a report to apply.
    pub anything: bool,
    /// `It would change 14 marks of 40 submissions. Nothing is changed so far.`
    pub sentence: String,
    pub changes: Vec<Change>,
}

/// A submission whose mark differs.
#[derive(Debug)]
pub struct Change {
    pub student: String,
    pub number: String,
    pub href: String,
    pub was: String,
    pub would_be: String,
    pub checks: Vec<CheckChange>,
}

#[derive(Debug)]
pub struct CheckChange {
    pub id: String,
    pub was: String,
    pub would_be: String,
}
