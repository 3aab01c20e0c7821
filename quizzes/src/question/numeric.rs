//! A number, within a tolerance.

use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded};
use crate::variant;

#[derive(Clone, Debug, PartialEq)]
pub struct Numeric {
    pub answer: f64,
    /// `{{n * 2}}`, where the answer depends on the question's numbers; `answer` is then that of the variant.
    pub formula: Option<String>,
    /// Absolute, from 0.
    pub tolerance: f64,
    /// Shown behind the field; a student may write it too.
    pub unit: Option<String>,
    /// For any wrong number.
    pub feedback: Option<String>,
}

impl Numeric {
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let node = fields.node("answer");
        let formula = node.and_then(variant::placeholder);
        if node.is_none() {
            mistakes.push(fields.mistake("MISSING_FIELD", "answer", "`answer` is missing here: the right number."));
        }
        let answer = if formula.is_none() { fields.number("answer", mistakes) } else { None };
        if formula.is_some() && fields.node("numbers").is_none() {
            let message = "`answer` has a placeholder, but the question has no `numbers`.";
            mistakes.push(fields.mistake("BAD_VALUE", "answer", message));
        }
        let tolerance = fields.number("tolerance", mistakes).unwrap_or_default();
        if tolerance < 0.0 {
            mistakes.push(fields.mistake("BAD_VALUE", "tolerance", "`tolerance` must not be negative."));
        }
        let unit = fields.text("unit", mistakes);
        let feedback = fields.text("feedback", mistakes);
        Self { answer: answer.unwrap_or_default(), formula, tolerance, unit, feedback }
    }

    pub(super) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        self.unit.iter_mut().chain(&mut self.feedback).for_each(&mut *visit);
        if let Some(formula) = &mut self.formula {
            visit(formula);
            self.answer = formula.parse().unwrap_or(self.answer);
        }
    }

    pub(super) fn draw(&self) -> DrawnBody {
        DrawnBody::Numeric { unit: self.unit.clone() }
    }

    pub(super) fn grade(&self, answer: Option<&Answer>, points: Points) -> Graded {
        let text = match answer {
            Some(Answer::Text(text)) => text.trim(),
            _ => "",
        };
        let is_right = readings(text, self.unit.as_deref()).iter().any(|number| self.accepts(*number));
        let unit = self.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
        Graded {
            points: if is_right { points } else { Points::ZERO },
            answered: !text.is_empty(),
            options: Vec::new(),
            feedback: self.feedback.clone().filter(|_| !is_right),
            expected: Expected::Text(format!("{}{unit}", self.answer)),
        }
    }

    /// Within the tolerance, and a little more for what binary fractions cannot say.
    fn accepts(&self, number: f64) -> bool {
        (number - self.answer).abs() <= self.tolerance + 1e-9 * self.answer.abs().max(1.0)
    }
}

/// The numbers that a text may mean: a comma is a decimal mark or parts thousands.
pub(super) fn readings(text: &str, unit: Option<&str>) -> Vec<f64> {
    let text = text.trim();
    let text = unit.and_then(|unit| strip_unit(text, unit)).unwrap_or(text);
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let digits = digits.replace('\u{2212}', "-");
    let fits = digits.chars().all(|c| c.is_ascii_digit() || "+-.,eE".contains(c));
    let forms = [digits.replace(',', "."), digits.replace(',', "")];
    let numbers = forms.iter().filter_map(|form| form.parse::<f64>().ok());
    numbers.filter(|number| fits && number.is_finite()).collect()
}

fn strip_unit<'a>(text: &'a str, unit: &str) -> Option<&'a str> {
    let start = text.len().checked_sub(unit.len())?;
    let (number, rest) = (text.get(..start)?, text.get(start..)?);
    rest.eq_ignore_ascii_case(unit).then_some(number)
}
