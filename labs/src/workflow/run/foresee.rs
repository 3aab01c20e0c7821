//! What a repair will do, before it does it: where everything that it runs succeeds.

use std::collections::BTreeMap;

use super::super::job::Job;
use super::super::propagate::{Decision, TaskResult, decide, plain_outcome, upstream};
use super::record::{RunRecord, TaskRecord};
use super::repair::{Repair, RepairError};

/// Keys of the job's tasks, each in one list but those of `assumed`, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// They run again.
    pub runs: Vec<String>,
    /// They stay as they are.
    pub keeps: Vec<String>,
    /// They were to run again, and the job itself leaves them out: a condition says so, or all that they wait for is
    /// left out.
    pub excluded: Vec<String>,
    /// They were to run again and cannot: something that they wait for has failed and is not run again, or they are
    /// disabled.
    pub behind: Vec<String>,
    /// Conditions that run again and that a run alone can compute: taken to come to what they came to before, else to
    /// true.
    pub assumed: Vec<String>,
}

impl RunRecord {
    /// What a repair will run again with these settings of the job.
    ///
    /// # Errors
    /// As [`RunRecord::repair`].
    pub fn foresee(&self, job: &Job, repair: &Repair) -> Result<Foreseen, RepairError> {
        let (graph, again) = self.plan(job, repair)?;
        let known = self.by_key();
        let old = |index: usize| known.get(job.tasks[index].task_key.as_str()).copied();
        let before = |index: usize| old(index).and_then(outcome_before);
        let mut ended: BTreeMap<usize, (TaskResult, bool)> = BTreeMap::new();
        let mut decisions: BTreeMap<usize, Decision> = BTreeMap::new();
        for index in graph.topological() {
            let task = &job.tasks[index];
            if !again.contains(&index) {
                let result = old(index).and_then(|task| task.result).unwrap_or(TaskResult::UpstreamFailed);
                ended.insert(index, (result, before(index).unwrap_or(true)));
                continue;
            }
            let of = |parent: usize| ended.get(&parent).copied().unwrap_or((TaskResult::UpstreamFailed, true));
            let decision = decide(task, &upstream(task, &graph, of));
            let result = match decision {
                Decision::Run => TaskResult::Success,
                Decision::Exclude => TaskResult::Excluded,
                Decision::Disable => TaskResult::Disabled,
                Decision::UpstreamFailed => TaskResult::UpstreamFailed,
            };
            let outcome = plain_outcome(task).or_else(|| before(index)).unwrap_or(true);
            ended.insert(index, (result, outcome));
            decisions.insert(index, decision);
        }
        let mut foreseen = Foreseen::default();
        for (index, task) in job.tasks.iter().enumerate() {
            let list = match decisions.get(&index) {
                None => &mut foreseen.keeps,
                Some(Decision::Run) => &mut foreseen.runs,
                Some(Decision::Exclude) => &mut foreseen.excluded,
                Some(Decision::Disable | Decision::UpstreamFailed) => &mut foreseen.behind,
            };
            list.push(task.task_key.clone());
            let is_computed = task.condition_task.is_none() || plain_outcome(task).is_some();
            if decisions.get(&index) == Some(&Decision::Run) && !is_computed {
                foreseen.assumed.push(task.task_key.clone());
            }
        }
        Ok(foreseen)
    }
}

/// What a condition came to when it was last computed.
fn outcome_before(task: &TaskRecord) -> Option<bool> {
    task.attempts.iter().rev().find_map(|attempt| attempt.condition)
}
