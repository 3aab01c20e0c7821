//! `job_run_result`: what becomes of other tasks when a given task fails.
//!
//! Each fault is a rehearsal of its own. A task that must not run after a fault has to run without one, so that a task which
//! never runs does not pass.

use std::collections::BTreeMap;

use sandbar_labs::workflow::TaskResult;
use sandbar_labs::workflow::job::Job;

use super::mended::{in_order, mended, with_run_if};
use super::rehearsal::rehearse;
use super::sql_outputs::{self, Outputs};
use super::{Rule, Section, Trial, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobRunResult {
    /// Tasks that fail, one in each run.
    faults: Vec<String>,
    runs: Vec<String>,
    does_not_run: Vec<String>,
    /// Tasks that wait for each other in this order, or are taken to: another check tells of it.
    order: Vec<String>,
}

pub fn read(section: &mut Section<'_, '_>) -> JobRunResult {
    let rule = JobRunResult {
        faults: section.texts("faults"),
        runs: section.texts("runs"),
        does_not_run: section.texts("does_not_run"),
        order: section.texts("order"),
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

/// A job, and what its SQL tasks give.
struct Rehearsed {
    job: Job,
    outputs: Outputs,
}

/// Every task's result when these fail.
///
/// # Errors
/// The verdict on a job that is too much to be gone through, and on one whose tasks wait for each other in a circle, of
/// which other checks tell.
fn results(job: &Rehearsed, failing: &[&str]) -> Result<Results, Verdict> {
    let circle = "The tasks wait for each other in a circle, so that nothing can be said of their runs.";
    match rehearse(&job.job, BTreeMap::new(), failing, &job.outputs) {
        Ok(run) => Ok(run.results()),
        Err(refused) => Err(refused.fault().map_or_else(|| Verdict::Blocked(circle.to_owned()), Fault::failed)),
    }
}

fn ran(results: &Results, key: &str) -> bool {
    results.get(key).is_some_and(|result| result.ran())
}

impl JobRunResult {
    fn without_fault(&self, job: &Rehearsed) -> Option<Verdict> {
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

    fn with_fault(&self, job: &Rehearsed, fault: &String) -> Option<Verdict> {
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

impl JobRunResult {
    /// Every key that is named, each once, in the order that is asked for.
    fn keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        for key in self.order.iter().chain(&self.faults).chain(&self.runs).chain(&self.does_not_run) {
            if !keys.contains(&key.as_str()) {
                keys.push(key.as_str());
            }
        }
        keys
    }

    /// The submission's job as it is judged.
    fn job(&self, scene: &Scene<'_>) -> Result<Job, Verdict> {
        let order: Vec<&str> = self.order.iter().map(String::as_str).collect();
        let as_meant = |work| with_run_if(mended(work, &self.keys()), work, &self.runs);
        job::job(scene).map(|work| in_order(as_meant(work), &order))
    }
}

impl Rule for JobRunResult {
    fn trials(&self, scene: &Scene<'_>) -> Vec<Trial> {
        self.job(scene).map(|job| sql_outputs::trials(scene, &job)).unwrap_or_default()
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match self.job(scene) {
            Ok(job) => Rehearsed { job, outputs: sql_outputs::outputs(scene) },
            Err(verdict) => return verdict,
        };
        for key in self.faults.iter().chain(&self.runs).chain(&self.does_not_run) {
            if let Err(verdict) = job::task(&job.job, key) {
                return verdict;
            }
        }
        let with_faults = || self.faults.iter().find_map(|fault| self.with_fault(&job, fault));
        self.without_fault(&job).or_else(with_faults).unwrap_or(Verdict::Passed)
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::run::OutputRows;
    use sandbar_labs::workflow::{Syntax, check};

    use super::*;

    fn job(tasks: &str) -> Rehearsed {
        let tasks = tasks.replace("NOTEBOOK", "notebook_task: {notebook_path: n.sql}");
        let job = check(&format!("tasks: [{tasks}]\n"), Syntax::Yaml).job.unwrap();
        Rehearsed { job, outputs: Outputs::new() }
    }

    #[test]
    fn nothing_is_said_of_tasks_that_wait_for_each_other() {
        let circle = "{task_key: a, depends_on: [{task_key: b}], NOTEBOOK}, \
                      {task_key: b, depends_on: [{task_key: a}], NOTEBOOK}";
        assert!(matches!(results(&job(circle), &[]), Err(Verdict::Blocked(_))));
    }

    #[test]
    fn a_disabled_task_never_runs_and_is_told_to_be_enabled() {
        let (faults, runs) = (vec!["a".into()], vec!["b".into()]);
        let rule = JobRunResult { faults, runs, does_not_run: Vec::new(), order: Vec::new() };
        let Some(Verdict::Failed(fault)) = rule.without_fault(&job("{task_key: b, disabled: true, NOTEBOOK}")) else {
            panic!("it fails")
        };
        assert_eq!(
            (fault.reason.as_str(), fault.next_step.as_deref()),
            ("b_never_runs", Some("Take `disabled` out of `b`."))
        );
    }

    #[test]
    fn a_condition_on_rows_is_computed_with_them() {
        let guarded = "{task_key: count, sql_task: {warehouse_id: w, file: {path: n.sql}}}, \
                       {task_key: any, depends_on: [{task_key: count}], condition_task: {op: GREATER_THAN, \
                       left: '{{tasks.count.output.first_row.n}}', right: '0'}}, \
                       {task_key: a, depends_on: [{task_key: any, outcome: 'true'}], NOTEBOOK}";
        let mut job = job(guarded);
        assert!(!ran(&results(&job, &[]).unwrap(), "a"), "without rows nothing can be compared");
        for (rows, runs) in [(3, true), (0, false)] {
            let row = serde_json::json!({ "n": rows }).as_object().cloned().unwrap();
            job.outputs.insert("count".into(), OutputRows { rows: vec![row], total: 1 });
            assert_eq!(ran(&results(&job, &[]).unwrap(), "a"), runs);
        }
    }
}
