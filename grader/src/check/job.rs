//! What the checks of a job share: the job as read, and tasks by their keys.

use std::collections::BTreeMap;

use sandbar_labs::authored::nearest;
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

/// The job without those mistakes that cost elsewhere, so that each costs once: a dependency on no task is one on the
/// task of the nearest key, and one of `keys` that no task has is that of the only task which does its work. That is the
/// one that runs the notebook of that name; where several keys are asked for and one is left over, the one dashboard.
pub fn mended(job: &Job, keys: &[&str]) -> Job {
    let mut job = job.clone();
    let known: Vec<String> = job.tasks.iter().map(|task| task.task_key.clone()).collect();
    for dependency in job.tasks.iter_mut().flat_map(|task| &mut task.depends_on) {
        if !known.contains(&dependency.task_key)
            && let Some(near) = nearest(&dependency.task_key, known.iter().map(String::as_str))
        {
            dependency.task_key = near.to_owned();
        }
    }
    let is_asked_for = |task: &Task| keys.contains(&task.task_key.as_str());
    for key in keys {
        let runs = |task: &Task| task.notebook_task.as_ref().is_some_and(|work| stem(&work.notebook_path) == *key);
        take_for(&mut job, key, |task| runs(task) && !is_asked_for(task));
    }
    let mut missing = keys.iter().filter(|key| job.tasks.iter().all(|task| task.task_key != **key));
    if let (Some(left), None, true) = (missing.next(), missing.next(), keys.len() > 1) {
        let shows = |task: &Task| task.dashboard_task.is_some() && !is_asked_for(task);
        take_for(&mut job, left, shows);
    }
    job
}

/// Calls the only task that fits by a key that no task has.
fn take_for(job: &mut Job, key: &str, fits: impl Fn(&Task) -> bool) {
    let mut fitting = job.tasks.iter().filter(|task| fits(task)).map(|task| task.task_key.clone());
    let (Some(old), None) = (fitting.next(), fitting.next()) else { return };
    if job.tasks.iter().any(|task| task.task_key == key) {
        return;
    }
    for task in &mut job.tasks {
        let waits = task.depends_on.iter_mut().map(|dependency| &mut dependency.task_key);
        let names = std::iter::once(&mut task.task_key).chain(waits);
        names.filter(|name| **name == old).for_each(|name| key.clone_into(name));
    }
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

    fn keys<'a>(job: &'a Job) -> Vec<(&'a str, Vec<&'a str>)> {
        let waits = |task: &'a Task| task.depends_on.iter().map(|on| &*on.task_key).collect();
        job.tasks.iter().map(|task| (&*task.task_key, waits(task))).collect()
    }

    fn read(tasks: &str) -> Job {
        sandbar_labs::workflow::check(&format!("tasks: [{tasks}]\n"), sandbar_labs::workflow::Syntax::Yaml).job.unwrap()
    }

    #[test]
    fn a_task_of_another_key_and_a_misspelled_dependency_are_taken_for_what_they_are() {
        let job = read(
            "{task_key: load, notebook_task: {notebook_path: ./etl.sql}}, \
             {task_key: quality, depends_on: [{task_key: load}], notebook_task: {notebook_path: quality.sql}}, \
             {task_key: show, depends_on: [{task_key: qualty}], dashboard_task: {dashboard_id: d}}",
        );
        let all = mended(&job, &["etl", "quality", "refresh"]);
        assert_eq!(keys(&all), [("etl", vec![]), ("quality", vec!["etl"]), ("refresh", vec!["quality"])]);
        let one = mended(&job, &["refresh"]);
        assert!(task(&one, "refresh").is_err(), "nothing says that it is the dashboard");
    }

    #[test]
    fn what_two_tasks_do_is_taken_for_neither() {
        let two = "{task_key: a, notebook_task: {notebook_path: etl.sql}}, \
                   {task_key: b, notebook_task: {notebook_path: etl}}";
        assert!(task(&mended(&read(two), &["etl"]), "etl").is_err());
    }

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
