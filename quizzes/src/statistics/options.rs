//! How often each option was chosen, and by whom.

use serde::Serialize;

use super::{Answered, correlation};
use crate::question::{ChoiceOption, Kind};
use crate::quiz::Quiz;
use crate::scoring::QuestionScore;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptionChoice {
    /// In the order of the file, from 0; of predicted tables the right one is 0.
    pub option: usize,
    /// As in the file, with its placeholders; for predicted tables the query that makes it.
    pub text: String,
    pub correct: bool,
    /// To how many attempts: not to those that were asked before it was written.
    pub offered: usize,
    /// By how many attempts.
    pub chosen: usize,
    /// Of the attempts that were offered it, from 0 to 1.
    pub share: f64,
    /// Mean share of the rest of the attempt of those who chose it; `None` when nobody did.
    pub mean_rest: Option<f64>,
}

/// The options of a question in one attempt, by their keys.
pub(super) struct Offered {
    all: Vec<String>,
    chosen: Vec<String>,
}

impl Offered {
    /// As the attempt was asked.
    pub fn of(quiz: &Quiz, score: &QuestionScore) -> Self {
        let all: Vec<String> = options(quiz, &score.id).into_iter().map(|option| option.key).collect();
        let chosen = score.options.iter().filter(|option| option.chosen);
        let chosen = chosen.filter_map(|option| all.get(option.option).cloned()).collect();
        Self { all, chosen }
    }
}

/// An option as it is authored.
struct Authored {
    /// What makes it the same option in another release, wherever it stands there.
    key: String,
    text: String,
    correct: bool,
}

pub(super) fn of(quiz: &Quiz, question: &str, answered: &[Answered<'_>]) -> Vec<OptionChoice> {
    let choice = |(option, Authored { key, text, correct }): (usize, Authored)| {
        let offered = answered.iter().filter(|one| one.options.all.contains(&key)).count();
        let choosers: Vec<&Answered<'_>> = answered.iter().filter(|one| one.options.chosen.contains(&key)).collect();
        let rests: Vec<f64> = choosers.iter().filter_map(|one| one.rest).collect();
        OptionChoice {
            option,
            text,
            correct,
            offered,
            chosen: choosers.len(),
            share: choosers.len() as f64 / offered.max(1) as f64,
            mean_rest: correlation::mean(&rests),
        }
    };
    options(quiz, question).into_iter().enumerate().map(choice).collect()
}

fn options(quiz: &Quiz, question: &str) -> Vec<Authored> {
    let kind = quiz.questions.iter().find(|known| known.id == question).map(|question| &question.kind);
    kind.map(of_kind).unwrap_or_default()
}

fn of_kind(kind: &Kind) -> Vec<Authored> {
    let of = |options: &[ChoiceOption]| options.iter().map(written).collect();
    match kind {
        Kind::Single(single) => of(&single.options),
        Kind::Multiple(multiple) => of(&multiple.options),
        Kind::ReadLog(read_log) => of_kind(&read_log.ask),
        Kind::Predict(predict) if !predict.distractors.is_empty() => {
            let wrong = predict.distractors.iter().map(|distractor| {
                let sql = [distractor.setup.as_deref(), distractor.query.as_deref()];
                let text = distractor.query.as_ref().or(distractor.setup.as_ref()).cloned().unwrap_or_default();
                Authored { key: format!("{sql:?}"), text, correct: false }
            });
            let right = Authored { key: "right".to_owned(), text: predict.query.clone(), correct: true };
            std::iter::once(right).chain(wrong).collect()
        }
        _ => Vec::new(),
    }
}

fn written(option: &ChoiceOption) -> Authored {
    Authored { key: option.text.clone(), text: option.text.clone(), correct: option.correct }
}
