//! A course proves itself: snippets run, starters and references score what they must, wrong solutions are told apart.

mod memory;
mod mutants;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{FutureExt, StreamExt, stream};
use sandbar_grader::{Points, Report, Scope, Submission};
use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_labs::sandbox::{Sandbox, WorkspaceKey};
use sandbar_quizzes::Results;

use crate::course::Course;
use crate::grading::grade_with;
use crate::lab::{self, Lab};
use crate::lesson::Lesson;
use crate::quiz::{self, CourseQuiz};
use crate::snippets::{self, Outputs};
use crate::walkthrough::{self, shoot};
use memory::Memory;
use mutants::Mutant;

/// What was proved, for a summary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proved {
    pub snippets: usize,
    pub walkthroughs: usize,
    pub solutions: usize,
    /// Mutants of references.
    pub mutants: usize,
    /// What the snippets of each lesson gave, by slug; to be kept with the release.
    pub outputs: BTreeMap<String, Outputs>,
    /// What the SQL of each quiz gave, by slug; to be kept with the release.
    pub quizzes: BTreeMap<String, Results>,
    /// Runs of it.
    pub executions: usize,
    pub findings: Vec<Finding>,
}

/// How much is proved, and how much at once.
#[derive(Clone, Debug)]
pub struct Effort {
    /// Every solution is graded under each of them; no score may depend on the seed.
    pub seeds: Vec<u64>,
    /// Under so many of them, from the first, feedback is proved too.
    pub feedback_seeds: usize,
    /// Solutions that are graded at the same time.
    pub jobs: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { seeds: vec![1, 20_260], feedback_seeds: 2, jobs: 1 }
    }
}

/// Of a solution that no score can be given: what stands behind it is why.
const UNGRADED: &str = "could not be graded: ";

/// What a lab says of a solution.
struct Claim<'a> {
    submission: &'a Submission,
    score: Points,
    /// Feedback keys of everything that fails; `None` where the lab does not say.
    keys: Option<&'a [String]>,
    /// In the lab's file.
    position: Position,
}

/// How far a lab's proof is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    pub lab: &'a str,
    /// The seed, its place among all seeds from 1, and how many there are.
    pub seed: u64,
    pub nth_seed: usize,
    pub seeds: usize,
    /// Solutions and mutants that are done under that seed, of all that are graded under it.
    pub done: usize,
    pub all: usize,
}

