//! `row_count`: how many rows a relation has.

use super::{Known, Rule, Section};
use crate::feedback::count;
use crate::outcome::{Fault, Verdict};
use crate::scene::Scene;

#[derive(Debug)]
pub struct RowCount {
    relation: String,
    minimum: usize,
    maximum: usize,
}

pub fn read(section: &mut Section<'_, '_>) -> RowCount {
    let relation = section.required("relation");
    let (minimum, maximum) = (section.count("minimum", 1), section.count("maximum", usize::MAX));
    if minimum > maximum {
        section.wrong("maximum", "`maximum` is below `minimum`.".to_owned());
    }
    RowCount { relation, minimum, maximum }
}

impl Rule for RowCount {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let rows = match scene.relation(&self.relation) {
            Ok(relation) => relation.rows.len(),
            Err(absent) => return Verdict::Blocked(absent),
        };
        if (self.minimum..=self.maximum).contains(&rows) {
            return Verdict::Passed;
        }
        let expected = if self.maximum == usize::MAX {
            format!("at least {}", count(self.minimum, "row"))
        } else {
            format!("{} to {}", self.minimum, count(self.maximum, "row"))
        };
        let reason = if rows < self.minimum { "too_few" } else { "too_many" };
        let fault = Fault::new(reason, format!("There are {}.", count(rows, "row")).replace("are 1", "is 1"));
        fault.expected(expected).found(count(rows, "row")).failed()
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        known.relation(&self.relation).into_iter().collect()
    }
}
