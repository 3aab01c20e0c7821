//! `job_parameters`: a value given to a run reaches the notebook, and the defaults are the ones asked for.
//!
//! What a notebook sees: a job parameter beats the task's `base_parameters`, which beats the widget's own default. In the end a
//! rehearsal is given values that no file has, and the task's attempt must have seen them.

use std::collections::BTreeMap;

use sandbar_labs::workflow::job::{Job, Task};

use super::rehearsal::rehearse;
use super::{Rule, Section, job};
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
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &work.job,
            Err(verdict) => return verdict,
        };
        let task = match job::task(job, &self.task) {
            Ok(task) => task,
            Err(verdict) => return verdict,
        };
        let path = task.notebook_task.as_ref().map_or("", |notebook| notebook.notebook_path.as_str());
        if stem(path) != self.notebook {
            let message = format!("Task `{}` does not run the notebook `{}`.", self.task, self.notebook);
            let found = if path.is_empty() { "no notebook_task" } else { path };
            return Fault::new("other_notebook", message).expected(&self.notebook).found(found).failed();
        }
        let faulty = self.parameters.iter().find_map(|(name, default)| parameter_fault(job, task, name, default));
        faulty.or_else(|| self.not_seen(job)).map_or(Verdict::Passed, Fault::failed)
    }

    fn about(&self) -> About<'_> {
        About::Job(Some(&self.task))
    }
}

impl JobParameters {
    /// Gives a run values of its own. A job that cannot be run is the matter of other checks.
    fn not_seen(&self, job: &Job) -> Option<Fault> {
        let given: BTreeMap<String, String> =
            self.parameters.iter().map(|(name, _)| (name.clone(), format!("a run's {name}"))).collect();
        let record = rehearse(job, given.clone(), &[]).ok()?.record();
        let attempts =
            record.tasks.into_iter().filter(|task| task.task_key == self.task).flat_map(|task| task.attempts);
        let seen = attempts.last().map(|attempt| attempt.parameters).unwrap_or_default();
        let (name, value) = given.iter().find(|(name, value)| seen.get(*name) != Some(*value))?;
        let message = format!("A run was given a value for `{name}`, and `{}` did not see it.", self.task);
        let found = seen.get(name).map_or("the task did not run", String::as_str);
        Some(Fault::new("not_seen", message).expected(value).found(found))
    }
}

/// `./etl.sql`, `etl` and `/Workspace/Users/ada/etl.sql` are the same notebook: a submission has one of that name.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
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
                .found(format!("base_parameters {base}, job parameter {}", parameter.default)),
        );
    }
    (parameter.default != default).then(|| {
        let fault = Fault::new("default", format!("The job's parameter `{name}` has another default."));
        fault.expected(default).found(&parameter.default)
    })
}

#[cfg(test)]
mod tests {
    use super::stem;

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
