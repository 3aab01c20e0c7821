//! Mutants of a reference: a statement, or an entry of a file, with one slip in it. All lose points, or are listed as equal.

mod notebook;
mod tree;

use std::collections::HashMap;
use std::sync::Arc;

use sandbar_grader::rubric::{EqualMutant, Proof};
use sandbar_grader::{Report, Scope, Status, Submission};
use sandbar_labs::diagnostic::Finding;

use super::{Round, at_once};
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

/// Every mutant of the tasks and the files that the lab names. No two have the same id: the second of what is called
/// alike ends in `(2)`.
pub fn of(lab: &Lab) -> Vec<Mutant> {
    let (reference, proof) = (&lab.proof.reference, &lab.definition.rubric.proof);
    let of_file = |path: &String| match path.ends_with(".yml") || path.ends_with(".json") {
        true => tree::of_file(reference, path),
        false => notebook::of_file(reference, path),
    };
    let mut mutants = notebook::of_tasks(reference, &proof.mutate);
    mutants.extend(proof.mutate_files.iter().flat_map(of_file));
    number(&mut mutants);
    mutants
}

fn number(mutants: &mut [Mutant]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for mutant in mutants {
        let times = seen.entry(mutant.id.clone()).or_default();
        *times += 1;
        if *times > 1 {
            mutant.id = format!("{} ({times})", mutant.id);
            mutant.submission.name.clone_from(&mutant.id);
        }
    }
}

/// What became of a mutant.
enum Fate {
    /// It gets every point.
    Uncaught,
    Caught,
    /// It was not graded, which proves nothing.
    Ungraded(String),
}

fn fate(report: Result<Report, Vec<Finding>>) -> Fate {
    match report {
        Ok(report) => match report.checks.iter().find(|check| check.status == Status::Unavailable) {
            Some(check) => Fate::Ungraded(format!("check `{}`: {}", check.id, check.message)),
            None if report.is_complete() => Fate::Uncaught,
            None => Fate::Caught,
        },
        Err(findings) => {
            let messages: Vec<String> = findings.into_iter().map(|finding| finding.message).collect();
            Fate::Ungraded(format!("it cannot be read: {}", messages.join(" ")))
        }
    }
}

/// A finding for every mutant that reaches all points and is not listed, or could not be graded; for every one listed
/// that does not reach them; and for every task or file named that has no mutant.
pub async fn prove(round: &Arc<Round>, mutants: Vec<Mutant>) -> Vec<Finding> {
    let graded = mutants.into_iter().map(|Mutant { id, submission }| {
        let round = Arc::clone(round);
        async move { (id, fate(round.grade(submission, Scope::Scores).await)) }
    });
    let graded: Vec<(String, Fate)> = at_once(round.proving.effort.jobs, graded).await;
    let proof = &round.proving.lab.definition.rubric.proof;
    let faults = graded.iter().filter_map(|(id, fate)| fault(id, fate, &proof.equal));
    let findings = faults.chain(stale(&graded, &proof.equal)).chain(untouched(&graded, proof));
    findings.map(|finding| if finding.line.is_none() { finding.at(proof.position) } else { finding }).collect()
}

fn fault(id: &str, fate: &Fate, equal: &[EqualMutant]) -> Option<Finding> {
    match fate {
        Fate::Caught => None,
        Fate::Uncaught if equal.iter().any(|listed| listed.mutant == id) => None,
        Fate::Uncaught => {
            let hint = "Sharpen a check, or list it under `equal` with the reason why it is as right.";
            let message = format!("The mutant `{id}` gets every point.");
            Some(Finding::error("UNCAUGHT_MUTANT", "proof", message).with_hint(hint))
        }
        Fate::Ungraded(why) => {
            let message = format!("The mutant `{id}` could not be graded, so nothing is proved: {why}");
            Some(Finding::error("UNPROVED", "proof", message))
        }
    }
}

/// Mutants that are listed, and do not get every point or are not there.
fn stale<'a>(graded: &'a [(String, Fate)], equal: &'a [EqualMutant]) -> impl Iterator<Item = Finding> + 'a {
    let is_uncaught =
        |listed: &EqualMutant| graded.iter().any(|(id, fate)| matches!(fate, Fate::Uncaught) && *id == listed.mutant);
    equal.iter().filter(move |listed| !is_uncaught(listed)).map(|listed| {
        let message = format!("There is no mutant `{}` that gets every point.", listed.mutant);
        Finding::error("STALE_MUTANT", "proof.equal", message).at(listed.position)
    })
}

/// Tasks and files that are to have mutants, and have none.
fn untouched<'a>(graded: &'a [(String, Fate)], proof: &'a Proof) -> impl Iterator<Item = Finding> + 'a {
    let tasks = proof.mutate.iter().map(|task| ("proof.mutate", format!("task {task}")));
    let files = proof.mutate_files.iter().map(|path| ("proof.mutate_files", path.clone()));
    let has_none = |place: &String| !graded.iter().any(|(id, _)| id.starts_with(&format!("{place}: ")));
    tasks.chain(files).filter(move |(_, place)| has_none(place)).map(|(field, place)| {
        let message = format!("No statement or entry of `{place}` can be changed, so it has no mutant.");
        Finding::error("NO_MUTANT", field, message)
    })
}

#[cfg(test)]
mod tests;
