//! Jobs that run each other: at most so many `run_job_task` one in the other, and never in a loop.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Around;
use super::super::job::Job;
use super::super::name::{JobName, Named};
use super::super::read::{self, Found};
use super::every_task;
use crate::authored::shorten;
use crate::diagnostic::{Finding, Severity};

/// `run_job_task` that may be one in the other: Databricks supports no jobs "that nest more than three Run Job tasks"
/// (docs.databricks.com, "Run Job task for jobs").
const MAX_NESTED: usize = 3;
/// More other jobs are not looked at.
const MAX_JOBS: usize = 100;

/// Why a job may not run the next one; `path` has the jobs that run each other so far, from the first.
pub fn too_deep(path: &[JobName], next: &JobName) -> Option<String> {
    let way = || {
        let names: Vec<String> = path.iter().chain([next]).map(|job| shorten(&job.to_string())).collect();
        names.join(" → ")
    };
    if path.contains(next) {
        return Some(format!("These jobs run each other in a circle: {}.", way()));
    }
    (path.len() > MAX_NESTED).then(|| format!("At most {MAX_NESTED} run_job_task may be one in the other: {}.", way()))
}

/// Looks through the jobs that this one runs, as far as they are known.
pub(in super::super) fn check(job: &Job, own: &Found, around: &Around<'_>, findings: &mut Vec<Finding>) {
    let mut known = Known { around, own, files: BTreeMap::new(), runs: BTreeMap::new() };
    let name = JobName { file: around.file.to_owned(), key: own.key().map(str::to_owned) };
    for (path, task) in every_task(job) {
        let Some(work) = task.run_job_task.as_ref().filter(|work| !work.job_id.is_empty()) else { continue };
        let place = format!("{path}.run_job_task.job_id");
        if let (Named::InBundle(key), None) = (Named::of(&work.job_id), own.key()) {
            findings.push(no_bundle(key, place));
            continue;
        }
        let next = known.name(&name, &work.job_id);
        if let Some(message) = known.wrong(&mut vec![name.clone()], &next) {
            let hint = "Take one of the `run_job_task` out: a run could never go through all of them.";
            findings.push(Finding::error("RUN_JOB_TOO_DEEP", place, message).with_hint(hint));
        }
    }
    if around.key.is_none() {
        several(&mut known, &name, findings);
    }
}

fn no_bundle(key: &str, place: String) -> Finding {
    let message = format!("`{}` would be a job of the same bundle, and this file is no bundle.", shorten(key));
    let hint = "Write the name of the other job's file without its ending, or put both jobs below `resources.jobs`.";
    Finding::error("UNKNOWN_REFERENCE", place, message).with_hint(hint)
}

/// Tells of the jobs of a bundle that the first one does not run.
fn several(known: &mut Known<'_>, name: &JobName, findings: &mut Vec<Finding>) {
    if known.own.keys().count() < 2 {
        return;
    }
    let mut reached = BTreeSet::from([name.clone()]);
    let mut open = vec![name.clone()];
    while let Some(next) = open.pop() {
        open.extend(known.runs(&next).into_iter().filter(|job| reached.insert(job.clone())));
    }
    let is_left = |key: &&str| {
        let job = JobName { file: name.file.clone(), key: Some((*key).to_owned()) };
        !reached.contains(&job)
    };
    let Some(left) = known.own.keys().find(is_left) else { return };
    let message = format!(
        "The bundle has {} jobs; only the first one, `{}`, is checked, run and graded here.",
        known.own.keys().count(),
        shorten(&name.to_string()),
    );
    let left = shorten(left);
    let hint = format!("Put `{left}` first if it is the one that counts, else into a file of its own.");
    findings.push(Finding::new("SEVERAL_JOBS", Severity::Warning, "", message).with_hint(hint));
}

struct Known<'a> {
    around: &'a Around<'a>,
    own: &'a Found,
    /// Other files, as far as they were read.
    files: BTreeMap<String, Option<Found>>,
    /// What each job runs.
    runs: BTreeMap<JobName, Vec<JobName>>,
}

impl Known<'_> {
    /// What is wrong with running that job after those, or with what it runs itself.
    fn wrong(&mut self, way: &mut Vec<JobName>, next: &JobName) -> Option<String> {
        if let Some(message) = too_deep(way, next) {
            return Some(message);
        }
        way.push(next.clone());
        let found = self.runs(next).into_iter().find_map(|after| self.wrong(way, &after));
        way.pop();
        found
    }

    /// The job that an id means in another job's file.
    fn name(&mut self, from: &JobName, id: &str) -> JobName {
        match Named::of(id) {
            Named::InBundle(key) => JobName { file: from.file.clone(), key: Some(key.to_owned()) },
            Named::File(file) => {
                let key = self.file(file).and_then(Found::first).map(str::to_owned);
                JobName { file: file.to_owned(), key }
            }
        }
    }

    fn file(&mut self, name: &str) -> Option<&Found> {
        if name == self.around.file {
            return Some(self.own);
        }
        if !self.files.contains_key(name) {
            let text = if self.files.len() < MAX_JOBS { (self.around.other)(name) } else { None };
            let found = text.and_then(|(text, syntax)| read::find(&text, syntax, None, &mut Vec::new()).ok());
            self.files.insert(name.to_owned(), found);
        }
        self.files.get(name)?.as_ref()
    }

    fn runs(&mut self, name: &JobName) -> Vec<JobName> {
        if let Some(runs) = self.runs.get(name) {
            return runs.clone();
        }
        let is_looked_at = self.runs.len() < MAX_JOBS;
        let job = self.file(&name.file).filter(|_| is_looked_at).and_then(|found| found.job(name.key.as_deref()));
        let tasks = job.iter().flat_map(every_task);
        let ids: BTreeSet<String> =
            tasks.filter_map(|(_, task)| Some(task.run_job_task.as_ref()?.job_id.clone())).collect();
        let runs: Vec<JobName> = ids.iter().map(|id| self.name(name, id)).collect();
        self.runs.insert(name.clone(), runs.clone());
        runs
    }
}
