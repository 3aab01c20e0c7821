//! Deciding tasks: in the graph's order, each once, when all that it waits for is over.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::graph::Graph;
use super::super::propagate::{Decision, TaskResult, decide, upstream};
use super::Run;

/// A topological order of a graph without cycles, and each task's place in it.
#[derive(Clone, Debug)]
pub struct Sequence {
    order: Vec<usize>,
    place: Vec<usize>,
}

impl Sequence {
    pub fn of(graph: &Graph) -> Self {
        let order = graph.topological();
        let mut place = vec![0; graph.len()];
        order.iter().enumerate().for_each(|(at, &task)| place[task] = at);
        Self { order, place }
    }
}

/// Tasks that are to be looked at, the first of the sequence first.
struct Due<'a> {
    sequence: &'a Sequence,
    places: BTreeSet<usize>,
}

impl<'a> Due<'a> {
    fn new(sequence: &'a Sequence, tasks: impl IntoIterator<Item = usize>) -> Self {
        let places = tasks.into_iter().map(|task| sequence.place[task]).collect();
        Self { sequence, places }
    }

    fn add(&mut self, tasks: &[usize]) {
        self.places.extend(tasks.iter().map(|&task| self.sequence.place[task]));
    }

    fn next(&mut self) -> Option<usize> {
        self.places.pop_first().map(|place| self.sequence.order[place])
    }
}

impl Run {
    /// Decides those of the tasks whose dependencies are all finished, and what comes after the ones that are over at once.
    pub(super) fn settle(&mut self, tasks: impl IntoIterator<Item = usize>) {
        let (graph, sequence) = (Arc::clone(&self.graph), Arc::clone(&self.sequence));
        let mut due = Due::new(&sequence, tasks);
        while let Some(index) = due.next() {
            let waits = graph.parents(index).iter().any(|&parent| self.tasks[parent].result.is_none());
            if waits || self.tasks[index].decided {
                continue;
            }
            self.decide(index);
            if self.tasks[index].result.is_some() {
                due.add(graph.children(index));
            }
        }
    }

    /// A task that is over: what waited for it may be due.
    pub(super) fn settle_after(&mut self, task: usize) {
        let graph = Arc::clone(&self.graph);
        self.settle(graph.children(task).iter().copied());
    }

    fn decide(&mut self, index: usize) {
        self.tasks[index].decided = true;
        let ended = |parent: usize| {
            let progress = &self.tasks[parent];
            (progress.result.unwrap_or(TaskResult::UpstreamFailed), progress.outcome.unwrap_or(true))
        };
        let upstream = upstream(&self.job.tasks[index], &self.graph, ended);
        match decide(&self.job.tasks[index], &upstream) {
            Decision::Run => self.begin_task(index),
            Decision::Exclude => self.tasks[index].result = Some(TaskResult::Excluded),
            Decision::Disable => self.tasks[index].result = Some(TaskResult::Disabled),
            Decision::UpstreamFailed if upstream.iter().any(|result| result.is_canceled()) => {
                self.tasks[index].result = Some(TaskResult::UpstreamCanceled);
            }
            Decision::UpstreamFailed => self.tasks[index].result = Some(TaskResult::UpstreamFailed),
        }
    }
}
