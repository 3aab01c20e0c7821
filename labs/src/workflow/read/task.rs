//! One task's settings.

use super::super::job::{Dependency, RunIf, Task};
use super::settings::{deprecated, each, optional_object};
use super::{alerts, work};
use crate::authored::{Fields, Node, Value};
use crate::diagnostic::Finding;

/// Task types of Databricks outside the subset.
const OTHER_TYPES: [&str; 14] = [
    "ai_function_task",
    "ai_runtime_task",
    "alert_task",
    "clean_rooms_notebook_task",
    "dbt_cloud_task",
    "dbt_platform_task",
    "dbt_task",
    "gen_ai_compute_task",
    "pipeline_task",
    "power_bi_task",
    "python_operator_task",
    "spark_jar_task",
    "spark_python_task",
    "spark_submit_task",
];

/// Real settings that change nothing here.
const IGNORED: [&str; 5] =
    ["compute", "disable_auto_optimization", "environment_variables_key", "libraries", "notification_settings"];

/// Reads a task; one that is no map is told and stands as a task without key.
pub(super) fn read(node: &Node, path: String, findings: &mut Vec<Finding>) -> Task {
    let Some(mut all) = Fields::of(node, path, findings) else { return Task::default() };
    let fields = &mut all;
    let task = Task {
        task_key: fields.required_text("task_key", findings),
        description: fields.text("description", findings),
        depends_on: depends_on(fields, findings),
        run_if: fields.choice("run_if", &RunIf::ALL, findings).unwrap_or_default(),
        disabled: fields.flag("disabled", findings).unwrap_or_default(),
        notebook_task: work::notebook(fields, findings),
        sql_task: work::sql(fields, findings),
        condition_task: work::condition(fields, findings),
        for_each_task: work::for_each(fields, findings),
        run_job_task: work::run_job(fields, findings),
        dashboard_task: work::dashboard(fields, findings),
        python_wheel_task: work::python_wheel(fields, findings),
        other_task_types: OTHER_TYPES.into_iter().filter(|name| fields.has(name)).map(str::to_owned).collect(),
        existing_cluster_id: fields.text("existing_cluster_id", findings),
        job_cluster_key: fields.text("job_cluster_key", findings),
        new_cluster: optional_object(fields, "new_cluster", findings),
        environment_key: fields.text("environment_key", findings),
        max_retries: fields.integer("max_retries", findings),
        min_retry_interval_millis: fields.integer("min_retry_interval_millis", findings),
        retry_on_timeout: fields.flag("retry_on_timeout", findings),
        timeout_seconds: fields.integer("timeout_seconds", findings),
        health: alerts::health(fields, findings),
        email_notifications: alerts::emails(fields, findings),
        webhook_notifications: alerts::webhooks(fields, findings),
    };
    deprecated(fields, "spark_submit_task", "Use `spark_jar_task` or `spark_python_task`.", findings);
    fields.ignore(&OTHER_TYPES);
    fields.ignore(&IGNORED);
    all.finish(findings);
    task
}

/// Elements are maps with a `task_key`; a bare name is a common slip, gets its own hint and is taken for the key.
fn depends_on(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Vec<Dependency> {
    let bare: Vec<Option<&str>> = match fields.node("depends_on") {
        Some(node) if matches!(node.value, Value::Text(_)) => vec![node.as_text()],
        Some(node) => node.elements().iter().map(Node::as_text).collect(),
        None => Vec::new(),
    };
    let before = findings.len();
    let mut dependencies = each(fields, "depends_on", dependency, findings);
    if bare.iter().any(Option::is_some) {
        for finding in findings.iter_mut().skip(before).filter(|finding| finding.code == "WRONG_TYPE") {
            finding.hint = Some("Write each dependency as `- task_key: NAME`.".to_owned());
        }
        dependencies.resize_with(bare.len(), Dependency::default);
    }
    for (dependency, key) in dependencies.iter_mut().zip(bare) {
        if let Some(key) = key {
            key.clone_into(&mut dependency.task_key);
        }
    }
    dependencies
}

fn dependency(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Dependency {
    let task_key = fields.required_text("task_key", findings);
    let outcomes = [("true", "true"), ("false", "false")];
    let outcome = fields.choice("outcome", &outcomes, findings).map(str::to_owned);
    Dependency { task_key, outcome }
}
