//! Quizzes: question kinds, attempts and scoring.
//!
//! Pure: no clock, no randomness, no files. Seeds and times come in as values. Knows no other crate of the workspace.
//!
//! [`quiz::parse`] reads an authored file, [`attempt::draw`] makes an attempt of it from a seed, [`scoring::score`]
//! scores answers to that attempt, [`deadline`] and [`quiz::Keep`] say what counts. What SQL has to be run for it goes
//! out as [`execution::Execution`] and comes back as [`execution::Results`].

pub mod amend;
pub mod answer;
pub mod attempt;
pub mod computed;
pub mod deadline;
pub mod exam;
pub mod exchange;
pub mod execution;
pub mod lint;
pub mod mistake;
pub mod points;
pub mod question;
pub mod quiz;
mod reading;
pub mod schema;
pub mod scoring;
pub mod sheet;
mod shuffle;
pub mod statistics;
pub mod terms;
pub mod variant;

pub use amend::{Amendment, Voided};
pub use answer::{Answer, Answers, Pick};
pub use attempt::{DrawnBody, DrawnQuestion, draw};
pub use computed::needed;
pub use exam::Exam;
pub use execution::{Executed, Execution, Observe, Results};
pub use mistake::Mistake;
pub use points::Points;
pub use question::{Kind, Question};
pub use quiz::{Keep, Quiz, ShowFeedback, parse};
pub use scoring::{Basis, Outcome, QuestionScore, Score, score, score_on};
