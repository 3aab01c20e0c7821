//! The JSON Schemas (draft 2020-12) of what an author writes, for editors; those of labs and quizzes are of their crates.
//!
//! Invariant: each has the fields that its reader has. A field that a reader gets belongs into the schema too.

pub use crate::walkthrough::SCHEMA as WALKTHROUGH;
pub use sandbar_grader::schema::LAB;
pub use sandbar_quizzes::schema::QUIZ;

/// Of `course.yml`.
pub const COURSE: &str = include_str!("../schemas/course.schema.json");
/// Of the head of a lesson.
pub const LESSON: &str = include_str!("../schemas/lesson.schema.json");
/// Of `glossary.yml`.
pub const GLOSSARY: &str = include_str!("../schemas/glossary.schema.json");
/// Of `certification.yml`.
pub const CERTIFICATION: &str = include_str!("../schemas/certification.schema.json");
/// Of a lab's data set.
pub const DATASET: &str = include_str!("../schemas/dataset.schema.json");

#[cfg(test)]
mod tests;
