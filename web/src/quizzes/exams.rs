//! What an exam asks of the server: when an attempt ends, and which parts of the course are closed meanwhile.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use sandbar_content::CourseQuiz;
use sandbar_quizzes::deadline::Timing;
use sandbar_quizzes::exam::{self, Area, Exam, ExtraMinutes};

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
    let what = match area {
        Area::Workbench => "The labs are closed",
        Area::Lessons => "The lessons are closed",
    };
    let quizzes = app.course.quizzes.values();
    match closing(&app, &visitor, quizzes, |exam, at, runs| exam.closes(area, at, runs)).await {
        Ok(None) => next.run(request).await,
        Ok(Some(exam)) => closed_by(&app, what, exam).into_response(),
        Err(fault) => Problem::from(fault).into_response(),
    }
}

/// Turns students away from a quiz while another one closes the lessons to them: it may ask the same. Of two exams each
/// is closed by an attempt at the other only, so that nobody is kept from both.
///
/// # Errors
/// When the quiz is closed to the visitor, or the database fails.
pub async fn guard_quiz(app: &App, visitor: &Visitor, slug: &str) -> Result<(), Problem> {
    let is_exam = app.course.quiz(slug).is_some_and(|of| of.quiz.exam.is_some());
    let others = app.course.quizzes.values().filter(|of| of.slug != slug);
    let closes = |exam: &Exam, at: i64, runs: bool| (runs || !is_exam) && exam.closes(Area::Lessons, at, runs);
    match closing(app, visitor, others, closes).await? {
        Some(exam) => Err(closed_by(app, "Other quizzes are closed", exam)),
        None => Ok(()),
    }
}

fn closed_by(app: &App, what: &str, exam: &CourseQuiz) -> Problem {
    let message = format!("They open again when the exam “{}” is over.", exam.title);
    Problem::conflict(what, message).link(super::page_href(app, &exam.slug), "To the exam")
}

/// The first of the quizzes that closes something to the visitor now: an exam, by its window or an attempt that runs.
async fn closing<'a>(
    app: &App,
    visitor: &Visitor,
    quizzes: impl Iterator<Item = &'a CourseQuiz>,
    closes: impl Fn(&Exam, i64, bool) -> bool,
) -> Result<Option<&'a CourseQuiz>, Fault> {
    if visitor.role.is_staff() {
        return Ok(None);
    }
    let at = store::now();
    for course_quiz in quizzes {
        let Some(exam) = &course_quiz.quiz.exam else { continue };
        let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: &course_quiz.slug };
        let attempts = quiz_attempts::of_quiz(&app.store, of).await?;
        let runs = attempts
            .iter()
            .any(|attempt| attempt.is_open() && attempt.deadline_at.is_none_or(|deadline| at <= deadline + QUIZ_GRACE));
        if closes(exam, at.as_millisecond(), runs) {
            return Ok(Some(course_quiz));
        }
    }
    Ok(None)
}
