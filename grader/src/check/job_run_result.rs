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

/// Every task's result when these fail.
///
/// # Errors
/// The verdict on a job that is too much to be gone through, and on one whose tasks wait for each other in a circle, of
/// which other checks tell.
fn results(job: &Job, failing: &[&str]) -> Result<Results, Verdict> {
    let circle = "The tasks wait for each other in a circle, so that nothing can be said of their runs.";
    match rehearse(job, BTreeMap::new(), failing) {
        Ok(run) => Ok(run.results()),
        Err(refused) => Err(refused.fault().map_or_else(|| Verdict::Blocked(circle.to_owned()), Fault::failed)),
    }
}

fn ran(results: &Results, key: &str) -> bool {
    results.get(key).is_some_and(|result| result.ran())
}

impl JobRunResult {
    fn without_fault(&self, job: &Job) -> Option<Verdict> {
        let results = match results(job, &[]) {
            Ok(results) => results,
            Err(verdict) => return Some(verdict),
        };
        let idle = self.runs.iter().chain(&self.does_not_run).find(|key| !ran(&results, key))?;
        let message = format!("`{idle}` does not run even when every task succeeds.");
        let fault = Fault::new(format!("{idle}_never_runs"), message).found(job::describe(&results));
        let is_disabled = results.get(idle) == Some(&TaskResult::Disabled);
        Some(if is_disabled { fault.next(format!("Take `disabled` out of `{idle}`.")) } else { fault }.failed())
    }

    fn with_fault(&self, job: &Job, fault: &String) -> Option<Verdict> {
        let results = match results(job, &[fault]) {
            Ok(results) => results,
            Err(verdict) => return Some(verdict),
        };
        if results.get(fault) != Some(&TaskResult::Failed) {
            let message = format!("`{fault}` never starts in this job, so its failure cannot be shown.");
            return Some(Fault::new("never_starts", message).found(job::describe(&results)).failed());
        }
        let told = |key: &str, what: &str, message: String, expected: String| {
            Fault::new(format!("{key}_{what}"), message).expected(expected).found(job::describe(&results)).failed()
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
        let keys: Vec<&str> =
            self.faults.iter().chain(&self.runs).chain(&self.does_not_run).map(String::as_str).collect();
        let job = &job::mended(job, &keys);
        for key in keys {
            if let Err(verdict) = job::task(job, key) {
                return verdict;
            }
        }
        let with_faults = || self.faults.iter().find_map(|fault| self.with_fault(job, fault));
        self.without_fault(job).or_else(with_faults).unwrap_or(Verdict::Passed)
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::{Syntax, check};

    use super::*;

    fn job(tasks: &str) -> Job {
        let tasks = tasks.replace("NOTEBOOK", "notebook_task: {notebook_path: n.sql}");
        check(&format!("tasks: [{tasks}]\n"), Syntax::Yaml).job.unwrap()
    }

    #[test]
    fn nothing_is_said_of_tasks_that_wait_for_each_other() {
        let circle = "{task_key: a, depends_on: [{task_key: b}], NOTEBOOK}, \
                      {task_key: b, depends_on: [{task_key: a}], NOTEBOOK}";
        assert!(matches!(results(&job(circle), &[]), Err(Verdict::Blocked(_))));
    }

    #[test]
    fn a_disabled_task_never_runs_and_is_told_to_be_enabled() {
        let rule = JobRunResult { faults: vec!["a".into()], runs: vec!["b".into()], does_not_run: Vec::new() };
        let Some(Verdict::Failed(fault)) = rule.without_fault(&job("{task_key: b, disabled: true, NOTEBOOK}")) else {
            panic!("it fails")
        };
        assert_eq!(
            (fault.reason.as_str(), fault.next_step.as_deref()),
            ("b_never_runs", Some("Take `disabled` out of `b`."))
        );
    }
}
