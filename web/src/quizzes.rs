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

use sandbar_content::{Topic, TopicKind};

use crate::app::App;

pub use ready::{NotReady, Quizzes};

/// The quizzes of the course in the order of the week.
pub fn topics(app: &App) -> impl Iterator<Item = &Topic> {
    app.course.topics.iter().filter(|topic| topic.kind == TopicKind::Quiz)
}

/// Where the rules of a quiz are, and its start.
pub fn page_href(app: &App, slug: &str) -> String {
    match topics(app).next() {
        Some(first) if first.slug == slug => "/quiz".to_owned(),
        _ => format!("/quizzes/{slug}"),
    }
}
