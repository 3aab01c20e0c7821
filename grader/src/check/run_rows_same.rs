//! `run_rows_same`: running the notebook again leaves a table as one run in a fresh workspace does.
//!
//! Both sides are the student's own rows, so that a slip in what the notebook computes costs nothing here. Where the
//! notebook leaves no rows, it runs with the lab's query behind the student's words that say how rows are written.

use sandbar_labs::dialect::{cut, with_query};
use sandbar_labs::evidence::{CellEvidence, Evidence};
use sandbar_labs::notebook::{CellLanguage, Notebook};
use sandbar_labs::relation::{Column, Relation};

use super::run_rows_equal::rows_after;
use super::{Known, Rule, Section, Trial};
use crate::compare::conform;
use crate::feedback::{difference, error_text};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene, table_after};

#[derive(Debug)]
pub struct RunRowsSame {
    /// The run that follows others, from 0.
    again: (String, usize),
    /// The run that stands alone.
    alone: (String, usize),
    table: String,
    columns: Vec<Column>,
    contract: crate::compare::Contract,
    /// The query that is put in place of the student's where a single run leaves no rows.
    stand_in: Option<String>,
}

/// The runs with the query that stands in.
const ALONE: &str = "alone";
const AGAIN: &str = "again";

pub fn read(section: &mut Section<'_, '_>) -> RunRowsSame {
    let again = (section.required("replay"), section.count("run", 1).saturating_sub(1));
    let alone = (section.required("as_replay"), section.count("as_run", 1).saturating_sub(1));
    RunRowsSame {
        again,
        alone,
        table: section.required("table"),
        columns: section.columns("columns"),
        contract: section.contract(),
        stand_in: section.query_with_parameters("stand_in"),
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

impl RunRowsSame {
    fn rows(&self, scene: &Scene<'_>, (replay, run): &(String, usize)) -> Result<Relation, Verdict> {
        rows_after(scene, replay, *run, &self.table, &self.columns_there(scene))
    }

    fn compared(&self, alone: &Relation, again: Result<Relation, Verdict>) -> Verdict {
        let again = match again {
            Ok(again) => again,
            Err(Verdict::Failed(fault) | Verdict::Error(fault)) => {
                let message = format!("The notebook cannot run again. {}", fault.message);
                return Fault { reason: "cannot_run_again".to_owned(), message, ..*fault }.error();
            }
            Err(verdict) => return verdict,
        };
        let Some(fault) = difference(alone, &again, &self.contract) else { return Verdict::Passed };
        let reason = if again.rows.len() > alone.rows.len() { "rows_doubled" } else { "other_rows" };
        let message = format!("After running again the table is not as after one run. {}", fault.message);
        Fault { reason: reason.to_owned(), message, ..fault }.failed()
    }

    /// The notebook with the query that stands in for the student's in each statement that writes the table. `None`
    /// where the lab has none, or no statement does.
    fn standing_in(&self, scene: &Scene<'_>) -> Option<Notebook> {
        let query = self.stand_in.as_ref()?;
        let mut notebook = scene.planning.notebook().clone();
        let mut found = false;
        for cell in notebook.cells.iter_mut().filter(|cell| cell.language == CellLanguage::Sql) {
            let (mut source, mut rest) = (String::new(), cell.source.as_str());
            for statement in cut(&cell.source) {
                let Some((before, behind)) = rest.split_once(statement.text) else { break };
                let with = with_query(statement.text, &self.table, query);
                found |= with.is_some();
                source.extend([before, with.as_deref().unwrap_or(statement.text)]);
                rest = behind;
            }
            source.push_str(rest);
            cell.source = source;
        }
        found.then_some(notebook)
    }

    /// What a run with that query left.
    ///
    /// # Errors
    /// The verdict on a run that stopped or left no such table.
    fn stood_in(&self, evidence: &Evidence, run: usize) -> Result<Relation, Verdict> {
        let stopped = evidence.runs.iter().take(run + 1).flat_map(|run| &run.cells).find(|cell| cell.stopped());
        let error = stopped.and_then(|cell| cell.statements.iter().find_map(|statement| statement.error.as_ref()));
        if let Some(error) = error {
            return Err(Fault::new("stopped", error_text(error)).error());
        }
        let cells = evidence.runs.get(run).map_or(&[] as &[CellEvidence], |run| &run.cells).len();
        let index = u32::try_from(run).unwrap_or(u32::MAX);
        let at = evidence.runs.get(run).and_then(|run| table_after(evidence, run, index, &self.table, cells));
        let rows = at.and_then(|at| at.relation()).and_then(|rows| {
            let is_there = |column: &&Column| rows.column_index(&column.name).is_some();
            conform(&rows, &self.columns.iter().filter(is_there).cloned().collect::<Vec<_>>())
        });
        rows.ok_or_else(|| Fault::new("missing", format!("There is no table `{}`.", self.table)).failed())
    }

    /// The verdict on the runs with the query that stands in, where they show anything.
    fn with_stand_in(&self, scene: &Scene<'_>) -> Option<Verdict> {
        let evidence = |key: &str| scene.trial(key)?.as_ref().ok();
        let alone = self.stood_in(evidence(ALONE)?, self.alone.1).ok().filter(|alone| !alone.rows.is_empty())?;
        Some(self.compared(&alone, self.stood_in(evidence(AGAIN)?, self.again.1)))
    }
}

impl Rule for RunRowsSame {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let why = match self.rows(scene, &self.alone) {
            Ok(alone) if !alone.rows.is_empty() => return self.compared(&alone, self.rows(scene, &self.again)),
            Ok(_) => format!("One run leaves `{}` empty, so nothing can be shown.", self.table),
            Err(Verdict::Unavailable(why)) => return Verdict::Unavailable(why),
            Err(_) => "The notebook does not fill the table in a single run.".to_owned(),
        };
        self.with_stand_in(scene).unwrap_or(Verdict::Blocked(why))
    }

    fn trials(&self, scene: &Scene<'_>) -> Vec<Trial> {
        let is_shown = match self.rows(scene, &self.alone) {
            Ok(alone) => !alone.rows.is_empty(),
            Err(verdict) => matches!(verdict, Verdict::Unavailable(_)),
        };
        if is_shown || scene.trials_made() > 0 {
            return Vec::new();
        }
        let Some(notebook) = self.standing_in(scene) else { return Vec::new() };
        let of = [(ALONE, &self.alone.0), (AGAIN, &self.again.0)].into_iter();
        let trial = |(key, name): (&str, &String)| {
            let replay = scene.lab.rubric.replay(name)?;
            Some(Trial { key: key.to_owned(), plan: scene.planning.plan_with(replay, &notebook) })
        };
        of.filter_map(trial).collect()
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        [&self.again.0, &self.alone.0].into_iter().filter_map(|replay| known.replay(replay)).collect()
    }

    fn about(&self) -> About<'_> {
        About::Target(&self.table)
    }
}
