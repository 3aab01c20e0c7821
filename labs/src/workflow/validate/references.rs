//! `{{...}}` references in values: known names in known namespaces.
//!
//! An unknown name in a known namespace is an error; braces with anything else inside stay literal text, with a warning
//! when they look like a slip. A task may read values only of tasks that are finished before it starts.

use super::super::graph::Graph;
use super::super::job::{Job, Task};
use super::super::reference::{references, segments};
use super::{did_you_mean, every_task};
use crate::authored::{nearest, shorten};
use crate::diagnostic::{Finding, Severity};

const NAMESPACES: [&str; 5] = ["job", "task", "tasks", "workspace", "input"];
const JOB: [&str; 7] = ["id", "name", "run_id", "repair_count", "start_time", "parameters", "trigger"];
const START_TIME: [&str; 11] = [
    "iso_date",
    "iso_datetime",
    "iso_weekday",
    "is_weekday",
    "timestamp_ms",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
];
const TRIGGER: [&str; 4] = ["type", "time", "file_arrival", "table_update"];
const OUTPUT: [&str; 3] = ["rows", "first_row", "alert_state"];
const TASK: [&str; 4] = ["name", "run_id", "execution_count", "notebook_path"];
const TASKS: [&str; 7] =
    ["values", "result_state", "run_id", "execution_count", "notebook_path", "error_code", "output"];
const WORKSPACE: [&str; 2] = ["id", "url"];
/// Names without a namespace, from before there were namespaces.
const LEGACY: [(&str, &str); 7] = [
    ("job_id", "job.id"),
    ("run_id", "task.run_id"),
    ("parent_run_id", "job.run_id"),
    ("start_date", "job.start_time.iso_date"),
    ("start_time", "job.start_time.timestamp_ms"),
    ("task_key", "task.name"),
    ("task_retry_count", "task.execution_count"),
];

pub(super) fn check(job: &Job, graph: &Graph, findings: &mut Vec<Finding>) {
    for (index, parameter) in job.parameters.iter().enumerate() {
        let place = Place { job, graph, task: None, in_for_each: false };
        place.value(&parameter.default, &format!("parameters[{index}].default"), findings);
    }
    for (path, task) in every_task(job) {
        let place = Place { job, graph, task: index_in(&path), in_for_each: path.contains("for_each_task") };
        for (field, value) in values(task) {
            place.value(value, &format!("{path}.{field}"), findings);
        }
    }
}

/// The number in a path that begins with `tasks[3]`.
fn index_in(path: &str) -> Option<usize> {
    path.strip_prefix("tasks[")?.split(']').next()?.parse().ok()
}

/// Every setting of a task that may hold references, with its path within the task.
fn values(task: &Task) -> Vec<(String, &str)> {
    let mut found: Vec<(String, &str)> = Vec::new();
    let maps = [
        ("notebook_task.base_parameters", task.notebook_task.as_ref().map(|work| &work.base_parameters)),
        ("sql_task.parameters", task.sql_task.as_ref().map(|work| &work.parameters)),
        ("run_job_task.job_parameters", task.run_job_task.as_ref().map(|work| &work.job_parameters)),
        ("python_wheel_task.named_parameters", task.python_wheel_task.as_ref().map(|work| &work.named_parameters)),
    ];
    for (field, map) in maps {
        found.extend(map.into_iter().flatten().map(|(name, value)| (format!("{field}.{name}"), value.as_str())));
    }
    if let Some(condition) = &task.condition_task {
        found.push(("condition_task.left".to_owned(), &condition.left));
        found.push(("condition_task.right".to_owned(), &condition.right));
    }
    if let Some(each) = &task.for_each_task {
        found.push(("for_each_task.inputs".to_owned(), &each.inputs));
    }
    if let Some(wheel) = &task.python_wheel_task {
        let parameters = wheel.parameters.iter().enumerate();
        found.extend(
            parameters.map(|(index, value)| (format!("python_wheel_task.parameters[{index}]"), value.as_str())),
        );
    }
    found
}

/// What a reference is wrong for.
enum Wrong {
    Unknown {
        message: String,
        hint: Option<String>,
    },
    Deprecated {
        instead: &'static str,
    },
    Literal {
        hint: String,
    },
    /// Databricks knows it, and no run here does.
    Unavailable {
        message: &'static str,
        hint: String,
    },
}

struct Place<'a> {
    job: &'a Job,
    graph: &'a Graph,
    /// The task (of the job's list) that holds the value; `None` for a job parameter's default.
    task: Option<usize>,
    in_for_each: bool,
}

