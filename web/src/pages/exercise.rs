//! The exercise at the end of a lesson: checked at once by the grader, in a workspace of its own. It counts for nothing.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::{Lab, Lesson, grading};
use sandbar_grader::{Report, Scope, Submission};
use sandbar_labs::notebook::{self, Cell, CellLanguage, Notebook};
use serde::Deserialize;

use super::shown::checks::check_list;
use super::shown::count;
use super::workbench::{self, Workbench};
use super::{Answer, Asked, checks, lesson};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::PRACTICE_SEED;
use crate::error::{Fault, Problem};
use crate::store::cell_outputs::{self, CellOutput};
use crate::store::lesson_parts::EXERCISE;
use crate::store::{self, lesson_parts, lesson_progress, public_checks};
use crate::view;
use crate::view::checks::CheckList;
use crate::view::output::ErrorOutput;

/// Outcomes of a text that was checked and not run.
const NOT_RUN: &str = "[]";

#[derive(Debug, Deserialize)]
pub struct Solution {
    source: String,
}

/// `POST /lessons/{slug}/exercise`
pub async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    asked: Asked,
    Form(solution): Form<Solution>,
) -> Answer<Response> {
    let lesson = workbench::lesson(&app, &slug)?;
    let exercise = of(lesson)?;
    let bench = Workbench::of_lesson(&app, &visitor, lesson).await?;
    keep(&bench, &solution.source).await?;
    lesson_progress::stay(&app.store, (visitor.id(), app.course_id), &slug, EXERCISE).await?;
    let submission = submission(&visitor, exercise, &solution.source);
    let report = grading::grade(app.engine()?, exercise, submission, PRACTICE_SEED, app.release.as_str(), Scope::All)
        .await
        .map_err(|findings| Problem::unusable("This cannot be checked yet", &findings))?;
    if !report.is_unavailable() {
        public_checks::put(&app.store, bench.attempt.id, &serde_json::to_string(&report)?, store::now()).await?;
    }
    if report.is_complete() {
        lesson_parts::note(&app.store, (visitor.id(), app.course_id), (&slug, EXERCISE), store::now()).await?;
    }
    match asked {
        Asked::Page => Ok(Redirect::to(&format!("/lessons/{slug}#{EXERCISE}")).into_response()),
        Asked::Fragment | Asked::Json => Ok(shown_checks(&report, exercise).into_response()),
    }
}

/// The lesson's exercise.
///
/// # Errors
/// A page that says that there is none.
pub fn of(lesson: &Lesson) -> Result<&Lab, Problem> {
    lesson.exercise.as_ref().ok_or_else(Problem::not_found)
}

/// The exercise as the lesson's page shows it.
pub async fn shown(
    bench: &Workbench<'_>,
    lesson: &Lesson,
    outputs: &BTreeMap<String, CellOutput>,
    solved: bool,
) -> Result<Option<view::lesson::Exercise>, Problem> {
    let Some(exercise) = &lesson.exercise else { return Ok(None) };
    let Some(task) = exercise.tasks.first() else { return Ok(None) };
    let report = checks::latest(bench).await?;
    let starter = starter(exercise)?;
    let output = outputs.get(EXERCISE);
    let run = format!("/lessons/{}/run", lesson.slug);
    let snippet = lesson::snippet(&run, (0, &starter), output.filter(|output| output.outcomes != NOT_RUN))?;
    let source = output.map_or(starter, |output| output.source.clone());
    Ok(Some(view::lesson::Exercise {
        title: task.title.clone(),
        minutes: exercise.minutes,
        introduction_html: exercise.introduction_html.clone(),
        text_html: task.html.clone(),
        solved,
        snippet: view::lesson::Snippet {
            id: EXERCISE.to_owned(),
            label: "Exercise".to_owned(),
            source_html: sandbar_content::highlight::sql(&source),
            lines: source.lines().count().max(1),
            source,
            check: Some(view::lesson::CheckForm {
                action: format!("/lessons/{}/exercise", lesson.slug),
                checks: report.as_ref().map(|report| shown_checks(report, exercise)),
            }),
            ..snippet
        },
    }))
}

fn shown_checks(report: &Report, exercise: &Lab) -> CheckList {
    let list = check_list(report);
    let all = count(list.checks.len() as u64, "check");
    let hold = list.checks.iter().filter(|check| check.status == "passed").count();
    let checks = list.checks.into_iter().map(|check| view::checks::Check {
        task: String::new(),
        points: String::new(),
        // Lines are those of the file that is graded, and not of the text on the page.
        place: String::new(),
        ..check
    });
    let solved = report.is_complete();
    let summary = if solved { format!("Solved: {all} hold.") } else { format!("{hold} of {all} hold.") };
    // Lines of the text on the page, not of the file that is graded.
    let above = lines_above(exercise);
    let error =
        list.error.map(|error| ErrorOutput { line: error.line.map(|line| line.saturating_sub(above)), ..error });
    CheckList { summary, percent: list.percent, error, checks: checks.collect() }
}

/// What stands in the editor at first: the starter's cell.
fn starter(exercise: &Lab) -> Result<String, Problem> {
    let Some(file) = exercise.starter.first() else { return Ok(String::new()) };
    let notebook = notebook::read(&file.path, &file.bytes)
        .map_err(|findings| Problem::unusable("The exercise's starter cannot be read", &findings))?;
    let cell = notebook.cells.into_iter().find(|cell| cell.language == CellLanguage::Sql);
    Ok(cell.map(|cell| cell.source).unwrap_or_default())
}

/// The text as the notebook that the exercise's checks look at: one cell of the one task.
fn submission(visitor: &Visitor, exercise: &Lab, source: &str) -> Submission {
    let text = notebook_text(exercise, source);
    let name = exercise.starter.first().map_or_else(|| "exercise.sql".to_owned(), |file| file.path.clone());
    Submission { name: visitor.user.login.clone(), files: BTreeMap::from([(name, text.into_bytes())]) }
}

/// The notebook's file.
fn notebook_text(exercise: &Lab, source: &str) -> String {
    let number = exercise.tasks.first().map_or(1, |task| task.number);
    let cell = Cell {
        id: EXERCISE.to_owned(),
        language: CellLanguage::Sql,
        title: Some(format!("Task {number}")),
        source: source.to_owned(),
        first_line: 1,
    };
    notebook::write_sql(&Notebook { cells: vec![cell] })
}

/// How many lines of that file stand above the text.
fn lines_above(exercise: &Lab) -> u32 {
    const TEXT: &str = "SELECT 1";
    let line = notebook_text(exercise, TEXT).lines().position(|line| line == TEXT);
    line.and_then(|line| u32::try_from(line).ok()).unwrap_or_default()
}

/// Keeps the text as the editor's; what it gave when it was last run stays, if it is still that text.
async fn keep(bench: &Workbench<'_>, source: &str) -> Result<(), Fault> {
    let kept = bench.outputs().await?.remove(EXERCISE);
    if kept.is_some_and(|kept| kept.source == source) {
        return Ok(());
    }
    let output = CellOutput {
        cell: EXERCISE.to_owned(),
        source: source.to_owned(),
        outcomes: NOT_RUN.to_owned(),
        elapsed_us: 0,
        ran_at: store::now(),
    };
    Ok(cell_outputs::put(&bench.app.store, bench.attempt.id, &output).await?)
}