/// Told after each solution.
pub type Watcher<'a> = &'a (dyn Fn(Progress<'_>) + Sync);

/// Runs everything that the course claims of itself.
pub async fn prove(sandbox: &Sandbox, course: &Course, effort: &Effort, watcher: Watcher<'_>) -> Proved {
    let mut proved = Proved::default();
    for quiz in course.quizzes.values() {
        prove_quiz(sandbox, quiz, &mut proved).await;
    }
    for lesson in course.lessons.values() {
        proved.snippets += lesson.snippets().count();
        proved.walkthroughs += usize::from(lesson.walkthrough.is_some());
        match snippets::run(sandbox, lesson).await {
            Ok(outputs) if outputs.is_empty() => {}
            Ok(outputs) => drop(proved.outputs.insert(lesson.slug.clone(), outputs)),
            Err(found) => proved.findings.extend(found),
        }
        proved.findings.extend(prove_walkthrough(sandbox, lesson).await);
    }
    for lab in course.labs.values().chain(course.exercises()) {
        proved.solutions += claims(lab).len();
        let mutants = mutants::of(lab);
        proved.mutants += mutants.len();
        proved.findings.extend(prove_lab(sandbox, lab, mutants, &course.release, effort, watcher).await);
    }
    proved
}

/// The starter scores what is declared, the reference and every other right solution everything, each wrong solution
/// exactly its score and keys. Seed by seed, since under one seed solutions have most of their data in common; one that
/// does not hold under a seed is not graded under another.
async fn prove_lab(
    sandbox: &Sandbox,
    lab: &Lab,
    mutants: Vec<Mutant>,
    release: &str,
    effort: &Effort,
    watcher: Watcher<'_>,
) -> Vec<Finding> {
    let file = format!("{}/{}", lab.folder, lab::FILE);
    if lab.definition.rubric.public_part_of.is_some() {
        let message = "This is the public part of a lab, as students get it, and has nothing that would prove it.";
        return vec![Finding::error("PUBLIC_PART", "public_part_of", message).in_file(file)];
    }
    let (claims, memory) = (claims(lab), Memory::of(sandbox));
    let mut findings: Vec<Vec<Finding>> = vec![Vec::new(); claims.len()];
    let (mut mutants, mut of_mutants) = (mutants, Vec::new());
    for (nth, seed) in effort.seeds.iter().enumerate() {
        let open: Vec<usize> = (0..claims.len()).filter(|at| findings[*at].is_empty()).collect();
        let round = Round { lab, release, seed: *seed, nth, all: open.len() + mutants.len(), effort, watcher };
        let counter = AtomicUsize::new(0);
        let claims = &claims;
        let proved = stream::iter(open).map(|at| {
            let claim = prove_claim(&memory, &claims[at], &round);
            claim.inspect(|_| round.tell(&counter)).map(move |found| (at, found))
        });
        for (at, found) in proved.buffered(effort.jobs.max(1)).collect::<Vec<_>>().await {
            findings[at] = found;
        }
        if nth == 0 {
            of_mutants = mutants::prove(&memory, std::mem::take(&mut mutants), &round, &counter).await;
        }
        memory.end_seed();
    }
    let broken = broken_mistakes(lab, &memory);
    let in_file = |finding: Finding| if finding.file.is_some() { finding } else { finding.in_file(&file) };
    // The starter's last: what is wrong with the lab is told of the reference.
    findings.rotate_left(1);
    told_once(findings.into_iter().flatten()).chain(of_mutants).chain(broken).map(in_file).collect()
}

/// What keeps a check from judging is told of the first solution only: it stands in the lab, and not in the solutions.
fn told_once(findings: impl Iterator<Item = Finding>) -> impl Iterator<Item = Finding> {
    let mut told = BTreeSet::new();
    findings.filter(move |finding| match finding.message.split_once(UNGRADED) {
        Some((_, why)) => told.insert(why.to_owned()),
        None => true,
    })
}

/// Mistakes of the lab whose queries fail, at the check that asked first.
fn broken_mistakes(lab: &Lab, memory: &Memory<'_>) -> Vec<Finding> {
    let broken = memory.broken_mistakes().into_iter();
    let finding = |((key, error), check): ((String, String), String)| {
        let mut checks = lab.definition.rubric.checks();
        let position = checks.find(|(_, other)| other.id == check).map(|(_, check)| check.position);
        let message = format!("Check `{check}`: the query of the mistake `{key}` fails: {error}");
        let finding = Finding::error("BAD_SQL", "tasks", message);
        position.map_or(finding.clone(), |position| finding.at(position))
    };
    broken.map(finding).collect()
}

/// What is graded under one seed.
struct Round<'a> {
    lab: &'a Lab,
    release: &'a str,
    seed: u64,
    /// From 0.
    nth: usize,
    all: usize,
    effort: &'a Effort,
    watcher: Watcher<'a>,
}

impl Round<'_> {
    fn tell(&self, counter: &AtomicUsize) {
        let done = 1 + counter.fetch_add(1, Ordering::Relaxed);
        let (seeds, nth_seed) = (self.effort.seeds.len(), self.nth + 1);
        let lab = &self.lab.slug;
        (self.watcher)(Progress { lab, seed: self.seed, nth_seed, seeds, done, all: self.all });
    }
}

fn claims(lab: &Lab) -> Vec<Claim<'_>> {
    if lab.definition.rubric.public_part_of.is_some() {
        return Vec::new();
    }
    let (proof, start) = (&lab.proof, lab.definition.rubric.proof.position);
    let whole = |submission, position| Claim { submission, score: lab.points, keys: Some(&[]), position };
    let starter = Claim { submission: &proof.starter, score: proof.starter_score, keys: None, position: start };
    let mut claims = vec![starter, whole(&proof.reference, start)];
    claims.extend(proof.right.iter().map(|(declared, submission)| whole(submission, declared.position)));
    claims.extend(proof.wrong.iter().map(|(declared, submission)| Claim {
        submission,
        score: declared.score,
        keys: Some(&declared.feedback),
        position: declared.position,
    }));
    claims
}

