//! Points for answers, with the feedback that goes with them.

use serde::Serialize;

use crate::answer::{Answer, Answers};
use crate::attempt::{chosen, drawn};
use crate::points::Points;
use crate::quiz::Quiz;

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
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionResult {
    /// In the drawn order, from 0.
    pub place: usize,
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

/// Scores answers to the attempt with this seed. Answers to questions that it does not have count for nothing.
pub fn score(quiz: &Quiz, answers: &Answers, seed: u64) -> Score {
    let questions: Vec<QuestionScore> = chosen(quiz, seed)
        .into_iter()
        .map(|question| {
            let drawn = drawn(question, quiz.shuffle, seed);
            let answer = answers.get(&question.id).filter(|answer| !Answer::is_empty(answer));
            let graded = question.kind.grade(&drawn.body, answer, question.points);
            QuestionScore {
                id: question.id.clone(),
                topic: question.topic.clone(),
                outcome: outcome(&graded, question.points),
                points: graded.points,
                max_points: question.points,
                options: graded.options,
                feedback: graded.feedback,
                explanation: question.explanation.clone(),
                expected: graded.expected,
            }
        })
        .collect();
    Score {
        points: questions.iter().map(|question| question.points).sum(),
        max_points: questions.iter().map(|question| question.max_points).sum(),
        questions,
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
