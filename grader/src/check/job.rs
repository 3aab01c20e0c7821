//! What the checks of a job share: the job as read, and tasks by their keys.

use std::collections::BTreeMap;

use sandbar_labs::workflow::TaskResult;
use sandbar_labs::workflow::job::{Job, Task};

use crate::outcome::{Fault, Verdict};
use crate::scene::Scene;
use crate::work::JobWork;

/// The submission's job.
///
/// # Errors
/// The verdict of a check that has no job to look at.
pub fn job<'a>(scene: &Scene<'a>) -> Result<&'a JobWork, Verdict> {
    scene.work.job.as_ref().ok_or_else(|| {
        let stem = scene.lab.rubric.submission.job.as_deref().unwrap_or("job");
        let message = format!("The submission has no `{stem}.yml` or `{stem}.json`.");
        Fault::new("missing", message).expected(format!("`{stem}.yml`")).found("no job file").failed()
    })
}

/// The task with that key.
///
/// # Errors
/// The verdict of a check that needs a task which is not there.
pub fn task<'a>(job: &'a Job, key: &str) -> Result<&'a Task, Verdict> {
    job.tasks.iter().find(|task| task.task_key == key).ok_or_else(|| {
        let keys: Vec<&str> = job.tasks.iter().map(|task| task.task_key.as_str()).collect();
        let message = format!("The job has no task with the key `{key}`.");
        Fault::new("no_task", message).expected(format!("`{key}`")).found(crate::feedback::list(&keys)).failed()
    })
}

/// `etl SUCCESS, quality FAILED`.
pub fn describe(results: &BTreeMap<String, TaskResult>) -> String {
    results.iter().map(|(key, result)| format!("{key} {}", result.name())).collect::<Vec<_>>().join(", ")
}
