//! Variants of a question: numbers that an attempt's seed chooses, put where the texts have `{{n}}` or `{{n * 2 + 1}}`.
//!
//! Invariant: the seed and the question's id alone decide, so that a variant can be drawn again.

mod formula;

use std::borrow::Cow;

use crate::mistake::Mistake;
use crate::question::{Flaw, Question};
use crate::reading::{Fields, Node};
use crate::shuffle::Source;

/// A question whose SQL is run for each choice of its numbers may have so many choices.
pub const MAX_EXECUTED_VARIANTS: u64 = 50;
/// Of more variants than these some are checked, spread evenly.
const MAX_CHECKED_VARIANTS: u64 = 500;
const MAX_VALUES: u32 = 10_000;
/// Beyond it nobody would notice a difference between two attempts.
const MAX_VARIANTS: u64 = 1_000_000_000;

/// A number that differs from attempt to attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// As the placeholders name it.
    pub name: String,
    /// At least one, in the order of the file.
    pub values: Vec<f64>,
}

/// A value for each of a question's numbers.
pub(crate) type Assignment = Vec<(String, f64)>;

/// Reads `numbers: {n: {from: 2, to: 9, step: 1}, size: {of: [10, 100]}}`.
pub(crate) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Number> {
    let mut numbers = Vec::new();
    for (name, path, node) in fields.entries("numbers", mistakes) {
        if !name.starts_with(|c: char| c.is_alphabetic()) || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            let message = format!("`{name}` is no name for a number: write letters, digits and `_`.");
            mistakes.push(Mistake::new("BAD_VALUE", &path, node.place, message));
        }
        let Some(mut number) = Fields::of(node, path, mistakes) else { continue };
        let before = mistakes.len();
        let values = values(&mut number, mistakes);
        if values.is_empty() && mistakes.len() == before {
            let message = "A number needs `from` and `to`, or a list `of` values.";
            mistakes.push(number.mistake("MISSING_FIELD", "from", message));
        }
        number.finish(mistakes);
        numbers.push(Number { name: name.to_owned(), values });
    }
    numbers
}

fn values(number: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Vec<f64> {
    let list: Vec<f64> = number.numbers("of", mistakes);
    let (from, to) = (number.number("from", mistakes), number.number("to", mistakes));
    let step = number.number("step", mistakes).unwrap_or(1.0);
    let (Some(from), Some(to)) = (from, to) else { return list };
    let steps = ((to - from) / step + 1e-9).floor();
    if step <= 0.0 || steps < 0.0 || steps >= f64::from(MAX_VALUES) || !list.is_empty() {
        let message = format!("Write `from` a number `to` a larger one, at most {MAX_VALUES} of them, and no `of`.");
        mistakes.push(number.mistake("BAD_VALUE", "from", message));
        return Vec::new();
    }
    (0..=steps as u32).map(|index| f64::from(index).mul_add(step, from)).collect()
}

/// How many variants there are; 1 without numbers.
pub(crate) fn count(numbers: &[Number]) -> u64 {
    numbers.iter().fold(1, |count, number| count.saturating_mul(number.values.len().max(1) as u64))
}

/// The variant with this index, from 0 to [`count`] - 1.
fn assignment(numbers: &[Number], mut index: u64) -> Assignment {
    let mut assignment = Vec::new();
    for number in numbers {
        let count = number.values.len().max(1) as u64;
        let value = usize::try_from(index % count).ok().and_then(|place| number.values.get(place));
        assignment.push((number.name.clone(), value.copied().unwrap_or_default()));
        index /= count;
    }
    assignment
}

/// The question with the numbers of this seed.
pub(crate) fn drawn(question: &Question, seed: u64) -> Cow<'_, Question> {
    if question.numbers.is_empty() {
        return Cow::Borrowed(question);
    }
    let bound = usize::try_from(count(&question.numbers)).unwrap_or(usize::MAX);
    let index = Source::new(seed, &format!("numbers {}", question.id)).below(bound);
    Cow::Owned(with(question, &assignment(&question.numbers, index as u64)).0)
}

