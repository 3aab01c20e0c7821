//! A course: its lessons, labs and quizzes as values, found complete or not at all.
//!
//! Invariant: a [`Course`] in hand has no broken name, link or file; everything that is wrong is reported at once, with
//! file and line. Loading reads files; grading and proving run student work through the sandbox and nowhere else. This
//! crate knows no web page and no database.

mod archive;
pub mod bundle;
pub mod certification;
pub mod changes;
pub mod course;
pub mod files;
pub mod film;
pub mod glossary;
pub mod grading;
pub mod highlight;
pub mod lab;
pub mod lesson;
mod lint;
pub mod markdown;
pub mod pack;
pub mod prove;
pub mod quiz;
pub mod release;
pub mod schema;
pub mod skeleton;
pub mod snippets;
pub mod submission;
pub mod walkthrough;

pub use course::{Course, Topic, TopicKind};
pub use lab::{Lab, StarterFile};
pub use lesson::{Block, Lesson, LessonQuestion, Snippet};
pub use quiz::CourseQuiz;
