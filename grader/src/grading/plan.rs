//! What a replay runs.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::dialect::{rename, rename_schema};
use sandbar_labs::evidence::{CellEvidence, Evidence, RunEvidence};
use sandbar_labs::notebook::{Cell, CellLanguage, Notebook};
use sandbar_labs::sandbox::{NotebookRun, ReplayPlan};

use super::{Grading, REPLAY_USER};
use crate::rubric::{ReplayForm, RunsForm};

/// Cells of one task that are forgiven: the same slip costs once, but for each of them the notebook runs once more.
const MAX_FORGIVEN: usize = 3;

impl Grading {
    /// Cells behind which a run goes on when they fail: those of no task, in a lab whose tasks are titled, and those that
    /// failed as their task asks.
    fn may_fail(&self, notebook: &Notebook) -> Vec<u32> {
        if !self.lab.rubric.submission.titled_tasks {
            return Vec::new();
        }
        let cells = (0..notebook.cells.len()).filter_map(|index| u32::try_from(index).ok());
        cells.filter(|cell| self.work.cells.task_of(*cell).is_none() || self.unmarked.contains(cell)).collect()
    }

    /// Whether a replay of the notebook stopped at a cell that failed as its task asks; the next one goes on behind it.
    pub(super) fn stopped_at_unmarked(&mut self, outcome: &Result<Evidence, Diagnostic>) -> bool {
        let run = outcome.as_ref().ok().and_then(|evidence| evidence.runs.first());
        let is_new = |cell: &CellEvidence| cell.stopped() && !self.unmarked.contains(&cell.index);
        let forgiven = run.and_then(|run| run.cells.iter().find(|cell| is_new(cell) && self.is_forgiven(run, cell)));
        forgiven.is_some_and(|cell| self.unmarked.insert(cell.index))
    }

    /// A task asks for one refused write, so few unmarked cells of it are forgiven, and none where a marked one before
    /// it was refused as the task asks.
    fn is_forgiven(&self, run: &RunEvidence, cell: &CellEvidence) -> bool {
        let task = self.work.cells.task_of(cell.index);
        let is_of_task = |cell: u32| task.is_some() && self.work.cells.task_of(cell) == task;
        if self.unmarked.iter().filter(|cell| is_of_task(**cell)).count() >= MAX_FORGIVEN {
            return false;
        }
        let mut checks = self.lab.rubric.checks().filter(|(of, _)| Some(of.number) == task);
        checks.any(|(_, check)| {
            let wanted =
                |cell: &CellEvidence| cell.statements.iter().any(|statement| check.rule.wants_error(statement));
            let marked = |cell: &CellEvidence| cell.expects_error && is_of_task(cell.index) && wanted(cell);
            wanted(cell) && !run.cells.iter().any(marked)
        })
    }

    /// The notebook with the lab's names for the tables that the student calls otherwise.
    fn called_as_asked(&self, notebook: &Notebook) -> Notebook {
        let mut notebook = notebook.clone();
        for cell in notebook.cells.iter_mut().filter(|cell| cell.language == CellLanguage::Sql) {
            for (asked, own) in &self.own_tables {
                cell.source = match own.split_once('.') {
                    Some((schema, _)) => rename_schema(&cell.source, schema, "default"),
                    None => rename(&cell.source, own, asked),
                };
            }
        }
        notebook
    }

    pub(super) fn plan(&self, replay: &ReplayForm) -> ReplayPlan {
        self.plan_with(replay, self.mended_notebook())
    }
}

/// What a check that runs the notebook in a form of its own needs.
pub trait Planning: std::fmt::Debug {
    /// The notebook that replays run.
    fn notebook(&self) -> &Notebook;

    /// What a replay runs, with this notebook in place of the student's.
    fn plan_with(&self, replay: &ReplayForm, notebook: &Notebook) -> ReplayPlan;
}

impl Planning for Grading {
    fn notebook(&self) -> &Notebook {
        self.mended_notebook()
    }

    fn plan_with(&self, replay: &ReplayForm, notebook: &Notebook) -> ReplayPlan {
        let run = |notebook: &Notebook, name: &str, parameters: &[(String, String)]| NotebookRun {
            name: name.to_owned(),
            notebook: self.called_as_asked(notebook),
            parameters: self.parameters(parameters),
            repairs: Vec::new(),
            may_fail: self.may_fail(notebook),
        };
        let runs = match &replay.runs {
            RunsForm::Notebook(runs) => {
                runs.iter().map(|form| run(notebook, &self.work.notebook_path, &form.parameters)).collect()
            }
            RunsForm::Dashboard => {
                let datasets = self.work.dashboard.iter().flat_map(|work| &work.dashboard.datasets);
                datasets.map(|dataset| run(&one_cell(&dataset.sql), &dataset.name, &dataset.parameters)).collect()
            }
        };
        ReplayPlan { seed: self.token.seed, user_name: REPLAY_USER.to_owned(), tables: self.lab.tables(replay), runs }
    }
}

fn one_cell(sql: &str) -> Notebook {
    let cell = Cell {
        id: "query".to_owned(),
        language: CellLanguage::Sql,
        title: None,
        source: sql.to_owned(),
        first_line: 1,
    };
    Notebook { cells: vec![cell] }
}
