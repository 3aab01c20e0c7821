//! `sandbar job graph`: the tasks in an order in which they can run, and the cycles that keep them from it.

use std::io::Write;

use sandbar_labs::workflow::{Graph, Job, layout};

use super::{Format, JobFile};
use crate::cli::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let Some(job) = arguments.job.job()? else { return Ok(Status::Unsuccessful) };
    let graph = Graph::of(&job);
    let cycles: Vec<Vec<&str>> =
        graph.cycles().iter().map(|cycle| cycle.iter().map(|index| graph.key(*index)).collect()).collect();
    let mut out = std::io::stdout().lock();
    let written = match arguments.job.format {
        Format::Json => writeln!(out, "{:#}", json(&job, &graph, &cycles)),
        Format::Text => out.write_all(text(&job, &graph, &cycles).as_bytes()),
    };
    written.map_err(Failure::unavailable)?;
    Ok(if cycles.is_empty() { Status::Success } else { Status::Unsuccessful })
}

fn text(job: &Job, graph: &Graph, cycles: &[Vec<&str>]) -> String {
    let mut text = String::new();
    for index in graph.topological() {
        let task = &job.tasks[index];
        let kind = task.kind().map_or("no task type", |kind| kind.label());
        let parents: Vec<&str> = graph.parents(index).iter().map(|parent| graph.key(*parent)).collect();
        let after = if parents.is_empty() { String::new() } else { format!(" after {}", parents.join(", ")) };
        let disabled = if task.is_disabled() { ", disabled" } else { "" };
        text.push_str(&format!("{} ({kind}{disabled}){after}\n", task.task_key));
    }
    for cycle in cycles {
        text.push_str(&format!("cycle: {} -> {}\n", cycle.join(" -> "), cycle.first().unwrap_or(&"")));
    }
    text
}

fn json(job: &Job, graph: &Graph, cycles: &[Vec<&str>]) -> serde_json::Value {
    let layers = layout(job);
    let tasks: Vec<serde_json::Value> = job
        .tasks
        .iter()
        .zip(&layers.nodes)
        .enumerate()
        .map(|(index, (task, node))| {
            let parents: Vec<&str> = graph.parents(index).iter().map(|parent| graph.key(*parent)).collect();
            serde_json::json!({
                "task_key": task.task_key,
                "type": task.kind().map(|kind| kind.field()),
                "run_if": task.run_if,
                "disabled": task.is_disabled(),
                "depends_on": parents,
                "layer": node.layer,
            })
        })
        .collect();
    let order: Vec<&str> = graph.topological().into_iter().map(|index| graph.key(index)).collect();
    serde_json::json!({ "tasks": tasks, "order": order, "cycles": cycles })
}
