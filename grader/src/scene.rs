//! What a check may look at: the submission as read, the evidence of its replays, the answers to reference queries.
//!
//! All questions about "when" are answered here: which cells are a task, what a table held before and after it.

mod names;
mod places;

use std::collections::{BTreeMap, BTreeSet};

use sandbar_labs::component::Said;
use sandbar_labs::diagnostic::{Diagnostic, Position};
use sandbar_labs::evidence::{CellEvidence, Evidence, RunEvidence, TableEvidence, VersionEvidence};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Relation;

use crate::check::Rule;
use crate::compare::{align, conform};
use crate::grading::{Declared, LabDefinition, Planning};
use crate::outcome::Place;
use crate::rubric::{Moment, Origin};
use crate::work::Work;

pub use places::About;

/// Answers to reference queries, by the question's id.
pub type Answers = BTreeMap<String, Result<Relation, Diagnostic>>;

/// What trials on other data did, by the trial's id; the limit that ended them where one did.
pub type Trials = BTreeMap<String, Result<Evidence, Diagnostic>>;

/// What instructors' own components said, or why they failed, by the check that called.
pub type Sayings = BTreeMap<String, Result<Said, String>>;

#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub lab: &'a LabDefinition,
    pub work: &'a Work,
    pub replays: &'a BTreeMap<String, Result<Evidence, Diagnostic>>,
    /// The replay that the task is judged on, when a task before it was repaired.
    pub stage: Option<&'a Result<Evidence, Diagnostic>>,
    pub answers: &'a Answers,
    pub trials: &'a Trials,
    pub said: &'a Sayings,
    pub seed: u64,
    /// Whether nobody reads the report: no small counterexample is looked for.
    pub scores_only: bool,
    /// Cells that failed as their task asks without saying so.
    pub unmarked: &'a BTreeSet<u32>,
    /// What the student calls a view of the lab, by the lab's name.
    pub own_names: &'a BTreeMap<String, String>,
    /// What the student calls a table of the lab, by the lab's name, which it has in the evidence.
    pub own_tables: &'a BTreeMap<String, String>,
    /// The slips in widgets that were mended.
    pub declared: &'a Declared,
    /// Makes plans for runs of a check's own.
    pub planning: &'a dyn Planning,
    /// The check that is looked at and its task.
    pub check: &'a str,
    pub task: u32,
}

/// A table at a moment.
#[derive(Clone, Copy, Debug)]
pub struct TableAt<'a> {
    pub table: &'a TableEvidence,
    pub version: &'a VersionEvidence,
}

impl TableAt<'_> {
    /// The rows with the version's schema; `None` when they can no longer be read.
    pub fn relation(&self) -> Option<Relation> {
        Some(Relation { columns: self.version.schema.clone(), rows: self.version.rows.clone()? })
    }
}

/// A cell that failed and kept the rest from running.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Index in the notebook.
    pub cell: u32,
    pub task: Option<u32>,
    pub title: Option<String>,
    pub place: Place,
    pub diagnostic: Diagnostic,
}

