//! `job_parameters`: a value given to a run reaches the notebook, and the defaults are the ones asked for.
//!
//! What a notebook sees: a job parameter beats the task's `base_parameters`, which beats the widget's own default. In the end a
//! rehearsal is given values that no file has, and the task's attempt must have seen them.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use sandbar_labs::workflow::job::{Job, Task};

use super::mended::mended;
use super::rehearsal::rehearse;
use super::sql_outputs::{self, Outputs};
use super::{Rule, Section, Trial, job};
use crate::feedback::list;
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobParameters {
    task: String,
    /// The notebook's stem.
    notebook: String,
    /// Names with their defaults.
    parameters: Vec<(String, String)>,
}

pub fn read(section: &mut Section<'_, '_>) -> JobParameters {
    let (task, notebook) = (section.required("task"), section.required("notebook"));
    let parameters = section.text_map("parameters");
    if parameters.is_empty() {
        section.missing("parameters");
    }
    JobParameters { task, notebook, parameters }
}

impl Rule for JobParameters {
    fn trials(&self, scene: &Scene<'_>) -> Vec<Trial> {
        let job = job::job(scene).map(|work| mended(work, &[&self.task]));
        job.map(|job| sql_outputs::trials(scene, &job)).unwrap_or_default()
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &mended(work, &[&self.task]),
            Err(verdict) => return verdict,
        };
        let task = match job::task(job, &self.task) {
            Ok(task) => task,
            Err(verdict) => return verdict,
        };
        if let Some(fault) = job::other_notebook(task, &self.notebook) {
            return fault.failed();
        }
        let faulty = self.parameters.iter().find_map(|(name, default)| parameter_fault(job, task, name, default));
        faulty.or_else(|| self.not_seen(job, &sql_outputs::outputs(scene))).map_or(Verdict::Passed, Fault::failed)
    }

    fn about(&self) -> About<'_> {
        About::Job(Some(&self.task))
    }
}

impl JobParameters {
    /// Gives a run values of its own, and where a condition of the job keeps the task from running with them, others. A
    /// job that cannot be run is the matter of other checks.
    fn not_seen(&self, job: &Job, outputs: &Outputs) -> Option<Fault> {
        let first = self.not_seen_beside(job, outputs, 1)?;
        self.not_seen_beside(job, outputs, -1).and(Some(first))
    }

    /// The fault when values that lie so many steps beside the defaults do not reach the task.
    fn not_seen_beside(&self, job: &Job, outputs: &Outputs, step: i8) -> Option<Fault> {
        let beside = |(name, default): &(String, String)| (name.clone(), beside(name, default, step));
        let given: BTreeMap<String, String> = self.parameters.iter().map(beside).collect();
        let record = match rehearse(job, given.clone(), &[], outputs) {
            Ok(run) => run.record(),
            Err(refused) => return refused.fault(),
        };
        let attempts =
            record.tasks.into_iter().filter(|task| task.task_key == self.task).flat_map(|task| task.attempts);
        let seen = attempts.last().map(|attempt| attempt.parameters).unwrap_or_default();
        let (name, value) = given.iter().find(|(name, value)| seen.get(*name) != Some(*value))?;
        let message = format!("A run was given a value for `{name}`, and `{}` did not see it.", self.task);
        let found = seen.get(name).map_or("the task did not run", String::as_str);
        Some(Fault::new("not_seen", message).expected(value).found(found))
    }
}

/// A value of the default's kind that is not the default, so that a condition of the job can be computed with it: the
/// number or day so many steps on, else a text that no file has.
fn beside(name: &str, default: &str, step: i8) -> String {
    if let Some(number) = default.parse::<i64>().ok().and_then(|number| number.checked_add(step.into())) {
        return number.to_string();
    }
    if let Some(number) = default.parse::<f64>().ok().filter(|number| number.is_finite()) {
        return (number + f64::from(step)).to_string();
    }
    match default.parse::<Date>().ok().and_then(|day| day.checked_add(step.days()).ok()) {
        Some(day) => day.to_string(),
        None => format!("a run's {name}"),
    }
}

