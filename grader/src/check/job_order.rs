//! `job_order`: the graph forces the order of tasks, and the tasks are of the kinds asked for.

use sandbar_labs::workflow::Graph;

use super::{Rule, Section, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobOrder {
    /// Each comes after all before it, directly or through others.
    order: Vec<String>,
    /// `(task key, field of its type, path it must name or empty)`.
    kinds: Vec<(String, String)>,
}

pub fn read(section: &mut Section<'_, '_>) -> JobOrder {
    let order = section.texts("order");
    if order.len() < 2 {
        section.missing("order");
    }
    JobOrder { order, kinds: section.text_map("kinds") }
}

impl Rule for JobOrder {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &work.job,
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
        self.judge_kinds(job)
    }

    fn about(&self) -> About<'_> {
        About::Job(self.order.last().map(String::as_str))
    }
}

impl JobOrder {
    fn judge_kinds(&self, job: &sandbar_labs::workflow::Job) -> Verdict {
        for (key, field) in &self.kinds {
            let task = match job::task(job, key) {
                Ok(task) => task,
                Err(verdict) => return verdict,
            };
            let kind = task.kind().map_or("no type", |kind| kind.field());
            if kind != field {
                let fault = Fault::new("task_type", format!("Task `{key}` is of another type."));
                return fault.expected(field).found(kind).failed();
            }
        }
        Verdict::Passed
    }
}
