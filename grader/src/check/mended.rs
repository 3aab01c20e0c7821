//! A job as it was probably meant, for what is judged beside a mistake of which another check tells: so each costs
//! once.
//!
//! `job_valid` tells of a dependency on no task, of a circle, of a cluster that is not there and of a reference to
//! nothing, and of a `run_if` that there is not; `job_order` of tasks that are called otherwise and do not wait for
//! each other.

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::{Finding, Severity};
use sandbar_labs::workflow::Graph;
use sandbar_labs::workflow::job::{Dependency, Job, RunIf, Task};

use super::job::stem;
use crate::work::JobWork;

/// Circles that are opened; a file with more of them is no slip.
const MAX_CIRCLES: usize = 20;

/// The job without what validation finds: a dependency on no task is one on the task of the nearest key, a cluster that
/// is not there the one of the nearest key, a parameter that refers to nothing is left out, and of tasks that wait for
/// each other in a circle the one that comes first in `order` waits no more. A task that waits for itself waits for the
/// one before it in `order`.
pub fn valid(work: &JobWork, order: &[&str]) -> Job {
    let mut job = work.job.clone();
    without_broken_references(&mut job, &work.findings);
    as_others_call_them(&mut job, order);
    let tasks: Vec<String> = job.tasks.iter().map(|task| task.task_key.clone()).collect();
    let clusters: Vec<String> = job.job_clusters.iter().map(|cluster| cluster.job_cluster_key.clone()).collect();
    for task in &mut job.tasks {
        task.depends_on.iter_mut().for_each(|dependency| name_known(&mut dependency.task_key, &tasks));
        task.job_cluster_key.iter_mut().for_each(|key| name_known(key, &clusters));
    }
    without_loops(&mut job, order);
    without_circles(&mut job, order);
    job
}

/// Gives these tasks `ALL_DONE`, and others the default, where the file's `run_if` is no word that there is. `job` has
/// the tasks of `work` in their order.
pub fn with_run_if(mut job: Job, work: &JobWork, always: &[String]) -> Job {
    for (index, task) in job.tasks.iter_mut().enumerate() {
        let path = format!("tasks[{index}].run_if");
        if work.findings.iter().any(|finding| finding.severity == Severity::Error && finding.path == path) {
            task.run_if = if always.contains(&task.task_key) { RunIf::AllDone } else { RunIf::default() };
        }
    }
    job
}

