//! A linter for the questions of a quiz: what a learner could answer by without knowing the subject, and what is there
//! twice.
//!
//! It finds; it forbids nothing. All findings of a quiz come at once, in the order of the file.

mod giveaway;
mod twice;

pub use giveaway::{Giveaway, Lengths, Positions, measure};

use serde::Serialize;

use crate::question::{ChoiceOption, Flaw, Kind, Question};
use crate::quiz::Quiz;

/// Something about a quiz that its author should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable and upper-case: `RIGHT_IS_LONGEST`.
    pub code: &'static str,
    /// The question's id; `None` for the bank as a whole.
    pub question: Option<String>,
    /// Of the question or the topic, from 1; 1 for the bank.
    pub line: u32,
    /// From 1.
    pub column: u32,
    pub message: String,
    pub hint: Option<String>,
}

impl Finding {
    fn of_bank(code: &'static str, message: String, hint: &str) -> Self {
        Self { code, question: None, line: 1, column: 1, message, hint: Some(hint.to_owned()) }
    }

    fn of(question: &Question, code: &'static str, message: String, hint: &str) -> Self {
        Self {
            code,
            question: Some(question.id.clone()),
            line: question.place.0,
            column: question.place.1,
            message,
            hint: Some(hint.to_owned()),
        }
    }
}

/// Everything that is worth a look; of the logs that questions show, where the quiz has them.
pub fn lint(quiz: &Quiz) -> Vec<Finding> {
    let mut findings = giveaway::findings(quiz);
    findings.extend(thin_topics(quiz));
    findings.extend(quiz.questions.iter().filter_map(giveaway::finding));
    findings.extend(quiz.questions.iter().filter_map(without_feedback));
    findings.extend(twice::prompts(quiz));
    findings.extend(quiz.questions.iter().flat_map(twice::texts));
    findings.extend(quiz.questions.iter().flat_map(|question| misnamed(question, quiz)));
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

/// The options of a question that is a choice, or asks one about a log.
fn options(kind: &Kind) -> &[ChoiceOption] {
    match kind {
        Kind::Single(single) => &single.options,
        Kind::Multiple(multiple) => &multiple.options,
        Kind::ReadLog(read_log) => options(&read_log.ask),
        _ => &[],
    }
}

/// The options of a question of which exactly one is right.
fn single_options(question: &Question) -> Option<&[ChoiceOption]> {
    match &question.kind {
        Kind::Single(single) => Some(&single.options),
        Kind::ReadLog(read_log) => match read_log.ask.as_ref() {
            Kind::Single(single) => Some(&single.options),
            _ => None,
        },
        _ => None,
    }
}

/// Whoever chooses a wrong option should read why it is wrong.
fn without_feedback(question: &Question) -> Option<Finding> {
    let options = single_options(question)?;
    let silent = options.iter().filter(|option| option.feedback.is_none()).count();
    let message = match silent {
        0 => return None,
        silent if silent == options.len() => "No option says why it is right or wrong.".to_owned(),
        silent => format!("{silent} of {} options do not say why they are right or wrong.", options.len()),
    };
    Some(Finding::of(question, "NO_FEEDBACK", message, "Write `feedback` for each option."))
}

/// Parts of a log that a question would show and that no action has.
fn misnamed(question: &Question, quiz: &Quiz) -> Vec<Finding> {
    let Kind::ReadLog(read_log) = &question.kind else { return Vec::new() };
    let finding = |flaw: Flaw| Finding { hint: flaw.hint, ..Finding::of(question, flaw.code, flaw.message, "") };
    read_log.misnamed(&quiz.results).into_iter().map(finding).collect()
}

/// Topics that have no question, or fewer than an attempt draws.
fn thin_topics(quiz: &Quiz) -> Vec<Finding> {
    let mut findings = Vec::new();
    for topic in &quiz.topics {
        let mut pools: Vec<&str> = Vec::new();
        let mut count = 0;
        for question in quiz.questions.iter().filter(|question| question.topic == topic.id) {
            match question.pool.as_deref() {
                Some(pool) if pools.contains(&pool) => {}
                pool => {
                    pools.extend(pool);
                    count += 1;
                }
            }
        }
        let wanted = quiz.per_topic.unwrap_or(1) as usize;
        if count < wanted {
            let message =
                format!("Topic `{}` has {count} questions to draw from; an attempt wants {wanted}.", topic.id);
            let (line, column) = topic.place;
            let finding = Finding::of_bank("THIN_TOPIC", message, "Write more questions or take the topic out.");
            findings.push(Finding { line, column, ..finding });
        }
    }
    findings
}

#[cfg(test)]
mod tests;
