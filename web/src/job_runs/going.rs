//! The runs that this process has in hand: who may cancel them, whose turn in a workspace it is, and who is told when
//! something was saved.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard, broadcast};
use tokio_util::sync::CancellationToken;

use crate::store::{JobRunId, LabAttemptId};

/// Changes that a page may lag behind before it asks anew.
const LAG: usize = 256;

/// Something was saved of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    pub run: JobRunId,
    pub attempt: LabAttemptId,
}

#[derive(Debug)]
pub struct JobRuns {
    /// What ends the work of each run that is in hand.
    going: Mutex<HashMap<JobRunId, CancellationToken>>,
    /// The tasks of a workspace share a session, so its runs take turns.
    turns: Locks,
    /// Held while it is decided what becomes of a workspace's runs that are started or queued.
    admission: Locks,
    changed: broadcast::Sender<Changed>,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}

/// A lock for each workspace.
#[derive(Debug, Default)]
struct Locks(Mutex<HashMap<LabAttemptId, Arc<Turns<()>>>>);

impl Locks {
    /// Those that nobody holds or waits for are forgotten.
    fn of(&self, attempt: LabAttemptId) -> Arc<Turns<()>> {
        let mut locks = self.0.lock();
        locks.retain(|other, lock| *other == attempt || Arc::strong_count(lock) > 1);
        Arc::clone(locks.entry(attempt).or_default())
    }
}

impl Default for JobRuns {
    fn default() -> Self {
        let (going, turns, admission, stop) = Default::default();
        Self { going, turns, admission, changed: broadcast::Sender::new(LAG), stop }
    }
}

impl JobRuns {
    /// Pages that follow a run hear of everything that is saved from now on.
    pub fn follow(&self) -> broadcast::Receiver<Changed> {
        self.changed.subscribe()
    }

    pub(super) fn tell(&self, run: JobRunId, attempt: LabAttemptId) {
        // Nobody may be listening.
        let _ = self.changed.send(Changed { run, attempt });
    }

    /// Waits until the workspace's other runs are done.
    pub(super) async fn turn(&self, attempt: LabAttemptId) -> OwnedMutexGuard<()> {
        self.turns.of(attempt).lock_owned().await
    }

    /// Waits until nobody else decides about runs of the workspace.
    pub(super) async fn admission(&self, attempt: LabAttemptId) -> OwnedMutexGuard<()> {
        self.admission.of(attempt).lock_owned().await
    }

    pub(super) fn begin(&self, run: JobRunId) {
        self.going.lock().entry(run).or_default();
    }

    pub(super) fn end(&self, run: JobRunId) {
        self.going.lock().remove(&run);
    }

    /// What ends the run's work when somebody cancels it.
    pub(super) fn cancellation(&self, run: JobRunId) -> CancellationToken {
        self.going.lock().entry(run).or_default().clone()
    }

    /// After a cancellation: what handles failures may run, and may be cancelled once more.
    pub(super) fn renew(&self, run: JobRunId) -> CancellationToken {
        let fresh = CancellationToken::new();
        self.going.lock().insert(run, fresh.clone());
        fresh
    }

    /// Whether somebody cancelled the run and what it does is not over yet.
    pub fn is_terminating(&self, run: JobRunId) -> bool {
        self.going.lock().get(&run).is_some_and(CancellationToken::is_cancelled)
    }

    /// Cancels a run that is in hand.
    pub(super) fn cancel(&self, run: JobRunId) {
        if let Some(going) = self.going.lock().get(&run) {
            going.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_terminating_from_its_cancellation_until_what_handles_it_goes_on() {
        let (runs, id) = (JobRuns::default(), JobRunId::from(1));
        runs.begin(id);
        assert!(!runs.is_terminating(id));
        runs.cancel(id);
        assert!(runs.is_terminating(id));
        runs.renew(id);
        assert!(!runs.is_terminating(id));
        runs.cancel(id);
        runs.end(id);
        assert!(!runs.is_terminating(id), "it is over");
    }
}
