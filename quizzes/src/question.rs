//! Questions: what all kinds share, and one file for each kind.

mod choice;
mod fix_sql;
mod flaw;
mod kind;
mod log_facts;
mod matching;
mod multiple;
mod numeric;
mod ordering;
mod predict;
mod read_log;
mod short_text;
mod single;

pub use choice::ChoiceOption;
pub use fix_sql::{FixSql, MAX_ANSWER_CHARS};
pub(crate) use flaw::Flaw;
#[cfg(test)]
pub(crate) use kind::KINDS;
pub use kind::{Kind, KindName};
pub use log_facts::LogFacts;
pub use matching::{Matching, Pair};
pub(crate) use multiple::POLICIES;
pub use multiple::{Multiple, MultiplePolicy};
pub use numeric::Numeric;
pub use ordering::Ordering;
pub use predict::{Distractor, Output, Predict};
pub use read_log::{ReadLog, excerpt};
pub use short_text::ShortText;
pub(crate) use short_text::{normalised, same_text};
pub use single::Single;

use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::variant::{self, Number};

#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub id: String,
    pub topic: String,
    /// Questions of one pool ask the same: an attempt has at most one of them.
    pub pool: Option<String>,
    pub points: Points,
    /// Markdown.
    pub prompt: String,
    /// Markdown, shown with the feedback.
    pub explanation: Option<String>,
    /// Chosen by the attempt's seed and put into the texts.
    pub numbers: Vec<Number>,
    pub kind: Kind,
    /// Line and column in the file where it stands, from 1.
    pub place: (u32, u32),
}

impl Question {
    /// Reads a question; `None` when its kind is not known. `policy` is the quiz's, for multiple choices without one.
    pub(crate) fn read(fields: &mut Fields<'_>, policy: MultiplePolicy, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let id = fields.required_text("id", mistakes);
        if !id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
            mistakes.push(fields.mistake("BAD_VALUE", "id", "An id holds letters, digits, `-`, `_` and `.` only."));
        }
        let topic = fields.text("topic", mistakes).unwrap_or_default();
        let pool = fields.text("pool", mistakes);
        let points = fields.points("points", mistakes).unwrap_or(Points(100));
        let prompt = fields.required_text("prompt", mistakes);
        let explanation = fields.text("explanation", mistakes);
        let numbers = variant::read(fields, mistakes);
        let name = Kind::read_name(fields, &kind::KINDS, mistakes)?;
        let before = mistakes.len();
        let kind = Kind::read(name, fields, policy, mistakes)?;
        let question = Self { id, topic, pool, points, prompt, explanation, numbers, kind, place: fields.place() };
        if mistakes.len() == before {
            let place = fields.place_of("numbers");
            let path = fields.path_of("numbers");
            mistakes.extend(variant::flaws(&question).into_iter().map(|flaw| Mistake::of(flaw, &path, place)));
        }
        Some(question)
    }

    /// Visits every text that may have placeholders.
    pub(crate) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        visit(&mut self.prompt);
        self.explanation.iter_mut().for_each(&mut *visit);
        self.kind.each_text(visit);
    }
}

#[cfg(test)]
mod tests;
