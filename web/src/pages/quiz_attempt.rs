//! `/quiz/attempts/{id}`: an attempt while it runs, and its result.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use sandbar_content::{CourseQuiz, Topic};
use sandbar_quizzes::{Quiz, draw};

use super::shown::{moment, questions, results};
use super::{Answer, quiz};
use crate::app::App;
use crate::auth::Visitor;
use crate::background::quizzes;
use crate::config::QUIZ_GRACE;
use crate::error::Problem;
use crate::quizzes::{exams, page_href, scoring};
use crate::store::quiz_attempts::{self, QuizAttempt, QuizOf};
use crate::store::{self, QuizAttemptId, quiz_answers, quiz_checked_questions, quiz_extra_attempts};
use crate::view;

type Fields = Form<Vec<(String, String)>>;

/// `GET /quiz/attempts/{id}`
pub async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Answer<Response> {
    let at = store::now();
    quizzes::close_overdue(&app, at).await?;
    let attempt = find(&app, &visitor, &id).await?;
    if attempt.is_open() {
        Ok(running(&app, &visitor, &attempt, at).await?.into_response())
    } else {
        let (course_quiz, topic) = quiz::find(&app, &attempt.quiz)?;
        Ok(finished(&app, &visitor, (course_quiz, topic, &attempt), at).await?.into_response())
    }
}

/// `POST /quiz/attempts/{id}/answers`: saves what was given so far.
pub async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Answer<Response> {
    let attempt = find(&app, &visitor, &id).await?;
    let at = store::now();
    if !keep(&app, &attempt, &fields, at).await? {
        return Err(Problem::conflict("The time is over", "This answer came too late. What was saved before counts.")
            .link(quiz::href(&attempt), "To the result"));
    }
    let left = attempt.deadline_at.map(|deadline| seconds_until(deadline, at));
    let headers = [
        (HeaderName::from_static("x-saved-at"), at.to_string()),
        (HeaderName::from_static("x-seconds-left"), left.map(|left| left.to_string()).unwrap_or_default()),
    ];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// `POST /quiz/attempts/{id}/submit`: the answers of the form, or those saved when the time is over.
pub async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(fields): Fields,
) -> Answer<Redirect> {
    let attempt = find(&app, &visitor, &id).await?;
    let at = store::now();
    keep(&app, &attempt, &fields, at).await?;
    if attempt.is_open() {
        quizzes::close(&app, &attempt, at).await?;
    }
    Ok(Redirect::to(&quiz::href(&attempt)))
}

/// `POST /quiz/attempts/{id}/questions/{number}/check`: saves the form, and shows the feedback on one answer for
/// good.
pub async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, number)): Path<(String, usize)>,
    Form(fields): Fields,
) -> Answer<Redirect> {
    let (attempt, at) = (find(&app, &visitor, &id).await?, store::now());
    let ready = app.quizzes.ready(&app, &attempt.release, &attempt.quiz).await?;
    let drawn = draw(&ready.quiz, attempt.seed);
    let place = number.checked_sub(1).ok_or_else(Problem::not_found)?;
    let question = &drawn.get(place).ok_or_else(Problem::not_found)?.id;
    if !ready.quiz.show_feedback.locks_answers() || attempt.user != visitor.id() {
        return Err(Problem::not_found());
    }
    let back = format!("{}#q{number}", quiz::href(&attempt));
    if !keep(&app, &attempt, &fields, at).await? {
        return Ok(Redirect::to(&back));
    }
    let answers = scoring::answers(&app, attempt.id).await?;
    if answers.get(question).is_some_and(|answer| !answer.is_empty()) {
        let ran = scoring::run_so_far(&app, &attempt).await;
        ran.map_err(|why| Problem::from(why).link(back.clone(), "Back to the question; your answer is saved"))?;
        quiz_checked_questions::add(&app.store, attempt.id, question, at).await?;
    }
    Ok(Redirect::to(&back))
}

/// The visitor's own attempt; another one's does not exist for them.
async fn find(app: &App, visitor: &Visitor, id: &str) -> Answer<QuizAttempt> {
    let id: QuizAttemptId = id.parse().map_err(|_| Problem::not_found())?;
    let found = quiz_attempts::get(&app.store, id).await?;
    let may_see = |attempt: &QuizAttempt| {
        attempt.course == app.course_id
            && (attempt.user == visitor.id() || visitor.role.is_staff() && !attempt.is_open())
    };
    let attempt = found.filter(may_see).ok_or_else(Problem::not_found)?;
    exams::guard_quiz(app, visitor, &attempt.quiz).await?;
    Ok(attempt)
}

