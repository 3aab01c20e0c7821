//! `/labs/{slug}/case`.

use askama::Template;
use askama_web::WebTemplate;

use super::checks::Counterexample;
use super::filters;
use super::layout::{Link, Page};
use super::lesson::Snippet;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "case.html")]
pub struct Case {
    pub page: Page,
    pub lab: Link,
    pub submission: Link,
    /// What the check claims.
    pub claim: String,
    /// What it found.
    pub message: String,
    /// Where the rows are loaded anew.
    pub again: String,
    /// The student's statement, then a look at the table.
    pub snippets: Vec<Snippet>,
    pub counterexample: Counterexample,
}
