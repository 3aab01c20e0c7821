//! `/quiz`, an attempt, and its result.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Moment, Page};

/// `/quiz`: rules and time before Start.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "quiz.html")]
pub struct Quiz {
    pub page: Page,
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub questions: usize,
    pub minutes: u32,
    pub points: String,
    pub due: Option<Moment>,
    /// Sentences: how many attempts, which counts, when answers are shown.
    pub rules: Vec<String>,
    /// Sentences: how answers are scored.
    pub scoring: Vec<String>,
    pub exam: Option<ExamWindow>,
    /// An attempt that is still running.
    pub running: Option<RunningAttempt>,
    pub can_start: bool,
    /// Why not, when it cannot be started.
    pub refusal: String,
    /// Newest first, finished ones.
    pub attempts: Vec<AttemptSummary>,
}

/// When an exam may be begun.
#[derive(Debug)]
pub struct ExamWindow {
    pub opens: Moment,
    pub closes: Moment,
    /// A code must be typed to begin.
    pub asks_code: bool,
    /// Why the code that was sent was refused.
    pub code_error: Option<String>,
}

#[derive(Debug)]
pub struct RunningAttempt {
    pub href: String,
    /// `None` without a time limit.
    pub ends: Option<Moment>,
}

#[derive(Debug)]
pub struct AttemptSummary {
    pub number: usize,
    pub at: Moment,
    /// `9.5 of 12 points`, `not scored yet`.
    pub result: String,
    pub href: String,
    pub counts: bool,
}

/// `/quiz/attempts/{id}` while it runs.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "quiz_attempt.html")]
pub struct QuizAttempt {
    pub page: Page,
    pub id: String,
    pub title: String,
    pub number: usize,
    /// `None` without a time limit.
    pub time: Option<Time>,
    pub questions: Vec<Question>,
}

/// The server's clock: what is left now, and of how much.
#[derive(Debug)]
pub struct Time {
    pub seconds_left: u64,
    pub seconds_total: u64,
    /// `14:32`, for readers without scripts.
    pub ends: Moment,
}

/// What the page's script goes on to keep up to date; said here first, so that nothing moves when it arrives.
impl QuizAttempt {
    fn answered(&self) -> usize {
        self.questions.iter().filter(|question| question.answered).count()
    }

    fn unanswered(&self) -> String {
        match self.questions.len() - self.answered() {
            0 => "Every question has an answer".to_owned(),
            missing => format!("{missing} without an answer"),
        }
    }
}

impl Time {
    /// What is left, `14:32` or `1:02:05`.
    fn clock(&self) -> String {
        let (hours, minutes, seconds) =
            (self.seconds_left / 3600, self.seconds_left % 3600 / 60, self.seconds_left % 60);
        if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
    }
}

#[derive(Debug)]
pub struct Question {
    pub id: String,
    /// From 1.
    pub number: usize,
    pub topic: String,
    /// `1 point`.
    pub points: String,
    pub prompt_html: String,
    pub material: Material,
    pub answered: bool,
    pub body: QuestionBody,
    /// Whether the feedback on an answer is shown as soon as somebody asks for it.
    pub can_be_checked: bool,
    /// In the place of the body, once it was asked for.
    pub result: Option<QuestionResult>,
}

/// What a question is about, between its prompt and its answer.
#[derive(Debug, Default)]
pub struct Material {
    pub sql: Vec<SqlText>,
    /// Commits of a log, in order.
    pub log: Vec<CommitText>,
}

#[derive(Debug)]
pub struct SqlText {
    /// `These statements have run`.
    pub label: &'static str,
    /// With a class for each kind of token.
    pub html: String,
}

#[derive(Debug)]
pub struct CommitText {
    /// `00000000000000000003.json`
    pub file: String,
    /// Actions as JSON, broken into lines for people.
    pub text: String,
}

#[derive(Debug)]
pub enum QuestionBody {
    Choice(Choice),
    Outputs(Vec<OutputOption>),
    Sql(SqlAnswer),
    Text(TextAnswer),
    Ordering(Vec<OrderItem>),
    Matching(Matching),
}

