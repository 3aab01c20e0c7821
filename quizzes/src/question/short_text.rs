//! A word or a few, compared after normalising.

use super::numeric::readings;
use crate::answer::Answer;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortText {
    /// Any of them is right; the first one is shown as the answer.
    pub accept: Vec<String>,
    /// For any wrong text.
    pub feedback: Option<String>,
}

impl ShortText {
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let before = mistakes.len();
        let accept = fields.texts("accept", mistakes);
        if accept.is_empty() && mistakes.len() == before {
            mistakes.push(fields.mistake("TOO_FEW", "accept", "`accept` must list at least one right answer."));
        }
        Self { accept, feedback: fields.text("feedback", mistakes) }
    }

    pub(super) fn grade(&self, answer: Option<&Answer>, points: Points) -> Graded {
        let given = match answer {
            Some(Answer::Text(text)) => normalised(text),
            _ => String::new(),
        };
        let is_right = !given.is_empty() && self.accept.iter().any(|accepted| normalised(accepted) == given);
        Graded {
            points: if is_right { points } else { Points::ZERO },
            answered: !given.is_empty(),
            options: Vec::new(),
            feedback: self.feedback.clone().filter(|_| !is_right),
            expected: Expected::Text(self.accept.first().cloned().unwrap_or_default()),
        }
    }
}

/// Lower case, single blanks, without the quotation marks and the full stop or semicolon that people put around a word.
pub(crate) fn normalised(text: &str) -> String {
    let text = text.trim().trim_end_matches([';', '.']).trim();
    let text = text.trim_matches(['`', '"', '\'', '“', '”', '„']);
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a typed text means a value: the same words, or the same number. Nothing typed means nothing.
pub(crate) fn same_text(given: &str, value: &str) -> bool {
    let words = normalised(given);
    let is_near = |number: f64| move |reading: &f64| (reading - number).abs() <= 1e-9 * number.abs().max(1.0);
    let is_number = |number: f64| readings(given, None).iter().any(is_near(number));
    !words.is_empty() && (words == normalised(value) || value.trim().parse::<f64>().is_ok_and(is_number))
}
