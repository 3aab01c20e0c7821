//! `/teach/quizzes/{slug}`, its statistics, its questions, and what an amendment would change.

use askama::Template;
use askama_web::WebTemplate;

use super::checks::TextField;
use super::filters;
use super::layout::{Link, Moment, Page};
use super::quiz::{Material, Output};
use super::report::Choice;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_quiz.html")]
pub struct TeachQuiz {
    pub page: Page,
    pub title: String,
    pub href: String,
    /// `12 attempts handed in, 1 of them waits for its score`.
    pub extent: String,
    /// Sentences about the window, the code and what is closed; none for a quiz that is no exam.
    pub exam: Vec<String>,
    /// Whether attempts end by a clock, so that minutes can be given.
    pub timed: bool,
    pub running: Vec<RunningLine>,
    /// By login; the first one stands for all.
    pub students: Vec<Choice>,
    pub minutes: TextField,
    /// `Ada Okafor: 150 %`, of those whose share of the time is another.
    pub factors: Vec<String>,
    /// Minutes, the newest first.
    pub given: Vec<GivenLine>,
    /// Whether the quiz allows so many attempts only, so that another can be given.
    pub attempts_end: bool,
    /// Attempts that were given, the newest first.
    pub attempts: Vec<GivenLine>,
    pub amendments: Vec<AmendmentLine>,
    pub topics: Vec<TopicQuestions>,
}

/// An attempt that runs.
#[derive(Debug)]
pub struct RunningLine {
    pub student: String,
    pub began: Moment,
    pub ends: Option<Moment>,
}

/// Minutes or an attempt, on the record.
#[derive(Debug)]
pub struct GivenLine {
    /// `5 minutes for everybody`.
    pub text: String,
    pub by: String,
    pub at: Moment,
}

/// An amendment on the record.
#[derive(Debug)]
pub struct AmendmentLine {
    pub question: Link,
    /// `Taken out, all points for everybody`.
    pub text: String,
    pub reason: String,
    pub by: String,
    pub at: Moment,
    /// `by Ines Example, Sun 29 Nov, 23:59 UTC`.
    pub withdrawn: Option<String>,
    /// Where taking it back is rehearsed.
    pub withdraw: String,
}

#[derive(Debug)]
pub struct TopicQuestions {
    pub title: String,
    pub questions: Vec<Link>,
}

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_question.html")]
pub struct TeachQuestion {
    pub page: Page,
    pub quiz: Link,
    pub href: String,
    pub id: String,
    /// `MERGE, fix_sql, 1 point`.
    pub meta: Vec<String>,
    pub prompt_html: String,
    pub material: Material,
    /// What an answer may choose; empty where it is written.
    pub options: Vec<AmendOption>,
    /// How an accepted answer is written, where it is.
    pub hint: &'static str,
    pub has_numbers: bool,
    /// `void_all`, `void_nothing` or `accept`.
    pub action: String,
    pub answer: String,
    pub reason: TextField,
    /// Why what was sent was refused.
    pub refused: Option<String>,
}

#[derive(Debug)]
pub struct AmendOption {
    pub value: String,
    pub text_html: String,
    pub output: Option<Output>,
    pub chosen: bool,
}

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_amendment.html")]
pub struct TeachAmendment {
    pub page: Page,
    pub quiz: Link,
    /// What would be done: `Take out merge-null-key: all points for everybody`.
    pub title: String,
    pub reason: String,
    /// Where it is applied, with these fields.
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// `It would change 3 of 12 attempts.`
    pub sentence: String,
    pub attempts: Vec<PointsChange>,
    pub grades: Vec<PointsChange>,
}

#[derive(Debug)]
pub struct PointsChange {
    pub student: String,
    /// `Attempt 2`; empty for what counts.
    pub of: String,
    pub was: String,
    pub would_be: String,
}

#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_statistics.html")]
pub struct TeachStatistics {
    pub page: Page,
    pub quiz: Link,
    pub href: String,
    /// Whether all attempts are looked at, and not only first ones.
    pub all: bool,
    pub attempts: usize,
    /// A sentence about attempts that cannot be looked at; empty when there are none.
    pub left_out: String,
    /// `0.71`, with a sentence on what it means.
    pub mean: String,
    pub reliability: String,
    pub flagged: usize,
    pub items: Vec<Item>,
}

#[derive(Debug)]
pub struct Item {
    pub question: Link,
    pub topic: String,
    pub asked: usize,
    pub answered: usize,
    pub difficulty: String,
    pub discrimination: String,
    /// Median and mean: `41 s`.
    pub time: String,
    pub flags: Vec<String>,
    pub options: Vec<OptionLine>,
}

#[derive(Debug)]
pub struct OptionLine {
    pub text_html: String,
    pub correct: bool,
    /// `12 (40 %)`.
    pub chosen: String,
    /// Mean share of the rest of the attempt of those who chose it.
    pub rest: String,
    pub flagged: bool,
}
