//! Names that must be unique, and what they may be made of.

use std::collections::HashMap;

use super::super::job::{Job, RunAs};
use crate::authored::shorten;
use crate::diagnostic::Finding;

pub(super) fn check(job: &Job, findings: &mut Vec<Finding>) {
    let tasks = job.tasks.iter().map(|task| task.task_key.as_str());
    twice(tasks, "DUPLICATE_TASK_KEY", |index| format!("tasks[{index}].task_key"), "task", findings);
    let clusters = job.job_clusters.iter().map(|cluster| cluster.job_cluster_key.as_str());
    twice(clusters, "DUPLICATE_CLUSTER_KEY", |i| format!("job_clusters[{i}].job_cluster_key"), "job cluster", findings);
    let environments = job.environments.iter().map(|environment| environment.environment_key.as_str());
    twice(
        environments,
        "DUPLICATE_ENVIRONMENT_KEY",
        |i| format!("environments[{i}].environment_key"),
        "environment",
        findings,
    );
    let parameters = job.parameters.iter().map(|parameter| parameter.name.as_str());
    twice(parameters, "DUPLICATE_PARAMETER", |i| format!("parameters[{i}].name"), "parameter", findings);
    run_as(job, findings);
    for (index, task) in job.tasks.iter().enumerate() {
        characters(&task.task_key, "-_", "a task key", format!("tasks[{index}].task_key"), findings);
    }
    for (index, cluster) in job.job_clusters.iter().enumerate() {
        characters(
            &cluster.job_cluster_key,
            "-_",
            "a cluster key",
            format!("job_clusters[{index}].job_cluster_key"),
            findings,
        );
    }
    for (index, parameter) in job.parameters.iter().enumerate() {
        characters(&parameter.name, "-_.", "a parameter's name", format!("parameters[{index}].name"), findings);
    }
}

/// Tells every name that stood before, with the index of its first place.
fn twice<'a>(
    names: impl Iterator<Item = &'a str>,
    code: &str,
    path: impl Fn(usize) -> String,
    what: &str,
    findings: &mut Vec<Finding>,
) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, name) in names.enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(before) = first.get(name) {
            let message = format!("There is already a {what} `{}`, at {}.", shorten(name), path(*before));
            findings.push(Finding::error(code, path(index), message).with_hint("Give this one another name."));
        } else {
            first.insert(name, index);
        }
    }
}

/// A job runs as one of them.
fn run_as(job: &Job, findings: &mut Vec<Finding>) {
    let both = |run_as: &&RunAs| run_as.user_name.is_some() && run_as.service_principal_name.is_some();
    if job.run_as.as_ref().filter(both).is_some() {
        let message = "A job runs as a user or as a service principal, not as both.";
        let hint = "Keep `user_name` or `service_principal_name`.";
        findings.push(Finding::error("BAD_VALUE", "run_as.service_principal_name", message).with_hint(hint));
    }
}

fn characters(name: &str, marks: &str, what: &str, path: String, findings: &mut Vec<Finding>) {
    let fits = |c: char| c.is_ascii_alphanumeric() || marks.contains(c);
    if name.chars().count() > 100 {
        findings.push(Finding::error("BAD_NAME", path, format!("{what} has at most 100 characters.")));
    } else if let Some(bad) = name.chars().find(|c| !fits(*c)) {
        let listed: Vec<String> = marks.chars().map(|mark| format!("`{mark}`")).collect();
        let message = format!("`{}` holds {bad:?}, which {what} may not.", shorten(name));
        let hint = format!("Use letters, digits, {} only.", listed.join(" and "));
        findings.push(Finding::error("BAD_NAME", path, message).with_hint(hint));
    }
}
