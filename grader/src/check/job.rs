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
        let fault = Fault::new("no_task", message).expected(format!("`{key}`")).found(crate::feedback::list(&keys));
        fault.next(format!("Call the task that does this work `{key}`, also where others wait for it.")).failed()
    })
}

/// The fault of a task that does not run the notebook of that name.
pub fn other_notebook(task: &Task, notebook: &str) -> Option<Fault> {
    let path = task.notebook_task.as_ref().map_or("", |notebook| notebook.notebook_path.as_str());
    if stem(path) == notebook {
        return None;
    }
    let message = format!("Task `{}` does not run the notebook `{notebook}`.", task.task_key);
    let next = format!("Name `{notebook}` in its `notebook_path`.");
    let found = if path.is_empty() { "no notebook_task" } else { path };
    Some(Fault::new("other_notebook", message).expected(notebook).found(found).next(next))
}

/// `./etl.sql`, `etl` and `/Workspace/Users/ada/etl.sql` are the same notebook: a submission has one of that name.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// `etl SUCCESS, quality FAILED`.
pub fn describe(results: &BTreeMap<String, TaskResult>) -> String {
    results.iter().map(|(key, result)| format!("{key} {}", result.name())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::job::NotebookTask;

    use super::*;

    fn running(path: &str) -> Task {
        let work = NotebookTask { notebook_path: path.to_owned(), ..NotebookTask::default() };
        Task { task_key: "quality".to_owned(), notebook_task: Some(work), ..Task::default() }
    }

    #[test]
    fn a_notebook_is_known_by_its_name_whatever_its_folder_and_ending() {
        for path in ["quality", "./quality.sql", "/Workspace/Users/ada/quality"] {
            assert_eq!(other_notebook(&running(path), "quality"), None, "{path}");
        }
        let fault = other_notebook(&running("./etl.sql"), "quality").unwrap();
        assert_eq!((fault.reason.as_str(), fault.found.as_deref()), ("other_notebook", Some("./etl.sql")));
        assert!(other_notebook(&Task::default(), "quality").is_some());
    }
}