impl<'a> Scene<'a> {
    /// The run by replay and index from 0; an error when a limit ended the replay; `None` when it was never made.
    pub fn run(&self, replay: &str, index: usize) -> Option<Result<(&'a Evidence, &'a RunEvidence), &'a Diagnostic>> {
        let is_main = self.lab.rubric.replays.first().is_some_and(|first| first.name == replay);
        match self.stage.filter(|_| is_main).or_else(|| self.replays.get(replay))? {
            Ok(evidence) => evidence.runs.get(index).map(|run| Ok((evidence, run))),
            Err(diagnostic) => Some(Err(diagnostic)),
        }
    }

    /// The run that titled tasks are judged on: the first run of the first replay.
    pub fn main(&self) -> Option<(&'a Evidence, &'a RunEvidence)> {
        let first = self.lab.rubric.replays.first()?;
        self.run(&first.name, 0)?.ok()
    }

    fn task_of(&self, cell: &CellEvidence) -> Option<u32> {
        self.work.cells.task_of(cell.index)
    }

    /// The cells of the task that ran.
    pub fn cells(&self, task: u32) -> Vec<&'a CellEvidence> {
        let Some((_, run)) = self.main() else { return Vec::new() };
        run.cells.iter().filter(|cell| cell.ran && self.task_of(cell) == Some(task)).collect()
    }

    pub fn statements(&self, task: u32) -> Vec<(&'a CellEvidence, &'a StatementOutcome)> {
        let pairs = self.cells(task).into_iter();
        pairs.flat_map(|cell| cell.statements.iter().map(move |statement| (cell, statement))).collect()
    }

    /// How many cells had run at the moment; `None` when the task has no cell that ran.
    fn cells_before(&self, moment: Moment) -> Option<usize> {
        let (_, run) = self.main()?;
        let of = |task: u32| move |cell: &CellEvidence| cell.ran && self.task_of(cell) == Some(task);
        match moment {
            Moment::Before => run.cells.iter().position(of(self.task)),
            Moment::After => run.cells.iter().rposition(of(self.task)).map(|index| index + 1),
            // Where no cell has the task's title, its work was done before the next task began.
            Moment::EndOf(task) if !self.work.cells.has(task) => {
                run.cells.iter().position(|cell| cell.ran && self.task_of(cell).is_some_and(|other| other > task))
            }
            Moment::EndOf(task) => run.cells.iter().rposition(of(task)).map(|index| index + 1),
        }
    }

    /// The live table of that name at the moment.
    pub fn table_at(&self, name: &str, moment: Moment) -> Option<TableAt<'a>> {
        let (evidence, run) = self.main()?;
        let cells = self.cells_before(moment)?;
        table_after(evidence, run, 0, name, cells)
    }

    /// The commits to tables of that name that the task's cells made, in order.
    pub fn commits(&self, task: u32, name: &str) -> Vec<TableAt<'a>> {
        let Some((evidence, _)) = self.main() else { return Vec::new() };
        let mut commits: Vec<(_, TableAt)> = Vec::new();
        for table in evidence.tables.iter().filter(|table| table.name.eq_ignore_ascii_case(name)) {
            for version in &table.versions {
                let Some(made_by) = version.made_by.filter(|made_by| made_by.run == 0) else { continue };
                if self.work.cells.task_of(made_by.cell) == Some(task) {
                    commits.push(((made_by.cell, made_by.statement), TableAt { table, version }));
                }
            }
        }
        commits.sort_by_key(|(order, _)| *order);
        commits.into_iter().map(|(_, commit)| commit).collect()
    }

    /// The temp view as it was last created up to the end of the check's task.
    pub fn view(&self, name: &str) -> Option<&'a Relation> {
        let (_, run) = self.main()?;
        let cells = self.cells_before(Moment::After)?;
        run.cells[..cells].iter().rev().find_map(|cell| {
            cell.views.iter().find(|(view, _)| view.eq_ignore_ascii_case(name)).map(|(_, relation)| relation)
        })
    }

    /// The relation that the rubric knows by that name, in the columns that it asks for.
    ///
    /// # Errors
    /// A sentence for the student: what is missing.
    pub fn relation(&self, name: &str) -> Result<Relation, String> {
        let Some(source) = self.lab.rubric.relations.get(name) else { return Err(format!("`{name}` is not known.")) };
        let relation = match &source.origin {
            Origin::Table { table, at } => {
                let found = self.table_at(table, *at).ok_or_else(|| absent_table(table, *at))?;
                let gone = || format!("The rows of `{table}` at that version can no longer be read.");
                names::in_names_of_the_first(&source.columns, found, found.relation().ok_or_else(gone)?)
            }
            Origin::View { view } => {
                self.view_or_stand_in(view).ok_or_else(|| format!("There is no temp view `{view}`."))?
            }
            Origin::Dataset { dataset } => {
                self.lab.datasets.get(dataset).cloned().ok_or_else(|| format!("There is no data set `{dataset}`."))?
            }
        };
        if source.columns.is_empty() {
            return Ok(relation);
        }
        let aligned = align(&source.columns, &relation).map(|aligned| aligned.relation);
        conform(aligned.as_ref().unwrap_or(&relation), &source.columns).ok_or_else(|| match &source.origin {
            Origin::Table { table: name, .. } | Origin::View { view: name } | Origin::Dataset { dataset: name } => {
                let names: Vec<&str> = source.columns.iter().map(|column| column.name.as_str()).collect();
                format!("`{name}` does not have the columns {}.", crate::feedback::list(&names))
            }
        })
    }

    pub fn answer(&self, key: &str) -> Option<&'a Result<Relation, Diagnostic>> {
        self.answers.get(&question_id(self.check, key))
    }

    pub fn trial(&self, key: &str) -> Option<&'a Result<Evidence, Diagnostic>> {
        self.trials.get(&question_id(self.check, key))
    }

    /// What the check's own component said.
    pub fn said(&self) -> Option<&'a Result<Said, String>> {
        self.said.get(self.check)
    }

    /// How many trials of the check have been made.
    pub fn trials_made(&self) -> usize {
        let prefix = question_id(self.check, "");
        self.trials.range(prefix.clone()..).take_while(|(id, _)| id.starts_with(&prefix)).count()
    }

    /// The rule of another check.
    pub fn rule(&self, check: &str) -> Option<&'a dyn Rule> {
        self.lab.rubric.checks().find(|(_, other)| other.id == check).map(|(_, other)| other.rule.as_ref())
    }

    /// Where the replay of the notebook stopped, when it did.
    pub fn stop(&self, replay: &str, index: usize) -> Option<Stop> {
        let (_, run) = self.run(replay, index)?.ok()?;
        let unmarked = |cell: &CellEvidence| self.unmarked.contains(&cell.index);
        stop_of(run, self.work, &[], self.lab.rubric.submission.titled_tasks, &unmarked)
    }
}

