//! Evidence in, report out: the rubric of a lab, its checks, what they say to a student, and the forms of a report.
//!
//! Invariant: pure. No clock, no randomness, no I/O, no async; seeds and times are arguments. [`Grading`] says what it
//! needs next (a replay, reference queries, trials on other data) and whoever runs student work hands back evidence,
//! never a score. This crate knows no web page, no database and no sandbox.

mod carry_forward;
pub mod check;
pub mod compare;
pub mod feedback;
mod grading;
pub mod outcome;
mod points;
pub mod property;
pub mod replay;
pub mod report;
pub mod rubric;
mod scene;
pub mod schema;
pub mod submission;
mod work;

pub use grading::{Grading, LabDefinition, Scope, Step};
pub use outcome::Status;
pub use points::Points;
pub use replay::ReplayToken;
pub use report::{CheckReport, Report, TaskReport};
pub use rubric::Rubric;
pub use submission::Submission;
