//! Mutants of a reference: a statement, or an entry of a file, with one slip in it. All lose points, or are listed as equal.

mod notebook;
mod tree;

use std::sync::atomic::AtomicUsize;

use futures::{StreamExt, stream};
use sandbar_grader::{Scope, Submission};
use sandbar_labs::diagnostic::Finding;

use super::Round;
use super::memory::Memory;
use crate::grading::grade_with;
use crate::lab::Lab;

/// A submission that differs from the reference in one thing.
pub struct Mutant {
    /// `task 5: t.sku = s.sku becomes t.sku <=> s.sku`, `job.yml: without tasks[2].depends_on[0]`
    pub id: String,
    submission: Submission,
}

impl Mutant {
    fn of(reference: &Submission, path: &str, text: String, id: String) -> Self {
        let mut submission = reference.clone();
        submission.files.insert(path.to_owned(), text.into_bytes());
        submission.name.clone_from(&id);
        Self { id, submission }
    }
}

/// Every mutant of the tasks and the files that the lab names.
pub fn of(lab: &Lab) -> Vec<Mutant> {
    let (reference, proof) = (&lab.proof.reference, &lab.definition.rubric.proof);
    let of_file = |path: &String| match path.ends_with(".yml") || path.ends_with(".json") {
        true => tree::of_file(reference, path),
        false => notebook::of_file(reference, path),
    };
    let mut mutants = notebook::of_tasks(reference, &proof.mutate);
    mutants.extend(proof.mutate_files.iter().flat_map(of_file));
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
