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
    /// By how many attempts.
    pub chosen: usize,
    /// Of the attempts that were asked, from 0 to 1.
    pub share: f64,
    /// Mean share of the rest of the attempt of those who chose it; `None` when nobody did.
    pub mean_rest: Option<f64>,
}

/// The texts of the options that were chosen: what an option is, also when others were put before it since.
pub(super) fn chosen(quiz: &Quiz, score: &QuestionScore) -> Vec<String> {
    let mut texts = options(quiz, &score.id);
    let chosen = score.options.iter().filter(|option| option.chosen);
    chosen.filter_map(|option| texts.get_mut(option.option).map(|(text, _)| std::mem::take(text))).collect()
}

fn options(quiz: &Quiz, question: &str) -> Vec<(String, bool)> {
    let kind = quiz.questions.iter().find(|known| known.id == question).map(|question| &question.kind);
    kind.map(texts).unwrap_or_default()
}

pub(super) fn of(quiz: &Quiz, question: &str, answered: &[Answered<'_>]) -> Vec<OptionChoice> {
    let choice = |(option, (text, correct)): (usize, (String, bool))| {
        let choosers: Vec<&Answered<'_>> = answered.iter().filter(|one| one.chosen.contains(&text)).collect();
        let rests: Vec<f64> = choosers.iter().filter_map(|one| one.rest).collect();
        OptionChoice {
            option,
            text,
            correct,
            chosen: choosers.len(),
            share: choosers.len() as f64 / answered.len().max(1) as f64,
            mean_rest: correlation::mean(&rests),
        }
    };
    options(quiz, question).into_iter().enumerate().map(choice).collect()
}

/// The options of a kind with whether they are right.
fn texts(kind: &Kind) -> Vec<(String, bool)> {
    let of = |options: &[ChoiceOption]| options.iter().map(|option| (option.text.clone(), option.correct)).collect();
    match kind {
        Kind::Single(single) => of(&single.options),
        Kind::Multiple(multiple) => of(&multiple.options),
        Kind::ReadLog(read_log) => texts(&read_log.ask),
        Kind::Predict(predict) if !predict.distractors.is_empty() => {
            let wrong = predict.distractors.iter().map(|distractor| {
                let sql = distractor.query.as_ref().or(distractor.setup.as_ref());
                (sql.cloned().unwrap_or_default(), false)
            });
            std::iter::once((predict.query.clone(), true)).chain(wrong).collect()
        }
        _ => Vec::new(),
    }
}
