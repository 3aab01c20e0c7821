//! The JSON Schema (draft 2020-12) of a quiz file, for editors.
//!
//! Invariant: it has the kinds and fields that the reader has. A field that the reader gets belongs there too.

/// Of a file in `quizzes/`.
pub const QUIZ: &str = include_str!("../schemas/quiz.schema.json");

#[cfg(test)]
mod tests;
