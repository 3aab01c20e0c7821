//! Faults of ours. They cost nobody a point and are logged once, where they are handled.

use std::path::PathBuf;

use super::protocol::{FrameError, Lockdown};
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("a worker cannot be started from {executable}")]
    Spawn { executable: PathBuf, source: std::io::Error },
    #[error("a worker did not come up: {0}")]
    NotReady(String),
    #[error("the lock-down of workers is {0}")]
    Lockdown(Lockdown),
    #[error("a worker was lost: {0}")]
    WorkerLost(String),
    #[error("the request does not fit the pipe")]
    Request(#[from] FrameError),
    #[error("the engine failed: {0}")]
    Engine(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the sandbox has been stopped")]
    Stopped,
}
