//! The job's own settings.

use super::super::job::{Environment, Job, JobCluster, Parameter, Queue, RunAs};
use super::super::validate::MAX_TASKS;
use super::{alerts, task, trigger};
use crate::authored::{Fields, Node, Value, shorten};
use crate::diagnostic::{Finding, Severity};

/// Real settings that change nothing here.
const IGNORED: [&str; 12] = [
    "access_control_list",
    "budget_policy_id",
    "deployment",
    "duration_target",
    "edit_mode",
    "environment_variables",
    "git_source",
    "job_id",
    "notification_settings",
    "performance_target",
    "permissions",
    "usage_policy_id",
];

/// Settings that stood at the job before jobs had tasks.
const SINGLE_TASK: [&str; 11] = [
    "notebook_task",
    "spark_jar_task",
    "spark_python_task",
    "spark_submit_task",
    "python_wheel_task",
    "sql_task",
    "existing_cluster_id",
    "new_cluster",
    "libraries",
    "max_retries",
    "min_retry_interval_millis",
];

/// Reads the settings; what cannot be read is left out and told.
pub(in super::super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<Job> {
    let mut all = Fields::of(node, "", findings)?;
    let fields = &mut all;
    let job = Job {
        name: fields.text("name", findings),
        description: fields.text("description", findings),
        tags: fields.text_map("tags", findings).into_iter().collect(),
        tasks: tasks(fields, findings),
        job_clusters: each(fields, "job_clusters", job_cluster, findings),
        environments: each(fields, "environments", environment, findings),
        parameters: parameters(fields, findings),
        schedule: trigger::schedule(fields, findings),
        continuous: trigger::continuous(fields, findings),
        trigger: trigger::trigger(fields, findings),
        max_concurrent_runs: fields.integer("max_concurrent_runs", findings),
        queue: queue(fields, findings),
        timeout_seconds: fields.integer("timeout_seconds", findings),
        health: alerts::health(fields, findings),
        email_notifications: alerts::emails(fields, findings),
        webhook_notifications: alerts::webhooks(fields, findings),
        run_as: run_as(fields, findings),
    };
    deprecated(fields, "format", "Jobs say by `tasks` what they are; remove it.", findings);
    for name in SINGLE_TASK {
        deprecated(fields, name, "It belongs to a task: move it into an element of `tasks`.", findings);
    }
    fields.ignore(&IGNORED);
    all.finish(findings);
    Some(job)
}

/// Warns of a field that is still understood but should not be used.
pub(super) fn deprecated(fields: &mut Fields<'_>, name: &'static str, hint: &str, findings: &mut Vec<Finding>) {
    if let Some(node) = fields.node(name) {
        let message = format!("`{name}` is deprecated here.");
        let finding = Finding::new("DEPRECATED_FIELD", Severity::Warning, fields.path_of(name), message);
        findings.push(finding.with_hint(hint).at(node.position));
    }
}

/// Elements of a list of maps. One that is no map is told and stands as a default, so that indexes stay the file's.
pub(super) fn each<'a, T: Default>(
    fields: &mut Fields<'a>,
    name: &'static str,
    read: impl Fn(&mut Fields<'a>, &mut Vec<Finding>) -> T,
    findings: &mut Vec<Finding>,
) -> Vec<T> {
    let mut elements = Vec::new();
    for (path, node) in fields.list(name, findings) {
        elements.push(match Fields::of(node, path, findings) {
            Some(mut fields) => {
                let element = read(&mut fields, findings);
                fields.finish(findings);
                element
            }
            None => T::default(),
        });
    }
    elements
}

fn tasks(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Vec<super::super::job::Task> {
    let nodes = fields.list("tasks", findings);
    if nodes.is_empty() {
        let message = "A job needs at least one task in `tasks`.";
        let hint = "Each task has a `task_key` and says what it does, for example `notebook_task`.";
        findings.push(Finding::error("MISSING_FIELD", fields.path_of("tasks"), message).with_hint(hint));
    }
    if nodes.len() > MAX_TASKS {
        let message = format!("The job has {} tasks; at most {MAX_TASKS} are allowed.", nodes.len());
        let hint = "Only the first ones were checked. Split the job, or use one `for_each_task` for work that repeats.";
        findings.push(Finding::error("TOO_MANY_TASKS", fields.path_of("tasks"), message).with_hint(hint));
    }
    nodes.into_iter().take(MAX_TASKS).map(|(path, node)| task::read(node, path, findings)).collect()
}

fn job_cluster(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> JobCluster {
    JobCluster {
        job_cluster_key: fields.required_text("job_cluster_key", findings),
        new_cluster: object(fields, "new_cluster", findings),
    }
}

fn environment(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Environment {
    Environment {
        environment_key: fields.required_text("environment_key", findings),
        spec: object(fields, "spec", findings),
    }
}

/// A list of maps; a map of names to defaults is a common slip, gets its own hint and is taken for that list.
fn parameters(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Vec<Parameter> {
    let before = findings.len();
    let mut parameters = each(fields, "parameters", parameter, findings);
    if let Some(node) = fields.node("parameters").filter(|node| matches!(node.value, Value::Map(_))) {
        let first = node.entries().first().map_or("NAME", |entry| entry.key.as_str());
        let hint = format!("Write each parameter as `- {{ name: {}, default: .. }}`.", shorten(first));
        findings.iter_mut().skip(before).for_each(|finding| finding.hint = Some(hint.clone()));
        let pairs = fields.text_map("parameters", &mut Vec::new());
        parameters.extend(pairs.into_iter().map(|(name, default)| Parameter { name, default }));
    }
    parameters
}

fn parameter(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Parameter {
    let name = fields.required_text("name", findings);
    if !fields.has("default") {
        fields.missing("default", findings);
    }
    Parameter { name, default: fields.scalar_text("default", findings).unwrap_or_default() }
}

/// A required map that is kept as it is.
fn object(fields: &mut Fields<'_>, name: &'static str, findings: &mut Vec<Finding>) -> serde_json::Value {
    if !fields.has(name) {
        fields.missing(name, findings);
    }
    optional_object(fields, name, findings).unwrap_or_else(|| serde_json::json!({}))
}

pub(super) fn optional_object(
    fields: &mut Fields<'_>,
    name: &'static str,
    findings: &mut Vec<Finding>,
) -> Option<serde_json::Value> {
    let node = fields.node(name)?;
    if !matches!(node.value, Value::Map(_)) {
        fields.map(name, findings);
        return None;
    }
    Some(node.to_json())
}

fn queue(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<Queue> {
    let mut fields = fields.map("queue", findings)?;
    let queue = Queue { enabled: fields.flag("enabled", findings).unwrap_or_default() };
    fields.finish(findings);
    Some(queue)
}

fn run_as(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<RunAs> {
    let mut fields = fields.map("run_as", findings)?;
    let run_as = RunAs {
        user_name: fields.text("user_name", findings),
        service_principal_name: fields.text("service_principal_name", findings),
    };
    fields.ignore(&["group_name"]);
    fields.finish(findings);
    Some(run_as)
}