/// How a claim does not hold under a seed.
async fn prove_claim(memory: &Memory<'_>, claim: &Claim<'_>, round: &Round<'_>) -> Vec<Finding> {
    let Claim { submission, score, keys, position } = *claim;
    let Round { lab, release, seed, .. } = *round;
    let (scope, keys) =
        if round.nth < round.effort.feedback_seeds { (Scope::All, keys) } else { (Scope::Scores, None) };
    let (position, faults, stop) = match grade_with(memory, lab, submission.clone(), seed, release, scope).await {
        Ok(report) => {
            let position = broken_check(lab, &report).unwrap_or(position);
            (position, differences(&report, score, keys), stopped(lab, submission, &report))
        }
        Err(found) => {
            let unread = found.into_iter().map(|finding| format!("cannot be read: {}", finding.message));
            (position, unread.collect(), None)
        }
    };
    let finding = |fault: String| {
        let message = format!("`{}` {fault} (seed {seed})", submission.name);
        Finding::error("UNPROVED", "proof", message).at(position)
    };
    // Where it stops is told only of what does not hold: some are meant to.
    let stop = stop.filter(|_| !faults.is_empty());
    faults.into_iter().map(finding).chain(stop).collect()
}

/// Where a solution stopped, in its own file.
fn stopped(lab: &Lab, submission: &Submission, report: &Report) -> Option<Finding> {
    let stop = report.stopped.as_ref()?;
    let name = stop.place.file.as_str();
    let reference = &lab.proof.reference;
    // Files that a solution does not have itself are those of the reference.
    let is_borrowed = submission.name != reference.name && submission.files.get(name) == reference.files.get(name);
    let path = if is_borrowed { &reference.name } else { &submission.name };
    let is_file = path.rsplit('/').next() == Some(name);
    let file = if is_file { format!("{}/{path}", lab.folder) } else { format!("{}/{path}/{name}", lab.folder) };
    let message = format!("`{}` stops here: {}", submission.name, stop.error);
    let line = Position { line: stop.place.line, column: 1 };
    Some(Finding::error("UNPROVED", "proof", message).at(line).in_file(file))
}

/// Where a check stands that could not judge: there is the fault, and not in the solution.
fn broken_check(lab: &Lab, report: &Report) -> Option<Position> {
    let broken = report.checks.iter().find(|check| check.status == sandbar_grader::Status::Unavailable)?;
    let mut checks = lab.definition.rubric.checks();
    checks.find(|(_, check)| check.id == broken.id).map(|(_, check)| check.position)
}

/// How the report is not the one declared.
fn differences(report: &Report, score: Points, keys: Option<&[String]>) -> Vec<String> {
    let mut differences = Vec::new();
    let unavailable = report.checks.iter().find(|check| check.status == sandbar_grader::Status::Unavailable);
    // Points and feedback are as they are because of it.
    if let Some(check) = unavailable {
        return vec![format!("{UNGRADED}check `{}`: {}", check.id, check.message)];
    }
    if report.score != score {
        differences.push(format!("scores {}, not the declared {score}.", report.score));
    }
    let found = report.feedback_keys();
    if keys.is_some_and(|keys| sorted(keys) != sorted(&found)) {
        let declared = keys.unwrap_or_default().join(", ");
        differences.push(format!("gets the feedback [{}], not the declared [{declared}].", found.join(", ")));
    }
    differences
}

fn sorted(keys: &[String]) -> Vec<&String> {
    let mut keys: Vec<&String> = keys.iter().collect();
    keys.sort();
    keys
}

/// Every statement of the walkthrough ends as its author says.
async fn prove_walkthrough(sandbox: &Sandbox, lesson: &Lesson) -> Vec<Finding> {
    let Some(walkthrough) = &lesson.walkthrough else { return Vec::new() };
    let found = match WorkspaceKey::new(["proof", "walkthrough", lesson.slug.as_str()]) {
        Some(workspace) => shoot(sandbox, &workspace, walkthrough).await.err().unwrap_or_default(),
        None => vec![Finding::error("BAD_SLUG", "", format!("`{}` is too long for a slug.", lesson.slug))],
    };
    let file = format!("lessons/{}/{}", lesson.slug, walkthrough::FILE);
    found.into_iter().map(|finding| finding.in_file(&file)).collect()
}

/// Every answer of the quiz that SQL gives is what the engine gives, and nothing gives an answer away.
async fn prove_quiz(sandbox: &Sandbox, of: &CourseQuiz, proved: &mut Proved) {
    let executions = of.quiz.executions();
    proved.executions += executions.len();
    let results = quiz::execute(sandbox, executions).await;
    let ready = quiz::with_results(of, results.clone());
    proved.findings.extend(quiz::lint(ready.as_ref().unwrap_or(of)));
    proved.findings.extend(ready.err().unwrap_or_default());
    proved.quizzes.insert(of.slug.clone(), results);
}
