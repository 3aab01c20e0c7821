//! Items to bring into order.

use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded};
use crate::shuffle::Source;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordering {
    /// In the right order, no text twice.
    pub items: Vec<String>,
    /// For any wrong order.
    pub feedback: Option<String>,
}

impl Ordering {
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let before = mistakes.len();
        let items = fields.texts("items", mistakes);
        if items.len() < 2 && mistakes.len() == before {
            mistakes.push(fields.mistake(
                "TOO_FEW",
                "items",
                "An ordering needs at least two `items`, in the right order.",
            ));
        }
        Self { items, feedback: fields.text("feedback", mistakes) }
    }

    /// Never in the right order.
    pub(super) fn draw(&self, source: &mut Source) -> DrawnBody {
        let mut items = self.items.clone();
        source.shuffle(&mut items);
        if items == self.items && items.len() > 1 {
            items.rotate_left(1);
        }
        DrawnBody::Ordering { items }
    }

    /// The longest run of items that follow each other as they should: all of them give all points, none (a run of a
    /// single item) gives nothing.
    pub(super) fn grade(&self, drawn: &DrawnBody, answer: Option<&Answer>, points: Points) -> Graded {
        let drawn: &[String] = if let DrawnBody::Ordering { items } = drawn { items } else { &[] };
        let rank = |place: usize| drawn.get(place).and_then(|text| self.items.iter().position(|item| item == text));
        let given: Vec<usize> = match answer {
            Some(Answer::Order(picks)) => picks.iter().filter_map(|pick| pick.place(drawn)).filter_map(rank).collect(),
            _ => Vec::new(),
        };
        let mut distinct = given.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let is_complete = distinct.len() == given.len();
        let steps = if is_complete { longest_run(&given).saturating_sub(1) } else { 0 };
        let needed = self.items.len().saturating_sub(1);
        let earned = points.share(steps as u64, needed as u64);
        let expected = self.items.iter().filter_map(|item| drawn.iter().position(|text| text == item)).collect();
        Graded {
            points: if given.is_empty() { Points::ZERO } else { earned },
            answered: !given.is_empty(),
            options: Vec::new(),
            feedback: self.feedback.clone().filter(|_| earned < points),
            expected: Expected::Order(expected),
        }
    }
}

/// Length of the longest stretch in which each rank is one more than the rank before.
fn longest_run(ranks: &[usize]) -> usize {
    let mut longest = usize::from(!ranks.is_empty());
    let mut run = longest;
    for pair in ranks.windows(2) {
        run = if pair[1] == pair[0] + 1 { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}
