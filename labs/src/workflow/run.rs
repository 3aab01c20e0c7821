//! A run of a job on a virtual clock: what starts when, what is tried again, how everything ends.
//!
//! Invariant: a run is a pure function of its job, its settings and what its driver says that the work did. [`Run::next_order`]
//! gives one piece of work after the other, in the order in which they start on the run's clock; the driver does it and tells
//! [`Run::performed`] how it went and how long it took. Waiting costs nothing. Nothing here reads a clock or a table.
//!
//! Follows the Jobs API 2.2: the `run_if` table, retries from the start of an attempt, leaves that decide, repair.

mod attempt;
mod clusters;
mod condition;
mod context;
mod for_each;
mod foresee;
mod limits;
mod lost;
mod news;
mod output;
mod progress;
mod record;
mod repair;
mod settings;
mod settle;
mod start;
mod stop;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::graph::Graph;
use super::job::{Job, Task, TaskKind};
use super::propagate::{RunResult, TaskResult, run_result};

pub use attempt::{Attempt, Iteration, LifeCycle, Order, Performed, Work};
pub use clusters::{ClusterKind, ClusterUse, START_UP};
pub use foresee::Foreseen;
pub use limits::RunLimits;
pub use news::News;
pub use output::OutputRows;
pub use record::{RunRecord, TaskRecord};
pub use repair::{Repair, RepairError};
pub use settings::{Admission, Fault, FaultKind, Settings, admit};

use attempt::after;
use clusters::{Clusters, Compute};
use limits::Spent;
use progress::{Progress, Unit};
use settle::Sequence;

/// Of one piece of work, where a job asks for retries without end.
const MAX_ATTEMPTS: u32 = 100;

/// A run that is under way, or finished.
#[derive(Clone, Debug)]
pub struct Run {
    job: Job,
    graph: Arc<Graph>,
    sequence: Arc<Sequence>,
    /// What each task runs on.
    computes: Vec<Option<Compute>>,
    settings: Settings,
    now: Timestamp,
    ended: Option<Timestamp>,
    tasks: Vec<Progress>,
    /// What happens next, by its time and the order in which it was planned.
    events: BTreeMap<(Timestamp, u64), Event>,
    planned: u64,
    clusters: Clusters,
    timed_out: bool,
    canceled: bool,
    repairs: Vec<Repair>,
    spent: Spent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// An attempt is due.
    Start(Place),
    /// The cluster of an attempt is there.
    Ready(Place),
    /// The attempt that is running is over.
    End(Place),
    /// The whole run's time is up.
    TimeOut,
    Cancel,
}

/// A piece of work of a run: a task, or an iteration of a for_each task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    task: usize,
    unit: usize,
}

/// Why a job cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    #[error("The job has no tasks.")]
    NoTasks,
    #[error("The task `{0}` waits for itself, directly or through others.")]
    Cycle(String),
    #[error("There are two tasks `{0}`.")]
    DuplicateKey(String),
}

impl Run {
    /// Begins a run: the tasks that wait for nothing are due.
    ///
    /// # Errors
    /// For a job whose tasks have no order.
    pub fn begin(job: Job, settings: Settings) -> Result<Self, RunError> {
        let graph = runnable(&job)?;
        let tasks = job.tasks.iter().map(|_| Progress::default()).collect();
        let mut run = Self {
            now: settings.start,
            sequence: Arc::new(Sequence::of(&graph)),
            graph: Arc::new(graph),
            computes: computes(&job),
            ended: None,
            tasks,
            events: BTreeMap::new(),
            planned: 0,
            clusters: Clusters::default(),
            timed_out: false,
            canceled: false,
            repairs: Vec::new(),
            spent: Spent::default(),
            job,
            settings,
        };
        run.set_out();
        Ok(run)
    }

    /// Plans the run's own limits, and starts what may start.
    fn set_out(&mut self) {
        if let Some(seconds) = self.job.timeout_seconds.filter(|seconds| *seconds > 0) {
            self.plan(after(self.now, seconds.saturating_mul(1_000)), Event::TimeOut);
        }
        if let Some(at) = self.settings.cancel_at {
            self.plan(at.max(self.now), Event::Cancel);
        }
        self.settle(0..self.graph.len());
    }

    /// The next piece of work, at its start on the run's clock; `None` when the run is finished.
    pub fn next_order(&mut self) -> Option<Order> {
        while self.ended.is_none() {
            let Some(((at, _), event)) = self.events.pop_first() else {
                self.finish();
                break;
            };
            // What was cancelled may have gone on beyond what was planned for earlier.
            self.now = self.now.max(at);
            match event {
                Event::Start(place) => {
                    if let Some(order) = self.start(place) {
                        return Some(order);
                    }
                }
                Event::Ready(place) => {
                    if let Some(order) = self.work(place) {
                        return Some(order);
                    }
                }
                Event::End(place) => self.end(place),
                Event::TimeOut => self.stop(TaskResult::TimedOut),
                Event::Cancel => self.stop(TaskResult::Canceled),
            }
            if self.tasks.iter().all(|task| task.result.is_some()) {
                self.finish();
            }
        }
        None
    }

    /// Says what the work of an order did.
    pub fn performed(&mut self, order: &Order, performed: Performed) {
        let place = order.place;
        let limit = self.time_out_of(place);
        let Some(attempt) = self.tasks[place.task].unit_mut(place.unit).attempts.last_mut() else { return };
        let end = after(attempt.running_from, performed.millis.max(0));
        let too_late = limit.map(|limit| after(attempt.start, limit)).filter(|latest| *latest < end);
        attempt.take(performed, too_late);
        self.plan(too_late.unwrap_or(end), Event::End(place));
    }

