//! The line before one workspace: one statement runs, a few wait, the rest is turned away.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use tokio::sync::{Mutex as Turns, MutexGuard, Notify};

use super::limits::Limits;
use crate::store::{ScopedStore, StoreError};

#[derive(Debug)]
pub struct Lane {
    folder: PathBuf,
    turns: Turns<()>,
    /// Those who run or wait.
    present: AtomicU32,
    /// Of the statement that [`Lane::cancel`] is about.
    running: Mutex<Option<Arc<Notify>>>,
    store: Mutex<LaneStore>,
}

/// A workspace's store as its lane has it.
#[derive(Debug, Default)]
enum LaneStore {
    /// Opened when it is first needed.
    #[default]
    Unopened,
    Open(Arc<ScopedStore>),
    /// For good.
    Closed,
}

/// The right to use the workspace until dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    present: Present<'a>,
    _guard: MutexGuard<'a, ()>,
    /// Signalled when the workspace's owner cancels.
    pub cancel: Arc<Notify>,
}

impl Lane {
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            turns: Turns::default(),
            present: AtomicU32::new(0),
            running: Mutex::default(),
            store: Mutex::default(),
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits for the workspace in the order of coming; `None` when as many wait as may.
    pub async fn enter(&self, limits: &Limits) -> Option<Turn<'_>> {
        Some(self.enter_apart(limits).await?.announced())
    }

    /// Like [`Lane::enter`], for what [`Lane::cancel`] is not about.
    pub async fn enter_apart(&self, limits: &Limits) -> Option<Turn<'_>> {
        let present = Present::count(self);
        if present.before > limits.queued_statements {
            return None;
        }
        Some(self.take_turn(present).await)
    }

    /// Waits however many wait; for what is not a student's statement.
    pub async fn enter_always(&self) -> Turn<'_> {
        self.take_turn(Present::count(self)).await.announced()
    }

    async fn take_turn<'a>(&'a self, present: Present<'a>) -> Turn<'a> {
        let guard = self.turns.lock().await;
        Turn { present, _guard: guard, cancel: Arc::new(Notify::new()) }
    }

    /// Whether there was something to cancel.
    pub fn cancel(&self) -> bool {
        let running = self.running.lock().clone();
        running.inspect(|running| running.notify_one()).is_some()
    }

    pub fn is_used(&self) -> bool {
        self.present.load(Ordering::Acquire) > 0
    }

    /// The workspace's store, opened when it is first needed.
    pub fn store(&self, limits: &Limits) -> Result<Arc<ScopedStore>, StoreError> {
        let mut store = self.store.lock();
        match &*store {
            LaneStore::Open(store) => Ok(store.clone()),
            LaneStore::Closed => Err(StoreError::Closed),
            LaneStore::Unopened => {
                let opened = Arc::new(ScopedStore::open(&self.folder, limits)?);
                *store = LaneStore::Open(opened.clone());
                Ok(opened)
            }
        }
    }

    /// The next job opens the store anew.
    ///
    /// # Errors
    /// When the lane was closed for good.
    pub fn close_store(&self) -> Result<(), StoreError> {
        let mut store = self.store.lock();
        if matches!(&*store, LaneStore::Closed) {
            return Err(StoreError::Closed);
        }
        *store = LaneStore::Unopened;
        Ok(())
    }

    /// When it returns nobody writes to the workspace's folder any more, whatever still runs.
    pub fn close_for_good(&self) {
        if let LaneStore::Open(store) = std::mem::replace(&mut *self.store.lock(), LaneStore::Closed) {
            store.close();
        }
    }
}

impl Turn<'_> {
    fn announced(self) -> Self {
        *self.present.lane.running.lock() = Some(self.cancel.clone());
        self
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.present.lane.running.lock() = None;
    }
}

#[derive(Debug)]
struct Present<'a> {
    lane: &'a Lane,
    before: u32,
}

impl<'a> Present<'a> {
    fn count(lane: &'a Lane) -> Self {
        Self { lane, before: lane.present.fetch_add(1, Ordering::AcqRel) }
    }
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.lane.present.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests;
