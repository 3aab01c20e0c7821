//! Jobs that run each other: at most so many deep, and never in a loop.

use std::collections::BTreeMap;

use super::super::Around;
use super::super::job::Job;
use super::super::read::key_of;
use super::every_task;
use crate::authored::shorten;
use crate::diagnostic::Finding;

/// Jobs that may run each other, as in the Jobs API.
const MAX_DEPTH: usize = 3;
/// More other jobs are not looked at.
const MAX_JOBS: usize = 100;

/// Why a job may not run the next one; `path` has the jobs that run each other so far, from the first.
pub fn too_deep(path: &[String], next: &str) -> Option<String> {
    let way = || {
        let names: Vec<String> = path.iter().map(String::as_str).chain([next]).map(shorten).collect();
        names.join(" → ")
    };
    if path.iter().any(|job| job == next) {
        return Some(format!("These jobs run each other in a circle: {}.", way()));
    }
    (path.len() >= MAX_DEPTH).then(|| format!("Jobs run each other at most {MAX_DEPTH} deep: {}.", way()))
}

/// Looks through the jobs that this one runs, as far as they are known.
pub(super) fn check(job: &Job, around: &Around<'_>, findings: &mut Vec<Finding>) {
    let mut known = Known { around, read: BTreeMap::new() };
    for (path, task) in every_task(job) {
        let Some(work) = &task.run_job_task else { continue };
        let mut way = vec![around.name.to_owned()];
        if let Some(message) = known.wrong(&mut way, &work.job_id) {
            let hint = "Take one of the `run_job_task` out: a run could never go through all of them.";
            let place = format!("{path}.run_job_task.job_id");
            findings.push(Finding::error("RUN_JOB_TOO_DEEP", place, message).with_hint(hint));
        }
    }
}

struct Known<'a> {
    around: &'a Around<'a>,
    /// What each job runs.
    read: BTreeMap<String, Vec<String>>,
}

impl Known<'_> {
    /// What is wrong with running that job after those, or with what it runs itself.
    fn wrong(&mut self, way: &mut Vec<String>, id: &str) -> Option<String> {
        let id = key_of(id).unwrap_or(id);
        if let Some(message) = too_deep(way, id) {
            return Some(message);
        }
        way.push(id.to_owned());
        let found = self.runs(id).into_iter().find_map(|next| self.wrong(way, &next));
        way.pop();
        found
    }

    fn runs(&mut self, id: &str) -> Vec<String> {
        if !self.read.contains_key(id) {
            let job = if self.read.len() < MAX_JOBS { (self.around.job)(id) } else { None };
            let mut runs: Vec<String> = job
                .iter()
                .flat_map(every_task)
                .filter_map(|(_, task)| Some(task.run_job_task.as_ref()?.job_id.clone()))
                .collect();
            runs.sort_unstable();
            runs.dedup();
            self.read.insert(id.to_owned(), runs);
        }
        self.read.get(id).cloned().unwrap_or_default()
    }
}
