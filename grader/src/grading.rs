//! Grading as a state machine without I/O: it says what it needs next, is handed evidence and answers, and ends with a
//! report.
//!
//! replays, one after the other -> reference queries, in rounds until no check asks more -> report

mod asking;
mod findings;
mod plan;
mod repair;
mod verdict;
mod widgets;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sandbar_labs::component::{Call, ComponentBytes, Said};
use sandbar_labs::diagnostic::{Diagnostic, Finding};
use sandbar_labs::evidence::Evidence;
use sandbar_labs::relation::Relation;
use sandbar_labs::sandbox::{Probe, ReplayPlan};
use sandbar_quizzes::Quiz;

use crate::carry_forward::Stages;
use crate::feedback::error_text;
use crate::outcome::{MISNAMED, Verdict};
use crate::replay::ReplayToken;
use crate::report::{CheckReport, Report, StopReport, TaskReport};
use crate::rubric::{Check, ReplayForm, Rubric, Task, Visibility};
use crate::scene::{Answers, Sayings, Scene, Trials};
use crate::submission::Submission;
use crate::work::{Work, read_work};

pub(crate) use plan::Planning;
pub(crate) use widgets::Declared;

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

impl LabDefinition {
    /// The tables that a replay begins with, by their names.
    pub fn tables(&self, replay: &ReplayForm) -> Vec<(String, Relation)> {
        let dataset = |(table, name): &(String, String)| Some((table.clone(), self.datasets.get(name)?.clone()));
        replay.tables.iter().filter_map(dataset).collect()
    }
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
    /// Cells that failed as their task asks without saying that they are meant to: a run goes on behind them.
    unmarked: BTreeSet<u32>,
    /// What the student calls a view of the lab, by the lab's name.
    own_names: BTreeMap<String, String>,
    /// What the student calls a table of the lab, by the lab's name; with a schema where it is not in `default`. The
    /// notebook runs with the lab's.
    own_tables: BTreeMap<String, String>,
    declared: widgets::Declared,
    answers: Answers,
    /// Ids of the questions that were asked and are not yet answered.
    asked: Vec<String>,
    trials: Trials,
    /// Ids of the trials that were asked for and are not yet done, all of one check.
    trying: Vec<String>,
    settled: asking::Settled,
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
    /// Findings with file and line when no file can be read; then nothing is graded.
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
            unmarked: BTreeSet::new(),
            own_names: BTreeMap::new(),
            own_tables: BTreeMap::new(),
            declared: widgets::Declared::default(),
            answers: Answers::new(),
            asked: Vec::new(),
            trials: Trials::new(),
            trying: Vec::new(),
            settled: asking::Settled::default(),
            said: Sayings::new(),
            judging: None,
            scope,
            unavailable: None,
        })
    }

    /// What is wrong with files that cannot be read; the others are graded.
    pub fn unreadable(&self) -> impl Iterator<Item = &Finding> {
        self.work.unreadable.values().flatten()
    }

    pub fn next_step(&mut self) -> Step {
        if self.unavailable.is_some() || self.is_untitled() {
            return Step::Done(Box::new(self.report()));
        }
        let open = self.lab.rubric.replays.iter().find(|replay| !self.replays.contains_key(&replay.name));
        if let Some(plan) = open.map(|replay| self.plan(replay)) {
            return Step::Replay(plan);
        }
        if let Some(step) = self.open_repair() {
            return step;
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
        self.settled = asking::Settled::default();
        if let Some(fault) = outcome.as_ref().ok().and_then(own_fault) {
            self.unavailable(format!("The engine failed while it ran the notebook, which costs nothing. {fault}"));
        }
        if let Some(task) = self.stages.pending.take() {
            if self.stopped_at_unmarked(&outcome) {
                // The same repair once more.
                self.stages.repairs.pop();
            } else {
                self.repaired(task, outcome);
            }
            return;
        }
        let open = self.lab.rubric.replays.iter().find(|replay| !self.replays.contains_key(&replay.name));
        let Some(name) = open.map(|replay| replay.name.clone()) else { return };
        let is_main = self.lab.rubric.replays.first().is_some_and(|first| first.name == name);
        let again = is_main
            && (self.stopped_at_unmarked(&outcome)
                || self.found_own_table(&outcome)
                || self.stopped_at_widget(&outcome));
        if !again {
            self.notice_widget_names(&outcome);
            self.replays.insert(name, outcome);
        }
    }

    /// The answers to the questions asked last, in their order.
    pub fn probed(&mut self, answers: Vec<Result<Relation, Diagnostic>>) {
        self.settled = asking::Settled::default();
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
        if let Some(check) = self.judging.take() {
            self.settled.reopen(&check);
            self.said.insert(check, outcome);
        }
    }

    /// The sandbox could not do what was asked: our fault, never the student's.
    pub fn unavailable(&mut self, why: impl Into<String>) {
        self.unavailable = Some(why.into());
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
            stage: self.stages.of(task.number).or_else(|| self.as_declared(task)),
            answers: &self.answers,
            trials: &self.trials,
            said: &self.said,
            seed: self.token.seed,
            scores_only: self.scope == Scope::Scores,
            unmarked: &self.unmarked,
            own_names: &self.own_names,
            own_tables: &self.own_tables,
            declared: &self.declared,
            planning: self,
            check: &check.id,
            task: task.number,
        }
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
            // What is called otherwise is there: the name costs once.
            let is_misnamed = matches!(&verdict, Verdict::Failed(fault) if fault.reason == MISNAMED);
            if verdict == Verdict::Passed || is_misnamed {
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
}

/// The words of a statement that failed by a fault of ours.
fn own_fault(evidence: &Evidence) -> Option<String> {
    let statements = evidence.runs.iter().flat_map(|run| &run.cells).flat_map(|cell| &cell.statements);
    let errors = statements.filter_map(|statement| statement.error.as_ref());
    errors.filter(|error| error.is_internal()).map(error_text).next()
}

#[cfg(test)]
mod tests;
