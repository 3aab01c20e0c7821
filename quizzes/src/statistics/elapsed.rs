//! How long questions took, from the moments at which their answers were saved.

use std::collections::BTreeMap;

use serde::Serialize;

/// In milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Times {
    pub median_ms: u64,
    pub mean_ms: u64,
    /// How many attempts have a time.
    pub count: usize,
}

impl Times {
    /// `None` of nothing.
    pub(super) fn of(mut times_ms: Vec<u64>) -> Option<Self> {
        times_ms.sort_unstable();
        let count = times_ms.len();
        let middle = |index: usize| times_ms.get(index).copied();
        let (lower, upper) = (middle(count.checked_sub(1)? / 2)?, middle(count / 2)?);
        let sum: u64 = times_ms.iter().fold(0, |sum, time| sum.saturating_add(*time));
        Some(Self { median_ms: lower.midpoint(upper), mean_ms: sum / count as u64, count })
    }
}

/// Milliseconds by question, from every save of the attempt in any order: the time since the save before, or since the
/// start, is the saved question's. Coming back to a question adds to its time.
pub fn elapsed(started_ms: i64, saves: &[(&str, i64)]) -> BTreeMap<String, u64> {
    let mut saves = saves.to_vec();
    saves.sort_by_key(|(_, at_ms)| *at_ms);
    let mut elapsed: BTreeMap<String, u64> = BTreeMap::new();
    let mut before = started_ms;
    for (question, at_ms) in saves {
        let spent = u64::try_from(at_ms.saturating_sub(before)).unwrap_or(0);
        *elapsed.entry(question.to_owned()).or_default() += spent;
        before = before.max(at_ms);
    }
    elapsed
}