/// Saves what the form holds. What was never answered and is empty is not kept, so that its time is nobody's.
/// An answer whose feedback was shown stays as it is.
async fn keep(app: &App, attempt: &QuizAttempt, fields: &[(String, String)], at: Timestamp) -> Answer<bool> {
    let ready = app.quizzes.ready(app, &attempt.release, &attempt.quiz).await?;
    let drawn = draw(&ready.quiz, attempt.seed);
    let saved = scoring::answers(app, attempt.id).await?;
    let checked = quiz_checked_questions::of_attempt(&app.store, attempt.id).await?;
    let mut answers = BTreeMap::new();
    for (question, answer) in questions::answers(&drawn, fields) {
        if (!answer.is_empty() || saved.contains_key(&question)) && !checked.contains(&question) {
            answers.insert(question, serde_json::to_string(&answer)?);
        }
    }
    Ok(quiz_answers::save(&app.store, attempt.id, &answers, (at, QUIZ_GRACE)).await?)
}

/// Whole seconds, the last one begun: a page that counts them down hands in at the end and not before it.
fn seconds_until(end: Timestamp, at: Timestamp) -> u64 {
    u64::try_from(end.duration_since(at).as_millis()).unwrap_or_default().div_ceil(1_000)
}

async fn running(
    app: &App,
    visitor: &Visitor,
    attempt: &QuizAttempt,
    at: Timestamp,
) -> Answer<view::quiz::QuizAttempt> {
    let (material, score) = scoring::shown(app, attempt).await?;
    let ready = &material.quiz;
    let mut shown = questions::all(&ready.quiz, &draw(&ready.quiz, attempt.seed), &material.answers);
    if ready.quiz.show_feedback.locks_answers() {
        let checked = quiz_checked_questions::of_attempt(&app.store, attempt.id).await?;
        let results = results::questions(attempt.seed, &material, &score);
        for (question, result) in shown.iter_mut().zip(results) {
            question.can_be_checked = true;
            question.result = checked.contains(&question.id).then_some(result);
        }
    }
    let time = |ends: Timestamp| {
        let seconds = |from: Timestamp| u64::try_from(ends.duration_since(from).as_secs()).unwrap_or_default();
        view::quiz::Time { seconds_left: seconds(at), seconds_total: seconds(attempt.started_at), ends: moment(ends) }
    };
    Ok(view::quiz::QuizAttempt {
        page: visitor.page(ready.title.clone()),
        id: attempt.id.to_string(),
        title: ready.title.clone(),
        number: usize::try_from(attempt.number).unwrap_or_default(),
        time: attempt.deadline_at.map(time),
        questions: shown,
    })
}

async fn finished(
    app: &App,
    visitor: &Visitor,
    (course_quiz, topic, attempt): (&CourseQuiz, &Topic, &QuizAttempt),
    at: Timestamp,
) -> Answer<view::quiz::QuizResult> {
    let quiz = &course_quiz.quiz;
    let (material, score) = scoring::shown(app, attempt).await?;
    let of = QuizOf { user: attempt.user, course: app.course_id, quiz: &course_quiz.slug };
    let attempts = quiz_attempts::of_quiz(&app.store, of).await?;
    let counts = super::week::counting_attempt(app, &course_quiz.slug, &attempts) == Some(attempt.id);
    let ended = exam_has_ended(app, course_quiz, at).await?;
    let past_due = ended && (quiz.exam.is_some() || topic.due.is_some_and(|due| at > due));
    let mut result = results::result(
        (visitor.page(quiz.title.clone()), page_href(app, &course_quiz.slug)),
        attempt,
        &material,
        &score,
    );
    result.standing = standing(quiz, (attempt, attempts.len()), counts);
    let made = (attempts.len(), quiz_extra_attempts::count(&app.store, of).await?);
    result.again = attempt.user == visitor.id() && quiz::refusal(quiz, topic, made, at).is_none();
    let is_shown = visitor.role.is_staff() || ended && quiz.show_feedback.is_shown(true, past_due);
    if !is_shown {
        result.questions.clear();
    }
    Ok(result)
}

/// Whether nobody takes the exam any more, nor may begin: until then its answers are shown to no student. True of other
/// quizzes.
async fn exam_has_ended(app: &App, of: &CourseQuiz, at: Timestamp) -> Answer<bool> {
    let Some(exam) = &of.quiz.exam else { return Ok(true) };
    let is_over = at.as_millisecond() >= exam.closes_ms;
    Ok(is_over && quiz_attempts::open_of_quiz(&app.store, app.course_id, &of.slug).await?.is_empty())
}

/// Nothing while there are no points, and where there is one attempt only.
fn standing(quiz: &Quiz, (attempt, made): (&QuizAttempt, usize), counts: bool) -> String {
    if attempt.score.is_none() || made == 1 && quiz.attempts == Some(1) {
        return String::new();
    }
    results::standing(quiz.keep, counts).to_owned()
}
