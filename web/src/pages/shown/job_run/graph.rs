//! A run's graph: the job's, with the state of each task in it.

use std::collections::BTreeMap;

use sandbar_labs::workflow::run::{RunRecord, TaskRecord};
use sandbar_labs::workflow::{self, Job};

use super::super::{count, job_graph};
use super::state;
use crate::view::job_run::{RunGraph, RunNode, State};

pub fn graph(job: &Job, record: Option<&RunRecord>, (href, current): (&str, Option<&str>)) -> RunGraph {
    let layout = workflow::layout(job);
    let tasks: BTreeMap<&str, &TaskRecord> =
        record.iter().flat_map(|record| &record.tasks).map(|task| (task.task_key.as_str(), task)).collect();
    let node = |node: &workflow::Node| {
        let task = tasks.get(node.task_key.as_str());
        let state = task.map_or(not_begun(), |task| state::of_task(task));
        let attempts = task.map_or(0, |task| task.attempts.len() as u64);
        let more = if attempts > 1 { count(attempts, "attempt") } else { String::new() };
        let tail = if more.is_empty() { String::new() } else { format!(", {more}") };
        RunNode {
            href: format!("{href}?task={}#task", node.task_key),
            name: format!("Task {}: {}{tail}", node.task_key, state.word),
            label: node.label.clone(),
            state,
            more,
            x: job_graph::number(node.x),
            y: job_graph::number(node.y),
            width: job_graph::number(node.width),
            height: job_graph::number(node.height),
            current: current == Some(node.task_key.as_str()),
        }
    };
    RunGraph {
        width: job_graph::number(layout.width),
        height: job_graph::number(layout.height),
        description: job_graph::description(job),
        nodes: layout.nodes.iter().map(node).collect(),
        edges: layout.edges.iter().map(job_graph::edge).collect(),
    }
}

fn not_begun() -> State {
    State { icon: "circle", tone: "off", word: "Not begun".to_owned() }
}