pub fn question_id(check: &str, key: &str) -> String {
    format!("{check}/{key}")
}

fn absent_table(table: &str, at: Moment) -> String {
    let when = match at {
        Moment::Before => "before this task".to_owned(),
        Moment::After => "after this task".to_owned(),
        Moment::EndOf(task) => format!("at the end of task {task}"),
    };
    format!("There is no Delta table `{table}` {when}.")
}

/// The live table of that name after the first `cells` cells of the run.
pub fn table_after<'a>(
    evidence: &'a Evidence,
    run: &'a RunEvidence,
    run_index: u32,
    name: &str,
    cells: usize,
) -> Option<TableAt<'a>> {
    let last_cell = cells.checked_sub(1).and_then(|index| run.cells.get(index));
    // Cells of evidence are those of the notebook without Markdown; `made_by` counts as the notebook does.
    let limit = (run_index, last_cell.map_or(0, |cell| cell.index + 1));
    let born_by_then = |table: &&TableEvidence| match table.versions.first().and_then(|first| first.made_by) {
        Some(made_by) => (made_by.run, made_by.cell) < limit,
        None => true,
    };
    let named = |table: &&TableEvidence| table.name.eq_ignore_ascii_case(name);
    let table = evidence.tables.iter().filter(named).rfind(born_by_then)?;
    let last = match last_cell {
        Some(cell) => *cell.versions_after.get(&name.to_ascii_lowercase())?,
        None => 0,
    };
    let version = table.versions.iter().find(|version| version.version == last)?;
    Some(TableAt { table, version })
}

/// The cell that stopped the run, with the place in its file. A cell marked `-- expect-error` stops it only by a limit or
/// by a fault of ours, and a cell of a repaired task does not; nor does one of no task where `titled`, nor one that is
/// `forgiven`.
pub fn stop_of(
    run: &RunEvidence,
    work: &Work,
    repaired: &[u32],
    titled: bool,
    forgiven: &dyn Fn(&CellEvidence) -> bool,
) -> Option<Stop> {
    let goes_on = |cell: &CellEvidence| match work.cells.task_of(cell.index) {
        _ if forgiven(cell) => true,
        Some(task) => repaired.contains(&task),
        None => titled,
    };
    run.cells.iter().filter(|cell| cell.stopped() && !goes_on(cell)).find_map(|cell| failure(cell, work))
}

/// The first failed statement of a cell, with its place in the file.
pub fn failure(cell: &CellEvidence, work: &Work) -> Option<Stop> {
    let (statement, error) =
        cell.statements.iter().find_map(|statement| Some((statement, statement.error.as_ref()?)))?;
    let start = Position { line: statement.line, column: statement.column };
    let position = error.position.unwrap_or(start);
    let line = cell.first_line.saturating_add(position.line).saturating_sub(1);
    Some(Stop {
        cell: cell.index,
        task: work.cells.task_of(cell.index),
        title: cell.title.clone(),
        place: Place::new(&work.notebook_path, line, position.column),
        diagnostic: with_next_step(error),
    })
}

/// The error, with a next step for a parameter that was put in quotes and so is a text.
fn with_next_step(error: &Diagnostic) -> Diagnostic {
    let quoted = || {
        let (_, after) = error.message.split_once("':")?;
        let (name, _) = after.split_once('\'')?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        is_name.then(|| format!("`':{name}'` is a text. Write `:{name}` without quotes: then it is the parameter."))
    };
    let hint = (error.class == "CAST_INVALID_INPUT").then(quoted).flatten();
    Diagnostic { hint: hint.or_else(|| error.hint.clone()), ..error.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_in_quotes_is_told_to_lose_them() {
        let hint = |class: &str, message: &str| with_next_step(&Diagnostic::new(class, "22018", message)).hint;
        let told =
            hint("CAST_INVALID_INPUT", "The value ':start_date' of the type \"STRING\" cannot be cast to \"DATE\".");
        assert_eq!(
            told.unwrap(),
            "`':start_date'` is a text. Write `:start_date` without quotes: then it is the parameter."
        );
        for other in ["The value '2024-13-01' cannot be cast.", "The value ': a' cannot be cast."] {
            assert_eq!(hint("CAST_INVALID_INPUT", other), None);
        }
    }
}
