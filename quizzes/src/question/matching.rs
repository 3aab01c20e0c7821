//! Left sides to match with right sides.

use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded};
use crate::shuffle::Source;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    /// No left side twice; several may have the same right side.
    pub pairs: Vec<Pair>,
    /// Right sides that match nothing.
    pub distractors: Vec<String>,
    /// For any wrong match.
    pub feedback: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub left: String,
    pub right: String,
}

impl Matching {
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let before = mistakes.len();
        let mut pairs: Vec<Pair> = Vec::new();
        for (path, node) in fields.list("pairs", mistakes) {
            let Some(mut pair) = Fields::of(node, path, mistakes) else { continue };
            let left = pair.required_text("left", mistakes);
            let right = pair.required_text("right", mistakes);
            if !left.is_empty() && pairs.iter().any(|other| other.left == left) {
                mistakes.push(pair.mistake(
                    "DUPLICATE_TEXT",
                    "left",
                    format!("There is already a left side `{left}`."),
                ));
            }
            pair.finish(mistakes);
            pairs.push(Pair { left, right });
        }
        if pairs.len() < 2 && mistakes.len() == before {
            mistakes.push(fields.mistake(
                "TOO_FEW",
                "pairs",
                "A matching needs at least two `pairs` of left and right.",
            ));
        }
        let distractors = fields.texts("distractors", mistakes);
        if let Some(both) = distractors.iter().find(|text| pairs.iter().any(|pair| pair.right == **text)) {
            mistakes.push(fields.mistake("DUPLICATE_TEXT", "distractors", format!("`{both}` is a right side too.")));
        }
        Self { pairs, distractors, feedback: fields.text("feedback", mistakes) }
    }

    pub(super) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        for pair in &mut self.pairs {
            visit(&mut pair.left);
            visit(&mut pair.right);
        }
        self.distractors.iter_mut().chain(&mut self.feedback).for_each(visit);
    }

    pub(super) fn lefts(&self) -> Vec<&str> {
        self.pairs.iter().map(|pair| pair.left.as_str()).collect()
    }

    /// Each once, those that match nothing at the end.
    pub(super) fn rights(&self) -> Vec<&str> {
        let mut rights: Vec<&str> = Vec::new();
        for right in self.pairs.iter().map(|pair| &pair.right).chain(&self.distractors) {
            if !rights.contains(&right.as_str()) {
                rights.push(right);
            }
        }
        rights
    }

    /// Left sides as in the file, right sides shuffled, each once.
    pub(super) fn draw(&self, source: &mut Source) -> DrawnBody {
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let mut rights = owned(self.rights());
        source.shuffle(&mut rights);
        DrawnBody::Matching { lefts: owned(self.lefts()), rights }
    }

    /// The share of the pairs that are right.
    pub(super) fn grade(&self, drawn: &DrawnBody, answer: Option<&Answer>, points: Points) -> Graded {
        let rights: &[String] = if let DrawnBody::Matching { rights, .. } = drawn { rights } else { &[] };
        let given: Vec<Option<usize>> = match answer {
            Some(Answer::Matches(picks)) => picks.iter().map(|pick| pick.as_ref()?.place(rights)).collect(),
            _ => Vec::new(),
        };
        let expected: Vec<usize> =
            self.pairs.iter().filter_map(|pair| rights.iter().position(|right| *right == pair.right)).collect();
        let right = expected.iter().zip(&given).filter(|(expected, given)| **given == Some(**expected)).count();
        let earned = points.share(right as u64, self.pairs.len() as u64);
        Graded {
            points: earned,
            answered: given.iter().any(Option::is_some),
            options: Vec::new(),
            feedback: self.feedback.clone().filter(|_| right < self.pairs.len()),
            expected: Expected::Matches(expected),
        }
    }
}
