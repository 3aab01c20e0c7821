//! Where a task runs.

use super::super::job::{Job, Task, TaskKind};
use super::{did_you_mean, every_task};
use crate::authored::shorten;
use crate::diagnostic::{Finding, Severity};

pub(super) fn check(job: &Job, findings: &mut Vec<Finding>) {
    for (path, task) in every_task(job) {
        choices(task, &path, findings);
        known_names(job, task, &path, findings);
        needed(task, &path, findings);
    }
    unused(job, findings);
}

/// The compute settings that the task gives, by field name.
fn given(task: &Task) -> Vec<&'static str> {
    let given = [
        ("existing_cluster_id", task.existing_cluster_id.is_some()),
        ("job_cluster_key", task.job_cluster_key.is_some()),
        ("new_cluster", task.new_cluster.is_some()),
        ("environment_key", task.environment_key.is_some()),
    ];
    given.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect()
}

fn choices(task: &Task, path: &str, findings: &mut Vec<Finding>) {
    let given = given(task);
    if let [_, second, ..] = given.as_slice() {
        let message = format!("The task names more than one place to run: {}.", given.join(", "));
        findings.push(
            Finding::error("SEVERAL_COMPUTE", format!("{path}.{second}"), message).with_hint("Keep one of them."),
        );
    }
    let runs_on_its_own = matches!(task.kind(), Some(TaskKind::Notebook | TaskKind::PythonWheel) | None);
    if let ([first, ..], false, Some(kind)) = (given.as_slice(), runs_on_its_own, task.kind()) {
        let message = format!("A {} uses no cluster, so `{first}` has no effect.", kind.field());
        findings.push(Finding::new("UNUSED_SETTING", Severity::Warning, format!("{path}.{first}"), message));
    }
}

fn known_names(job: &Job, task: &Task, path: &str, findings: &mut Vec<Finding>) {
    if let Some(key) = &task.job_cluster_key {
        let known: Vec<&str> = job.job_clusters.iter().map(|cluster| cluster.job_cluster_key.as_str()).collect();
        if !known.contains(&key.as_str()) {
            let message = format!("The job defines no job cluster `{}`.", shorten(key));
            let otherwise = "Define it in `job_clusters`, with a `job_cluster_key` and a `new_cluster`.";
            push_unknown(
                "UNKNOWN_CLUSTER_KEY",
                format!("{path}.job_cluster_key"),
                message,
                key,
                &known,
                otherwise,
                findings,
            );
        }
    }
    if let Some(key) = &task.environment_key {
        let known: Vec<&str> =
            job.environments.iter().map(|environment| environment.environment_key.as_str()).collect();
        if !known.contains(&key.as_str()) {
            let message = format!("The job defines no environment `{}`.", shorten(key));
            let otherwise = "Define it in `environments`, with an `environment_key` and a `spec`.";
            push_unknown(
                "UNKNOWN_ENVIRONMENT_KEY",
                format!("{path}.environment_key"),
                message,
                key,
                &known,
                otherwise,
                findings,
            );
        }
    }
}

fn push_unknown(
    code: &str,
    path: String,
    message: String,
    key: &str,
    known: &[&str],
    otherwise: &str,
    findings: &mut Vec<Finding>,
) {
    let hint = did_you_mean(key, known.iter().copied(), findings).unwrap_or_else(|| otherwise.to_owned());
    findings.push(Finding::error(code, path, message).with_hint(hint));
}

/// Notebooks may run serverless; a wheel needs a place, SQL needs a warehouse.
fn needed(task: &Task, path: &str, findings: &mut Vec<Finding>) {
    if task.python_wheel_task.is_some() && given(task).is_empty() {
        let message = "A python_wheel_task needs a place to run.";
        let hint = "Name a `job_cluster_key`, or an `environment_key` for serverless compute.";
        findings.push(Finding::error("NO_COMPUTE", path, message).with_hint(hint));
    }
    if task.sql_task.as_ref().is_some_and(|sql| sql.warehouse_id.is_none()) {
        let message = "A sql_task runs on a SQL warehouse, and none is named.";
        let hint = "Add `warehouse_id` below sql_task.";
        findings.push(Finding::error("NO_COMPUTE", format!("{path}.sql_task"), message).with_hint(hint));
    }
}

fn unused(job: &Job, findings: &mut Vec<Finding>) {
    let tasks = every_task(job);
    let used: std::collections::HashSet<&str> =
        tasks.iter().filter_map(|(_, task)| task.job_cluster_key.as_deref()).collect();
    for (index, cluster) in job.job_clusters.iter().enumerate() {
        if !cluster.job_cluster_key.is_empty() && !used.contains(cluster.job_cluster_key.as_str()) {
            let message = format!("No task uses the job cluster `{}`.", shorten(&cluster.job_cluster_key));
            let hint = "Name it in a task's `job_cluster_key`, or remove it.";
            findings.push(
                Finding::new("UNUSED_CLUSTER", Severity::Advice, format!("job_clusters[{index}]"), message)
                    .with_hint(hint),
            );
        }
    }
}
