//! Grading as a state machine without I/O: it says what it needs next, is handed evidence and answers, and ends with a
//! report.
//!
//! replays, one after the other -> reference queries, in rounds until no check asks more -> report

mod findings;
mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sandbar_labs::component::{Call, ComponentBytes, Said};
use sandbar_labs::diagnostic::{Diagnostic, Finding};
use sandbar_labs::evidence::Evidence;
use sandbar_labs::relation::Relation;
use sandbar_labs::sandbox::{Probe, ReplayPlan};
use sandbar_quizzes::Quiz;

use crate::carry_forward::{Stages, repair};
use crate::feedback::error_text;
use crate::outcome::{Fault, Verdict};
use crate::replay::ReplayToken;
use crate::report::{CheckReport, Report, StopReport, TaskReport};
use crate::rubric::{Check, Rubric, Task, Visibility};
use crate::scene::{Answers, Sayings, Scene, Stop, Trials, question_id};
use crate::submission::Submission;
use crate::work::{Work, read_work};

/// A lab as graded: its rubric with the data sets and files that the rubric names.
#[derive(Clone, Debug)]
pub struct LabDefinition {
    pub rubric: Rubric,
    pub datasets: BTreeMap<String, Relation>,
    /// The course's own copies of files that it gives.
    pub given: BTreeMap<String, Vec<u8>>,
    /// Instructors' own checks by the file that the rubric names, as binaries that were looked at.
    pub components: BTreeMap<String, ComponentBytes>,
    /// Quizzes of checks, by their path in the lab's folder.
    pub quizzes: BTreeMap<String, Quiz>,
}

/// What grading needs next.
#[derive(Clone, Debug)]
pub enum Step {
    /// Hand the outcome to [`Grading::replayed`].
    Replay(ReplayPlan),
    /// Hand the answers, in the same order, to [`Grading::probed`].
    Probe(Vec<Probe>),
    /// Run each plan where the replay `of` ran, and hand the evidence, in the same order, to [`Grading::tried`].
    Try {
        of: ReplayPlan,
        plans: Vec<ReplayPlan>,
    },
    /// Run an instructor's own check, and hand what it said, or why it failed, to [`Grading::judged`].
    Judge(Box<Call>),
    Done(Box<Report>),
}

/// Which checks a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// Those that a student may run freely.
    Public,
    /// All of them, where only the points are wanted: a failed property check does not look for its smallest
    /// counterexample, and names no mistake.
    Scores,
}

impl Scope {
    fn holds(self, visibility: Visibility) -> bool {
        self != Self::Public || visibility == Visibility::Public
    }
}

/// Shown as the user of a replay; a report does not depend on who handed the work in.
pub(crate) const REPLAY_USER: &str = "student";

#[derive(Debug)]
pub struct Grading {
    lab: Arc<LabDefinition>,
    work: Work,
    token: ReplayToken,
    replays: BTreeMap<String, Result<Evidence, Diagnostic>>,
    stages: Stages,
    answers: Answers,
    /// Ids of the questions that were asked and are not yet answered.
    asked: Vec<String>,
    trials: Trials,
    /// Ids of the trials that were asked for and are not yet done.
    trying: Vec<String>,
    /// What components said, by the check that called.
    said: Sayings,
    /// The check whose component is running.
    judging: Option<String>,
    scope: Scope,
    /// Why grading is impossible at the moment, when it is.
    unavailable: Option<String>,
}

impl Grading {
    /// Reads the submission's files.
    ///
    /// # Errors
    /// Findings with file and line when a file cannot be read at all; then nothing is graded.
    pub fn new(
        lab: Arc<LabDefinition>,
        submission: Submission,
        seed: u64,
        release: &str,
        scope: Scope,
    ) -> Result<Self, Vec<Finding>> {
        let token = ReplayToken::of(&submission, seed, release);
        let work = read_work(&lab, submission)?;
        Ok(Self {
            lab,
            work,
            token,
            replays: BTreeMap::new(),
            stages: Stages::default(),
            answers: Answers::new(),
            asked: Vec::new(),
            trials: Trials::new(),
            trying: Vec::new(),
            said: Sayings::new(),
            judging: None,
            scope,
            unavailable: None,
        })
    }

