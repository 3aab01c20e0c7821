//! What a student answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Answers by question id. A question without an entry is unanswered.
pub type Answers = BTreeMap<String, Answer>;

/// One answer; which of them fits is the question's kind. `{"choice": [0, 2]}`, `{"text": "42"}`, `{"order": [2, 0, 1]}`,
/// `{"matches": [1, null, 0]}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The chosen options, for single and multiple choice.
    Choice(Vec<Pick>),
    /// For numeric and short text.
    Text(String),
    /// The items in the student's order.
    Order(Vec<Pick>),
    /// For each left side, in the drawn order, the right side chosen.
    Matches(Vec<Option<Pick>>),
}

/// Something chosen from a drawn list: by its place there (from 0), as pages do, or by its text, as people do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Pick {
    Place(usize),
    Text(String),
}

impl Pick {
    /// The place in the list as drawn; `None` when there is no such element.
    pub(crate) fn place(&self, drawn: &[String]) -> Option<usize> {
        match self {
            Pick::Place(place) => (*place < drawn.len()).then_some(*place),
            Pick::Text(text) => drawn.iter().position(|known| known == text),
        }
    }
}

impl Answer {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Answer::Choice(picks) | Answer::Order(picks) => picks.is_empty(),
            Answer::Text(text) => text.trim().is_empty(),
            Answer::Matches(picks) => picks.iter().all(Option::is_none),
        }
    }
}
