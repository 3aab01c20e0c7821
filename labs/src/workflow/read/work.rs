//! The task types' own settings.

use super::super::job::{
    ConditionOp, ConditionTask, DashboardTask, ForEachTask, NotebookTask, PythonWheelTask, RunJobTask, SqlDashboard,
    SqlFile, SqlQuery, SqlTask, Task,
};
use super::settings::deprecated;
use super::task;
use crate::authored::Fields;
use crate::diagnostic::Finding;

/// Reads a map at `name` with `read`, and warns of what is unknown in it.
fn section<'a, T>(
    fields: &mut Fields<'a>,
    name: &'static str,
    findings: &mut Vec<Finding>,
    read: impl FnOnce(&mut Fields<'a>, &mut Vec<Finding>) -> T,
) -> Option<T> {
    let mut inner = fields.map(name, findings)?;
    let value = read(&mut inner, findings);
    inner.finish(findings);
    Some(value)
}

pub(super) fn notebook(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<NotebookTask> {
    section(fields, "notebook_task", findings, |fields, findings| {
        deprecated(
            fields,
            "revision_timestamp",
            "Remove it; the job's `git_source` says which revision runs.",
            findings,
        );
        fields.ignore(&["source"]);
        NotebookTask {
            notebook_path: fields.required_text("notebook_path", findings),
            base_parameters: fields.text_map("base_parameters", findings).into_iter().collect(),
            warehouse_id: fields.text("warehouse_id", findings),
        }
    })
}

pub(super) fn sql(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<SqlTask> {
    section(fields, "sql_task", findings, |fields, findings| {
        let alert = fields.has("alert");
        fields.ignore(&["alert"]);
        SqlTask {
            alert,
            warehouse_id: fields.text("warehouse_id", findings),
            query: section(fields, "query", findings, |fields, findings| SqlQuery {
                query_id: fields.required_text("query_id", findings),
            }),
            file: section(fields, "file", findings, |fields, findings| {
                fields.ignore(&["source"]);
                SqlFile { path: fields.required_text("path", findings) }
            }),
            dashboard: section(fields, "dashboard", findings, |fields, findings| {
                fields.ignore(&["subscriptions", "custom_subject", "pause_subscriptions"]);
                SqlDashboard { dashboard_id: fields.required_text("dashboard_id", findings) }
            }),
            parameters: fields.text_map("parameters", findings).into_iter().collect(),
        }
    })
}

pub(super) fn condition(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<ConditionTask> {
    section(fields, "condition_task", findings, |fields, findings| {
        for name in ["op", "left", "right"] {
            if !fields.has(name) {
                fields.missing(name, findings);
            }
        }
        ConditionTask {
            op: fields.choice("op", &ConditionOp::ALL, findings).unwrap_or_default(),
            left: fields.scalar_text("left", findings).unwrap_or_default(),
            right: fields.scalar_text("right", findings).unwrap_or_default(),
        }
    })
}

pub(super) fn for_each(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<ForEachTask> {
    section(fields, "for_each_task", findings, |fields, findings| {
        let path = fields.path_of("task");
        let inner = match fields.node("task") {
            Some(node) => task::read(node, path, findings),
            None => {
                fields.missing("task", findings);
                Task::default()
            }
        };
        ForEachTask {
            inputs: fields.required_text("inputs", findings),
            concurrency: fields.integer("concurrency", findings),
            task: Box::new(inner),
        }
    })
}

pub(super) fn run_job(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<RunJobTask> {
    section(fields, "run_job_task", findings, |fields, findings| {
        for name in [
            "notebook_params",
            "jar_params",
            "python_params",
            "sql_params",
            "spark_submit_params",
            "python_named_params",
        ] {
            deprecated(fields, name, "Pass values with `job_parameters`.", findings);
        }
        fields.ignore(&["pipeline_params", "dbt_commands"]);
        if !fields.has("job_id") {
            fields.missing("job_id", findings);
        }
        RunJobTask {
            job_id: fields.scalar_text("job_id", findings).unwrap_or_default(),
            job_parameters: fields.text_map("job_parameters", findings).into_iter().collect(),
        }
    })
}

pub(super) fn dashboard(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<DashboardTask> {
    section(fields, "dashboard_task", findings, |fields, findings| {
        fields.ignore(&["subscription", "filters"]);
        DashboardTask {
            dashboard_id: fields.required_text("dashboard_id", findings),
            warehouse_id: fields.text("warehouse_id", findings),
        }
    })
}

pub(super) fn python_wheel(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<PythonWheelTask> {
    section(fields, "python_wheel_task", findings, |fields, findings| PythonWheelTask {
        package_name: fields.required_text("package_name", findings),
        entry_point: fields.required_text("entry_point", findings),
        parameters: fields.texts("parameters", findings),
        named_parameters: fields.text_map("named_parameters", findings).into_iter().collect(),
    })
}
