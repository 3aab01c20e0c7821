//! A statement that changes nothing on other data. It is shown on the row that is most like those which it changed of the
//! student's own: one that should have changed as they did.

use sandbar_labs::relation::Relation;
use serde_json::Value;

use super::case::Case;
use super::counterexample::{Counterexample, ShownTable};
use super::search::{Running, exactly};
use crate::compare::{Difference, compare};
use crate::outcome::Fault;

impl Running<'_, '_> {
    /// The fault, on a case of which is known that nothing changes.
    pub(super) fn unchanged(&self, dense: &Case) -> Option<Fault> {
        let message = "On other data the statement changes nothing.";
        let mut fault = Fault::new("unchanged", message).found("the same rows as before");
        if self.scores_only() {
            return Some(fault);
        }
        let one = self.most_alike(dense);
        let shown = if self.changes_nothing(&one)? { &one } else { dense };
        fault.place = Some(self.place());
        let tables = shown.relations.iter().map(|(name, relation)| ShownTable::new(name, relation));
        let after = shown.relations.first().map(|(_, before)| ShownTable::new("after the statement", before));
        let tables = tables.chain(after).collect();
        let shown = Counterexample { statement: self.statement().trim().to_owned(), tables, setup: self.setup(shown) };
        fault.counterexample = Some(Box::new(shown));
        Some(fault)
    }

    /// Of a case of one relation the row that has most values in common with all rows that the statement changed of the
    /// student's own; other cases as they are.
    fn most_alike(&self, dense: &Case) -> Case {
        let mut one = dense.clone();
        if let [(_, relation)] = one.relations.as_mut_slice() {
            let common = self.common_values(relation);
            let alike = |row: &[Value]| common.iter().filter(|(at, value)| row.get(*at) == Some(value)).count();
            // The first of several.
            let row = relation.rows.iter().rev().max_by_key(|row| alike(row)).cloned();
            relation.rows = row.into_iter().collect();
        }
        one
    }

    /// The values that all changed rows have in common, by their places in a relation.
    fn common_values(&self, relation: &Relation) -> Vec<(usize, Value)> {
        let Some((before, after)) = self.own_rows() else { return Vec::new() };
        let Some(Difference::Rows { missing: changed, .. }) = compare(&before, &after, &exactly(self.contract()))
        else {
            return Vec::new();
        };
        let value = |column: usize| {
            let first = changed.first()?.get(column)?;
            changed.iter().all(|row| row.get(column) == Some(first)).then(|| first.clone())
        };
        let places = relation.columns.iter().enumerate();
        places.filter_map(|(at, column)| Some((at, value(before.column_index(&column.name)?)?))).collect()
    }
}
