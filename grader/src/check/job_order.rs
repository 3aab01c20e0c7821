//! `job_order`: the graph forces the order of tasks, and the tasks are of the kinds asked for and run the notebooks
//! asked for.

use sandbar_labs::workflow::job::TaskKind;
use sandbar_labs::workflow::{Graph, Job};

use super::mended::valid;
use super::{Rule, Section, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobOrder {
    /// Each comes after all before it, directly or through others.
    order: Vec<String>,
    /// `(task key, field of its type)`.
    kinds: Vec<(String, String)>,
    /// `(task key, name of its notebook without folder and ending)`.
    notebooks: Vec<(String, String)>,
}

pub fn read(section: &mut Section<'_, '_>) -> JobOrder {
    let order = section.texts("order");
    if order.len() < 2 {
        section.missing("order");
    }
    JobOrder { order, kinds: section.text_map("kinds"), notebooks: section.text_map("notebooks") }
}

impl Rule for JobOrder {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &valid(work, &self.order.iter().map(String::as_str).collect::<Vec<_>>()),
            Err(verdict) => return verdict,
        };
        for key in &self.order {
            if let Err(verdict) = job::task(job, key) {
                return verdict;
            }
        }
        let graph = Graph::of(job);
        if !graph.cycles().is_empty() {
            return Fault::new("cycle", "The tasks wait for each other in a circle, so none of them can start.")
                .next("Take the `depends_on` out of the task that is to come first.")
                .failed();
        }
        let unordered = self.order.windows(2).find(|pair| !graph.before(&pair[0], &pair[1]));
        if let Some(pair) = unordered {
            let reversed = graph.before(&pair[1], &pair[0]);
            let (reason, found) = if reversed {
                ("reversed", format!("`{}` waits for `{}`", pair[0], pair[1]))
            } else {
                ("no_order", "neither waits for the other".to_owned())
            };
            let message = format!("Nothing makes `{}` wait for `{}`.", pair[1], pair[0]);
            return Fault::new(reason, message)
                .expected(format!("`{}` before `{}`", pair[0], pair[1]))
                .found(found)
                .failed();
        }
        self.judge_kinds(job).or_else(|| self.judge_notebooks(job)).unwrap_or(Verdict::Passed)
    }

    fn about(&self) -> About<'_> {
        About::Job(self.order.last().map(String::as_str))
    }
}

impl JobOrder {
    /// The verdict on the first task that is of another type.
    fn judge_kinds(&self, job: &Job) -> Option<Verdict> {
        self.kinds.iter().find_map(|(key, field)| {
            let task = match job::task(job, key) {
                Ok(task) => task,
                Err(verdict) => return Some(verdict),
            };
            // That there is one type only is the matter of validation.
            let kinds: Vec<&str> = task.kinds().into_iter().map(TaskKind::field).collect();
            let fault = || {
                Fault::new("task_type", format!("Task `{key}` is of another type."))
                    .next(format!("Give `{key}` a {field}."))
            };
            let found = || kinds.first().copied().unwrap_or("no type");
            (!kinds.contains(&field.as_str())).then(|| fault().expected(field).found(found()).failed())
        })
    }

    /// The verdict on the first task that runs another notebook.
    fn judge_notebooks(&self, job: &Job) -> Option<Verdict> {
        self.notebooks.iter().find_map(|(key, notebook)| match job::task(job, key) {
            Ok(task) => job::other_notebook(task, notebook).map(Fault::failed),
            Err(verdict) => Some(verdict),
        })
    }
}
