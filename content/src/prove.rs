//! A course proves itself: snippets run, starters and references score what they must, wrong solutions are told apart.

mod memory;
mod mutants;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{StreamExt, stream};
use sandbar_grader::{Points, Report, Scope, Submission};
use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_labs::sandbox::{Sandbox, WorkspaceKey};
use sandbar_quizzes::Results;
use tokio_util::task::AbortOnDropHandle;

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
    /// Solutions that are graded at the same time, on the runtime's threads.
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
pub type Watcher = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

/// Runs everything that the course claims of itself.
pub async fn prove(sandbox: &Sandbox, course: &Course, effort: &Effort, watcher: Watcher) -> Proved {
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
        let proving = Proving {
            lab: lab.clone(),
            release: course.release.clone(),
            effort: effort.clone(),
            memory: Memory::of(sandbox),
            watcher: Arc::clone(&watcher),
        };
        proved.findings.extend(prove_lab(proving, mutants).await);
    }
    proved
}

/// The starter scores what is declared, the reference and every other right solution everything, each wrong solution
/// exactly its score and keys. Seed by seed, since under one seed solutions have most of their data in common; one that
/// does not hold under a seed is not graded under another.
async fn prove_lab(proving: Proving, mut mutants: Vec<Mutant>) -> Vec<Finding> {
    let file = format!("{}/{}", proving.lab.folder, lab::FILE);
    if proving.lab.definition.rubric.public_part_of.is_some() {
        let message = "This is the public part of a lab, as students get it, and has nothing that would prove it.";
        return vec![Finding::error("PUBLIC_PART", "public_part_of", message).in_file(file)];
    }
    let proving = Arc::new(proving);
    let mut findings: Vec<Vec<Finding>> = vec![Vec::new(); claims(&proving.lab).len()];
    let mut of_mutants = Vec::new();
    for (nth, seed) in proving.effort.seeds.iter().enumerate() {
        let open: Vec<usize> = (0..findings.len()).filter(|at| findings[*at].is_empty()).collect();
        let (all, done) = (open.len() + mutants.len(), AtomicUsize::new(0));
        let round = Arc::new(Round { proving: Arc::clone(&proving), seed: *seed, nth, all, done });
        let graded = open.iter().map(|at| prove_claim(Arc::clone(&round), *at));
        for (at, found) in open.iter().zip(at_once(proving.effort.jobs, graded).await) {
            findings[*at] = found;
        }
        if nth == 0 {
            of_mutants = mutants::prove(&round, std::mem::take(&mut mutants)).await;
        }
        proving.memory.end_seed();
    }
    let broken = broken_mistakes(&proving);
    let in_file = |finding: Finding| if finding.file.is_some() { finding } else { finding.in_file(&file) };
    // The starter's last: what is wrong with the lab is told of the reference.
    findings.rotate_left(1);
    told_once(findings.into_iter().flatten()).chain(of_mutants).chain(broken).map(in_file).collect()
}

/// What the tasks give, in their order, so many at the same time: on the runtime's threads, as grading computes. They
/// end when nobody waits for them any more.
async fn at_once<T: Send + 'static>(
    jobs: usize,
    tasks: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let spawned = tasks.enumerate().map(|(at, task)| {
        let handle = AbortOnDropHandle::new(tokio::spawn(task));
        async move { (at, handle.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))) }
    });
    let mut given: Vec<(usize, T)> = stream::iter(spawned).buffer_unordered(jobs.max(1)).collect().await;
    given.sort_by_key(|(at, _)| *at);
    given.into_iter().map(|(_, given)| given).collect()
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
fn broken_mistakes(proving: &Proving) -> Vec<Finding> {
    let broken = proving.memory.broken_mistakes().into_iter();
    let finding = |((key, error), check): ((String, String), String)| {
        let mut checks = proving.lab.definition.rubric.checks();
        let position = checks.find(|(_, other)| other.id == check).map(|(_, check)| check.position);
        let message = format!("Check `{check}`: the query of the mistake `{key}` fails: {error}");
        let finding = Finding::error("BAD_SQL", "tasks", message);
        position.map_or(finding.clone(), |position| finding.at(position))
    };
    broken.map(finding).collect()
}

/// A lab whose proof goes on.
struct Proving {
    lab: Lab,
    /// Of the course.
    release: String,
    effort: Effort,
    memory: Memory,
    watcher: Watcher,
}

/// What is graded under one seed.
struct Round {
    proving: Arc<Proving>,
    seed: u64,
    /// From 0.
    nth: usize,
    /// Solutions and mutants that are graded under it, and how many of them are done.
    all: usize,
    done: AtomicUsize,
}

impl Round {
    async fn grade(&self, submission: Submission, scope: Scope) -> Result<Report, Vec<Finding>> {
        let Proving { lab, release, memory, .. } = &*self.proving;
        let report = grade_with(memory, lab, submission, self.seed, release, scope).await;
        self.tell();
        report
    }

    fn tell(&self) {
        let done = 1 + self.done.fetch_add(1, Ordering::Relaxed);
        let Proving { lab, effort, watcher, .. } = &*self.proving;
        let (seeds, nth_seed, lab) = (effort.seeds.len(), self.nth + 1, &lab.slug);
        watcher(Progress { lab, seed: self.seed, nth_seed, seeds, done, all: self.all });
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
async fn prove_claim(round: Arc<Round>, at: usize) -> Vec<Finding> {
    let Proving { lab, effort, .. } = &*round.proving;
    let Claim { submission, score, keys, position } = claims(lab).swap_remove(at);
    let (seed, asks_keys) = (round.seed, round.nth < effort.feedback_seeds);
    let (scope, keys) = if asks_keys { (Scope::All, keys) } else { (Scope::Scores, None) };
    let (position, faults, stop) = match round.grade(submission.clone(), scope).await {
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
