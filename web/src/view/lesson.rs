//! `/lessons/{slug}`.

use askama::Template;
use askama_web::WebTemplate;

use super::checks::CheckList;
use super::film::Film;
use super::filters;
use super::layout::{Link, Page};
use super::lesson_question::Question;
use super::output::{CellOutput, ExpectedOutput};
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
    pub opening: Option<Opening>,
    pub parts: Vec<Part>,
    pub exercise: Option<Exercise>,
    /// `Walkthrough seen, 2 of 5 snippets run, 1 of 2 questions answered`; empty while nothing is done.
    pub progress: String,
    /// The place in the page where the reader was last.
    pub resume: Option<Link>,
    /// Second-level headings: `href` is `#id`.
    pub outline: Vec<Link>,
    /// Whether the reader can make tables here.
    pub has_snippets: bool,
    pub topics: Vec<Topic>,
    pub done: bool,
    pub previous: Option<Link>,
    pub next: Option<Link>,
}

/// What stands above the text.
#[derive(Debug)]
pub enum Opening {
    Film(Film),
    Video(Video),
    /// A walkthrough that cannot be played at the moment.
    Text {
        /// A sentence.
        why: &'static str,
        steps: Vec<StepText>,
    },
}

#[derive(Debug)]
pub struct Video {
    /// With the second to begin at.
    pub source: String,
    /// A WebVTT file of ours.
    pub captions: String,
    pub is_audio: bool,
    /// What is said, as HTML.
    pub transcript_html: String,
    /// Where it is told how far the reader came.
    pub progress: String,
    pub csrf: String,
    pub seen: bool,
}

/// A step of a walkthrough, without what it does.
#[derive(Debug)]
pub struct StepText {
    /// Inline HTML.
    pub caption_html: String,
    /// Highlighted; empty without one.
    pub statement_html: String,
}

/// A lesson's body in order.
#[derive(Debug)]
pub enum Part {
    /// Rendered and sanitised Markdown.
    Html(String),
    Snippet(Box<Snippet>),
    Question(Box<Question>),
}

/// SQL that runs inside the lesson, in a scratch workspace.
#[derive(Debug)]
pub struct Snippet {
    /// Where it is run.
    pub run: String,
    /// `snippet-3`, `exercise`: unique in the page.
    pub id: String,
    /// `Snippet 3`, `Exercise`
    pub label: String,
    /// From 1, in order of the lesson; 0 is the exercise.
    pub number: usize,
    pub source: String,
    /// The source, highlighted.
    pub source_html: String,
    pub lines: usize,
    /// Its last statement is meant to fail.
    pub expects_error: bool,
    /// What it gave when this student last ran it.
    pub output: Option<CellOutput>,
    /// What it gives, for a student who has not run it.
    pub expected: Option<ExpectedOutput>,
    /// Present when the text can be checked.
    pub check: Option<CheckForm>,
}

#[derive(Debug)]
pub struct CheckForm {
    pub action: String,
    /// What the checks said last.
    pub checks: Option<CheckList>,
}

/// A few minutes of work at the end of a lesson.
#[derive(Debug)]
pub struct Exercise {
    pub title: String,
    pub minutes: u32,
    /// Rendered Markdown: what is there.
    pub introduction_html: String,
    /// Rendered Markdown: what to do.
    pub text_html: String,
    pub solved: bool,
    pub snippet: Snippet,
}
