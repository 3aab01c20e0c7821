//! Which worker serves whom.
//!
//! Invariant: a process serves one place (a workspace, one submission, the reference queries, instructors' own checks, or all
//! solutions of one author where nothing else runs) from
//! its first job to its end and is never passed on, so nobody's rows are ever in the memory of a process that runs
//! another's code. A place has one worker at most; there are at most `workers` besides the spares, and the longest idle one
//! makes room.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::error::SandboxError;
use super::limits::Limits;
use super::process::Process;
use super::protocol::{Lockdown, Setup};
use super::request::WorkspaceKey;

/// Between two tries to start a spare after a failed one.
const RETRY: Duration = Duration::from_secs(2);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    Workspace(WorkspaceKey),
    /// Replays of one submitted file, by its hash.
    Submission(u64),
    /// Replays of an author's own solutions, which may share. A busy one leaves the job to the next.
    Solutions(u32),
    /// Reference queries; no student's code. A busy one leaves the job to the next.
    Probes(u32),
    /// Instructors' own checks; no student's code.
    Judges,
    /// One job that found its place busy.
    Once(u64),
}

/// A worker as the operator sees it.
#[derive(Clone, Debug)]
pub struct WorkerStatus {
    pub pid: i32,
    pub resident_bytes: u64,
    pub state: WorkerState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerState {
    /// Started and warm, bound to nobody.
    Spare,
    /// Bound to a place and waiting for its next job.
    Idle,
    Busy,
}

#[derive(Debug)]
pub struct Pool {
    executable: PathBuf,
    limits: Limits,
    workers: usize,
    spares: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bound: HashMap<Place, Bound>,
    spares: Vec<Process>,
    starting: bool,
    stopped: bool,
    once: u64,
}

#[derive(Debug)]
struct Bound {
    process: Arc<Process>,
    busy: bool,
    used: Instant,
}

/// A worker for the time of one job. Dropped without [`Lease::give_back`] it ends the worker.
#[derive(Debug)]
pub struct Lease {
    pool: Arc<Pool>,
    place: Place,
    process: Arc<Process>,
    kept: bool,
}

impl Lease {
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Keeps the worker for the place's next job.
    pub fn give_back(mut self) {
        if matches!(self.place, Place::Once(_)) {
            return;
        }
        self.kept = true;
        let mut state = self.pool.state.lock();
        if let Some(bound) = state.bound.get_mut(&self.place) {
            bound.busy = false;
            bound.used = Instant::now();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.kept {
            self.process.kill();
            self.pool.state.lock().bound.remove(&self.place);
        }
    }
}

impl Pool {
    pub fn new(executable: PathBuf, limits: Limits, workers: usize, spares: usize) -> Self {
        Self { executable, limits, workers: workers.max(1), spares, state: Mutex::default() }
    }

    /// Starts the first worker, so that what prevents workers is known at once.
    pub async fn open(self: &Arc<Self>) -> Result<Lockdown, SandboxError> {
        let first = self.start().await?;
        let lockdown = first.lockdown;
        self.state.lock().spares.push(first);
        self.replenish();
        Ok(lockdown)
    }

    /// A worker for the place: its own when it has one, else a spare, else a new one.
    ///
    /// The caller holds one of `workers` permits, so there is always one that is not busy to make room.
    pub async fn lease(self: &Arc<Self>, place: &Place) -> Result<Lease, SandboxError> {
        let (place, spare) = {
            let mut state = self.state.lock();
            if state.stopped {
                return Err(SandboxError::Stopped);
            }
            let place = state.free_place(place);
            if let Some(process) = state.take_own(&place) {
                return Ok(self.lend(place, process));
            }
            (place, state.take_spare(self.workers))
        };
        let process = match spare {
            Some(process) => process,
            None => self.start().await?,
        };
        let process = Arc::new(process);
        let bound = Bound { process: process.clone(), busy: true, used: Instant::now() };
        self.state.lock().bound.insert(place.clone(), bound);
        self.replenish();
        Ok(self.lend(place, process))
    }

