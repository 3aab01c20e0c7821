//! Mutants of a notebook: one of its statements has a slip.

use sandbar_grader::Submission;
use sandbar_grader::submission::TaskCells;
use sandbar_labs::dialect::{self, vary};
use sandbar_labs::notebook::{Cell, CellLanguage};

use super::Mutant;

/// Of the statements in the tasks' cells, for a lab whose cells are titled.
pub fn of_tasks(reference: &Submission, tasks: &[u32]) -> Vec<Mutant> {
    let Ok(path) = reference.single_notebook() else { return Vec::new() };
    let Ok(notebook) = reference.read_notebook(path) else { return Vec::new() };
    let titled = TaskCells::of(&notebook);
    let mut mutants = Vec::new();
    for (index, cell) in (0..).zip(&notebook.cells) {
        if let Some(task) = titled.task_of(index).filter(|task| tasks.contains(task)) {
            mutants.extend(of_cell(reference, path, cell, &format!("task {task}")));
        }
    }
    mutants
}

/// Of all statements of a notebook.
pub fn of_file(reference: &Submission, path: &str) -> Vec<Mutant> {
    let Ok(notebook) = reference.read_notebook(path) else { return Vec::new() };
    notebook.cells.iter().flat_map(|cell| of_cell(reference, path, cell, path)).collect()
}

/// A statement that stands twice in the file has none.
fn of_cell(reference: &Submission, path: &str, cell: &Cell, place: &str) -> Vec<Mutant> {
    let Ok(text) = reference.text(path) else { return Vec::new() };
    if cell.language != CellLanguage::Sql {
        return Vec::new();
    }
    let once = dialect::cut(&cell.source).into_iter().filter(|statement| text.matches(statement.text).count() == 1);
    let of_statement = |statement: dialect::Cut<'_>| {
        let mutants = vary::mutants(statement.text).into_iter();
        let changed = |mutant: vary::Mutant| {
            let id = format!("{place}: {}", mutant.what);
            Mutant::of(reference, path, text.replace(statement.text, &mutant.sql), id)
        };
        mutants.map(changed).collect::<Vec<_>>()
    };
    once.flat_map(of_statement).collect()
}
