//! The parent's side of student work: a pool of worker processes, their limits, and the broker that serves their
//! tables' files.
//!
//! A caller says what to run and in which workspace; it gets values back. A worker that passes its deadline or its
//! memory is killed and replaced, and the caller sees a [`Diagnostic`] of class `LIMIT_EXCEEDED.*` in the outcome.
//! [`SandboxError`] is a fault of ours and costs nobody a point.

mod error;
mod job;
mod lane;
mod limits;
mod logs;
mod pool;
mod process;
pub(crate) mod protocol;
mod request;
mod resident;
mod rest;
pub(crate) mod verdict;
mod watch;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub use error::SandboxError;
pub use limits::Limits;
pub use pool::{WorkerState, WorkerStatus};
pub use protocol::Lockdown;
pub use request::{NotebookRun, Probe, Repair, ReplayPlan, RunRequest, SessionKind, WorkspaceKey};
pub(crate) use verdict::Stop;

use crate::component::{Call, Said};
use crate::delta_log::{CommitFile, TableLog};
use crate::diagnostic::Diagnostic;
use crate::evidence::Evidence;
use crate::outcome::StatementOutcome;
use crate::relation::Relation;
use crate::widget::{Choice, Widget};
use lane::Lane;
use pool::Pool;

/// Lanes that are remembered while nobody uses them.
const MOST_LANES: usize = 4096;

#[derive(Clone, Debug)]
pub struct SandboxOptions {
    /// The program whose `__worker` subcommand is [`crate::worker::run`]; mostly the running one.
    pub executable: PathBuf,
    /// The folder of all workspaces.
    pub data: PathBuf,
    pub limits: Limits,
    /// Processes that hold a workspace. As many statements run at the same time, but at most two a processor.
    pub workers: usize,
    /// Processes kept started and warm besides those.
    pub spares: usize,
    /// Refuse to start where the kernel cannot lock workers down completely.
    pub require_lockdown: bool,
    /// Everything that is replayed is one author's own, as when a course proves itself: replays may share workers, which
    /// saves starting one for each.
    pub one_author: bool,
}

/// Runs student work in worker processes. A clone is the same sandbox.
#[derive(Clone, Debug)]
pub struct Sandbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    data: PathBuf,
    limits: Limits,
    lockdown: Lockdown,
    pool: Arc<Pool>,
    lanes: Mutex<HashMap<WorkspaceKey, Arc<Lane>>>,
    /// Set under the lock of `lanes`: a lane that is made later is closed from the start.
    stopped: AtomicBool,
    one_author: bool,
    /// One permit a running job.
    slots: Semaphore,
    /// One permit a running replay or probe: they leave a worker to those who wait at a screen.
    batch: Semaphore,
}

