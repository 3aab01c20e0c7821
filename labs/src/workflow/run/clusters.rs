//! Clusters on the clock of a run: when they are there, and for how long.
//!
//! A job cluster starts with the first task that names it, is shared, and ends with the last one. A task's own cluster is
//! there for that task. An all-purpose cluster starts where it does not run, and goes on until it was idle for long enough.
//! Serverless compute is there at once.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::super::job::{Job, Task};
use super::attempt::{after, millis};

/// How long a cluster takes to be there: about what a small one takes on a public cloud.
pub const START_UP: SignedDuration = SignedDuration::from_mins(4);
/// Of an all-purpose cluster without a setting of its own, Databricks' default.
const IDLE_MINUTES: i64 = 120;

/// A cluster's time on the run's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterUse {
    /// The job cluster's key, the id of an all-purpose one, or the task whose own it is.
    pub cluster: String,
    pub kind: ClusterKind,
    pub pending_from: Timestamp,
    /// Its end, where it ended while it started.
    pub running_from: Timestamp,
    /// `None` while it is there.
    pub end: Option<Timestamp>,
    /// Whether it went away while it was needed.
    pub lost: bool,
}

impl ClusterUse {
    /// Whole and begun minutes from its request to its end.
    pub fn minutes(&self, now: Timestamp) -> i64 {
        let spent = millis(self.pending_from, self.end.unwrap_or(now));
        (spent + 59_999) / 60_000
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClusterKind {
    Job,
    Task,
    AllPurpose,
}

/// What a piece of work runs on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compute {
    pub cluster: String,
    pub kind: ClusterKind,
}

impl Compute {
    /// Of a task, or of the task inside of a for_each task, which has its cluster called after the one around it. `None` for
    /// serverless compute and SQL warehouses.
    pub fn of(job: &Job, around: &Task, task: &Task) -> Option<Self> {
        let known = |key: &&String| job.job_clusters.iter().any(|cluster| cluster.job_cluster_key == **key);
        if let Some(key) = task.job_cluster_key.as_ref().filter(known) {
            return Some(Self { cluster: key.clone(), kind: ClusterKind::Job });
        }
        if let Some(id) = &task.existing_cluster_id {
            return Some(Self { cluster: id.clone(), kind: ClusterKind::AllPurpose });
        }
        task.new_cluster.as_ref().map(|_| Self { cluster: around.task_key.clone(), kind: ClusterKind::Task })
    }
}

#[derive(Clone, Debug, Default)]
pub struct Clusters {
    uses: Vec<ClusterUse>,
}

impl Clusters {
    /// As they were at the end of a run.
    pub fn of(uses: &[ClusterUse]) -> Self {
        Self { uses: uses.to_vec() }
    }

    /// When the compute is there for an attempt that begins now.
    pub fn request(&mut self, compute: &Compute, now: Timestamp) -> Timestamp {
        if let Some(there) = self.there(compute) {
            return there.running_from.max(now);
        }
        let start_up = i64::try_from(START_UP.as_millis()).unwrap_or(i64::MAX);
        let running_from = after(now, start_up);
        let Compute { cluster, kind } = compute.clone();
        self.uses.push(ClusterUse { cluster, kind, pending_from: now, running_from, end: None, lost: false });
        running_from
    }

    fn there(&mut self, compute: &Compute) -> Option<&mut ClusterUse> {
        self.uses.iter_mut().find(|used| used.cluster == compute.cluster && used.end.is_none())
    }

    /// The cluster goes away while it is needed; the next attempt starts another. Whether there was one.
    pub fn lose(&mut self, compute: &Compute, at: Timestamp) -> bool {
        let there = self.there(compute);
        let found = there.is_some();
        if let Some(there) = there {
            (there.end, there.lost) = (Some(at), true);
        }
        found
    }

    /// Ends those that nothing of the run needs any more.
    pub fn keep(&mut self, needed: &HashSet<&Compute>, now: Timestamp) {
        for used in self.uses.iter_mut().filter(|used| used.end.is_none()) {
            let compute = Compute { cluster: used.cluster.clone(), kind: used.kind };
            if !needed.contains(&compute) {
                let idle = if used.kind == ClusterKind::AllPurpose { IDLE_MINUTES * 60_000 } else { 0 };
                used.end = Some(after(now, idle));
                used.running_from = used.running_from.min(after(now, idle));
            }
        }
    }

    pub fn uses(&self) -> &[ClusterUse] {
        &self.uses
    }
}
