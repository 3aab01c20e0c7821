//! A student's session: tables, views and widgets of one workspace, and the statements that change them.
//!
//! This is the interface that the worker calls; the engine behind it is not in this build yet, and it says so.

pub mod probe;
mod relation_text;
pub mod replay;

use std::sync::Arc;

use object_store::ObjectStore;

use crate::outcome::{Progress, StatementOutcome};
use crate::relation::Relation;
use crate::sandbox::{Limits, RunRequest};

/// Where a session's times and random values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    System,
    Seeded(u64),
}

#[derive(Clone, Debug)]
pub struct SessionOptions {
    pub user_name: String,
    pub limits: Limits,
    pub clock: Clock,
}

/// A fault of ours, never a student's.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EngineFault(String);

impl EngineFault {
    pub fn internal(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    fn absent() -> Self {
        Self::internal("the engine is not in this build")
    }
}

#[derive(Debug)]
pub struct Session {}

impl Session {
    /// # Errors
    /// When the workspace cannot be read.
    pub async fn open(_: Arc<dyn ObjectStore>, _: SessionOptions) -> Result<Self, EngineFault> {
        Err(EngineFault::absent())
    }

    /// All statements of the text in order; stops at the first failure unless the request keeps going.
    pub async fn run(&mut self, _: &RunRequest) -> Vec<StatementOutcome> {
        Vec::new()
    }

    /// Like [`Session::run`], and tells when each statement begins and ends. Dropping the future gives the statement up.
    pub async fn run_reporting(&mut self, _: &RunRequest, _: &(dyn Fn(Progress<'_>) + Send + Sync)) {}

    /// Makes each relation a Delta table at version 0 where there is no table of that name.
    ///
    /// # Errors
    /// When a table cannot be written.
    pub async fn seed(&mut self, _: &[(String, Relation)]) -> Result<(), EngineFault> {
        Err(EngineFault::absent())
    }
}
