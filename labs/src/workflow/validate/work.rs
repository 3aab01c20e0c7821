//! What a task does: exactly one task type, with what that type needs.

use super::super::job::{ConditionOp, Job, SqlTask, Task};
use super::every_task;
use crate::diagnostic::{Finding, Severity};

pub(super) fn check(job: &Job, findings: &mut Vec<Finding>) {
    for (path, task) in every_task(job) {
        types(task, &path, findings);
        if let Some(sql) = &task.sql_task {
            sql_source(sql, &path, findings);
        }
        condition(task, &path, findings);
        nesting(task, &path, findings);
    }
}

fn types(task: &Task, path: &str, findings: &mut Vec<Finding>) {
    let mut given: Vec<&str> = task.kinds().iter().map(|kind| kind.field()).collect();
    given.extend(task.other_task_types.iter().map(String::as_str));
    match given.as_slice() {
        [_] => {}
        [] if *task == Task::default() => {}
        [] => {
            let message = format!("{} does nothing: it has no task type.", subject(task));
            let hint = "Add exactly one of notebook_task, sql_task, dashboard_task, condition_task, for_each_task, run_job_task, python_wheel_task.";
            findings.push(Finding::error("NO_OR_MANY_TASK_TYPES", path, message).with_hint(hint));
        }
        many => {
            let message = format!("{} has {} task types: {}.", subject(task), many.len(), many.join(", "));
            let place = format!("{path}.{}", many[1]);
            findings.push(
                Finding::error("NO_OR_MANY_TASK_TYPES", place, message)
                    .with_hint("Keep one, and make tasks of the others."),
            );
        }
    }
    for other in &task.other_task_types {
        let message = format!("Databricks knows `{other}`, but it cannot run here.");
        findings.push(Finding::new("UNSUPPORTED_TASK_TYPE", Severity::Warning, format!("{path}.{other}"), message));
    }
}

fn subject(task: &Task) -> String {
    if task.task_key.is_empty() {
        "This task".to_owned()
    } else {
        format!("The task `{}`", crate::authored::shorten(&task.task_key))
    }
}

fn sql_source(sql: &SqlTask, path: &str, findings: &mut Vec<Finding>) {
    let given = [("query", sql.query.is_some()), ("file", sql.file.is_some()), ("dashboard", sql.dashboard.is_some())];
    let given: Vec<&str> = given.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect();
    if given.is_empty() && sql.alert {
        let message = "Databricks knows `alert`, but alerts are not available in this course.";
        let path = format!("{path}.sql_task.alert");
        findings.push(Finding::new("UNSUPPORTED_TASK_TYPE", Severity::Warning, path, message));
        return;
    }
    let given: Vec<&str> = given.into_iter().chain(sql.alert.then_some("alert")).collect();
    if given.len() != 1 {
        let found = if given.is_empty() { "none".to_owned() } else { given.join(" and ") };
        let message = format!("A SQL task runs one of query, file and dashboard; here it is {found}.");
        findings.push(Finding::error("NO_OR_MANY_TASK_TYPES", format!("{path}.sql_task"), message));
    }
}

/// Order operators compare numbers; two plain texts that are none can never be compared.
fn condition(task: &Task, path: &str, findings: &mut Vec<Finding>) {
    let Some(condition) = &task.condition_task else { return };
    let is_order = !matches!(condition.op, ConditionOp::EqualTo | ConditionOp::NotEqual);
    for (name, side) in [("left", &condition.left), ("right", &condition.right)] {
        if is_order && !side.is_empty() && !side.contains("{{") && side.trim().parse::<f64>().is_err() {
            let message = format!("`{name}` is no number, and this operator compares numbers.");
            let hint = "Only EQUAL_TO and NOT_EQUAL compare text.";
            findings
                .push(Finding::error("BAD_VALUE", format!("{path}.condition_task.{name}"), message).with_hint(hint));
        }
    }
    if task.max_retries.is_some_and(|retries| retries != 0) {
        let message = "A condition task is never retried.";
        findings.push(Finding::new("UNUSED_SETTING", Severity::Warning, format!("{path}.max_retries"), message));
    }
}

fn nesting(task: &Task, path: &str, findings: &mut Vec<Finding>) {
    let Some(each) = &task.for_each_task else { return };
    let inner = format!("{path}.for_each_task.task");
    if each.task.for_each_task.is_some() {
        let message = "A for_each_task cannot hold another one.";
        let hint = "Make one list of all combinations, or run a job of its own with run_job_task.";
        findings.push(Finding::error("FOR_EACH_NESTED", format!("{inner}.for_each_task"), message).with_hint(hint));
    }
    if !each.task.depends_on.is_empty() {
        let message = "The task inside for_each_task has no dependencies of its own.";
        let hint = "Move depends_on to the task that holds for_each_task.";
        findings.push(Finding::error("BAD_VALUE", format!("{inner}.depends_on"), message).with_hint(hint));
    }
    if !each.inputs.is_empty() && !each.inputs.contains("{{") {
        let list = serde_json::from_str::<Vec<serde_json::Value>>(&each.inputs);
        if list.is_err() {
            let message = "`inputs` must be a JSON list written as text, or a reference to one.";
            let hint = r#"For example '["Books", "Clothing"]' or '{{tasks.find.values.categories}}'."#;
            findings.push(Finding::error("BAD_VALUE", format!("{path}.for_each_task.inputs"), message).with_hint(hint));
        }
    }
}
