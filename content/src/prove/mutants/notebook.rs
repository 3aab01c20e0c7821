//! Mutants of a notebook: one of its statements has a slip.
//!
//! They are written in the source format, which is read whatever the file is called.

use sandbar_grader::Submission;
use sandbar_grader::submission::TaskCells;
use sandbar_labs::dialect::{self, vary};
use sandbar_labs::notebook::{CellLanguage, Notebook, write_sql};

use super::Mutant;

/// Of the statements in the tasks' cells, for a lab whose cells are titled.
pub fn of_tasks(reference: &Submission, tasks: &[u32]) -> Vec<Mutant> {
    let Ok(path) = reference.single_notebook() else { return Vec::new() };
    let Ok(notebook) = reference.read_notebook(path) else { return Vec::new() };
    let titled = TaskCells::of(&notebook);
    let mut mutants = Vec::new();
    for (at, index) in (0..notebook.cells.len()).zip(0..) {
        if let Some(task) = titled.task_of(index).filter(|task| tasks.contains(task)) {
            mutants.extend(of_cell(reference, path, (&notebook, at), &format!("task {task}")));
        }
    }
    mutants
}

/// Of all statements of a notebook.
pub fn of_file(reference: &Submission, path: &str) -> Vec<Mutant> {
    let Ok(notebook) = reference.read_notebook(path) else { return Vec::new() };
    (0..notebook.cells.len()).flat_map(|at| of_cell(reference, path, (&notebook, at), path)).collect()
}

fn of_cell(reference: &Submission, path: &str, (notebook, at): (&Notebook, usize), place: &str) -> Vec<Mutant> {
    let cell = &notebook.cells[at];
    if cell.language != CellLanguage::Sql {
        return Vec::new();
    }
    let mut mutants = Vec::new();
    let mut from = 0;
    for statement in dialect::cut(&cell.source) {
        // Statements come in their order, so each is looked for behind the one before it.
        let Some(start) = cell.source[from..].find(statement.text).map(|start| from + start) else { continue };
        from = start + statement.text.len();
        for mutant in vary::mutants(statement.text) {
            let mut changed = notebook.clone();
            changed.cells[at].source.replace_range(start..from, &mutant.sql);
            mutants.push(Mutant::of(reference, path, write_sql(&changed), format!("{place}: {}", mutant.what)));
        }
    }
    mutants
}
