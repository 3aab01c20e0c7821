//! `/glossary`: the course's terms.

use axum::extract::State;
use sandbar_content::Course;
use sandbar_content::glossary::Term;

use super::Answer;
use crate::app::App;
use crate::auth::Visitor;
use crate::view::glossary as view;
use crate::view::layout::Link;

/// `GET /glossary`
pub async fn show(State(app): State<App>, visitor: Visitor) -> Answer<view::Glossary> {
    let terms = app.course.glossary.iter().map(|term| shown(&app.course, term)).collect();
    Ok(view::Glossary { page: visitor.page("Glossary"), terms })
}

fn shown(course: &Course, term: &Term) -> view::Term {
    view::Term {
        id: term.id.clone(),
        term: term.term.clone(),
        also: term.also.join(", "),
        html: term.html.clone(),
        see: term.see.as_ref().map(|target| link(course, target)),
    }
}

/// A page of a lesson by the words that stand there: the heading's, or the lesson's.
pub fn link(course: &Course, target: &str) -> Link {
    let (page, anchor) = target.split_once('#').unwrap_or((target, ""));
    let lesson = page.strip_prefix("/lessons/").and_then(|slug| course.lesson(slug));
    let heading = lesson.and_then(|lesson| lesson.headings.iter().find(|heading| heading.id == anchor));
    let text = match (lesson, heading) {
        (Some(lesson), Some(heading)) => format!("{}: {}", lesson.title, heading.text),
        (Some(lesson), None) => lesson.title.clone(),
        (None, _) => target.to_owned(),
    };
    Link { href: target.to_owned(), text }
}
