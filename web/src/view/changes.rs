//! `/labs/{slug}/changes`.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "changes.html")]
pub struct Changes {
    pub page: Page,
    pub lab: Link,
    /// This page; its forms go to addresses below it.
    pub href: String,
    /// The release that is served, which the forms name.
    pub release: String,
    /// The student's files whose starter changed.
    pub files: Vec<ChangedFile>,
}

#[derive(Debug)]
pub struct ChangedFile {
    pub path: String,
    pub revision: i64,
    /// Where the lab can be read as it was when the student began with the file.
    pub began: Option<Link>,
    pub changes: Vec<Change>,
}

#[derive(Debug)]
pub struct Change {
    pub number: usize,
    /// `Task 5: upsert`, `A cell`, `The file`.
    pub title: String,
    /// What happened: `Changed`, `New`, `No longer there`.
    pub what: &'static str,
    /// Highlighted source of each; `None` where there is none.
    pub old: Option<String>,
    pub new: Option<String>,
    pub mine: Option<String>,
    pub offer: Offer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// The student's own is untouched: the new one takes its place.
    Replace,
    /// It is put below the student's own.
    Beside,
    /// The student has it.
    Taken,
    /// Only to be read.
    Nothing,
}
