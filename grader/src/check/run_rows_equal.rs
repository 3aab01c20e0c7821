//! `run_rows_equal`: after a run of the notebook with given parameters a table holds what the reference makes of the
//! data sets, however often the notebook ran before.

use std::borrow::Cow;

use sandbar_labs::relation::{Column, Relation};
use serde_json::Value;

use super::reference::{Extra, Reference};
use super::{Known, Question, Rule, Section};
use crate::compare::conform;
use crate::feedback::{error_text, list};
use crate::outcome::{Fault, Verdict};
use crate::rubric::RunsForm;
use crate::scene::{About, Scene, table_after};

#[derive(Debug)]
pub struct RunRowsEqual {
    replay: String,
    /// From 0.
    run: usize,
    table: String,
    columns: Vec<Column>,
    reference: Reference,
}

pub fn read(section: &mut Section<'_, '_>) -> RunRowsEqual {
    let (replay, table) = (section.required("replay"), section.required("table"));
    let run = section.count("run", 1);
    if run == 0 {
        section.wrong("run", "`run` counts from 1.".to_owned());
    }
    let columns = section.columns("columns");
    RunRowsEqual { replay, run: run.saturating_sub(1), table, columns, reference: Reference::read(section) }
}

/// The table's rows after a run (from 0) of a replay, in the columns asked for, or the verdict that there are none.
///
/// # Errors
/// The verdict of a check that has no rows to look at.
pub fn rows_after(
    scene: &Scene<'_>,
    replay: &str,
    run_index: usize,
    table: &str,
    columns: &[Column],
) -> Result<Relation, Verdict> {
    let (evidence, run) = match scene.run(replay, run_index) {
        Some(Ok(found)) => found,
        Some(Err(limit)) => return Err(Fault::new("limit", error_text(limit)).error()),
        None => return Err(Verdict::Unavailable(format!("The replay `{replay}` was not made."))),
    };
    if let Some(stop) = (0..=run_index).find_map(|index| scene.stop(replay, index)) {
        let text = error_text(&stop.diagnostic);
        let message = format!("The notebook stopped at {}:{}: {text}", stop.place.file, stop.place.line);
        return Err(Fault { place: Some(stop.place), ..Fault::new("stopped", message) }.error());
    }
    let missing = || {
        let message = format!("After the run there is no Delta table `{table}`.");
        Fault::new("missing", message).expected(format!("a table `{table}`")).found("no table").failed()
    };
    let index = u32::try_from(run_index).unwrap_or(u32::MAX);
    let at = table_after(evidence, run, index, table, run.cells.len()).ok_or_else(missing)?;
    let relation = at.relation().ok_or_else(missing)?;
    if columns.is_empty() {
        return Ok(relation);
    }
    conform(&relation, columns).ok_or_else(|| {
        let wanted: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let found: Vec<&str> = relation.columns.iter().map(|column| column.name.as_str()).collect();
        let message = format!("`{table}` does not have the columns to compare, or values of another kind.");
        let next = format!("Give `{table}` these columns, by these names.");
        Fault::new("columns", message).expected(list(&wanted)).found(list(&found)).next(next).failed()
    })
}

impl RunRowsEqual {
    /// What the run left, and the columns in which it is judged.
    fn actual(&self, scene: &Scene<'_>) -> Result<(Relation, Cow<'_, Reference>), Verdict> {
        match rows_after(scene, &self.replay, self.run, &self.table, &self.columns) {
            Ok(actual) => Ok((actual, Cow::Borrowed(&self.reference))),
            Err(verdict) => self.without_slip(scene).ok_or(verdict),
        }
    }

    /// The rows where one column is missing and another check counts that: with a column that nobody asked for under
    /// its name, or without it where it only passes through from a data set.
    fn without_slip(&self, scene: &Scene<'_>) -> Option<(Relation, Cow<'_, Reference>)> {
        let mut rows = rows_after(scene, &self.replay, self.run, &self.table, &[]).ok()?;
        let mut asking = scene.lab.rubric.checks().filter_map(|(_, check)| check.rule.asks_columns());
        let (_, counted) = asking.find(|(table, _)| table.eq_ignore_ascii_case(&self.table))?;
        let is = |column: &Column, name: &str| column.name.eq_ignore_ascii_case(name);
        let missing: Vec<&Column> =
            self.columns.iter().filter(|column| rows.column_index(&column.name).is_none()).collect();
        let [missing] = missing.as_slice() else { return None };
        let is_counted = |name: &str| counted.iter().any(|column| is(column, name));
        let mut others = rows.columns.iter_mut().filter(|column| !is_counted(&column.name));
        match (others.next(), others.next()) {
            _ if !is_counted(&missing.name) => None,
            (Some(other), None) => {
                other.name.clone_from(&missing.name);
                Some((conform(&rows, &self.columns)?, Cow::Borrowed(&self.reference)))
            }
            (None, _) => {
                let sources = scene.lab.tables(scene.lab.rubric.replay(&self.replay)?);
                sources.iter().find(|(_, source)| source.column_index(&missing.name).is_some())?;
                let left: Vec<Column> =
                    self.columns.iter().filter(|column| !is(column, &missing.name)).cloned().collect();
                Some((conform(&rows, &left)?, Cow::Owned(self.reference.in_columns(&left))))
            }
            _ => None,
        }
    }

    /// The replay's data sets by table name, and the values that the run stands for as the relation `parameters`.
    fn extra(&self, scene: &Scene<'_>) -> Extra {
        let Some(replay) = scene.lab.rubric.replay(&self.replay) else { return Vec::new() };
        let mut extra: Extra = scene.lab.tables(replay);
        if let RunsForm::Notebook(runs) = &replay.runs
            && let Some(run) = runs.get(self.run)
        {
            let columns = run.meaning.iter().map(|(name, _)| Column::new(name, "STRING")).collect();
            let row = run.meaning.iter().map(|(_, value)| Value::String(value.clone())).collect();
            extra.push(("parameters".to_owned(), Relation { columns, rows: vec![row] }));
        }
        extra
    }
}

impl Rule for RunRowsEqual {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        match self.actual(scene) {
            Ok((actual, reference)) => reference.questions(scene, &self.extra(scene), Some(&actual)),
            Err(_) => Vec::new(),
        }
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        match self.actual(scene) {
            Ok((actual, reference)) => reference.judge(scene, &self.extra(scene), &actual),
            Err(verdict) => verdict,
        }
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        known.replay(&self.replay).into_iter().chain(self.reference.unknown_names(known, &["parameters"])).collect()
    }

    fn about(&self) -> About<'_> {
        About::Target(&self.table)
    }
}
