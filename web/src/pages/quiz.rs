//! `/quiz`: the rules before the start, and the start; `/quizzes/{slug}` for further quizzes of the course.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use rand::Rng;
use sandbar_content::{CourseQuiz, Topic};
use sandbar_quizzes::deadline::may_start;
use sandbar_quizzes::exam::{Exam, Refusal};
use sandbar_quizzes::terms::terms;
use sandbar_quizzes::{Quiz, draw};
use serde::Deserialize;

use super::Answer;
use super::quiz_rules::rules;
use super::shown::{moment, points};
use super::week::counting_attempt;
use crate::app::App;
use crate::auth::Visitor;
use crate::auth::throttle::Codes;
use crate::background::quizzes;
use crate::error::Problem;
use crate::quizzes::{NotReady, exams, page_href, scoring, topics};
use crate::store::quiz_attempts::{self, NewAttempt, Opened, QuizAttempt, QuizOf};
use crate::store::{self, audit, quiz_extra_attempts};
use crate::view::quiz as view;

/// A quiz of the course with its place in the week.
pub fn find<'a>(app: &'a App, slug: &str) -> Answer<(&'a CourseQuiz, &'a Topic)> {
    let topic = topics(app).find(|topic| topic.slug == slug);
    let found = topic.and_then(|topic| Some((app.course.quiz(slug)?, topic)));
    let known = topics(app).map(|topic| (page_href(app, &topic.slug), topic.title.clone()));
    found.ok_or_else(|| Problem::unknown("quiz", slug, known))
}

/// The slug of the course's first quiz.
fn first(app: &App) -> Answer<String> {
    topics(app).next().map(|topic| topic.slug.clone()).ok_or_else(|| Problem::unknown("quiz", "quiz", []))
}

/// `GET /quiz`: the course's first one.
pub async fn show_first(State(app): State<App>, visitor: Visitor) -> Answer<view::Quiz> {
    page(&app, &visitor, &first(&app)?, None).await
}

/// `GET /quizzes/{slug}`
pub async fn show(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<view::Quiz> {
    page(&app, &visitor, &slug, None).await
}

async fn page(app: &App, visitor: &Visitor, slug: &str, code_error: Option<String>) -> Answer<view::Quiz> {
    let (course_quiz, topic) = find(app, slug)?;
    exams::guard_quiz(app, visitor, slug).await?;
    let quiz = &course_quiz.quiz;
    let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: &course_quiz.slug };
    quizzes::close_overdue(app, store::now()).await?;
    let attempts = quiz_attempts::of_quiz(&app.store, of).await?;
    let running = attempts.iter().find(|attempt| attempt.is_open());
    let extra = quiz_extra_attempts::count(&app.store, of).await?;
    let refused = match refusal(quiz, topic, (attempts.len(), extra), store::now()) {
        Some(refused) => Some(refused),
        None => not_ready(app, &course_quiz.slug).await,
    };
    Ok(view::Quiz {
        page: visitor.page(quiz.title.clone()),
        slug: course_quiz.slug.clone(),
        title: quiz.title.clone(),
        summary: quiz.summary.clone().unwrap_or_default(),
        questions: draw(quiz, 0).len(),
        minutes: quiz.minutes.unwrap_or_default(),
        points: points(scoring::max_points(app, course_quiz).await?),
        due: topic.due.map(moment),
        rules: rules(quiz, extra),
        scoring: terms(quiz),
        exam: quiz.exam.as_ref().map(|exam| window(exam, code_error)),
        running: running.map(running_attempt),
        can_start: running.is_none() && refused.is_none(),
        refusal: refused.unwrap_or_default(),
        attempts: summaries(app, &course_quiz.slug, &attempts),
    })
}

/// Why the quiz cannot be asked now, if so.
async fn not_ready(app: &App, slug: &str) -> Option<String> {
    match app.quizzes.served(app, slug).await.err()? {
        NotReady::NoEngine => {
            Some("SQL cannot be run at the moment, which this quiz needs. Try again in a minute.".to_owned())
        }
        NotReady::NoQuiz { .. } | NotReady::NoRelease(_) | NotReady::Wrong(_) | NotReady::Fault(_) => {
            Some("The quiz cannot be taken: something in it is wrong. Tell your instructor.".to_owned())
        }
    }
}

fn window(exam: &Exam, code_error: Option<String>) -> view::ExamWindow {
    let shown = |ms: i64| moment(Timestamp::from_millisecond(ms).unwrap_or_default());
    view::ExamWindow {
        opens: shown(exam.opens_ms),
        closes: shown(exam.closes_ms),
        asks_code: exam.start_code.is_some(),
        code_error,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Start {
    /// What an exam asks for.
    code: String,
}

/// `POST /quizzes/{slug}/attempts`
pub async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Form(form): Form<Start>,
) -> Answer<Response> {
    let (course_quiz, topic) = find(&app, &slug)?;
    exams::guard_quiz(&app, &visitor, &slug).await?;
    let back = page_href(&app, &slug);
    let at = store::now();
    quizzes::close_overdue(&app, at).await?;
    let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: &course_quiz.slug };
    let taken = quiz_attempts::of_quiz(&app.store, of).await?;
    if let Some(running) = taken.iter().find(|attempt| attempt.is_open()) {
        return Ok(Redirect::to(&href(running)).into_response());
    }
    let extra = quiz_extra_attempts::count(&app.store, of).await?;
    if let Some(refusal) = refusal(&course_quiz.quiz, topic, (taken.len(), extra), at) {
        return Err(Problem::conflict("No attempt can be started", refusal).link(back, "Back to the quiz"));
    }
    if let Some((status, error)) = code_refused(&app, &visitor, (course_quiz, &form.code), at).await? {
        return Ok((status, page(&app, &visitor, &slug, Some(error)).await?).into_response());
    }
    let ready = app.quizzes.served(&app, &course_quiz.slug).await?;
    let deadline_at = exams::deadline(&app, &ready, topic.due, (visitor.id(), at)).await?;
    let new = NewAttempt {
        release: &app.release,
        seed: u64::from(rand::rng().random::<u32>()),
        started_at: at,
        deadline_at,
        most_attempts: allowed(&ready.quiz, extra),
    };
    match quiz_attempts::open(&app.store, of, &new).await? {
        Opened::Attempt(attempt) => {
            let href = href(&attempt);
            audit::record(&app.store, visitor.id(), "began_quiz", &href, at).await?;
            Ok(Redirect::to(&href).into_response())
        }
        Opened::NoneLeft => {
            Err(Problem::conflict("No attempt can be started", "All attempts are used.").link(back, "Back to the quiz"))
        }
    }
}

