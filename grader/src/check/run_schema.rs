//! `run_schema`: after a run a table has exactly these columns with these types, in any order.

use sandbar_labs::relation::Column;

use super::run_rows_equal::rows_after;
use super::schema::judge_columns;
use super::{Known, Rule, Section};
use crate::outcome::Verdict;
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct RunSchema {
    replay: String,
    table: String,
    columns: Vec<Column>,
}

pub fn read(section: &mut Section<'_, '_>) -> RunSchema {
    let columns = section.columns("columns");
    if columns.is_empty() {
        section.missing("columns");
    }
    RunSchema { replay: section.required("replay"), table: section.required("table"), columns }
}

impl Rule for RunSchema {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        match rows_after(scene, &self.replay, 0, &self.table, &[]) {
            Ok(relation) => judge_columns(&self.columns, &relation.columns),
            Err(verdict) => verdict,
        }
    }

    fn asks_columns(&self) -> Option<(&str, &[Column])> {
        Some((&self.table, &self.columns))
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        known.replay(&self.replay).into_iter().collect()
    }

    fn about(&self) -> About<'_> {
        About::Target(&self.table)
    }
}
