//! The server, its pages, its store and the command line `sandbar`.
//!
//! Invariant: SQL of the database lives in [`store`], HTML in the templates behind [`view`], scoring in the grader and
//! the quizzes; a page in [`pages`] only brings them together.

pub mod app;
pub mod archives;
mod asked;
pub mod assets;
pub mod auth;
pub mod background;
pub mod bundles;
pub mod cli;
pub mod config;
pub mod demo;
pub mod error;
mod headers;
pub mod job_runs;
pub mod lessons;
pub mod marks;
mod pages;
mod preview;
pub mod quizzes;
pub mod router;
pub mod store;
#[cfg(test)]
mod tests;
mod view;
