//! One file per page: it extracts, authorises, asks the store or the engine, and fills a view.
//!
//! Invariant: no SQL, no scoring and no HTML in here. What several pages show alike is in [`shown`].

pub mod bundle;
pub mod case;
pub mod certification;
pub mod changes;
pub mod checks;
pub mod dashboard;
pub mod documents;
pub mod exercise;
mod follow;
pub mod glossary;
pub mod gradebook;
pub mod health;
pub mod hints;
pub mod job;
pub mod job_change;
pub mod job_run;
pub mod job_runs;
pub mod lab;
pub mod lesson;
pub mod lesson_log;
mod lesson_parts;
pub mod lesson_place;
pub mod lesson_question;
mod marked;
pub mod overview;
pub mod progress;
pub mod quiz;
pub mod quiz_attempt;
mod quiz_rules;
pub mod regrade;
pub mod release;
pub mod review;
pub(crate) mod rules;
pub mod run;
pub(crate) mod scores;
mod shown;
pub mod sign_in;
pub mod submission;
pub mod submissions;
pub mod table;
pub mod teach_lab;
pub mod teach_question;
pub mod teach_quiz;
pub mod teach_statistics;
pub mod transfer;
pub mod walkthrough;
mod week;
pub mod widgets;
pub(crate) mod workbench;

pub use crate::asked::Asked;
use crate::error::Problem;
#[cfg(test)]
pub use week::href;

pub type Answer<T> = Result<T, Problem>;