fn parameter_fault(job: &Job, task: &Task, name: &str, default: &str) -> Option<Fault> {
    let declared: Vec<&str> = job.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let Some(parameter) = job.parameters.iter().find(|parameter| parameter.name == name) else {
        let base = task.notebook_task.as_ref().and_then(|notebook| notebook.base_parameters.get(name));
        let message = match base {
            Some(_) => format!("`{name}` is fixed in the task: a run of the job cannot be given another value."),
            None => format!("The job has no parameter `{name}`."),
        };
        let reason = if base.is_some() { "task_only" } else { "missing" };
        return Some(Fault::new(reason, message).expected(format!("job parameter `{name}`")).found(list(&declared)));
    };
    let base = task.notebook_task.as_ref().and_then(|notebook| notebook.base_parameters.get(name));
    let reference = format!("{{{{job.parameters.{name}}}}}");
    if let Some(base) = base.filter(|base| **base != parameter.default && base.replace(' ', "") != reference) {
        let message = format!("The task sets `{name}` to `{base}`, but the job's parameter of that name always wins.");
        return Some(
            Fault::new("shadowed", message)
                .expected("one place for the value")
                .found(format!("base_parameters {base}, job parameter {}", parameter.default))
                .next(format!(
                    "Take `{name}` out of the task's `base_parameters`: a job's parameter reaches it by itself."
                )),
        );
    }
    (parameter.default != default).then(|| {
        let fault = Fault::new("default", format!("The job's parameter `{name}` has another default."));
        fault.expected(default).found(&parameter.default)
    })
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::job::{ConditionOp, ConditionTask, Dependency, Job, NotebookTask, Parameter, Task};

    use super::super::job::stem;
    use super::{JobParameters, Outputs, beside};

    /// A job that runs `etl` only where its parameter is more than a number.
    fn guarded(default: &str, least: &str) -> Job {
        let left = "{{job.parameters.rows}}".to_owned();
        let condition = ConditionTask { op: ConditionOp::GreaterThan, left, right: least.to_owned() };
        let guard = Task { task_key: "guard".into(), condition_task: Some(condition), ..Task::default() };
        let depends_on = vec![Dependency { task_key: "guard".into(), outcome: Some("true".into()) }];
        let work = NotebookTask { notebook_path: "etl.sql".into(), ..NotebookTask::default() };
        let etl = Task { task_key: "etl".into(), depends_on, notebook_task: Some(work), ..Task::default() };
        let parameters = vec![Parameter { name: "rows".into(), default: default.into() }];
        Job { tasks: vec![guard, etl], parameters, ..Job::default() }
    }

    #[test]
    fn a_value_reaches_a_task_that_a_condition_on_it_guards() {
        let rule = |default: &str| JobParameters {
            task: "etl".into(),
            notebook: "etl".into(),
            parameters: vec![("rows".into(), default.into())],
        };
        assert!(rule("10").not_seen(&guarded("10", "9"), &Outputs::new()).is_none());
        assert!(rule("10").not_seen(&guarded("10", "99"), &Outputs::new()).is_some(), "it runs with neither value");
    }

    #[test]
    fn what_a_run_is_given_is_of_the_defaults_kind() {
        let all = [("10", "11", "9"), ("0.5", "1.5", "-0.5"), ("2024-03-01", "2024-03-02", "2024-02-29")];
        for (default, more, less) in all {
            assert_eq!((beside("x", default, 1).as_str(), beside("x", default, -1).as_str()), (more, less));
        }
        assert_eq!(beside("x", "All", 1), "a run's x");
    }

    #[test]
    fn a_notebook_is_known_by_its_name_wherever_it_lies() {
        for path in
            ["etl", "etl.sql", "./etl.sql", "/Workspace/Users/ada@school.org/etl", "${workspace.file_path}/etl.sql"]
        {
            assert_eq!(stem(path), "etl", "{path}");
        }
        assert_eq!(stem("etl/other.sql"), "other");
    }
}
