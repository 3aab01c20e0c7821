//! `/lessons/{slug}`: a lesson, its runnable snippets, and whether it was read.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::{Block, Lesson, Snippet, Topic, TopicKind, snippets};
use serde::Deserialize;

use super::lesson_parts::{self, Parts};
use super::lesson_question::{self, Reader};
use super::shown::output::{Ran, cell_output, expected_output};
use super::walkthrough::{self, Reached};
use super::week::{self, Week};
use super::workbench::{self, Workbench};
use super::{Answer, Asked, exercise, lesson_place};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Fault;
use crate::headers::MediaFrom;
use crate::store::cell_outputs::CellOutput;
use crate::store::lesson_parts::EXERCISE;
use crate::store::lesson_progress::Progress;
use crate::store::{self, lesson_answers, lesson_parts as done_parts, lesson_progress};
use crate::view;
use crate::view::layout::Link;

/// `GET /lessons/{slug}`
pub async fn show(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<Response> {
    let lesson = workbench::lesson(&app, &slug)?;
    let whose = (visitor.id(), app.course_id);
    lesson_progress::open(&app.store, whose, &slug, &app.release, store::now()).await?;
    let bench = Workbench::of_lesson(&app, &visitor, lesson).await?;
    let outputs = bench.outputs().await?;
    let week = Week::of(&app, visitor.id()).await?;
    let place = app.course.topics.iter().position(|topic| is(topic, &slug));
    let done = place.and_then(|place| week.standings.get(place)).is_some_and(|it| it.state == week::State::Done);
    let (previous, next) = app.course.neighbours(TopicKind::Lesson, &slug);
    let parts_done = Parts::of(lesson, done_parts::of_user(&app.store, whose.0, whose.1).await?.get(&slug));
    let progress = progress(&app, &visitor, lesson).await?;
    let solved = parts_done.exercise == Some(true);
    let page = visitor.page(lesson.title.clone());
    let reached = reached(progress.as_ref(), &parts_done);
    let (opening, expected) =
        tokio::join!(walkthrough::opening(&app, lesson, reached, page.csrf.clone()), app.lessons.outputs(&app, lesson));
    let outputs_known = Outputs { own: &outputs, expected: expected.ok().flatten() };
    let answers = lesson_answers::of_lesson(&app.store, whose, &slug).await?;
    let reader = Reader { user: whose.0, lesson: &slug, csrf: visitor.frame.csrf() };
    let parts = parts(lesson, &outputs_known, (&answers, reader))?;
    let page = view::lesson::Lesson {
        page,
        slug: slug.clone(),
        title: lesson.title.clone(),
        place: place_text(&app, &slug),
        minutes: lesson.minutes,
        summary: lesson.summary.clone(),
        objectives_html: lesson.objectives.iter().map(|text| sandbar_content::markdown::inline_to_html(text)).collect(),
        opening,
        parts,
        exercise: exercise::shown(&bench, lesson, &outputs, solved).await?,
        progress: parts_done.sentence(),
        resume: progress.and_then(|progress| lesson_place::link(lesson, &progress.place)),
        outline: outline(lesson),
        has_snippets: lesson.snippets().next().is_some(),
        topics: week.topics(&app, Some((TopicKind::Lesson, &slug))),
        done,
        previous: previous.map(|topic| link(&app, topic)),
        next: next.map(|topic| link(&app, topic)),
    };
    let mut response = page.into_response();
    if let Some(origin) = lesson.video.as_ref().and_then(|video| video.origin()) {
        response.extensions_mut().insert(MediaFrom(origin.to_owned()));
    }
    Ok(response)
}

/// How far the reader is in the lesson.
async fn progress(app: &App, visitor: &Visitor, lesson: &Lesson) -> Result<Option<Progress>, Fault> {
    let opened = lesson_progress::of_user(&app.store, visitor.id(), app.course_id).await?;
    Ok(opened.into_iter().find(|progress| progress.lesson == lesson.slug))
}

/// How far the reader is in the walkthrough.
fn reached(progress: Option<&Progress>, parts: &Parts) -> Reached {
    let step = progress.map_or(0, |it| it.walkthrough_step);
    Reached { step: usize::try_from(step).unwrap_or_default(), seen: parts.walkthrough == Some(true) }
}

/// What snippets gave when the reader ran them, and what they give.
struct Outputs<'a> {
    own: &'a BTreeMap<String, CellOutput>,
    /// `None` where nobody could run them.
    expected: Option<Arc<snippets::Outputs>>,
}

#[derive(Debug, Deserialize)]
pub struct SnippetRun {
    /// From 1, in the order of the lesson; 0 is the exercise.
    number: usize,
    source: String,
}

/// `POST /lessons/{slug}/run`
pub async fn run(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    asked: Asked,
    Form(run): Form<SnippetRun>,
) -> Answer<Response> {
    let lesson = workbench::lesson(&app, &slug)?;
    let bench = Workbench::of_lesson(&app, &visitor, lesson).await?;
    let cell = match run.number {
        0 => {
            bench.prepare(exercise::of(lesson)?).await?;
            EXERCISE.to_owned()
        }
        number => lesson_parts::snippet(number.min(lesson.snippets().count().max(1))),
    };
    let output = bench.run(&cell, &run.source).await?;
    let whose = (visitor.id(), app.course_id);
    lesson_progress::stay(&app.store, whose, &slug, &cell).await?;
    // The exercise is done when it is solved.
    if run.number > 0 {
        done_parts::note(&app.store, whose, (&slug, &cell), output.ran_at).await?;
    }
    match asked {
        Asked::Fragment | Asked::Json => Ok(shown(&output)?.into_response()),
        Asked::Page => Ok(Redirect::to(&format!("/lessons/{slug}#{cell}")).into_response()),
    }
}

