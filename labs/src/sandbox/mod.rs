//! The parent's side of student work: a pool of worker processes, their limits, and the broker that serves their
//! tables' files.
//!
//! A caller says what to run and in which workspace; it gets values back. A worker that passes its deadline or its
//! memory is killed and replaced, and the caller sees a [`Diagnostic`](crate::diagnostic::Diagnostic) of class
//! `LIMIT_EXCEEDED.*` in the outcome. [`SandboxError`] is a fault of ours and costs nobody a point.

mod limits;
mod request;

pub use limits::Limits;
pub use request::{NotebookRun, Probe, ReplayPlan, RunRequest, WorkspaceKey};