impl Sandbox {
    /// Starts the first worker and then, in the background, the spares.
    ///
    /// # Errors
    /// When no worker comes up, or its lock-down is incomplete and was required.
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        let workers = options.workers.max(1);
        let slots = workers.min(2 * std::thread::available_parallelism().map_or(1, usize::from));
        let pool = Arc::new(Pool::new(options.executable, options.limits.clone(), workers, options.spares));
        let lockdown = pool.open().await?;
        if options.require_lockdown && !lockdown.is_complete() {
            pool.stop();
            return Err(SandboxError::Lockdown(lockdown));
        }
        Ok(Self(Arc::new(Shared {
            data: options.data,
            limits: options.limits,
            lockdown,
            pool,
            lanes: Mutex::default(),
            stopped: AtomicBool::new(false),
            one_author: options.one_author,
            slots: Semaphore::new(slots),
            batch: Semaphore::new(slots.saturating_sub(1).max(1)),
        })))
    }

    /// What this machine's kernel takes from a worker; a server prints it when it is not complete.
    pub fn lockdown(&self) -> Lockdown {
        self.0.lockdown
    }

    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Keeps a workspace in this very folder instead of one below the data folder.
    pub fn mount(&self, workspace: &WorkspaceKey, folder: PathBuf) {
        self.0.lanes.lock().insert(workspace.clone(), Arc::new(Lane::new(folder)));
    }

    /// Runs a text's statements; one outcome each, up to the first failure unless the request says to keep going.
    ///
    /// Goes on when the caller is dropped, so that a closed browser leaves no half of a request.
    ///
    /// # Errors
    /// A fault of ours; no statement has run then.
    pub async fn run(
        &self,
        workspace: &WorkspaceKey,
        request: RunRequest,
    ) -> Result<Vec<StatementOutcome>, SandboxError> {
        let (shared, lane) = (self.0.clone(), self.0.lane(workspace));
        let workspace = workspace.clone();
        finish(async move { job::run(&shared, &lane, &workspace, request, None).await }).await
    }

    /// Like [`Sandbox::run`], for what is cancelled apart from the statements that the workspace's owner sees:
    /// `cancel` ends it, also while it waits for its turn, and [`Sandbox::cancel`] is not about it. The first failure
    /// ends the request, too.
    ///
    /// # Errors
    /// As there.
    pub async fn run_until(
        &self,
        workspace: &WorkspaceKey,
        request: RunRequest,
        cancel: &CancellationToken,
    ) -> Result<Vec<StatementOutcome>, SandboxError> {
        let (shared, lane) = (self.0.clone(), self.0.lane(workspace));
        let (workspace, cancel) = (workspace.clone(), cancel.clone());
        finish(async move { job::run(&shared, &lane, &workspace, request, Some(cancel)).await }).await
    }

    /// Cancels the workspace's running statement. `false` when none runs, or only one of [`Sandbox::run_until`].
    pub fn cancel(&self, workspace: &WorkspaceKey) -> bool {
        self.0.lane(workspace).cancel()
    }

    /// Empties the workspace, its session with it.
    ///
    /// # Errors
    /// When the folder cannot be emptied.
    pub async fn reset(&self, workspace: &WorkspaceKey) -> Result<(), SandboxError> {
        let (shared, lane) = (self.0.clone(), self.0.lane(workspace));
        let workspace = workspace.clone();
        finish(async move { job::reset(&shared, &lane, &workspace).await }).await
    }

    /// Makes each data set a Delta table at version 0, where there is no table of that name yet.
    ///
    /// # Errors
    /// A fault of ours, or a workspace too small for the data sets.
    pub async fn seed(
        &self,
        workspace: &WorkspaceKey,
        user_name: &str,
        tables: Vec<(String, Relation)>,
    ) -> Result<(), SandboxError> {
        let (shared, lane) = (self.0.clone(), self.0.lane(workspace));
        let (workspace, user_name) = (workspace.clone(), user_name.to_owned());
        finish(async move { job::seed(&shared, &lane, &workspace, user_name, tables).await }).await
    }

    /// The `_delta_log` folders of the workspace's tables, by name, as their files are between two statements.
    ///
    /// # Errors
    /// When the workspace's folder cannot be opened.
    pub async fn logs(&self, workspace: &WorkspaceKey) -> Result<Vec<TableLog>, SandboxError> {
        let lane = self.0.lane(workspace);
        let _turn = lane.enter_always().await;
        let store = lane.store(&self.0.limits)?;
        Ok(logs::read(&store).await)
    }

    /// The commits of one table from the first to the last of these versions, as their files are between two
    /// statements; to the latest without a last one. Empty where there is no such table.
    ///
    /// # Errors
    /// When the workspace's folder cannot be opened.
    pub async fn commit_files(
        &self,
        workspace: &WorkspaceKey,
        table: &str,
        versions: (u64, Option<u64>),
    ) -> Result<Vec<CommitFile>, SandboxError> {
        let lane = self.0.lane(workspace);
        let _turn = lane.enter_always().await;
        let store = lane.store(&self.0.limits)?;
        Ok(logs::commits(&store, table, versions).await)
    }

    /// Gives a widget of the workspace's session its value, when there is a choice, and tells all its widgets by name.
    /// `Ok(Err(_))`: there is no such widget, or it does not offer that value.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn widgets(
        &self,
        workspace: &WorkspaceKey,
        user_name: &str,
        choice: Option<Choice>,
    ) -> Result<Result<Vec<Widget>, Diagnostic>, SandboxError> {
        let (shared, lane) = (self.0.clone(), self.0.lane(workspace));
        let (workspace, user_name) = (workspace.clone(), user_name.to_owned());
        finish(async move { job::widgets(&shared, &lane, &workspace, user_name, choice).await }).await
    }

    /// Replays a submission in a workspace of its own that is gone afterwards. `Ok(Err(_))`: it hit a limit.
    ///
    /// # Errors
    /// A fault of ours, after one more try.
    pub async fn replay(&self, plan: ReplayPlan) -> Result<Result<Evidence, Diagnostic>, SandboxError> {
        job::replay(&self.0, plan).await
    }

    /// Runs statements of a submission on other data: each plan in a workspace of its own, in the worker that replays
    /// that submission. `Ok(Err(_))`: one of them hit a limit, and none counts.
    ///
    /// # Errors
    /// A fault of ours, after one more try.
    pub async fn trials(
        &self,
        of: &ReplayPlan,
        plans: Vec<ReplayPlan>,
    ) -> Result<Result<Vec<Evidence>, Diagnostic>, SandboxError> {
        job::trials(&self.0, of, plans).await
    }

    /// Evaluates reference queries, one answer each in their order.
    ///
    /// # Errors
    /// A fault of ours, after one more try.
    pub async fn probe(&self, probes: Vec<Probe>) -> Result<Vec<Result<Relation, Diagnostic>>, SandboxError> {
        job::probe(&self.0, probes).await
    }

    /// Asks an instructor's own check. `Ok(Err(_))`: it failed or hit a limit, in words for its author.
    ///
    /// # Errors
    /// A fault of ours, after one more try.
    pub async fn judge(&self, call: Call) -> Result<Result<Said, String>, SandboxError> {
        job::judge(&self.0, call).await
    }

    /// Every process of the pool.
    pub fn workers(&self) -> Vec<WorkerStatus> {
        self.0.pool.workers()
    }

    /// Ends every worker. What runs ends with [`SandboxError`] or an outcome that says so.
    pub async fn stop(self) {
        self.abort();
    }

    /// Like [`Sandbox::stop`], for a place that cannot wait. On return no workspace's folder is written to any more.
    pub fn abort(&self) {
        self.0.pool.stop();
        let lanes = self.0.lanes.lock();
        self.0.stopped.store(true, Ordering::Release);
        lanes.values().for_each(|lane| lane.close_for_good());
    }
}

impl Shared {
    fn lane(&self, workspace: &WorkspaceKey) -> Arc<Lane> {
        let mut lanes = self.lanes.lock();
        if let Some(lane) = lanes.get(workspace) {
            return lane.clone();
        }
        if lanes.len() >= MOST_LANES {
            lanes.retain(|_, lane| lane.is_used() || Arc::strong_count(lane) > 1);
        }
        let lane = Arc::new(Lane::new(self.data.join(workspace.as_str())));
        if self.stopped.load(Ordering::Acquire) {
            lane.close_for_good();
        }
        lanes.insert(workspace.clone(), lane.clone());
        lane
    }
}

/// Runs to the end even when the caller gives up waiting.
async fn finish<T: Send + 'static>(
    work: impl Future<Output = Result<T, SandboxError>> + Send + 'static,
) -> Result<T, SandboxError> {
    tokio::spawn(work).await.unwrap_or_else(|error| Err(SandboxError::Engine(error.to_string())))
}