    pub fn next_step(&mut self) -> Step {
        if self.unavailable.is_some() || self.is_untitled() {
            return Step::Done(Box::new(self.report()));
        }
        let open = self.lab.rubric.replays.iter().find(|replay| !self.replays.contains_key(&replay.name));
        if let Some(plan) = open.map(|replay| self.plan(replay)) {
            return Step::Replay(plan);
        }
        if let Some(plan) = self.repaired_plan() {
            return Step::Replay(plan);
        }
        let probes = self.open_questions();
        if !probes.is_empty() {
            return Step::Probe(probes);
        }
        match (self.open_trials(), self.lab.rubric.replays.first()) {
            (plans, Some(main)) if !plans.is_empty() => Step::Try { of: self.plan(main), plans },
            _ => match self.open_call() {
                Some(call) => Step::Judge(Box::new(call)),
                None => Step::Done(Box::new(self.report())),
            },
        }
    }

    /// The evidence of the replay asked for last, or the limit that ended it. A statement that failed by a fault of ours
    /// makes grading impossible for now.
    pub fn replayed(&mut self, outcome: Result<Evidence, Diagnostic>) {
        if let Some(fault) = outcome.as_ref().ok().and_then(own_fault) {
            self.unavailable(format!("The engine failed while it ran the notebook, which costs nothing. {fault}"));
        }
        if let Some(task) = self.stages.pending.take() {
            self.stages.add(task, outcome);
            return;
        }
        let open = self.lab.rubric.replays.iter().find(|replay| !self.replays.contains_key(&replay.name));
        if let Some(replay) = open {
            self.replays.insert(replay.name.clone(), outcome);
        }
    }

    /// The answers to the questions asked last, in their order.
    pub fn probed(&mut self, answers: Vec<Result<Relation, Diagnostic>>) {
        if answers.len() != self.asked.len() {
            self.unavailable(format!("{} answers came for {} questions.", answers.len(), self.asked.len()));
        }
        self.answers.extend(self.asked.drain(..).zip(answers));
    }

    /// What the trials asked for last did, in their order, or the limit that ended them.
    pub fn tried(&mut self, outcome: Result<Vec<Evidence>, Diagnostic>) {
        let ids = std::mem::take(&mut self.trying);
        match outcome {
            Ok(evidence) if evidence.len() == ids.len() => {
                if let Some(fault) = evidence.iter().find_map(own_fault) {
                    self.unavailable(format!("The engine failed on other data, which costs nothing. {fault}"));
                }
                self.trials.extend(ids.into_iter().zip(evidence.into_iter().map(Ok)));
            }
            Ok(evidence) => self.unavailable(format!("{} of {} trials came back.", evidence.len(), ids.len())),
            Err(limit) => self.trials.extend(ids.into_iter().map(|id| (id, Err(limit.clone())))),
        }
    }

    /// What the component asked last said, or why it did not: that is the course's fault or ours, and only this check's.
    pub fn judged(&mut self, outcome: Result<Said, String>) {
        self.said.extend(self.judging.take().map(|check| (check, outcome)));
    }

    /// The sandbox could not do what was asked: our fault, never the student's.
    pub fn unavailable(&mut self, why: impl Into<String>) {
        self.unavailable = Some(why.into());
    }

