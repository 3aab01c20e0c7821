//! What a lesson opens with: its walkthrough, or the media that its head names instead.

use axum::Form;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::lesson::{Video, media_type, transcript_html};
use sandbar_content::walkthrough::{Look, WalkStep, Walkthrough};
use sandbar_content::{Lesson, highlight, markdown};
use serde::Deserialize;

use super::shown::film::{Caption, Script, shown};
use super::{Answer, Asked, workbench};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::store::lesson_parts::WALKTHROUGH;
use crate::store::{self, lesson_parts, lesson_progress};
use crate::view;
use crate::view::lesson::Opening;

/// What can be kept of a video: a day.
const MAX_SECONDS: usize = 86_400;

/// How far the reader came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reached {
    /// From 0; of a video, seconds.
    pub step: usize,
    pub seen: bool,
}

/// What stands above a lesson's text.
pub async fn opening(app: &App, lesson: &Lesson, reached: Reached, csrf: String) -> Option<Opening> {
    if let Some(video) = &lesson.video {
        return Some(Opening::Video(shown_video(lesson, video, reached, csrf)));
    }
    let walkthrough = lesson.walkthrough.as_ref()?;
    let script = script(lesson, walkthrough, reached, csrf);
    let text = |why| Opening::Text { why, steps: walkthrough.steps.iter().map(text_of).collect() };
    Some(match app.lessons.walkthrough(app, lesson).await {
        Ok(Some(film)) => Opening::Film(shown(&film, script)),
        Ok(None) => text("The engine that plays the walkthrough is not there at the moment."),
        Err(_) => text("A statement of this walkthrough does not end as its author says, so that it cannot be played."),
    })
}

fn script(lesson: &Lesson, walkthrough: &Walkthrough, reached: Reached, csrf: String) -> Script {
    let caption = |step: &WalkStep| Caption {
        html: markdown::inline_to_html(&step.caption),
        seconds: step.seconds,
        look: look(step.look),
    };
    Script {
        id: "walkthrough",
        label: format!("Walkthrough of “{}”", lesson.title),
        autoplay: !reached.seen,
        progress: progress_path(lesson),
        csrf,
        // Whoever came to the end begins anew.
        start: if reached.step + 1 == walkthrough.steps.len() { 0 } else { reached.step },
        captions: walkthrough.steps.iter().map(caption).collect(),
    }
}

fn progress_path(lesson: &Lesson) -> String {
    format!("/lessons/{}/walkthrough", lesson.slug)
}

fn look(look: Look) -> &'static str {
    match look {
        Look::Statement => "statement",
        Look::Log => "log",
        Look::Files => "files",
        Look::Rows => "rows",
    }
}

/// A step while there is no engine that could run it.
fn text_of(step: &WalkStep) -> view::lesson::StepText {
    view::lesson::StepText {
        caption_html: markdown::inline_to_html(&step.caption),
        statement_html: step.sql.as_deref().map(highlight::sql).unwrap_or_default(),
    }
}

fn shown_video(lesson: &Lesson, video: &Video, reached: Reached, csrf: String) -> view::lesson::Video {
    let own = |name: &str| format!("/lessons/{}/media/{name}", lesson.slug);
    let is_audio = media_type(&video.source).is_some_and(|media_type| media_type.starts_with("audio/"));
    let mut source = if video.is_remote() { video.source.clone() } else { own(&video.source) };
    if reached.step > 0 && !source.contains('#') {
        source = format!("{source}#t={}", reached.step);
    }
    view::lesson::Video {
        source,
        captions: own(&video.captions),
        is_audio,
        transcript_html: transcript_html(video, &lesson.media),
        progress: progress_path(lesson),
        csrf,
        seen: reached.seen,
    }
}

#[derive(Debug, Deserialize)]
pub struct Progress {
    /// The step in view, from 0; of a video, the second.
    step: usize,
    /// Of a video: it was played to its end.
    #[serde(default)]
    ended: bool,
}

/// `POST /lessons/{slug}/walkthrough`: the reader is at that step. Whoever has come to the last one has seen it.
pub async fn reach(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    asked: Asked,
    Form(progress): Form<Progress>,
) -> Answer<Response> {
    let lesson = workbench::lesson(&app, &slug)?;
    let (step, is_over) = match (&lesson.video, &lesson.walkthrough) {
        (Some(_), _) if progress.ended => (0, true),
        (Some(_), _) => (progress.step.min(MAX_SECONDS), false),
        (None, Some(walkthrough)) => {
            let last = walkthrough.steps.len().saturating_sub(1);
            (progress.step.min(last), progress.step >= last)
        }
        (None, None) => return Err(Problem::not_found()),
    };
    let (whose, at) = ((visitor.id(), app.course_id), store::now());
    // Behind its end the lesson goes on with what is to be done next.
    let place = if is_over { "" } else { WALKTHROUGH };
    lesson_progress::open(&app.store, whose, &slug, &app.release, at).await?;
    let step = i64::try_from(step).unwrap_or_default();
    lesson_progress::reach(&app.store, whose, &slug, (step, place)).await?;
    if is_over {
        lesson_parts::note(&app.store, whose, (&slug, WALKTHROUGH), at).await?;
    }
    match asked {
        Asked::Page => Ok(Redirect::to(&format!("/lessons/{slug}#{WALKTHROUGH}")).into_response()),
        Asked::Fragment | Asked::Json => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// `GET /lessons/{slug}/media/{file}`
pub async fn media(State(app): State<App>, _: Visitor, Path((slug, file)): Path<(String, String)>) -> Answer<Response> {
    let lesson = workbench::lesson(&app, &slug)?;
    let bytes = lesson.media.get(&file).ok_or_else(Problem::not_found)?;
    let media_type = media_type(&file).unwrap_or("application/octet-stream");
    Ok(([(header::CONTENT_TYPE, media_type)], Bytes::from_owner(bytes.clone())).into_response())
}
