//! `same_table_id`: the table was not dropped and made again; its versions before the task are still there.

use super::{Rule, Section};
use crate::outcome::{Fault, Verdict};
use crate::rubric::Moment;
use crate::scene::Scene;

#[derive(Debug)]
pub struct SameTableId {
    table: String,
    /// A commit must have been made in the task, so that doing nothing does not pass.
    changed: bool,
}

pub fn read(section: &mut Section<'_, '_>) -> SameTableId {
    SameTableId { table: section.required("table"), changed: section.flag("changed") }
}

impl Rule for SameTableId {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let at = |moment| scene.table_at(&self.table, moment);
        let Some(before) = at(Moment::Before) else {
            return Verdict::Blocked(format!("There was no Delta table `{}` before this task.", self.table));
        };
        let Some(after) = at(Moment::After) else {
            let message = format!("`{}` is gone after this task.", self.table);
            return Fault::new("gone", message).expected("the same table").found("no table").failed();
        };
        if before.table.id != after.table.id {
            let message = "The table was dropped and made again: it has a new identity, and its history began anew.";
            let found =
                format!("another table that starts again at version 0, now at version {}", after.version.version);
            let fault = Fault::new("new_table", message).found(found);
            return fault.expected(format!("the table that had version {}", before.version.version)).failed();
        }
        if self.changed && before.version.version == after.version.version {
            let message = format!("This task made no new version of `{}`.", self.table);
            return Fault::new("unchanged", message).failed();
        }
        Verdict::Passed
    }
}
