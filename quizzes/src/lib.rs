//! Quizzes: question kinds, attempts and scoring.
//!
//! Pure: no clock, no randomness, no files. Seeds and times come in as values. Knows no other crate of the workspace.
//!
//! [`quiz::parse`] reads an authored file, [`attempt::draw`] makes an attempt of it from a seed, [`scoring::score`]
//! scores answers to that attempt, [`deadline`] and [`quiz::Keep`] say what counts.

pub mod answer;
pub mod attempt;
pub mod deadline;
pub mod mistake;
pub mod points;
pub mod question;
pub mod quiz;
mod reading;
pub mod scoring;
pub mod sheet;
mod shuffle;

pub use answer::{Answer, Answers, Pick};
pub use attempt::{DrawnBody, DrawnQuestion, draw};
pub use mistake::Mistake;
pub use points::Points;
pub use question::{Kind, Question};
pub use quiz::{Keep, Quiz, ShowFeedback, parse};
pub use scoring::{Outcome, QuestionScore, Score, score};
