//! What a MERGE does, row by row: from the join's rows and their clauses to the rows of the new files.

use crate::diagnostic::Diagnostic;
use crate::dialect::{Merge, MergeAction, MergeKind};

use super::Result;
use super::merge::Joined;
use super::target::Fate;

/// What the merge does, row by row.
#[derive(Default)]
pub struct Outcome {
    /// Target rows that are updated or deleted, in the order of their numbers; new rows by their place in `rows`.
    pub fates: Vec<Fate>,
    /// Rows of the join that become rows of the table: for updated ones in the order of `fates`, then inserted ones.
    pub rows: Vec<usize>,
    updated: usize,
}

impl Outcome {
    /// # Errors
    /// DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE when what becomes of a target row is not certain.
    pub fn of(joined: &Joined, merge: &Merge) -> Result<Self> {
        let (mut changed, mut inserted) = (Vec::new(), Vec::new());
        for at in 0..joined.action.len() {
            let Some(clause) = joined.clause(at).and_then(|clause| merge.clauses.get(clause)) else { continue };
            match joined.target(at) {
                Some(row) => changed.push((row, (!matches!(clause.action, MergeAction::Delete)).then_some(at))),
                None => inserted.push(at),
            }
        }
        changed.sort_by_key(|(row, _)| *row);
        let matches = changed.len();
        changed.dedup_by_key(|(row, _)| *row);
        if changed.len() < matches && !deletes_whatever_matches(merge) {
            return Err(several_matches());
        }
        let mut outcome = Self::default();
        for (row, at) in changed {
            let new = at.map(|at| {
                outcome.rows.push(at);
                outcome.rows.len() - 1
            });
            outcome.fates.push((row, new));
        }
        outcome.updated = outcome.rows.len();
        outcome.rows.extend(inserted);
        Ok(outcome)
    }

    pub fn is_nothing(&self) -> bool {
        self.fates.is_empty() && self.rows.is_empty()
    }

    pub fn updated(&self) -> usize {
        self.updated
    }

    pub fn deleted(&self) -> usize {
        self.fates.len() - self.updated
    }

    pub fn inserted(&self) -> usize {
        self.rows.len() - self.updated
    }
}

/// Several matches do no harm when all that can happen to a matched row is that it goes.
fn deletes_whatever_matches(merge: &Merge) -> bool {
    let mut matched = merge.clauses.iter().filter(|clause| clause.kind == MergeKind::Matched);
    let only =
        matched.next().is_some_and(|clause| clause.condition.is_none() && matches!(clause.action, MergeAction::Delete));
    only && matched.next().is_none()
}

fn several_matches() -> Diagnostic {
    let message = "Cannot perform Merge as multiple source rows matched and attempted to modify the same target row in the Delta \
                   table in possibly conflicting ways.";
    Diagnostic::new("DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE", "21506", message).with_hint(
        "The source holds a key more than once, or the ON condition is too loose: reduce the source to one row a key.",
    )
}
