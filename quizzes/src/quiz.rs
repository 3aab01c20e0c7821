//! A quiz as its author wrote it.

use std::collections::HashMap;

use serde::Serialize;

use crate::exam::{self, Exam};
use crate::execution::Results;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::question::{POLICIES, Question};
use crate::reading::{Fields, nearest, tree};

#[derive(Clone, Debug, PartialEq)]
pub struct Quiz {
    pub title: String,
    pub summary: Option<String>,
    /// Time limit of an attempt; `None` for none.
    pub minutes: Option<u32>,
    /// How many attempts; `None` for any number.
    pub attempts: Option<u32>,
    pub keep: Keep,
    /// Whether questions and options come in an order of the seed's.
    pub shuffle: bool,
    pub show_feedback: ShowFeedback,
    /// How many questions of each topic an attempt has; `None` for all.
    pub per_topic: Option<u32>,
    /// `None` for a quiz that is no exam.
    pub exam: Option<Exam>,
    pub topics: Vec<Topic>,
    /// At least one; ids are unique.
    pub questions: Vec<Question>,
    /// What the SQL of the questions gives. Not in the file: see [`Quiz::with_results`].
    pub results: Results,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Topic {
    pub id: String,
    pub title: String,
    /// Line and column in the file where it stands, from 1.
    #[serde(skip)]
    pub place: (u32, u32),
}

/// Which attempt counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    #[default]
    Best,
    Last,
    Mean,
}

impl Keep {
    /// The points that count, of attempts in the order they were made; `None` without any.
    pub fn of(self, attempts: &[Points]) -> Option<Points> {
        let count = attempts.len() as u64;
        let sum: u64 = attempts.iter().map(|points| u64::from(points.0)).sum();
        match self {
            Keep::Best => attempts.iter().copied().max(),
            Keep::Last => attempts.last().copied(),
            Keep::Mean => {
                (sum * 2 + count).checked_div(count * 2).and_then(|mean| u32::try_from(mean).ok()).map(Points)
            }
        }
    }
}

/// When right answers and feedback are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShowFeedback {
    AfterQuestion,
    #[default]
    AfterAttempt,
    AfterDue,
    Never,
}

impl ShowFeedback {
    /// Whether feedback on a question may be shown now: `answered` says that the question has an answer. A quiz without
    /// a due date is never past it.
    pub fn shows_question(self, answered: bool, attempt_is_over: bool, is_past_due: bool) -> bool {
        self.is_shown(attempt_is_over, is_past_due) && (answered || attempt_is_over)
    }

    /// Whether an answer can no longer be changed once its feedback was shown.
    pub fn locks_answers(self) -> bool {
        self == ShowFeedback::AfterQuestion
    }

    /// Whether feedback may be shown now. A quiz without a due date is never past it.
    pub fn is_shown(self, attempt_is_over: bool, is_past_due: bool) -> bool {
        match self {
            ShowFeedback::AfterQuestion => true,
            ShowFeedback::AfterAttempt => attempt_is_over,
            ShowFeedback::AfterDue => attempt_is_over && is_past_due,
            ShowFeedback::Never => false,
        }
    }
}

const KEEPS: [(&str, Keep); 3] = [("best", Keep::Best), ("last", Keep::Last), ("mean", Keep::Mean)];
const SHOWS: [(&str, ShowFeedback); 4] = [
    ("after_question", ShowFeedback::AfterQuestion),
    ("after_attempt", ShowFeedback::AfterAttempt),
    ("after_due", ShowFeedback::AfterDue),
    ("never", ShowFeedback::Never),
];

/// Reads a quiz file (YAML).
///
/// # Errors
/// Every mistake in the file, in its order.
pub fn parse(text: &str) -> Result<Quiz, Vec<Mistake>> {
    let root = tree(text).map_err(|mistake| vec![mistake])?;
    let mut mistakes = Vec::new();
    let quiz = Fields::of(&root, "", &mut mistakes).map(|mut fields| {
        let quiz = read(&mut fields, &mut mistakes);
        fields.finish(&mut mistakes);
        quiz
    });
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    match quiz {
        Some(quiz) if mistakes.is_empty() => Ok(quiz),
        _ => Err(mistakes),
    }
}

fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Quiz {
    let topics = topics(fields, mistakes);
    let questions = questions(fields, &topics, mistakes);
    let exam = Exam::read(fields, mistakes);
    let is_exam = fields.node("exam").is_some();
    let attempts = fields.count("attempts", 1, 100, mistakes);
    if is_exam && attempts.is_some_and(|attempts| attempts != exam::ATTEMPTS) {
        mistakes.push(fields.mistake("BAD_VALUE", "attempts", "An exam has one attempt.").with_hint("Leave it out."));
    }
    Quiz {
        title: fields.required_text("title", mistakes),
        summary: fields.text("summary", mistakes),
        minutes: fields.count("minutes", 1, 24 * 60, mistakes),
        attempts: attempts.or(is_exam.then_some(exam::ATTEMPTS)),
        keep: fields.choice("keep", &KEEPS, mistakes).unwrap_or_default(),
        shuffle: fields.flag("shuffle", mistakes).unwrap_or(false),
        show_feedback: fields.choice("show_feedback", &SHOWS, mistakes).unwrap_or_default(),
        per_topic: per_topic(fields, mistakes).or(is_exam.then_some(exam::PER_TOPIC)),
        exam,
        questions,
        topics,
        results: Results::default(),
    }
}

fn per_topic(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Option<u32> {
    let node = fields.node("draw")?;
    let mut draw = Fields::of(node, fields.path_of("draw"), mistakes)?;
    let count = draw.count("per_topic", 1, 1_000, mistakes);
    draw.finish(mistakes);
    count
}

fn topics(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Topic> {
    let mut topics: Vec<Topic> = Vec::new();
    for (path, node) in fields.list("topics", mistakes) {
        let Some(mut topic) = Fields::of(node, path, mistakes) else { continue };
        let id = topic.required_text("id", mistakes);
        let title = topic.text("title", mistakes).unwrap_or_else(|| id.clone());
        topic.refuse_empty("title", "Leave it out, and the id is shown.", mistakes);
        if !id.is_empty() && topics.iter().any(|other| other.id == id) {
            mistakes.push(topic.mistake("DUPLICATE_ID", "id", format!("There is already a topic `{id}`.")));
        }
        topics.push(Topic { id, title, place: topic.place() });
        topic.finish(mistakes);
    }
    topics
}

fn questions(fields: &mut Fields<'_>, topics: &[Topic], mistakes: &mut Vec<Mistake>) -> Vec<Question> {
    let mut questions = Vec::new();
    let policy = fields.choice("policy", &POLICIES, mistakes).unwrap_or_default();
    let mut seen: HashMap<String, String> = HashMap::new();
    let nodes = fields.list("questions", mistakes);
    if nodes.is_empty() {
        mistakes.push(fields.mistake(
            "MISSING_FIELD",
            "questions",
            "A quiz needs at least one question in `questions`.",
        ));
    }
    for (path, node) in nodes {
        let Some(mut question) = Fields::of(node, path.clone(), mistakes) else { continue };
        let read = Question::read(&mut question, policy, mistakes);
        // Also of a question whose kind is not known. What is wrong with their types is told already.
        let (id, topic) = (question.text("id", &mut Vec::new()), question.text("topic", &mut Vec::new()));
        let id = id.filter(|id| !id.is_empty());
        if let Some((id, first)) = id.and_then(|id| Some((id.clone(), seen.insert(id, path)?))) {
            let message = format!("There is already a question `{id}`, at {first}.");
            mistakes.push(question.mistake("DUPLICATE_ID", "id", message));
        }
        check_topic(&question, &topic.unwrap_or_default(), topics, mistakes);
        let Some(read) = read else { continue };
        question.finish(mistakes);
        questions.push(read);
    }
    questions
}

/// What is wrong with the topic that a question names. It may go without one where the quiz has no topics; an empty one
/// would be a topic that nobody can see.
fn check_topic(fields: &Fields<'_>, topic: &str, topics: &[Topic], mistakes: &mut Vec<Mistake>) {
    let known: Vec<&str> = topics.iter().map(|topic| topic.id.as_str()).collect();
    if known.is_empty() {
        return fields.refuse_empty("topic", "Leave it out, or list `topics` and write the id of one.", mistakes);
    }
    // Where a topic of the list has no id, this may be the one.
    if known.contains(&topic) || known.contains(&"") {
        return;
    }
    let hint = match nearest(topic, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Write one of {}.", known.join(", ")),
    };
    let (code, message) = match topic.trim() {
        "" if fields.has("topic") => return fields.refuse_empty("topic", &hint, mistakes),
        "" => ("MISSING_FIELD", "`topic` is missing here.".to_owned()),
        _ => ("UNKNOWN_TOPIC", format!("There is no topic `{topic}`.")),
    };
    mistakes.push(fields.mistake(code, "topic", message).with_hint(hint));
}

#[cfg(test)]
mod tests;
