//! The hints of a lab's tasks: what each level costs, said before it is opened, and the text of those that are open.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use sandbar_content::lab::LabTask;
use sandbar_grader::rubric::HintLevel;
use serde::Deserialize;

use super::rules::Rules;
use super::shown::checks::level_text;
use super::{Answer, workbench};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::marks;
use crate::store::lab_attempts::LabOf;
use crate::store::{self, audit, hints_opened};
use crate::view::lab::{Hint, HintState};

/// The levels of a task as the student sees them; `open` are those of all tasks that are open.
pub fn ladder(slug: &str, task: &LabTask, open: &[(u32, HintLevel)]) -> Vec<Hint> {
    let is_open = |level: HintLevel| open.contains(&(task.number, level));
    let next = task.hints.iter().map(|(level, _)| *level).find(|level| !is_open(*level));
    let hint = |(level, html): &(HintLevel, String)| Hint {
        level: level.word(),
        name: name(*level),
        price: price(*level, task),
        state: match is_open(*level) {
            true => HintState::Open(html.clone()),
            false if next == Some(*level) => HintState::Next(href(slug, task.number, *level)),
            false => HintState::Closed,
        },
    };
    task.hints.iter().map(hint).collect()
}

fn name(level: HintLevel) -> &'static str {
    match level {
        HintLevel::Concept => "Concept",
        HintLevel::Clause => "Clause",
        HintLevel::Skeleton => "Skeleton",
        HintLevel::Difference => "Deciding line",
    }
}

fn price(level: HintLevel, task: &LabTask) -> String {
    match level.price_percent() {
        0 => "free".to_owned(),
        percent => format!("costs {percent} %, {} of {} points", marks::price(level, task.points), task.points),
    }
}

fn href(slug: &str, task: u32, level: HintLevel) -> String {
    format!("/labs/{slug}/tasks/{task}/hints/{}", level.word())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Opening {
    /// The file that is open in the page, to come back to.
    file: String,
}

/// `POST /labs/{slug}/tasks/{number}/hints/{level}`
pub async fn open(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, number, level)): Path<(String, String, String)>,
    Form(opening): Form<Opening>,
) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let task = lab.tasks.iter().find(|task| task.number.to_string() == number).ok_or_else(Problem::not_found)?;
    let level = HintLevel::of_word(&level).ok_or_else(Problem::not_found)?;
    let before = task.hints.iter().take_while(|(known, _)| *known != level).map(|(known, _)| *known);
    let before: Vec<HintLevel> = before.collect();
    if before.len() == task.hints.len() {
        return Err(Problem::not_found());
    }
    let is_open = Rules::read(&app, Some(visitor.id())).await?.open(&slug, visitor.id());
    if let Some(closed) = before.into_iter().find(|level| !is_open.contains(&(task.number, *level))) {
        let message = format!("Open {} first; a dearer hint follows it. Nothing was charged.", level_text(closed));
        let back = format!("/labs/{slug}?task={number}");
        return Err(Problem::conflict("One hint after the other", message).link(back, "Back to the task"));
    }
    let of = LabOf { user: visitor.id(), course: app.course_id, lab: &slug };
    let at = store::now();
    if hints_opened::open(&app.store, of, (task.number, level), &app.release, at).await? {
        audit::record(&app.store, visitor.id(), "opened_hint", &href(&slug, task.number, level), at).await?;
    }
    let file = lab.starter.iter().chain(&lab.given).find(|file| file.path == opening.file);
    let file = file.map(|file| format!("&file={}", file.path)).unwrap_or_default();
    Ok(Redirect::to(&format!("/labs/{slug}?task={number}{file}#hint-{number}-{}", level.word())))
}