impl Place<'_> {
    fn value(&self, value: &str, path: &str, findings: &mut Vec<Finding>) {
        for reference in references(value) {
            let Some(wrong) = self.reference(reference, findings) else { continue };
            let shown = shorten(reference);
            findings.push(match wrong {
                Wrong::Unknown { message, hint } => {
                    let mut finding =
                        Finding::error("UNKNOWN_REFERENCE", path, format!("`{{{{{shown}}}}}`: {message}"));
                    finding.hint = hint;
                    finding
                }
                Wrong::Deprecated { instead } => {
                    let message = format!("`{{{{{shown}}}}}` is an old name.");
                    Finding::new("DEPRECATED_FIELD", Severity::Warning, path, message)
                        .with_hint(format!("Write `{{{{{instead}}}}}`."))
                }
                Wrong::Literal { hint } => {
                    let message = format!("`{{{{{shown}}}}}` is no reference and stays as it is written.");
                    Finding::new("UNKNOWN_REFERENCE", Severity::Warning, path, message).with_hint(hint)
                }
                Wrong::Unavailable { message, hint } => {
                    let message = format!("`{{{{{shown}}}}}` fails in a run here: {message}");
                    Finding::new("UNAVAILABLE_REFERENCE", Severity::Warning, path, message).with_hint(hint)
                }
            });
        }
    }

    fn reference(&self, reference: &str, findings: &[Finding]) -> Option<Wrong> {
        let segments: Vec<&str> = segments(reference);
        let at = |index: usize| segments.get(index).copied().unwrap_or_default();
        match at(0) {
            "job" => match at(1) {
                "parameters" => self.parameter(at(2), findings),
                "start_time" => one_of("job.start_time", at(2), &START_TIME),
                "trigger" if at(2) == "time" => one_of("job.trigger.time", at(3), &START_TIME),
                "trigger" if at(2) == "type" => None,
                "trigger" => one_of("job.trigger", at(2), &TRIGGER).or_else(|| {
                    let hint = "Read it from a parameter of the job, which a run can be given.".to_owned();
                    Some(Wrong::Unavailable { message: "triggers are checked here and start no run.", hint })
                }),
                name => one_of("job", name, &JOB),
            },
            "task" => one_of("task", at(1), &TASK),
            "workspace" => one_of("workspace", at(1), &WORKSPACE).or_else(|| {
                let hint = "Give it as a parameter of the job, whose value each place sets for itself.".to_owned();
                Some(Wrong::Unavailable { message: "there is no Databricks workspace.", hint })
            }),
            "tasks" => self.other_task(at(1), findings).or_else(|| self.field_of_task(at(1), [at(2), at(3), at(4)])),
            "input" if self.in_for_each => None,
            "input" => Some(Wrong::Unknown {
                message: "there is an input only inside a for_each_task.".to_owned(),
                hint: None,
            }),
            single if segments.len() == 1 && LEGACY.iter().any(|(old, _)| *old == single) => {
                LEGACY.iter().find(|(old, _)| *old == single).map(|(_, instead)| Wrong::Deprecated { instead })
            }
            other => nearest(other, NAMESPACES).map(|near| Wrong::Literal { hint: format!("Did you mean `{near}`?") }),
        }
    }

    fn parameter(&self, name: &str, findings: &[Finding]) -> Option<Wrong> {
        let mut names = self.job.parameters.iter().map(|parameter| parameter.name.as_str());
        if names.clone().any(|known| known == name) {
            return None;
        }
        let message = format!("the job has no parameter `{}`.", shorten(name));
        let hint = did_you_mean(name, &mut names, findings)
            .unwrap_or_else(|| "Declare it in the job's `parameters`, with a `name` and a `default`.".to_owned());
        Some(Wrong::Unknown { message, hint: Some(hint) })
    }

    fn other_task(&self, key: &str, findings: &[Finding]) -> Option<Wrong> {
        let Some(index) = self.graph.index(key) else {
            let keys = self.job.tasks.iter().map(|task| task.task_key.as_str());
            let message = format!("there is no task `{}`.", shorten(key));
            return Some(Wrong::Unknown { message, hint: did_you_mean(key, keys, findings) });
        };
        let is_earlier = self.task.is_some_and(|task| task != index && self.graph.ancestors(task).contains(&index));
        let message = format!("the task `{}` need not be finished when this value is read.", shorten(key));
        let hint = "Add it to the `depends_on` of this task, or of one before it.".to_owned();
        (!is_earlier).then_some(Wrong::Unknown { message, hint: Some(hint) })
    }
}

impl Place<'_> {
    /// What another task that is finished can be asked for.
    fn field_of_task(&self, key: &str, [field, part, column]: [&str; 3]) -> Option<Wrong> {
        let namespace = format!("tasks.{key}");
        if let Some(wrong) = one_of(&namespace, field, &TASKS) {
            return Some(wrong);
        }
        let task = self.graph.index(key).and_then(|index| self.job.tasks.get(index))?;
        let unknown = |message: String, hint: &str| Some(Wrong::Unknown { message, hint: Some(hint.to_owned()) });
        match field {
            "values" => Some(Wrong::Unavailable {
                message: "task values are set in Python notebooks, which are not run here.",
                hint: format!(
                    "Let `{key}` be a `sql_task` with a `file`, and read `{{{{tasks.{key}.output.first_row.COLUMN}}}}`."
                ),
            }),
            "notebook_path" if task.notebook_task.is_none() => {
                unknown(format!("the task `{}` runs no notebook.", shorten(key)), "Name a task with a `notebook_task`.")
            }
            "output" if part.is_empty() && task.condition_task.is_some() => None,
            "output" if task.sql_task.is_none() => {
                let hint = "Only a `sql_task` has an output: the rows of its last query.";
                unknown(format!("the task `{}` is no SQL task.", shorten(key)), hint)
            }
            "output" => one_of(&format!("{namespace}.output"), part, &OUTPUT).or_else(|| match part {
                "alert_state" => Some(Wrong::Unavailable {
                    message: "alerts are not available in this course.",
                    hint: "Let the task ask for what the alert looks at, and read `output.first_row.COLUMN`."
                        .to_owned(),
                }),
                "first_row" if column.is_empty() => unknown(
                    "a row alone is no value.".to_owned(),
                    "Write the column behind it: `output.first_row.COLUMN`.",
                ),
                _ => None,
            }),
            _ => None,
        }
    }
}

fn one_of(namespace: &str, name: &str, known: &[&str]) -> Option<Wrong> {
    if known.contains(&name) {
        return None;
    }
    let message = match name {
        "" => format!("`{}` alone is no value.", shorten(namespace)),
        name => format!("there is no `{}` in `{}`.", shorten(name), shorten(namespace)),
    };
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Known are {}.", known.join(", ")),
    };
    Some(Wrong::Unknown { message, hint: Some(hint) })
}