    fn lend(self: &Arc<Self>, place: Place, process: Arc<Process>) -> Lease {
        Lease { pool: self.clone(), place, process, kept: false }
    }

    /// Ends the worker of a place; its next job gets a new one.
    pub fn release(&self, place: &Place) {
        self.state.lock().bound.remove(place);
    }

    pub fn workers(&self) -> Vec<WorkerStatus> {
        let state = self.state.lock();
        let bound = state.bound.values().map(|bound| {
            let state = if bound.busy { WorkerState::Busy } else { WorkerState::Idle };
            status(&bound.process, state)
        });
        bound.chain(state.spares.iter().map(|spare| status(spare, WorkerState::Spare))).collect()
    }

    pub fn stop(&self) {
        let mut state = self.state.lock();
        state.stopped = true;
        state.spares.clear();
        for bound in state.bound.values() {
            bound.process.kill();
        }
        state.bound.clear();
    }

    async fn start(&self) -> Result<Process, SandboxError> {
        // Without spares the only statement may be the first one: it would wait for the warm-up.
        let setup = Setup { limits: self.limits.clone(), warm_up: self.spares > 0 };
        Process::start(&self.executable, setup).await
    }

    /// Starts spares in the background, one after another, until there are enough.
    fn replenish(self: &Arc<Self>) {
        {
            let mut state = self.state.lock();
            if state.starting || !state.wants_spare(self.spares) {
                return;
            }
            state.starting = true;
        }
        let pool = self.clone();
        tokio::spawn(async move {
            while pool.add_spare().await {}
            pool.state.lock().starting = false;
        });
    }

    /// Whether to go on.
    async fn add_spare(&self) -> bool {
        match self.start().await {
            Ok(process) => {
                let mut state = self.state.lock();
                if !state.stopped {
                    state.spares.push(process);
                }
                state.wants_spare(self.spares)
            }
            Err(error) => {
                tracing::error!(%error, "a spare worker cannot be started");
                tokio::time::sleep(RETRY).await;
                self.state.lock().wants_spare(self.spares)
            }
        }
    }
}

impl State {
    fn wants_spare(&self, spares: usize) -> bool {
        !self.stopped && self.spares.len() < spares
    }

    /// The place itself. While its worker is busy the next one of its kind, where there are several, or one for this job
    /// only.
    fn free_place(&mut self, place: &Place) -> Place {
        if !self.is_busy(place) {
            return place.clone();
        }
        let free = |place: &Place| !self.is_busy(place);
        let next = match place {
            Place::Probes(first) => (*first..).map(Place::Probes).find(free),
            Place::Solutions(first) => (*first..).map(Place::Solutions).find(free),
            _ => {
                self.once += 1;
                return Place::Once(self.once);
            }
        };
        next.unwrap_or_else(|| place.clone())
    }

    fn is_busy(&self, place: &Place) -> bool {
        self.bound.get(place).is_some_and(|bound| bound.busy)
    }

    fn take_own(&mut self, place: &Place) -> Option<Arc<Process>> {
        let bound = self.bound.get_mut(place)?;
        bound.busy = true;
        Some(bound.process.clone())
    }

    /// A spare, after making room for it.
    fn take_spare(&mut self, workers: usize) -> Option<Process> {
        while self.bound.len() >= workers {
            let Some(place) = self.longest_idle() else { break };
            self.bound.remove(&place);
        }
        self.spares.pop()
    }

    /// Submissions go before workspaces: nobody comes back to them at a screen.
    fn longest_idle(&self) -> Option<Place> {
        let idle = self.bound.iter().filter(|(_, bound)| !bound.busy);
        let first = idle.min_by_key(|(place, bound)| (matches!(place, Place::Workspace(_)), bound.used));
        first.map(|(place, _)| place.clone())
    }
}

fn status(process: &Process, state: WorkerState) -> WorkerStatus {
    WorkerStatus { pid: process.pid(), resident_bytes: process.resident_bytes(), state }
}