/// Every variant of a question, at most so many as may be executed.
pub(crate) fn all(question: &Question) -> Vec<Cow<'_, Question>> {
    if question.numbers.is_empty() {
        return vec![Cow::Borrowed(question)];
    }
    let indexes = 0..count(&question.numbers).min(MAX_EXECUTED_VARIANTS);
    indexes.map(|index| Cow::Owned(with(question, &assignment(&question.numbers, index)).0)).collect()
}

/// The question with these numbers in its texts, and what went wrong; a placeholder that is wrong stays as it is.
fn with(question: &Question, numbers: &Assignment) -> (Question, Vec<String>) {
    let mut variant = question.clone();
    let mut wrong = Vec::new();
    variant.each_text(&mut |text| match filled(text, numbers) {
        Ok(filled) => *text = filled,
        Err(message) if wrong.contains(&message) => {}
        Err(message) => wrong.push(message),
    });
    (variant, wrong)
}

fn filled(text: &str, numbers: &Assignment) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((formula, behind)) = after.split_once("}}") else {
            return Err("A placeholder `{{` is not closed by `}}`.".to_owned());
        };
        filled.push_str(before);
        filled.push_str(&written(formula::value(formula, numbers)?));
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// At most six decimals, without zeros at the end.
pub(crate) fn written(number: f64) -> String {
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// What is wrong with a question's numbers, in any of its variants.
pub(crate) fn flaws(question: &Question) -> Vec<Flaw> {
    let numbers = &question.numbers;
    let count = count(numbers);
    if numbers.is_empty() || numbers.iter().any(|number| number.values.is_empty()) {
        return Vec::new();
    }
    let mut flaws: Vec<Flaw> = Vec::new();
    let most = if question.kind.executions().is_empty() { MAX_VARIANTS } else { MAX_EXECUTED_VARIANTS };
    if count > most {
        let message = format!("The numbers of this question give {count} variants; {most} is the most.");
        flaws.push(Flaw::new("TOO_MANY", message));
    }
    let checked = count.min(MAX_CHECKED_VARIANTS);
    for step in 0..checked {
        let assignment = assignment(numbers, step * (count / checked.max(1)));
        let (variant, wrong) = with(question, &assignment);
        let found = wrong.into_iter().map(|message| Flaw::new("BAD_FORMULA", message));
        let found: Vec<Flaw> = found.chain(equal_texts(&variant, &assignment)).collect();
        for flaw in found {
            if !flaws.iter().any(|known| known.code == flaw.code) {
                flaws.push(flaw);
            }
        }
    }
    flaws.extend(unused(question));
    flaws
}

/// Two texts that must differ and are the same for these numbers.
fn equal_texts(variant: &Question, numbers: &Assignment) -> Option<Flaw> {
    for texts in variant.kind.distinct_texts() {
        let twice = texts.iter().enumerate().find(|(index, text)| texts[..*index].contains(text));
        if let Some((_, twice)) = twice {
            let of: Vec<String> = numbers.iter().map(|(name, value)| format!("{name} = {}", written(*value))).collect();
            return Some(Flaw::new("DUPLICATE_TEXT", format!("With {} there are two `{twice}`.", of.join(", "))));
        }
    }
    None
}

fn unused(question: &Question) -> Vec<Flaw> {
    let mut formulas = String::new();
    question.clone().each_text(&mut |text| {
        for (_, rest) in text.match_indices("{{").map(|(at, _)| text.split_at(at)) {
            formulas.push_str(rest.split_once("}}").map_or("", |(formula, _)| formula));
            formulas.push(' ');
        }
    });
    let words: Vec<&str> = formulas.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let unused = question.numbers.iter().filter(|number| !words.contains(&number.name.as_str()));
    unused.map(|number| Flaw::new("UNUSED_NUMBER", format!("No text has `{{{{{}}}}}`.", number.name))).collect()
}

/// Whether a value of the file has a placeholder instead of a number.
pub(crate) fn placeholder(node: &Node) -> Option<String> {
    match &node.value {
        crate::reading::Value::Text(text) if text.trim().starts_with("{{") => Some(text.trim().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