    /// How the run ended; `None` while it is under way.
    pub fn result(&self) -> Option<RunResult> {
        self.ended?;
        if self.timed_out {
            return Some(RunResult::TimedOut);
        }
        if self.canceled {
            return Some(RunResult::Canceled);
        }
        Some(run_result(&self.job, &self.results()))
    }

    /// The result of every finished task, by its key.
    pub fn results(&self) -> BTreeMap<String, TaskResult> {
        let tasks = self.job.tasks.iter().zip(&self.tasks);
        tasks.filter_map(|(task, progress)| Some((task.task_key.clone(), progress.result?))).collect()
    }

    /// The tasks that the last repair ran again.
    pub fn repaired(&self) -> &[String] {
        self.repairs.last().map_or(&[], |repair| &repair.again)
    }

    /// The job whose run it is.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// How far its clock is.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    fn plan(&mut self, at: Timestamp, event: Event) {
        self.planned += 1;
        self.events.insert((at, self.planned), event);
    }

    fn begin_task(&mut self, index: usize) {
        match self.job.tasks[index].kind() {
            Some(TaskKind::ForEach) => self.begin_iterations(index),
            _ => {
                self.tasks[index].units = vec![Unit::default()];
                self.plan(self.now, Event::Start(Place { task: index, unit: 0 }));
            }
        }
    }

    /// The task whose settings a piece of work has: a for_each task's iterations have those of the task inside.
    fn task_of(&self, place: Place) -> &Task {
        let task = &self.job.tasks[place.task];
        task.for_each_task.as_ref().map_or(task, |each| &each.task)
    }

    /// Milliseconds from the start of an attempt.
    fn time_out_of(&self, place: Place) -> Option<i64> {
        let seconds = self.task_of(place).timeout_seconds.filter(|seconds| *seconds > 0)?;
        Some(seconds.saturating_mul(1_000))
    }

    /// Of the attempt that is to begin, over all repairs.
    fn number_of(&self, place: Place) -> u32 {
        let progress = &self.tasks[place.task];
        // Of a for_each task the attempts before a repair are of all its inputs. The older ones need not be kept.
        let earlier = progress.earlier.last().filter(|_| progress.inputs.is_empty()).map_or(0, |last| last.number);
        let since = progress.unit(place.unit).attempts.len();
        earlier.saturating_add(u32::try_from(since).unwrap_or(u32::MAX)).saturating_add(1)
    }

    /// An attempt is over: the work is tried again, or has its result.
    fn end(&mut self, place: Place) {
        let (now, task) = (self.now, self.task_of(place).clone());
        let unit = self.tasks[place.task].unit_mut(place.unit);
        let Some(attempt) = unit.attempts.last_mut().filter(|attempt| attempt.end.is_none()) else { return };
        attempt.end_at(now);
        let (result, begun, lost) = (attempt.outcome, attempt.start, attempt.lost);
        // Before anybody lets go of the cluster: one that nobody needs any more is closed as what it is.
        let others = if lost { self.lose_cluster(place) } else { Vec::new() };
        let unit = self.tasks[place.task].unit_mut(place.unit);
        let again = match result {
            TaskResult::Success | TaskResult::Canceled => false,
            TaskResult::TimedOut => task.retry_on_timeout == Some(true),
            _ => true,
        };
        if again && unit.may_retry(&task) {
            unit.retries += 1;
            let interval = task.min_retry_interval_millis.unwrap_or(0).max(0);
            let at = after(begun, interval).max(now);
            self.plan(at, Event::Start(place));
        } else {
            if again && unit.is_given_up(&task) {
                unit.say_that_it_was_given_up();
            }
            unit.result = Some(result);
            self.unit_ended(place, result);
        }
        self.end_with_their_cluster(others);
    }

    /// The last attempt of a piece of work is over, and so may be its task.
    fn unit_ended(&mut self, place: Place, result: TaskResult) {
        if self.job.tasks[place.task].for_each_task.is_some() {
            self.iteration_ended(place.task);
        } else {
            let last = self.tasks[place.task].unit(place.unit).attempts.last().cloned();
            let progress = &mut self.tasks[place.task];
            if let Some(last) = last {
                progress.values = last.values;
                progress.outcome = last.condition;
            }
            progress.result = Some(result);
            self.settle_after(place.task);
        }
        self.release_clusters();
    }

    /// Ends the clusters that no task needs any more.
    fn release_clusters(&mut self) {
        let needing = self.computes.iter().zip(&self.tasks).filter(|(_, task)| task.result.is_none());
        let needed: HashSet<&Compute> = needing.filter_map(|(compute, _)| compute.as_ref()).collect();
        self.clusters.keep(&needed, self.now);
    }

    fn finish(&mut self) {
        self.events.clear();
        self.release_clusters();
        self.ended = Some(self.now);
        self.say_what_ran_again();
    }
}

fn computes(job: &Job) -> Vec<Option<Compute>> {
    let inside = |task: &Task| Compute::of(job, task, task.for_each_task.as_ref().map_or(task, |each| &each.task));
    job.tasks.iter().map(inside).collect()
}

/// The graph of a job that can be run.
fn runnable(job: &Job) -> Result<Graph, RunError> {
    if job.tasks.is_empty() {
        return Err(RunError::NoTasks);
    }
    let graph = Graph::of(job);
    if let Some(index) = (0..graph.len()).find(|&index| graph.index(graph.key(index)) != Some(index)) {
        return Err(RunError::DuplicateKey(graph.key(index).to_owned()));
    }
    match graph.cycles().first().and_then(|cycle| cycle.first()) {
        Some(&index) => Err(RunError::Cycle(graph.key(index).to_owned())),
        None => Ok(graph),
    }
}
