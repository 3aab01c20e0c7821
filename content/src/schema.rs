//! The JSON Schemas (draft 2020-12) of what an author writes, for editors; those of labs and quizzes are of their
//! crates.
//!
//! Invariant: each has the fields that its reader has. A field that a reader gets belongs into the schema too.

use serde_json::{Value, json};

use crate::lesson::QUESTION_KINDS;
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
/// Of a dashboard in a lab's starter and solutions.
pub const DASHBOARD: &str = include_str!("../schemas/dashboard.schema.json");
/// Of a job, as a payload of the Jobs API or as a bundle.
pub const JOB: &str = include_str!("../schemas/job.schema.json");
/// Of the answers to a quiz in a lab's solutions.
pub const ANSWERS: &str = include_str!("../schemas/answers.schema.json");
/// Of a lab's data set.
pub const DATASET: &str = include_str!("../schemas/dataset.schema.json");

/// Of the YAML in a lesson's fence `question`: a quiz's question of a kind that a page scores, without what only a
/// quiz needs. Empty when the schema of quizzes has no question, which tests keep from being so.
pub fn question() -> String {
    let Ok(mut schema) = serde_json::from_str::<Value>(QUIZ) else { return String::new() };
    let Some(mut question) = schema["$defs"].as_object_mut().and_then(|kinds| kinds.remove("question")) else {
        return String::new();
    };
    for field in ["id", "topic", "pool"] {
        question["properties"].as_object_mut().map(|fields| fields.remove(field));
    }
    question["required"] = json!(["kind", "prompt"]);
    question["properties"]["kind"] = json!({ "enum": QUESTION_KINDS });
    question["$schema"] = schema["$schema"].take();
    question["title"] = json!("A question in a lesson's text: what stands in a fence `question`");
    question["$defs"] = schema["$defs"].take();
    format!("{question:#}\n")
}

#[cfg(test)]
mod tests;
