//! `rows_added`: between the beginning and the end of the task exactly so many rows came, and none went or changed.

use super::{Rule, Section};
use crate::compare::{Contract, Difference, compare};
use crate::feedback::{count, explain};
use crate::outcome::{Fault, Verdict};
use crate::rubric::Moment;
use crate::scene::Scene;

#[derive(Debug)]
pub struct RowsAdded {
    table: String,
    added: usize,
    key: Vec<String>,
}

pub fn read(section: &mut Section<'_, '_>) -> RowsAdded {
    let (table, added) = (section.required("table"), section.count("added", 0));
    if added == 0 {
        section.wrong("added", "`added` must be at least 1: a task without an effect proves nothing.".to_owned());
    }
    RowsAdded { table, added, key: section.texts("key") }
}

impl Rule for RowsAdded {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let at = |moment| scene.table_at(&self.table, moment).and_then(|at| at.relation());
        let (Some(before), Some(after)) = (at(Moment::Before), at(Moment::After)) else {
            return Verdict::Blocked(format!("There is no Delta table `{}` before and after this task.", self.table));
        };
        let contract = Contract { key: self.key.clone(), ..Contract::default() };
        match compare(&before, &after, &contract) {
            None => Fault::new("unchanged", "The table is as it was before this task.")
                .expected(format!("{} more", count(self.added, "row")))
                .found("no new row")
                .failed(),
            Some(Difference::Rows { missing, unexpected, .. }) if missing.is_empty() => {
                self.judge_count(unexpected.len())
            }
            Some(difference) => {
                let fault = Fault { reason: "others_changed".to_owned(), ..explain(&difference, &contract) };
                let message = format!("Rows that were there before are gone or changed. {}", fault.message);
                Fault { message, ..fault }.failed()
            }
        }
    }
}

impl RowsAdded {
    fn judge_count(&self, found: usize) -> Verdict {
        if found == self.added {
            return Verdict::Passed;
        }
        let reason = if found > self.added { "too_many" } else { "too_few" };
        Fault::new(reason, format!("This task added {}, not {}.", count(found, "row"), self.added))
            .expected(format!("{} more", count(self.added, "row")))
            .found(format!("{} more", count(found, "row")))
            .failed()
    }
}
