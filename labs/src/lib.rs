//! The engine of Sandbar: the SQL dialect, Delta sessions, the sandbox, notebooks and workflows.
//!
//! Invariant: student work runs in a [`worker`] process that reaches nothing but the object store its
//! parent serves over a pipe. This crate knows no rubric, no course, no web page and no database.

pub mod authored;
pub mod component;
pub mod dashboard;
pub mod delta_log;
pub mod diagnostic;
pub mod dialect;
pub mod evidence;
pub mod notebook;
pub mod outcome;
pub mod relation;
pub mod sandbox;
pub mod session;
pub mod store;
pub mod widget;
pub mod worker;
pub mod workflow;
