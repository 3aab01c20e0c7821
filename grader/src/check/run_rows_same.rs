//! `run_rows_same`: running the notebook again leaves a table as one run in a fresh workspace does.
//!
//! Both sides are the student's own rows, so that a slip in what the notebook computes costs nothing here.

use sandbar_labs::relation::Column;

use super::run_rows_equal::rows_after;
use super::{Known, Rule, Section};
use crate::feedback::difference;
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct RunRowsSame {
    /// The run that follows others, from 0.
    again: (String, usize),
    /// The run that stands alone.
    alone: (String, usize),
    table: String,
    columns: Vec<Column>,
    contract: crate::compare::Contract,
}

pub fn read(section: &mut Section<'_, '_>) -> RunRowsSame {
    let again = (section.required("replay"), section.count("run", 1).saturating_sub(1));
    let alone = (section.required("as_replay"), section.count("as_run", 1).saturating_sub(1));
    RunRowsSame {
        again,
        alone,
        table: section.required("table"),
        columns: section.columns("columns"),
        contract: section.contract(),
    }
}

impl RunRowsSame {
    /// The columns to compare that the table has: one that is missing costs where the columns are asked for.
    fn columns_there(&self, scene: &Scene<'_>) -> Vec<Column> {
        let (replay, run) = &self.alone;
        let Ok(found) = rows_after(scene, replay, *run, &self.table, &[]) else { return self.columns.clone() };
        let there = self.columns.iter().filter(|column| found.column_index(&column.name).is_some());
        there.cloned().collect()
    }
}

impl Rule for RunRowsSame {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let columns = self.columns_there(scene);
        let rows = |(replay, run): &(String, usize)| rows_after(scene, replay, *run, &self.table, &columns);
        let alone = match rows(&self.alone) {
            Ok(alone) if alone.rows.is_empty() => {
                return Verdict::Blocked(format!("One run leaves `{}` empty, so nothing can be shown.", self.table));
            }
            Ok(alone) => alone,
            Err(Verdict::Unavailable(why)) => return Verdict::Unavailable(why),
            Err(_) => return Verdict::Blocked("The notebook does not fill the table in a single run.".to_owned()),
        };
        let again = match rows(&self.again) {
            Ok(again) => again,
            Err(Verdict::Failed(fault) | Verdict::Error(fault)) => {
                let message = format!("The notebook cannot run again. {}", fault.message);
                return Fault { reason: "cannot_run_again".to_owned(), message, ..*fault }.error();
            }
            Err(verdict) => return verdict,
        };
        let Some(fault) = difference(&alone, &again, &self.contract) else { return Verdict::Passed };
        let reason = if again.rows.len() > alone.rows.len() { "rows_doubled" } else { "other_rows" };
        let message = format!("After running again the table is not as after one run. {}", fault.message);
        Fault { reason: reason.to_owned(), message, ..fault }.failed()
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        [&self.again.0, &self.alone.0].into_iter().filter_map(|replay| known.replay(replay)).collect()
    }

    fn about(&self) -> About<'_> {
        About::Target(&self.table)
    }
}
