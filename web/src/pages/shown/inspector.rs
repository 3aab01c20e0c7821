//! A task of a job as forms.

use sandbar_labs::workflow::Job;
use sandbar_labs::workflow::job::{RunIf, Task};

use super::count;
use crate::view::inspector as view;

/// Tasks that one form lists.
const MAX_LISTED: usize = 200;

/// Where the forms of a page lead, and what they need.
pub struct Place {
    pub slug: String,
    pub key: String,
    pub csrf: String,
    pub revision: u64,
    /// Notebooks of the lab.
    pub notebooks: Vec<String>,
}

pub fn inspector(place: Place, job: Option<&Job>, wanted: Option<&str>) -> view::Inspector {
    let tasks = job.map(|job| job.tasks.as_slice()).unwrap_or_default();
    let selected = tasks.iter().find(|task| Some(task.task_key.as_str()) == wanted).or(tasks.first());
    let page = format!("/labs/{}/jobs/{}", place.slug, place.key);
    view::Inspector {
        action: format!("{page}/change"),
        page,
        csrf: place.csrf,
        revision: place.revision,
        readable: job.is_some(),
        tasks: tasks.iter().map(|task| choice(task, selected.is_some_and(|it| it.task_key == task.task_key))).collect(),
        selected: selected.map(|task| shown(tasks, task)),
        notebooks: place.notebooks,
    }
}

fn choice(task: &Task, chosen: bool) -> view::Choice {
    view::Choice { text: task.task_key.clone(), chosen }
}

fn shown(tasks: &[Task], task: &Task) -> view::SelectedTask {
    let waits = |other: &Task| task.depends_on.iter().any(|dependency| dependency.task_key == other.task_key);
    let others: Vec<&Task> = tasks.iter().filter(|other| other.task_key != task.task_key).collect();
    view::SelectedTask {
        task_key: task.task_key.clone(),
        kind_text: task.kind().map_or("No task type", |kind| kind.label()).to_owned(),
        facts: facts(task),
        // What it waits for comes first, so that a long list hides none of it.
        others: {
            let (before, rest): (Vec<&Task>, Vec<&Task>) = others.iter().partition(|other| waits(other));
            let ordered = if others.len() > MAX_LISTED { [before, rest].concat() } else { others.clone() };
            ordered.into_iter().take(MAX_LISTED).map(|other| choice(other, waits(other))).collect()
        },
        more: others.len().saturating_sub(MAX_LISTED),
        run_if: RunIf::ALL
            .into_iter()
            .map(|(name, run_if)| view::RunIfChoice { name, text: words(run_if), chosen: run_if == task.run_if })
            .collect(),
        retries: task.max_retries.map(|number| number.to_string()).unwrap_or_default(),
        timeout: task.timeout_seconds.map(|number| number.to_string()).unwrap_or_default(),
    }
}

fn words(run_if: RunIf) -> &'static str {
    match run_if {
        RunIf::AllSuccess => "all succeeded",
        RunIf::AtLeastOneSuccess => "at least one succeeded",
        RunIf::NoneFailed => "none failed",
        RunIf::AllDone => "all are done, however",
        RunIf::AtLeastOneFailed => "at least one failed",
        RunIf::AllFailed => "all failed",
    }
}

fn facts(task: &Task) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(notebook) = &task.notebook_task {
        facts.push(("Notebook", notebook.notebook_path.clone()));
    }
    if let Some(cluster) = task.job_cluster_key.as_ref().or(task.existing_cluster_id.as_ref()) {
        facts.push(("Cluster", cluster.clone()));
    }
    if let Some(millis) = task.min_retry_interval_millis {
        facts.push(("Between retries", count(millis.unsigned_abs() / 1000, "second")));
    }
    facts
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::{self, Syntax};

    use super::*;

    #[test]
    fn a_task_lists_all_others_and_what_it_waits_for() {
        let text = "tasks:\n  - task_key: a\n  - task_key: b\n    depends_on: [{ task_key: a }]\n    max_retries: 2\n  - task_key: c\n";
        let job = workflow::check(text, Syntax::Yaml).job.unwrap();
        let place = || Place {
            slug: "workflows".to_owned(),
            key: "job".to_owned(),
            csrf: String::new(),
            revision: 1,
            notebooks: Vec::new(),
        };
        let selected = inspector(place(), Some(&job), Some("b")).selected.unwrap();
        let others: Vec<(&str, bool)> = selected.others.iter().map(|it| (it.text.as_str(), it.chosen)).collect();
        assert_eq!(others, [("a", true), ("c", false)]);
        assert_eq!((selected.retries.as_str(), selected.timeout.as_str()), ("2", ""));
        assert_eq!(inspector(place(), Some(&job), Some("gone")).selected.unwrap().task_key, "a");
        assert!(!inspector(place(), None, None).readable);
    }
}
