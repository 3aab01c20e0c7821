//! Mutants of a reference: each statement of chosen tasks with one slip in it. All lose points, or are listed as equal.

use std::sync::atomic::AtomicUsize;

use futures::{StreamExt, stream};
use sandbar_grader::submission::TaskCells;
use sandbar_grader::{Scope, Submission};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::dialect::{self, vary};
use sandbar_labs::notebook::CellLanguage;

use super::Round;
use super::memory::Memory;
use crate::grading::grade_with;
use crate::lab::Lab;

/// A submission that differs from the reference in one thing.
pub struct Mutant {
    /// `task 5: t.sku = s.sku becomes t.sku <=> s.sku`
    pub id: String,
    submission: Submission,
}

/// Every mutant of the reference's notebook in the tasks that the lab names. A statement that stands twice in the file
/// has none.
pub fn of(lab: &Lab) -> Vec<Mutant> {
    let reference = &lab.proof.reference;
    let wanted = &lab.definition.rubric.proof.mutate;
    let Ok(path) = reference.single_notebook() else { return Vec::new() };
    let (Ok(text), Ok(notebook)) = (reference.text(path), reference.read_notebook(path)) else { return Vec::new() };
    let tasks = TaskCells::of(&notebook);
    let mut mutants = Vec::new();
    for (index, cell) in (0..).zip(&notebook.cells) {
        let Some(task) = tasks.task_of(index).filter(|task| wanted.contains(task)) else { continue };
        if cell.language != CellLanguage::Sql {
            continue;
        }
        for statement in dialect::cut(&cell.source) {
            if text.matches(statement.text).count() != 1 {
                continue;
            }
            mutants.extend(vary::mutants(statement.text).into_iter().map(|mutant| {
                let mut submission = reference.clone();
                submission.files.insert(path.to_owned(), text.replace(statement.text, &mutant.sql).into_bytes());
                let id = format!("task {task}: {}", mutant.what);
                submission.name.clone_from(&id);
                Mutant { id, submission }
            }));
        }
    }
    mutants
}

/// A finding for every mutant that reaches all points and is not listed, and for every one listed that does not.
pub async fn prove(
    memory: &Memory<'_>,
    mutants: Vec<Mutant>,
    round: &Round<'_>,
    counter: &AtomicUsize,
) -> Vec<Finding> {
    let Round { lab, release, seed, .. } = *round;
    let graded = stream::iter(mutants).map(|mutant| async move {
        let report = grade_with(memory, lab, mutant.submission, seed, release, Scope::Scores).await;
        round.tell(counter);
        (mutant.id, report.is_ok_and(|report| report.is_complete()))
    });
    let graded: Vec<(String, bool)> = graded.buffered(round.effort.jobs.max(1)).collect().await;
    let equal = &lab.definition.rubric.proof.equal;
    let uncaught = graded.iter().filter(|(id, whole)| *whole && !equal.iter().any(|listed| listed.mutant == *id));
    let uncaught = uncaught.map(|(id, _)| {
        let hint = "Sharpen a check, or list it under `equal` with the reason why it is as right.";
        Finding::error("UNCAUGHT_MUTANT", "proof", format!("The mutant `{id}` gets every point.")).with_hint(hint)
    });
    let stale = equal.iter().filter(|listed| !graded.iter().any(|(id, whole)| *whole && *id == listed.mutant));
    let stale = stale.map(|listed| {
        let message = format!("There is no mutant `{}` that gets every point.", listed.mutant);
        let mut finding = Finding::error("STALE_MUTANT", "proof.equal", message);
        finding.line = Some(listed.line);
        finding
    });
    uncaught.chain(stale).collect()
}