    /// The notebook once more, with the first task repaired that needs it and has not been.
    fn repaired_plan(&mut self) -> Option<ReplayPlan> {
        let after = self.stages.last().unwrap_or_default();
        let open = self.lab.rubric.tasks.iter().filter(|task| task.number > after);
        let found = open.into_iter().find_map(|task| {
            let check = task.checks.first()?;
            let scene = self.scene(task, check);
            let repair = repair(task, &scene)?;
            Some((task.number, repair))
        });
        let (task, repair) = found?;
        self.stages.repairs.push(repair);
        self.stages.pending = Some(task);
        let mut plan = self.plan(self.lab.rubric.replays.first()?);
        if let Some(run) = plan.runs.first_mut() {
            run.repairs.clone_from(&self.stages.repairs);
        }
        Some(plan)
    }

    /// Tasks are named by titles, and no cell has one.
    fn is_untitled(&self) -> bool {
        self.lab.rubric.submission.titled_tasks && self.work.cells.tasks().is_empty()
    }

    fn scene<'a>(&'a self, task: &Task, check: &'a Check) -> Scene<'a> {
        Scene {
            lab: &self.lab,
            work: &self.work,
            replays: &self.replays,
            stage: self.stages.of(task.number),
            answers: &self.answers,
            trials: &self.trials,
            said: &self.said,
            seed: self.token.seed,
            scores_only: self.scope == Scope::Scores,
            check: &check.id,
            task: task.number,
        }
    }

    fn open_questions(&mut self) -> Vec<Probe> {
        let mut probes: Vec<Probe> = Vec::new();
        for (task, check) in self.checks() {
            for question in check.rule.questions(&self.scene(task, check)) {
                let id = question_id(&check.id, &question.key);
                if !self.answers.contains_key(&id) {
                    probes.push(Probe { id, relations: question.relations, sql: question.sql });
                }
            }
        }
        self.asked = probes.iter().map(|probe| probe.id.clone()).collect();
        probes
    }

    /// The trials of one check: a limit that ends them is no other check's.
    fn open_trials(&mut self) -> Vec<ReplayPlan> {
        let asked = self.checks().find_map(|(task, check)| {
            let trials = check.rule.trials(&self.scene(task, check)).into_iter();
            let trials: Vec<_> = trials.map(|trial| (question_id(&check.id, &trial.key), trial.plan)).collect();
            (!trials.is_empty()).then_some(trials)
        });
        let (ids, plans) = asked.unwrap_or_default().into_iter().unzip();
        self.trying = ids;
        plans
    }

    /// One component after the other: each is asked once.
    fn open_call(&mut self) -> Option<Call> {
        let found = self.checks().find_map(|(task, check)| {
            let is_open = !self.said.contains_key(&check.id);
            let call = is_open.then(|| check.rule.call(&self.scene(task, check))).flatten()?;
            Some((check.id.clone(), call))
        });
        let (check, call) = found?;
        self.judging = Some(check);
        Some(call)
    }

    /// The checks that count here.
    fn checks(&self) -> impl Iterator<Item = (&Task, &Check)> {
        self.lab.rubric.checks().filter(|(_, check)| self.scope.holds(check.visibility))
    }

    fn report(&self) -> Report {
        let rubric = &self.lab.rubric;
        let mut passed: BTreeSet<&str> = BTreeSet::new();
        let mut checks = Vec::new();
        for (task, check) in self.checks() {
            let verdict = self.verdict(task, check, &passed);
            if verdict == Verdict::Passed {
                passed.insert(&check.id);
            }
            let place = (verdict != Verdict::Passed).then(|| self.scene(task, check).place_about(check.rule.about()));
            let mut told = CheckReport::new(task, check, verdict);
            let place = told.place.take().or(place.flatten());
            told.place = place.map(|place| self.scene(task, check).with_cell(place));
            checks.push(told);
        }
        let tasks = rubric.tasks.iter().map(|task| TaskReport {
            number: task.number,
            title: task.title.clone(),
            score: checks.iter().filter(|check| check.task == task.number).map(|check| check.points).sum(),
            max_score: checks.iter().filter(|check| check.task == task.number).map(|check| check.max_points).sum(),
            repaired: self.stages.of(task.number).is_some(),
        });
        Report {
            lab: rubric.slug.clone(),
            title: rubric.title.clone(),
            score: checks.iter().map(|check| check.points).sum(),
            max_score: checks.iter().map(|check| check.max_points).sum(),
            tasks: tasks.collect(),
            stopped: self.main_stop(0).map(|stop| StopReport::new(&stop)),
            findings: self.findings(),
            checks,
            replay: self.token.clone(),
        }
    }