/// Why the code does not begin the exam, if so. After too many wrong ones it is not looked at for a while.
async fn code_refused(
    app: &App,
    visitor: &Visitor,
    (of, code): (&CourseQuiz, &str),
    at: Timestamp,
) -> Answer<Option<(StatusCode, String)>> {
    if of.quiz.exam.as_ref().is_none_or(|exam| exam.start_code.is_none()) {
        return Ok(None);
    }
    let codes = Codes::new(visitor.id(), (app.course_id, &of.slug));
    if let Some(wait) = codes.count(&app.store, at).await? {
        let error = format!("Too many wrong codes. Wait {} min and try again.", wait.as_mins() + 1);
        return Ok(Some((StatusCode::TOO_MANY_REQUESTS, error)));
    }
    if !is_wrong_code(&of.quiz, at, code) {
        codes.succeeded(&app.store).await?;
        return Ok(None);
    }
    audit::record(&app.store, visitor.id(), "mistyped_code", &page_href(app, &of.slug), at).await?;
    let error = "This is not the code of the exam. It is given in the room.".to_owned();
    Ok(Some((StatusCode::UNPROCESSABLE_ENTITY, error)))
}

/// Asked only where nothing else keeps an attempt from beginning.
fn is_wrong_code(quiz: &Quiz, at: Timestamp, code: &str) -> bool {
    let refused = |exam: &Exam| exam.admits(at.as_millisecond(), 0, code) == Err(Refusal::WrongCode);
    quiz.exam.as_ref().is_some_and(refused)
}

pub fn href(attempt: &QuizAttempt) -> String {
    format!("/quiz/attempts/{}", attempt.id)
}

/// How many attempts somebody may make who was given so many more; `None` for any number.
pub fn allowed(quiz: &Quiz, extra: u32) -> Option<u32> {
    quiz.attempts.map(|most| most.saturating_add(extra))
}

/// Why no further attempt may begin, if so; a missing code is not told here. `extra` are attempts that staff gave.
pub fn refusal(quiz: &Quiz, topic: &Topic, (made, extra): (usize, u32), at: Timestamp) -> Option<String> {
    let due = topic.due.map(|due| due.as_millisecond());
    let made = u32::try_from(made).unwrap_or(u32::MAX);
    if let Some(exam) = &quiz.exam {
        return exam_refusal(exam, (made, extra), at);
    }
    let allowed = allowed(quiz, extra);
    if may_start(allowed, made, at.as_millisecond(), due) {
        None
    } else if allowed.is_some_and(|allowed| made >= allowed) {
        Some(all_used(made))
    } else {
        Some("The quiz was due; no attempt can be started any more.".to_owned())
    }
}

fn all_used(made: u32) -> String {
    format!("You have used all {made} attempts.")
}

fn exam_refusal(exam: &Exam, (made, extra): (u32, u32), at: Timestamp) -> Option<String> {
    let text = |ms: i64| Timestamp::from_millisecond(ms).map(|at| moment(at).text).unwrap_or_default();
    let own = made.saturating_sub(extra);
    match exam.admits(at.as_millisecond(), own, exam.start_code.as_deref().unwrap_or_default()).err()? {
        Refusal::NotOpen { opens_ms } => Some(format!("The exam opens on {}.", text(opens_ms))),
        Refusal::Over { closed_ms } => Some(format!("The exam closed on {}.", text(closed_ms))),
        Refusal::NoAttemptLeft if made > 1 => Some(all_used(made)),
        Refusal::NoAttemptLeft => Some("You have taken the exam, which has one attempt.".to_owned()),
        Refusal::WrongCode => None,
    }
}

fn running_attempt(attempt: &QuizAttempt) -> view::RunningAttempt {
    view::RunningAttempt { href: href(attempt), ends: attempt.deadline_at.map(moment) }
}

fn summaries(app: &App, slug: &str, attempts: &[QuizAttempt]) -> Vec<view::AttemptSummary> {
    let counting = counting_attempt(app, slug, attempts);
    let summary = |attempt: &QuizAttempt| {
        let result = match attempt.score {
            Some(score) => format!("{} of {} points", points(score.score), points(score.max_score)),
            None => "not scored yet".to_owned(),
        };
        Some(view::AttemptSummary {
            number: usize::try_from(attempt.number).unwrap_or_default(),
            at: moment(attempt.submitted_at?),
            result,
            href: href(attempt),
            counts: counting == Some(attempt.id),
        })
    };
    attempts.iter().rev().filter_map(summary).collect()
}
