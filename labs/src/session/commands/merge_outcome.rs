//! What a MERGE does, row by row: from the join's rows and their clauses to the rows of the new files.

use std::collections::{BTreeSet, HashSet};

use datafusion::arrow::array::{Array, RecordBatch, UInt64Array};
use datafusion::arrow::compute::take_record_batch;

use crate::diagnostic::Diagnostic;
use crate::dialect::{Merge, MergeAction, MergeKind};

use super::super::errors::internal;
use super::super::snapshot::Snapshot;
use super::super::{changes, data_files};
use super::Result;
use super::merge::Joined;
use super::rewrite::Target;

/// What the merge does, row by row.
#[derive(Default)]
pub struct Outcome {
    pub updated: usize,
    pub deleted: usize,
    /// Rows of the join that become new rows.
    pub inserted: Vec<usize>,
    /// Target rows that are updated or deleted.
    pub changed: BTreeSet<usize>,
    gone: HashSet<usize>,
    sources: Sources,
}

/// For each target row, the row of the join that says what it becomes. A list, for most rows of a target are in it.
#[derive(Default)]
struct Sources(Vec<Option<usize>>);

impl Sources {
    fn slot(&mut self, row: usize) -> &mut Option<usize> {
        if row >= self.0.len() {
            self.0.resize(row + 1, None);
        }
        &mut self.0[row]
    }

    fn get(&self, row: usize) -> Option<usize> {
        self.0.get(row).copied().flatten()
    }
}

impl Outcome {
    pub fn of(joined: &Joined, merge: &Merge) -> Result<Self> {
        let mut outcome = Self::default();
        let forgiving = deletes_whatever_matches(merge);
        for at in 0..joined.action.len() {
            let row = joined
                .target_row
                .is_valid(at)
                .then(|| usize::try_from(joined.target_row.value(at)).unwrap_or_default());
            let clause = joined.action.is_valid(at).then(|| joined.action.value(at));
            let clause = clause.and_then(|clause| merge.clauses.get(usize::try_from(clause).ok()?));
            match (row, clause) {
                (Some(row), None) => {
                    outcome.sources.slot(row).get_or_insert(at);
                }
                (None, Some(_)) => outcome.inserted.push(at),
                (Some(row), Some(clause)) => {
                    if !outcome.changed.insert(row) {
                        if forgiving {
                            continue;
                        }
                        return Err(several_matches());
                    }
                    *outcome.sources.slot(row) = Some(at);
                    if matches!(clause.action, MergeAction::Delete) {
                        outcome.deleted += 1;
                        outcome.gone.insert(row);
                    } else {
                        outcome.updated += 1;
                    }
                }
                (None, None) => {}
            }
        }
        Ok(outcome)
    }

    pub fn is_nothing(&self) -> bool {
        self.changed.is_empty() && self.inserted.is_empty()
    }

    /// The rows of the join that make the new files: those of the files touched as they are now, then the inserted ones.
    pub fn picks(&self, touched: impl Iterator<Item = usize>) -> Vec<usize> {
        let kept = touched.filter(|row| !self.gone.contains(row)).filter_map(|row| self.sources.get(row));
        kept.chain(self.inserted.iter().copied()).collect()
    }

    /// The rows that changed, by the kind of their change; `rows` are the new files' rows, one for each of `picks`.
    pub fn changes(
        &self,
        target: &Target,
        evolved: &Snapshot,
        joined: &Joined,
        picks: &[usize],
        rows: &RecordBatch,
    ) -> Result<Vec<(&'static str, RecordBatch)>> {
        let chosen = |wanted: &dyn Fn(usize) -> bool| {
            let places = (0..picks.len()).filter(|place| wanted(picks[*place])).map(|place| place as u64);
            take_record_batch(rows, &UInt64Array::from_iter_values(places)).map_err(internal)
        };
        let is_old = |at: usize| joined.target_row.is_valid(at);
        let updated = |at: usize| is_old(at) && joined.action.is_valid(at);
        let before = self.changed.iter().filter(|row| !self.gone.contains(row));
        let gone: BTreeSet<usize> = self.gone.iter().copied().collect();
        Ok(vec![
            (changes::BEFORE, data_files::conform(&target.rows_at(before)?, &evolved.schema)?),
            (changes::AFTER, chosen(&updated)?),
            (changes::DELETE, data_files::conform(&target.rows_at(&gone)?, &evolved.schema)?),
            (changes::INSERT, chosen(&|at| !is_old(at))?),
        ])
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
