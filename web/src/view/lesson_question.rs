//! A question in a lesson's text.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/lesson_question.html")]
pub struct Question {
    /// `question-1`, unique in the page.
    pub id: String,
    pub action: String,
    /// From 1, in the order of the lesson.
    pub number: usize,
    pub csrf: String,
    pub prompt_html: String,
    pub field: Field,
    /// Of the last answer.
    pub verdict: Option<Verdict>,
    /// Inline HTML, a line each; shown on demand.
    pub right_html: Vec<String>,
    /// Empty without one.
    pub explanation_html: String,
    /// Whether the last answer is right.
    pub is_over: bool,
}

#[derive(Debug)]
pub enum Field {
    Options { multiple: bool, options: Vec<QuestionOption> },
    Text { numeric: bool, unit: String, value: String },
}

#[derive(Debug)]
pub struct QuestionOption {
    /// Its place in this reader's order, from 0.
    pub place: usize,
    pub text_html: String,
    pub chosen: bool,
    /// Of a chosen option.
    pub is_right: bool,
    /// Of a chosen option; else empty.
    pub feedback_html: String,
}

#[derive(Debug)]
pub struct Verdict {
    /// `right`, `partly`, `wrong` or `unanswered`.
    pub state: &'static str,
    pub text: &'static str,
    pub feedback_html: Vec<String>,
}
