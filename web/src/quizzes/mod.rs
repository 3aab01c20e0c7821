//! Quizzes in the life of this server: the bank of a release with what its SQL gives, the scores of attempts, what
//! staff change, and what an exam closes.
//!
//! Invariant: an attempt is drawn and scored with the quiz of its own release and with results that are kept with it,
//! so that it is the same after a restart. What has not been run is pending, and never wrong.

pub mod amending;
pub mod exams;
mod ready;
pub mod scoring;
pub mod statistics;

pub use ready::{NotReady, Quizzes};