/// `POST /lessons/{slug}/cancel`
pub async fn cancel(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<StatusCode> {
    let bench = Workbench::of_lesson(&app, &visitor, workbench::lesson(&app, &slug)?).await?;
    bench.cancel()
}

/// `POST /lessons/{slug}/start-over`
pub async fn start_over(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<Redirect> {
    let lesson = workbench::lesson(&app, &slug)?;
    Workbench::of_lesson(&app, &visitor, lesson).await?.start_over().await?;
    Ok(Redirect::to(&format!("/lessons/{slug}")))
}

/// `POST /lessons/{slug}/done`
pub async fn done(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<Redirect> {
    workbench::lesson(&app, &slug)?;
    let (whose, at) = ((visitor.id(), app.course_id), store::now());
    lesson_progress::open(&app.store, whose, &slug, &app.release, at).await?;
    lesson_progress::finish(&app.store, whose, &slug, at).await?;
    let (_, next) = app.course.neighbours(TopicKind::Lesson, &slug);
    Ok(Redirect::to(&next.map_or("/".to_owned(), |next| week::href(&app, next))))
}

fn is(topic: &Topic, slug: &str) -> bool {
    topic.kind == TopicKind::Lesson && topic.slug == slug
}

fn place_text(app: &App, slug: &str) -> String {
    let lessons: Vec<&Topic> = app.course.topics.iter().filter(|topic| topic.kind == TopicKind::Lesson).collect();
    let number = lessons.iter().position(|topic| topic.slug == slug).map_or(0, |index| index + 1);
    format!("Lesson {number} of {}", lessons.len())
}

fn parts(
    lesson: &Lesson,
    outputs: &Outputs<'_>,
    (answers, reader): (&BTreeMap<String, String>, Reader<'_>),
) -> Result<Vec<view::lesson::Part>, Fault> {
    let (mut number, mut questions) = (0, 0);
    let mut parts = Vec::new();
    for block in &lesson.blocks {
        parts.push(match block {
            Block::Html(html) => view::lesson::Part::Html(html.clone()),
            Block::Question(question) => {
                questions += 1;
                let kept = answers.get(&lesson_question::key(question));
                let shown = lesson_question::shown_kept(question, questions, kept, reader);
                view::lesson::Part::Question(Box::new(shown))
            }
            Block::Snippet(snippet) => {
                number += 1;
                view::lesson::Part::Snippet(Box::new(shown_snippet(&lesson.slug, snippet, number, outputs)?))
            }
        });
    }
    Ok(parts)
}

fn shown_snippet(
    slug: &str,
    authored: &Snippet,
    number: usize,
    outputs: &Outputs<'_>,
) -> Result<view::lesson::Snippet, Fault> {
    let own = outputs.own.get(&lesson_parts::snippet(number));
    let shown = snippet(&format!("/lessons/{slug}/run"), (number, &authored.sql), own)?;
    let outcomes = outputs.expected.as_ref().filter(|_| own.is_none()).and_then(|it| it.of_snippet(number));
    let expected = outcomes.map(|outcomes| expected_output(shown.label.clone(), authored, outcomes));
    Ok(view::lesson::Snippet { expects_error: authored.expected_error.is_some(), expected, ..shown })
}

/// A text that can be run at that address.
pub fn snippet(
    run: &str,
    (number, sql): (usize, &str),
    output: Option<&CellOutput>,
) -> Result<view::lesson::Snippet, Fault> {
    // What the student last ran stays in the editor, also when it is not the text as it was written.
    let source = output.map_or(sql, |output| output.source.as_str());
    Ok(view::lesson::Snippet {
        run: run.to_owned(),
        id: lesson_parts::snippet(number),
        label: format!("Snippet {number}"),
        number,
        source: source.to_owned(),
        source_html: sandbar_content::highlight::sql(source),
        lines: source.lines().count().max(1),
        expects_error: false,
        output: output.map(shown).transpose()?,
        expected: None,
        check: None,
    })
}

/// A kept output as the page shows it.
pub fn shown(output: &CellOutput) -> Result<view::output::CellOutput, Fault> {
    let outcomes: Vec<_> = serde_json::from_str(&output.outcomes)?;
    let elapsed_us = output.elapsed_us.unsigned_abs();
    Ok(cell_output(&Ran { source: &output.source, outcomes: &outcomes, elapsed_us, at: output.ran_at, tables: None }))
}

fn outline(lesson: &Lesson) -> Vec<Link> {
    let headings = lesson.headings.iter().filter(|heading| heading.level == 2);
    headings.map(|heading| Link { href: format!("#{}", heading.id), text: heading.text.clone() }).collect()
}

fn link(app: &App, topic: &Topic) -> Link {
    Link { href: week::href(app, topic), text: topic.title.clone() }
}
