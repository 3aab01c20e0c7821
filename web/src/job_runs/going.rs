//! The runs that this process has in hand: who may cancel them, whose turn in a workspace it is, and who is told when
//! something was saved.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Mutex as Turns, broadcast};
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
    going: Mutex<HashMap<JobRunId, Going>>,
    /// Tasks of a workspace share its session, so its runs take turns.
    turns: Mutex<HashMap<LabAttemptId, Arc<Turns<()>>>>,
    /// Held while it is decided what becomes of a run that is started or queued.
    pub(super) admission: Turns<()>,
    changed: broadcast::Sender<Changed>,
    /// Cancelled when the server stops.
    pub stop: CancellationToken,
}

#[derive(Clone, Debug, Default)]
struct Going {
    cancel: CancellationToken,
    /// Whether its statements are the ones that run in the workspace.
    has_turn: bool,
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

    pub(super) fn turns(&self, attempt: LabAttemptId) -> Arc<Turns<()>> {
        let mut turns = self.turns.lock();
        // Those that nobody holds or waits for are forgotten.
        turns.retain(|other, turn| *other == attempt || Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(attempt).or_default())
    }

    pub(super) fn begin(&self, run: JobRunId) {
        self.going.lock().entry(run).or_default();
    }

    pub(super) fn takes_turn(&self, run: JobRunId) {
        self.going.lock().entry(run).or_default().has_turn = true;
    }

    pub(super) fn end(&self, run: JobRunId) {
        self.going.lock().remove(&run);
    }

    /// What ends the run's work when somebody cancels it.
    pub(super) fn cancellation(&self, run: JobRunId) -> CancellationToken {
        self.going.lock().entry(run).or_default().cancel.clone()
    }

    /// After a cancellation: what handles failures may run, and may be cancelled once more.
    pub(super) fn renew(&self, run: JobRunId) -> CancellationToken {
        let mut going = self.going.lock();
        let entry = going.entry(run).or_default();
        entry.cancel = CancellationToken::new();
        entry.cancel.clone()
    }

    /// Cancels a run; says whether a statement of it may be running.
    pub(super) fn cancel(&self, run: JobRunId) -> bool {
        let going = self.going.lock().get(&run).cloned();
        going.is_some_and(|going| {
            going.cancel.cancel();
            going.has_turn
        })
    }
}
