//! `depends_on`: names that exist, outcomes that can occur, and no way back to where it began.

use super::super::graph::Graph;
use super::super::job::Job;
use super::did_you_mean;
use crate::authored::shorten;
use crate::diagnostic::{Finding, Severity};

/// Tasks of a cycle that are written out.
const MAX_SHOWN: usize = 12;

pub(super) fn check(job: &Job, graph: &Graph, findings: &mut Vec<Finding>) {
    for (index, task) in job.tasks.iter().enumerate() {
        let mut seen = std::collections::HashSet::new();
        for (place, dependency) in task.depends_on.iter().enumerate().filter(|(_, d)| !d.task_key.is_empty()) {
            let path = format!("tasks[{index}].depends_on[{place}]");
            match graph.index(&dependency.task_key) {
                None => unknown(job, &dependency.task_key, format!("{path}.task_key"), findings),
                Some(parent) if dependency.outcome.is_some() && job.tasks[parent].condition_task.is_none() => {
                    let message =
                        format!("`{}` is no condition task, so it has no outcome.", shorten(&dependency.task_key));
                    let hint = "Remove `outcome`; to react to failures use `run_if`.";
                    findings.push(
                        Finding::error("OUTCOME_ON_NON_CONDITION", format!("{path}.outcome"), message).with_hint(hint),
                    );
                }
                Some(_) => {}
            }
            if !seen.insert((&dependency.task_key, &dependency.outcome)) {
                let message = format!("The dependency on `{}` is given twice.", shorten(&dependency.task_key));
                findings.push(Finding::new("DUPLICATE_DEPENDENCY", Severity::Warning, path, message));
            }
        }
    }
    for cycle in graph.cycles() {
        findings.push(cycle_finding(job, graph, &cycle));
    }
}

fn unknown(job: &Job, key: &str, path: String, findings: &mut Vec<Finding>) {
    let message = format!("There is no task `{}` to depend on.", shorten(key));
    let mut finding = Finding::error("UNKNOWN_DEPENDENCY", path, message);
    let keys = job.tasks.iter().map(|task| task.task_key.as_str());
    finding.hint = did_you_mean(key, keys, findings)
        .or_else(|| Some("Write the `task_key` of another task of this job.".to_owned()));
    findings.push(finding);
}

/// At the first task's dependency that closes the way round.
fn cycle_finding(job: &Job, graph: &Graph, cycle: &[usize]) -> Finding {
    let first = cycle.first().copied().unwrap_or_default();
    let last = cycle.last().copied().unwrap_or_default();
    let mut names: Vec<String> = cycle.iter().take(MAX_SHOWN).map(|index| shorten(graph.key(*index))).collect();
    if cycle.len() > MAX_SHOWN {
        names.push(format!("({} more)", cycle.len() - MAX_SHOWN));
    }
    names.push(shorten(graph.key(first)));
    let place =
        job.tasks.get(first).and_then(|task| task.depends_on.iter().position(|d| d.task_key == graph.key(last)));
    let path = format!("tasks[{first}].depends_on[{}].task_key", place.unwrap_or_default());
    let message = if cycle.len() == 1 {
        format!("The task `{}` depends on itself.", names[0])
    } else {
        format!("These tasks wait for each other in a circle: {}.", names.join(" → "))
    };
    Finding::error("CYCLE", path, message).with_hint("None of them could ever start. Remove one of these dependencies.")
}