#[derive(Debug)]
pub struct Choice {
    pub multiple: bool,
    pub options: Vec<ChoiceOption>,
}

#[derive(Debug)]
pub struct ChoiceOption {
    /// Its place among the drawn options, from 0.
    pub place: usize,
    pub text_html: String,
    pub chosen: bool,
}

/// What a query might give.
#[derive(Debug)]
pub struct OutputOption {
    /// Its place among the drawn options, from 0.
    pub place: usize,
    /// `Result A`.
    pub name: String,
    pub chosen: bool,
    pub output: Output,
}

#[derive(Debug)]
pub enum Output {
    Table {
        columns: Vec<String>,
        /// `None` for NULL.
        rows: Vec<Vec<Option<String>>>,
    },
    /// The class of the error.
    Error(String),
}

/// A statement that is given and changed.
#[derive(Debug)]
pub struct SqlAnswer {
    pub given: String,
    /// As it is by now.
    pub value: String,
    pub most_characters: usize,
    pub rows: usize,
}

#[derive(Debug)]
pub struct TextAnswer {
    pub numeric: bool,
    pub unit: Option<String>,
    pub value: String,
}

#[derive(Debug)]
pub struct OrderItem {
    /// Its place among the drawn items, from 0.
    pub place: usize,
    pub text_html: String,
    /// Every position that can be chosen, `1` to the number of items; one of them is selected once answered.
    pub positions: Vec<Position>,
}

#[derive(Debug)]
pub struct Position {
    pub number: usize,
    pub selected: bool,
}

#[derive(Debug)]
pub struct Matching {
    pub lefts: Vec<MatchLeft>,
}

#[derive(Debug)]
pub struct MatchLeft {
    pub place: usize,
    pub text_html: String,
    pub rights: Vec<MatchRight>,
}

#[derive(Debug)]
pub struct MatchRight {
    pub place: usize,
    /// Plain text: it stands in a drop-down list.
    pub text: String,
    pub selected: bool,
}

/// `/quiz/attempts/{id}` when it is over.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "quiz_result.html")]
pub struct QuizResult {
    pub page: Page,
    /// Where the quiz is.
    pub quiz: String,
    pub title: String,
    pub number: usize,
    pub points: String,
    pub points_max: String,
    pub percent: u32,
    /// `Two answers are being run` while there are no points yet.
    pub pending: Option<String>,
    /// `Handed in after 9 min.` or `The time was over; what was saved counts.`
    pub sentence: String,
    pub standing: String,
    /// Another attempt is allowed.
    pub again: bool,
    /// Empty when the quiz does not show answers yet.
    pub questions: Vec<QuestionResult>,
    pub topics: Vec<TopicResult>,
}

#[derive(Debug)]
pub struct TopicResult {
    pub title: String,
    pub points: String,
    pub points_max: String,
    pub percent: u32,
}

#[derive(Debug)]
pub struct QuestionResult {
    pub number: usize,
    pub topic: String,
    pub prompt_html: String,
    pub material: Material,
    /// `right`, `partly`, `wrong`, `unanswered`, `pending` or `voided`.
    pub outcome: &'static str,
    /// `Right`, `Partly right`, `Wrong`, `No answer`, `Not scored yet`, `Taken out, for everybody`.
    pub outcome_text: &'static str,
    /// `0.5 of 1`.
    pub points: String,
    /// For choices.
    pub options: Vec<OptionResult>,
    /// For every other kind: what was answered and what was right, each a line.
    pub given_html: Vec<String>,
    pub expected_html: Vec<String>,
    /// Statements, where those are asked: with a class for each kind of token.
    pub given_sql: Option<String>,
    pub expected_sql: Option<String>,
    pub feedback_html: Option<String>,
    pub explanation_html: Option<String>,
}

#[derive(Debug)]
pub struct OptionResult {
    pub text_html: String,
    /// In the place of a text.
    pub output: Option<Output>,
    pub chosen: bool,
    pub correct: bool,
    pub feedback_html: Option<String>,
}