    fn verdict(&self, task: &Task, check: &Check, passed: &BTreeSet<&str>) -> Verdict {
        if let Some(why) = &self.unavailable {
            return Verdict::Unavailable(why.clone());
        }
        let scene = self.scene(task, check);
        if self.lab.rubric.submission.titled_tasks
            && let Some(verdict) = self.not_reached(task, &scene)
        {
            return verdict;
        }
        if let Some(needed) = check.needs.iter().find(|needed| !passed.contains(needed.as_str())) {
            let claim = self.lab.rubric.checks().find(|(_, other)| other.id == *needed);
            let claim = claim.map(|(_, other)| other.claim.as_str()).unwrap_or_default();
            return Verdict::Blocked(format!("This can only be looked at when another check holds: {claim}"));
        }
        let verdict = check.rule.judge(&scene);
        match (verdict, self.main_stop(task.number)) {
            (Verdict::Failed(fault), Some(stop)) if stop.task == Some(task.number) => stopped_in_task(&fault, stop),
            (verdict, _) => verdict,
        }
    }

    /// The verdict for a task whose cells are missing or never ran.
    fn not_reached(&self, task: &Task, scene: &Scene<'_>) -> Option<Verdict> {
        if !self.work.cells.has(task.number) {
            return Some(Verdict::Blocked(format!("No cell is titled `Task {}`.", task.number)));
        }
        let main = || self.lab.rubric.replays.first().and_then(|first| self.replays.get(&first.name));
        if let Some(Err(limit)) = scene.stage.or_else(main) {
            return Some(Fault::new("limit", format!("The notebook hit a limit: {}", error_text(limit))).error());
        }
        if !scene.cells(task.number).is_empty() {
            return None;
        }
        let why = match self.main_stop(task.number) {
            Some(stop) => {
                format!("Not reached: the notebook stopped before it, at {}:{}.", stop.place.file, stop.place.line)
            }
            None => format!("No cell of task {} has anything to run.", task.number),
        };
        Some(Verdict::Blocked(why))
    }

    /// Where the replay that a task is judged on stopped.
    fn main_stop(&self, task: u32) -> Option<Stop> {
        let main = || self.replays.get(&self.lab.rubric.replays.first()?.name);
        let stage = self.stages.of(task);
        let Ok(evidence) = stage.or_else(main)? else { return None };
        let repaired: Vec<u32> = self.stages.repaired().into_iter().filter(|repaired| *repaired < task).collect();
        let titled = self.lab.rubric.submission.titled_tasks;
        crate::scene::stop_of(evidence.runs.first()?, &self.work, &repaired, titled)
    }
}

/// A claim that does not hold because a cell of its task failed is an error, not wrong work.
fn stopped_in_task(fault: &Fault, stop: Stop) -> Verdict {
    let message = format!("A cell of this task failed, so this does not hold. {}", fault.message);
    let next_step = stop.diagnostic.hint.clone();
    let found = error_text(&stop.diagnostic);
    let error = Fault { place: Some(stop.place), next_step, ..Fault::new("cell_failed", message) };
    error.found(found).error()
}

/// The words of a statement that failed by a fault of ours.
fn own_fault(evidence: &Evidence) -> Option<String> {
    let statements = evidence.runs.iter().flat_map(|run| &run.cells).flat_map(|cell| &cell.statements);
    let errors = statements.filter_map(|statement| statement.error.as_ref());
    errors.filter(|error| error.is_internal()).map(error_text).next()
}

#[cfg(test)]
mod tests;
