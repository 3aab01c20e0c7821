//! Points for answers, with the feedback that goes with them.

use serde::Serialize;

use crate::amend::{self, Amendment, Voided};
use crate::answer::{Answer, Answers};
use crate::attempt::{chosen, drawn};
use crate::execution::Results;
use crate::points::Points;
use crate::question::Question;
use crate::quiz::Quiz;
use crate::variant;

/// An attempt's score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    pub points: Points,
    pub max_points: Points,
    /// In the attempt's order.
    pub questions: Vec<QuestionScore>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuestionScore {
    pub id: String,
    pub topic: String,
    pub outcome: Outcome,
    pub points: Points,
    pub max_points: Points,
    /// Each option in the drawn order; only for choices.
    pub options: Vec<OptionResult>,
    /// For a wrong answer, where the author wrote one.
    pub feedback: Option<String>,
    pub explanation: Option<String>,
    pub expected: Expected,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Right,
    Partly,
    Wrong,
    Unanswered,
    /// Not scored yet: what has to be run for it was not run. Never the same as wrong.
    Pending,
    /// Staff took the question out of the attempt.
    Voided,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionResult {
    /// In the drawn order, from 0.
    pub place: usize,
    /// In the order of the file, from 0; for predicted tables the right one is 0 and the distractors follow.
    pub option: usize,
    pub chosen: bool,
    pub correct: bool,
    pub feedback: Option<String>,
}

/// The right answer, in the terms of the question as drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Places of the right options.
    Options(Vec<usize>),
    Text(String),
    /// Places of the drawn items, in the right order.
    Order(Vec<usize>),
    /// For each left side the place of its right side.
    Matches(Vec<usize>),
}

/// What a question's kind says of an answer.
pub(crate) struct Graded {
    pub points: Points,
    pub answered: bool,
    pub options: Vec<OptionResult>,
    pub feedback: Option<String>,
    pub expected: Expected,
}

/// What a score rests on besides quiz, seed and answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Basis<'a> {
    /// Of the statements in the answers; see [`crate::computed::needed`].
    pub results: Option<&'a Results>,
    /// What staff changed afterwards.
    pub amendments: &'a [Amendment],
}

/// Scores answers to the attempt with this seed. Answers to questions that it does not have count for nothing.
pub fn score(quiz: &Quiz, answers: &Answers, seed: u64) -> Score {
    score_on(quiz, answers, seed, &Basis::default())
}

/// Scores answers with what was run for them and what was amended.
pub fn score_on(quiz: &Quiz, answers: &Answers, seed: u64, basis: &Basis<'_>) -> Score {
    let results = basis.results.map(|results| quiz.results.with(results));
    let results = results.as_ref().unwrap_or(&quiz.results);
    let questions: Vec<QuestionScore> = chosen(quiz, seed)
        .into_iter()
        .map(|question| {
            let answer = answers.get(&question.id).filter(|answer| !Answer::is_empty(answer));
            one(quiz, &variant::drawn(question, seed), answer, (seed, results, basis.amendments))
        })
        .collect();
    Score {
        points: questions.iter().map(|question| question.points).sum(),
        max_points: questions.iter().map(|question| question.max_points).sum(),
        questions,
    }
}

impl Score {
    /// Whether nothing has to be run any more. A score that is not final must not be kept as a mark.
    pub fn is_final(&self) -> bool {
        self.questions.iter().all(|question| question.outcome != Outcome::Pending)
    }
}

/// An unanswered question that has its numbers, with what is expected; pending when that is not known.
pub(crate) fn one_of(quiz: &Quiz, question: &Question, seed: u64) -> QuestionScore {
    let blank = one(quiz, question, None, (seed, &quiz.results, &[]));
    let is_known = quiz.results.missing(question.kind.executions()).is_empty();
    if is_known { blank } else { QuestionScore { outcome: Outcome::Pending, ..blank } }
}

/// Scores one answer to a question that has its numbers.
fn one(
    quiz: &Quiz,
    question: &Question,
    answer: Option<&Answer>,
    (seed, results, amendments): (u64, &Results, &[Amendment]),
) -> QuestionScore {
    let drawn = drawn(question, quiz, seed);
    let mut graded = question.kind.grade(&drawn.body, answer, question.points, results);
    let mut max_points = question.points;
    let mut outcome = outcome(&graded, max_points);
    if answer.is_some_and(|answer| amend::is_accepted(&question.id, &drawn.body, answer, amendments)) {
        (graded.points, graded.feedback, outcome) = (max_points, None, Outcome::Right);
    } else if question.kind.is_pending(answer, results) {
        (graded.points, graded.feedback, outcome) = (Points::ZERO, None, Outcome::Pending);
    }
    if let Some(gives) = amend::voided(&question.id, amendments) {
        outcome = Outcome::Voided;
        max_points = if gives == Voided::AllPoints { max_points } else { Points::ZERO };
        graded.points = max_points;
    }
    QuestionScore {
        id: question.id.clone(),
        topic: question.topic.clone(),
        outcome,
        points: graded.points,
        max_points,
        options: graded.options,
        feedback: graded.feedback,
        explanation: question.explanation.clone(),
        expected: graded.expected,
    }
}

fn outcome(graded: &Graded, max_points: Points) -> Outcome {
    match graded.points {
        _ if !graded.answered => Outcome::Unanswered,
        points if points == max_points => Outcome::Right,
        Points::ZERO => Outcome::Wrong,
        _ => Outcome::Partly,
    }
}

#[cfg(test)]
mod tests;
