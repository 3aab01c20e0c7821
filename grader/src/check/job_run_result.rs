//! `job_run_result`: what becomes of other tasks when a given task fails.
//!
//! Each fault is a rehearsal of its own. A task that must not run after a fault has to run without one, so that a task which
//! never runs does not pass.

use std::collections::BTreeMap;

use sandbar_labs::workflow::TaskResult;
use sandbar_labs::workflow::job::Job;

use super::rehearsal::rehearse;
use super::{Rule, Section, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobRunResult {
    /// Tasks that fail, one in each run.
    faults: Vec<String>,
    runs: Vec<String>,
    does_not_run: Vec<String>,
}

pub fn read(section: &mut Section<'_, '_>) -> JobRunResult {
    let rule = JobRunResult {
        faults: section.texts("faults"),
        runs: section.texts("runs"),
        does_not_run: section.texts("does_not_run"),
    };
    if rule.faults.is_empty() {
        section.missing("faults");
    }
    if rule.runs.is_empty() && rule.does_not_run.is_empty() {
        section.missing("runs");
    }
    rule
}

type Results = BTreeMap<String, TaskResult>;

/// Every task's result when these fail. Tasks that wait for each other in a circle never start.
///
/// # Errors
/// The fault of a job that is too much to be gone through.
fn results(job: &Job, failing: &[&str]) -> Result<Results, Fault> {
    match rehearse(job, BTreeMap::new(), failing) {
        Ok(run) => Ok(run.results()),
        Err(refused) => match refused.fault() {
            Some(fault) => Err(fault),
            None => Ok(job.tasks.iter().map(|task| (task.task_key.clone(), TaskResult::UpstreamFailed)).collect()),
        },
    }
}

fn ran(results: &Results, key: &str) -> bool {
    results.get(key).is_some_and(|result| result.ran())
}

impl JobRunResult {
    fn without_fault(&self, job: &Job) -> Option<Fault> {
        let results = match results(job, &[]) {
            Ok(results) => results,
            Err(fault) => return Some(fault),
        };
        let idle = self.runs.iter().chain(&self.does_not_run).find(|key| !ran(&results, key))?;
        let message = format!("`{idle}` does not run even when every task succeeds.");
        Some(Fault::new(format!("{idle}_never_runs"), message).found(job::describe(&results)))
    }

    fn with_fault(&self, job: &Job, fault: &String) -> Option<Fault> {
        let results = match results(job, &[fault]) {
            Ok(results) => results,
            Err(too_much) => return Some(too_much),
        };
        if results.get(fault) != Some(&TaskResult::Failed) {
            let message = format!("`{fault}` never starts in this job, so its failure cannot be shown.");
            return Some(Fault::new("never_starts", message).found(job::describe(&results)));
        }
        let told = |key: &str, what: &str, message: String, expected: String| {
            Fault::new(format!("{key}_{what}"), message).expected(expected).found(job::describe(&results))
        };
        if let Some(key) = self.runs.iter().find(|key| !ran(&results, key)) {
            let message = format!("When `{fault}` fails, `{key}` does not run.");
            return Some(told(key, "does_not_run", message, format!("`{key}` runs")));
        }
        let key = self.does_not_run.iter().find(|key| ran(&results, key))?;
        let message = format!("When `{fault}` fails, `{key}` runs all the same.");
        Some(told(key, "runs", message, format!("`{key}` does not run")))
    }
}

impl Rule for JobRunResult {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &work.job,
            Err(verdict) => return verdict,
        };
        for key in self.faults.iter().chain(&self.runs).chain(&self.does_not_run) {
            if let Err(verdict) = job::task(job, key) {
                return verdict;
            }
        }
        let fault =
            self.without_fault(job).or_else(|| self.faults.iter().find_map(|fault| self.with_fault(job, fault)));
        fault.map_or(Verdict::Passed, Fault::failed)
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}
