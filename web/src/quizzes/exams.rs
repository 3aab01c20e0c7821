//! What an exam asks of the server: when an attempt ends, and which parts of the course are closed meanwhile.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use sandbar_content::CourseQuiz;
use sandbar_quizzes::deadline::Timing;
use sandbar_quizzes::exam::{self, Area, ExtraMinutes};

use crate::app::App;
use crate::auth::Visitor;
use crate::config::QUIZ_GRACE;
use crate::error::{Fault, Problem};
use crate::store::quiz_attempts::{self, QuizOf};
use crate::store::{self, CourseId, Store, UserId, quiz_extra_minutes, quiz_time_factors};

/// Minutes as the exam's rules take them: students by their ids.
async fn grants(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<ExtraMinutes>, Fault> {
    let given = quiz_extra_minutes::of_quiz(store, course, quiz).await?;
    let grant = |extra: quiz_extra_minutes::ExtraMinutes| ExtraMinutes {
        student: extra.student.map(|student| student.to_string()),
        minutes: extra.minutes,
    };
    Ok(given.into_iter().map(grant).collect())
}

/// When an attempt that this student begins now is over: its minutes, the exam's window or the date when the quiz is due end
/// it. `None` for never.
///
/// # Errors
/// When the database fails.
pub async fn deadline(
    app: &App,
    of: &CourseQuiz,
    due: Option<Timestamp>,
    (student, started): (UserId, Timestamp),
) -> Result<Option<Timestamp>, Fault> {
    let grants = grants(&app.store, app.course_id, &of.slug).await?;
    let extra_minutes = exam::extra_minutes(&student.to_string(), &grants);
    let factors = quiz_time_factors::of_course(&app.store, app.course_id).await?;
    let factor_percent = factors.get(&student).copied().unwrap_or(quiz_time_factors::WHOLE);
    let (started_ms, minutes) = (started.as_millisecond(), of.quiz.minutes);
    let timing = match &of.quiz.exam {
        Some(exam) => exam.timing(started_ms, minutes, factor_percent, extra_minutes),
        None => {
            let extra_ms = i64::from(extra_minutes) * 60_000;
            let due_ms = due.map(|due| due.as_millisecond().saturating_add(extra_ms));
            Timing { started_ms, minutes, factor_percent, extra_minutes, due_ms }
        }
    };
    Ok(timing.ends_ms().and_then(|ends| Timestamp::from_millisecond(ends).ok()))
}

/// Turns students away from the workbench and what belongs to it, while an exam closes it.
pub async fn guard_workbench(state: State<App>, visitor: Visitor, request: Request, next: Next) -> Response {
    guard(Area::Workbench, state, visitor, request, next).await
}

/// The same for lessons and the glossary.
pub async fn guard_lessons(state: State<App>, visitor: Visitor, request: Request, next: Next) -> Response {
    guard(Area::Lessons, state, visitor, request, next).await
}

async fn guard(area: Area, State(app): State<App>, visitor: Visitor, request: Request, next: Next) -> Response {
    match closed(&app, &visitor, area).await {
        Ok(None) => next.run(request).await,
        Ok(Some(problem)) => problem.into_response(),
        Err(fault) => Problem::from(fault).into_response(),
    }
}

/// Why the visitor may not see this part now.
async fn closed(app: &App, visitor: &Visitor, area: Area) -> Result<Option<Problem>, Fault> {
    if visitor.role.is_staff() {
        return Ok(None);
    }
    let at = store::now();
    for course_quiz in app.course.quizzes.values() {
        let Some(exam) = &course_quiz.quiz.exam else { continue };
        let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: &course_quiz.slug };
        let attempts = quiz_attempts::of_quiz(&app.store, of).await?;
        let runs = attempts
            .iter()
            .any(|attempt| attempt.is_open() && attempt.deadline_at.is_none_or(|deadline| at <= deadline + QUIZ_GRACE));
        if exam.closes(area, at.as_millisecond(), runs) {
            let what = match area {
                Area::Workbench => "The labs are closed",
                Area::Lessons => "The lessons are closed",
            };
            let message = format!("They open again when the exam “{}” is over.", course_quiz.title);
            return Ok(Some(
                Problem::conflict(what, message).link(super::page_href(app, &course_quiz.slug), "To the exam"),
            ));
        }
    }
    Ok(None)
}
