//! What a replay runs.

use sandbar_labs::notebook::{Cell, CellLanguage, Notebook};
use sandbar_labs::sandbox::{NotebookRun, ReplayPlan};

use super::{Grading, REPLAY_USER};
use crate::rubric::{ReplayForm, RunsForm};

impl Grading {
    /// Cells of no task, in a lab whose tasks are titled: what fails in them is no task's.
    fn scratch_cells(&self, notebook: &Notebook) -> Vec<u32> {
        if !self.lab.rubric.submission.titled_tasks {
            return Vec::new();
        }
        let cells = (0..notebook.cells.len()).filter_map(|index| u32::try_from(index).ok());
        cells.filter(|cell| self.work.cells.task_of(*cell).is_none()).collect()
    }

    pub(super) fn plan(&self, replay: &ReplayForm) -> ReplayPlan {
        let run = |notebook: &Notebook, name: &str, parameters: &[(String, String)]| NotebookRun {
            name: name.to_owned(),
            notebook: notebook.clone(),
            parameters: parameters.iter().cloned().collect(),
            repairs: Vec::new(),
            may_fail: self.scratch_cells(notebook),
        };
        let runs = match &replay.runs {
            RunsForm::Notebook(runs) => {
                runs.iter().map(|form| run(&self.work.notebook, &self.work.notebook_path, &form.parameters)).collect()
            }
            RunsForm::Dashboard => {
                let datasets = self.work.dashboard.iter().flat_map(|work| &work.dashboard.datasets);
                datasets.map(|dataset| run(&one_cell(&dataset.sql), &dataset.name, &dataset.parameters)).collect()
            }
        };
        let dataset = |(table, name): &(String, String)| Some((table.clone(), self.lab.datasets.get(name)?.clone()));
        ReplayPlan {
            seed: self.token.seed,
            user_name: REPLAY_USER.to_owned(),
            tables: replay.tables.iter().filter_map(dataset).collect(),
            runs,
        }
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
