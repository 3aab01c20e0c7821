//! Questions: what all kinds share, and one file for each kind.

mod choice;
mod matching;
mod multiple;
mod numeric;
mod ordering;
mod short_text;
mod single;

pub use choice::ChoiceOption;
pub use matching::{Matching, Pair};
pub use multiple::{Multiple, MultiplePolicy};
pub use numeric::Numeric;
pub use ordering::Ordering;
pub use short_text::ShortText;
pub use single::Single;

use serde::Serialize;

use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::Graded;
use crate::shuffle::Source;

#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub id: String,
    pub topic: String,
    pub points: Points,
    /// Markdown.
    pub prompt: String,
    /// Markdown, shown with the feedback.
    pub explanation: Option<String>,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Single(Single),
    Multiple(Multiple),
    Numeric(Numeric),
    ShortText(ShortText),
    Ordering(Ordering),
    Matching(Matching),
}

/// A kind's name in a quiz file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    Single,
    Multiple,
    Numeric,
    ShortText,
    Ordering,
    Matching,
}

const KINDS: [(&str, KindName); 6] = [
    ("single", KindName::Single),
    ("multiple", KindName::Multiple),
    ("numeric", KindName::Numeric),
    ("short_text", KindName::ShortText),
    ("ordering", KindName::Ordering),
    ("matching", KindName::Matching),
];

impl Question {
    /// Reads a question; `None` when its kind is not known.
    pub(crate) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let id = fields.required_text("id", mistakes);
        if !id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
            mistakes.push(fields.mistake("BAD_VALUE", "id", "An id holds letters, digits, `-`, `_` and `.` only."));
        }
        let topic = fields.text("topic", mistakes).unwrap_or_default();
        let points = fields.points("points", mistakes).unwrap_or(Points(100));
        let prompt = fields.required_text("prompt", mistakes);
        let explanation = fields.text("explanation", mistakes);
        if fields.node("kind").is_none() {
            let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            let missing = fields.mistake("MISSING_FIELD", "kind", "`kind` is missing here.");
            mistakes.push(missing.with_hint(format!("Write one of {}.", names.join(", "))));
        }
        let kind = fields.choice("kind", &KINDS, mistakes)?;
        let kind = Kind::read(kind, fields, mistakes);
        Some(Self { id, topic, points, prompt, explanation, kind })
    }
}

impl Kind {
    fn read(name: KindName, fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        match name {
            KindName::Single => Kind::Single(Single::read(fields, mistakes)),
            KindName::Multiple => Kind::Multiple(Multiple::read(fields, mistakes)),
            KindName::Numeric => Kind::Numeric(Numeric::read(fields, mistakes)),
            KindName::ShortText => Kind::ShortText(ShortText::read(fields, mistakes)),
            KindName::Ordering => Kind::Ordering(Ordering::read(fields, mistakes)),
            KindName::Matching => Kind::Matching(Matching::read(fields, mistakes)),
        }
    }

    pub fn name(&self) -> KindName {
        match self {
            Kind::Single(_) => KindName::Single,
            Kind::Multiple(_) => KindName::Multiple,
            Kind::Numeric(_) => KindName::Numeric,
            Kind::ShortText(_) => KindName::ShortText,
            Kind::Ordering(_) => KindName::Ordering,
            Kind::Matching(_) => KindName::Matching,
        }
    }

    /// What a student sees of it. Options keep their order when `shuffle` is off; items and right sides never do.
    pub(crate) fn draw(&self, shuffle: bool, source: &mut Source) -> DrawnBody {
        match self {
            Kind::Single(single) => single.draw(shuffle, source),
            Kind::Multiple(multiple) => multiple.draw(shuffle, source),
            Kind::Numeric(numeric) => numeric.draw(),
            Kind::ShortText(_) => DrawnBody::ShortText,
            Kind::Ordering(ordering) => ordering.draw(source),
            Kind::Matching(matching) => matching.draw(source),
        }
    }

    /// Scores an answer to the question as it was drawn. An answer of another kind is no answer.
    pub(crate) fn grade(&self, drawn: &DrawnBody, answer: Option<&Answer>, points: Points) -> Graded {
        match self {
            Kind::Single(single) => single.grade(drawn, answer, points),
            Kind::Multiple(multiple) => multiple.grade(drawn, answer, points),
            Kind::Numeric(numeric) => numeric.grade(answer, points),
            Kind::ShortText(short_text) => short_text.grade(answer, points),
            Kind::Ordering(ordering) => ordering.grade(drawn, answer, points),
            Kind::Matching(matching) => matching.grade(drawn, answer, points),
        }
    }
}
