//! Where a reader is in a lesson: the heading or the part that was in view last. It is kept, so that the lesson is taken
//! up there on any device.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use sandbar_content::Lesson;
use serde::Deserialize;

use super::lesson_parts::{question, snippet};
use super::{Answer, workbench};
use crate::app::App;
use crate::auth::Visitor;
use crate::store::lesson_parts::{EXERCISE, WALKTHROUGH};
use crate::store::{self, lesson_progress};
use crate::view::layout::Link;

#[derive(Debug, Deserialize)]
pub struct Place {
    place: String,
}

/// `POST /lessons/{slug}/place`: the reader's page came to rest there. A place that the lesson does not have is the
/// top.
pub async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Form(Place { place }): Form<Place>,
) -> Answer<StatusCode> {
    let lesson = workbench::lesson(&app, &slug)?;
    let place = if words(lesson, &place).is_some() { place.as_str() } else { "" };
    let whose = (visitor.id(), app.course_id);
    lesson_progress::open(&app.store, whose, &slug, &app.release, store::now()).await?;
    lesson_progress::stay(&app.store, whose, &slug, place).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The place as a link within the page; `None` at the top, and where the lesson has no such place any more.
pub fn link(lesson: &Lesson, place: &str) -> Option<Link> {
    words(lesson, place).map(|text| Link { href: format!("#{place}"), text })
}

fn words(lesson: &Lesson, place: &str) -> Option<String> {
    let numbered = |count: usize, id: fn(usize) -> String| (1..=count).find(|number| id(*number) == place);
    if let Some(heading) = lesson.headings.iter().find(|heading| heading.id == place) {
        return Some(heading.text.clone());
    }
    if let Some(number) = numbered(lesson.snippets().count(), snippet) {
        return Some(format!("Snippet {number}"));
    }
    if let Some(number) = numbered(lesson.questions().count(), question) {
        return Some(format!("Question {number}"));
    }
    let has_opening = lesson.walkthrough.is_some() || lesson.video.is_some();
    match place {
        WALKTHROUGH if has_opening => Some("Walkthrough".to_owned()),
        EXERCISE if lesson.exercise.is_some() => Some("Exercise".to_owned()),
        _ => None,
    }
}
