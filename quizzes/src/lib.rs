//! Quizzes: question kinds, attempts and scoring.
//!
//! Pure: no clock, no randomness, no files. Seeds and times come in as values. Knows no other crate of the workspace.