/// As [`valid`]; and one of `keys` that no task has is that of the only task which does its work. That is the one that
/// runs the notebook of that name; where several keys are asked for and one is left over, the one dashboard.
pub fn mended(work: &JobWork, keys: &[&str]) -> Job {
    let mut job = valid(work, keys);
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

/// The job with these tasks one after the other, where they do not wait for each other so.
pub fn in_order(mut job: Job, order: &[&str]) -> Job {
    for (at, pair) in order.windows(2).enumerate() {
        let [first, then] = [pair[0], pair[1]];
        if Graph::of(&job).before(first, then) {
            continue;
        }
        let find = |key: &str| job.tasks.iter().position(|task| task.task_key == key);
        let (Some(first_at), Some(then_at)) = (find(first), find(then)) else { continue };
        let later = &order[at + 1..];
        job.tasks[first_at].depends_on.retain(|dependency| !later.contains(&dependency.task_key.as_str()));
        job.tasks[then_at].depends_on.push(Dependency { task_key: first.to_owned(), outcome: None });
    }
    without_circles(&mut job, order);
    job
}

/// Gives a task the key by which others wait for it, where that key is asked for and only the task's own is another:
/// `ETL` is `etl`.
fn as_others_call_them(job: &mut Job, order: &[&str]) {
    for key in order {
        let is_there = job.tasks.iter().any(|task| task.task_key == *key);
        let is_waited_for = job.tasks.iter().flat_map(|task| &task.depends_on).any(|on| on.task_key == *key);
        let others = job.tasks.iter().map(|task| task.task_key.as_str()).filter(|other| !order.contains(other));
        if let (false, true, Some(near)) = (is_there, is_waited_for, nearest(key, others)) {
            let near = near.to_owned();
            take_for(job, key, |task| task.task_key == near);
        }
    }
}

/// Gives a key that nothing has the nearest one that something has.
fn name_known(key: &mut String, known: &[String]) {
    if !known.contains(key)
        && let Some(near) = nearest(key, known.iter().map(String::as_str))
    {
        near.clone_into(key);
    }
}

/// Takes the parameters out of notebook tasks that refer to what is not there.
fn without_broken_references(job: &mut Job, findings: &[Finding]) {
    let is_broken = |finding: &&Finding| finding.severity == Severity::Error && finding.code == "UNKNOWN_REFERENCE";
    for (task, name) in findings.iter().filter(is_broken).filter_map(|finding| base_parameter(&finding.path)) {
        if let Some(notebook) = job.tasks.get_mut(task).and_then(|task| task.notebook_task.as_mut()) {
            notebook.base_parameters.remove(name);
        }
    }
}

/// The task's index and the parameter's name in `tasks[0].notebook_task.base_parameters.since`.
fn base_parameter(path: &str) -> Option<(usize, &str)> {
    let (task, name) = path.strip_prefix("tasks[")?.split_once("].notebook_task.base_parameters.")?;
    Some((task.parse().ok()?, name))
}

/// Takes a task that waits for itself to wait for the task before it.
fn without_loops(job: &mut Job, order: &[&str]) {
    let keys: Vec<String> = job.tasks.iter().map(|task| task.task_key.clone()).collect();
    for task in &mut job.tasks {
        let at = order.iter().position(|key| *key == task.task_key);
        let before = at.and_then(|at| order[..at].iter().rev().find(|key| keys.iter().any(|there| there == *key)));
        for dependency in task.depends_on.iter_mut().filter(|on| on.task_key == task.task_key) {
            if let Some(before) = before {
                (*before).clone_into(&mut dependency.task_key);
            }
        }
    }
}

/// Opens circles, each before the task that comes first in `order`; tasks that are not in it come last, as in the file.
fn without_circles(job: &mut Job, order: &[&str]) {
    for _ in 0..MAX_CIRCLES {
        let graph = Graph::of(job);
        let Some(circle) = graph.cycles().into_iter().next() else { return };
        let rank = |task: usize| order.iter().position(|key| graph.key(task) == *key).unwrap_or(order.len() + task);
        let Some(at) = (0..circle.len()).min_by_key(|at| rank(circle[*at])) else { return };
        let before = graph.key(circle[(at + circle.len() - 1) % circle.len()]);
        job.tasks[circle[at]].depends_on.retain(|dependency| dependency.task_key != before);
    }
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

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::{Syntax, check};

    use super::super::job::task;
    use super::*;

    fn keys<'a>(job: &'a Job) -> Vec<(&'a str, Vec<&'a str>)> {
        let waits = |task: &'a Task| task.depends_on.iter().map(|on| &*on.task_key).collect();
        job.tasks.iter().map(|task| (&*task.task_key, waits(task))).collect()
    }

    fn read(tasks: &str) -> JobWork {
        let text = tasks.replace("NOTEBOOK", "notebook_task: {notebook_path: n.sql}");
        let text = if text.starts_with('{') { format!("tasks: [{text}]\n") } else { text };
        let checked = check(&text, Syntax::Yaml);
        let job = checked.job.unwrap();
        JobWork { path: "job.yml".into(), job, jobs: checked.jobs, findings: checked.findings }
    }

    #[test]
    fn a_task_of_another_key_and_a_misspelled_dependency_are_taken_for_what_they_are() {
        let work = read(
            "{task_key: load, notebook_task: {notebook_path: ./etl.sql}}, \
             {task_key: quality, depends_on: [{task_key: load}], notebook_task: {notebook_path: quality.sql}}, \
             {task_key: show, depends_on: [{task_key: qualty}], dashboard_task: {dashboard_id: d}}",
        );
        let all = mended(&work, &["etl", "quality", "refresh"]);
        assert_eq!(keys(&all), [("etl", vec![]), ("quality", vec!["etl"]), ("refresh", vec!["quality"])]);
        let one = mended(&work, &["refresh"]);
        assert!(task(&one, "refresh").is_err(), "nothing says that it is the dashboard");
    }

    #[test]
    fn what_two_tasks_do_is_taken_for_neither() {
        let two = "{task_key: a, notebook_task: {notebook_path: etl.sql}}, \
                   {task_key: b, notebook_task: {notebook_path: etl}}";
        assert!(task(&mended(&read(two), &["etl"]), "etl").is_err());
    }

    #[test]
    fn a_circle_is_opened_before_the_task_that_is_to_come_first() {
        let circle = "{task_key: c, depends_on: [{task_key: b}], NOTEBOOK}, \
                      {task_key: a, depends_on: [{task_key: c}, {task_key: a}], NOTEBOOK}, \
                      {task_key: b, depends_on: [{task_key: a}], NOTEBOOK}";
        let opened = valid(&read(circle), &["a", "b", "c"]);
        assert_eq!(keys(&opened), [("c", vec!["b"]), ("a", vec![]), ("b", vec!["a"])]);
        let by_file = valid(&read(circle), &[]);
        assert_eq!(keys(&by_file), [("c", vec![]), ("a", vec!["c"]), ("b", vec!["a"])]);
    }

    #[test]
    fn a_task_that_others_call_as_asked_is_called_so() {
        let work = read("{task_key: ETL, NOTEBOOK}, {task_key: quality, depends_on: [{task_key: etl}], NOTEBOOK}");
        assert_eq!(keys(&valid(&work, &["etl", "quality"])), [("etl", vec![]), ("quality", vec!["etl"])]);
        assert_eq!(keys(&valid(&work, &[])), [("ETL", vec![]), ("quality", vec!["ETL"])]);
    }

    #[test]
    fn a_task_that_waits_for_itself_waits_for_the_one_before_it() {
        let work = read(
            "{task_key: a, depends_on: [{task_key: a}], NOTEBOOK}, \
             {task_key: c, depends_on: [{task_key: c}], NOTEBOOK}",
        );
        assert_eq!(keys(&valid(&work, &["a", "b", "c"])), [("a", vec![]), ("c", vec!["a"])]);
        assert_eq!(keys(&valid(&work, &[])), [("a", vec![]), ("c", vec![])]);
    }

    #[test]
    fn a_run_if_that_there_is_not_is_as_asked_and_another_stays() {
        let tasks = "{task_key: a, run_if: ALWAYS, NOTEBOOK}, {task_key: b, run_if: IF_FINE, NOTEBOOK}, \
                     {task_key: c, run_if: ALL_FAILED, NOTEBOOK}";
        let work = read(tasks);
        let job = with_run_if(work.job.clone(), &work, &["a".to_owned(), "c".to_owned()]);
        let found: Vec<RunIf> = job.tasks.iter().map(|task| task.run_if).collect();
        assert_eq!(found, [RunIf::AllDone, RunIf::AllSuccess, RunIf::AllFailed]);
    }

    #[test]
    fn tasks_without_or_with_turned_edges_are_put_in_order() {
        let chain = [("a", vec![]), ("b", vec!["a"]), ("c", vec!["b"])];
        let turned = "{task_key: a, depends_on: [{task_key: b}], NOTEBOOK}, \
                      {task_key: b, depends_on: [{task_key: c}], NOTEBOOK}, {task_key: c, NOTEBOOK}";
        for tasks in ["{task_key: a, NOTEBOOK}, {task_key: b, NOTEBOOK}, {task_key: c, NOTEBOOK}", turned] {
            assert_eq!(keys(&in_order(read(tasks).job, &["a", "b", "c"])), chain, "{tasks}");
        }
        let around = "{task_key: a, NOTEBOOK}, {task_key: x, depends_on: [{task_key: a}], NOTEBOOK}, \
                      {task_key: b, depends_on: [{task_key: x}], NOTEBOOK}";
        let kept = in_order(read(around).job, &["a", "b"]);
        assert_eq!(keys(&kept)[2], ("b", vec!["x"]), "it waits already, through another");
    }

    #[test]
    fn a_parameter_that_refers_to_nothing_and_a_cluster_that_is_not_there_are_mended() {
        let parameters = "base_parameters: {since: '{{job.parameter.since}}', city: Ulm}";
        let work = read(&format!(
            "job_clusters: [{{job_cluster_key: nightly, new_cluster: {{}}}}]\ntasks:\n- task_key: a\n  \
             job_cluster_key: nightyl\n  notebook_task: {{notebook_path: n.sql, {parameters}}}\n"
        ));
        let job = valid(&work, &[]);
        let given = &job.tasks[0].notebook_task.as_ref().unwrap().base_parameters;
        let names: Vec<&str> = given.keys().map(String::as_str).collect();
        assert_eq!((names, job.tasks[0].job_cluster_key.as_deref()), (vec!["city"], Some("nightly")));
    }
}
