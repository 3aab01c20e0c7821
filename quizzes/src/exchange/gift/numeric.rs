//! Numeric answers in GIFT: `{#3:0.5}`, `{#1..5}`, and several with percentages.

use super::answers::{Given, Outcome, Read, given, text};
use super::marks::Marks;
use crate::mistake::Mistake;
use crate::question::{Kind, Numeric};

/// Reads what is behind the `#`.
pub(super) fn read(marks: &Marks, format: &str, remarks: &mut Vec<String>) -> Read {
    let mut all = if marks.options().1.is_empty() { vec![alone(marks, format)] } else { given(marks, format)? };
    let mut mistakes = Vec::new();
    let mut right: Vec<(f64, f64)> = Vec::new();
    let (mut praise, mut feedback) = (None, None);
    for one in &mut all {
        if one.text.text() == "*" {
            feedback = one.feedback.take();
            continue;
        }
        match number(&one.text) {
            Err(mistake) => mistakes.push(mistake),
            Ok(_) if one.percent < 100.0 => {
                remarks.push(format!("`{}` is wrong instead of worth {} %.", one.text.text(), one.percent));
            }
            Ok(number) => {
                right.push(number);
                praise = praise.or(one.feedback.take());
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let [(answer, tolerance)] = right.as_slice() else {
        let why = if right.is_empty() { "No number gets all points." } else { "Several numbers get all points." };
        return Ok(Outcome::LeftOut(why.to_owned()));
    };
    let kind = Numeric { answer: *answer, formula: None, tolerance: *tolerance, unit: None, feedback };
    Ok(Outcome::Read { kind: Kind::Numeric(kind), explanation: praise })
}

fn alone(marks: &Marks, format: &str) -> Given {
    let (number, feedback) = match marks.split("#") {
        Some((number, feedback)) => (number, text(&feedback, format)),
        None => (marks.clone(), None),
    };
    Given { text: number, percent: 100.0, feedback, is_right_mark: true }
}

/// A number with its tolerance.
fn number(marks: &Marks) -> Result<(f64, f64), Mistake> {
    let read = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let text = marks.text();
    let found = if let Some((low, high)) = text.split_once("..") {
        let (low, high) = (read(low), read(high));
        low.zip(high).filter(|(low, high)| low <= high).map(|(low, high)| (low.midpoint(high), (high - low) / 2.0))
    } else if let Some((answer, tolerance)) = text.split_once(':') {
        read(answer).zip(read(tolerance).filter(|tolerance| *tolerance >= 0.0))
    } else {
        read(&text).map(|answer| (answer, 0.0))
    };
    found.ok_or_else(|| {
        let mistake = if text.is_empty() {
            marks.mistake("MISSING_FIELD", "A number is missing here.")
        } else {
            marks.mistake("BAD_VALUE", format!("`{text}` is no number, with a tolerance or as a range."))
        };
        mistake.with_hint("Write `3`, `3:0.5` for a tolerance, or `2.5..3.5` for a range.")
    })
}
