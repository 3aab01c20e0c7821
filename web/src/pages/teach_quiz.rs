//! `/teach/quizzes/{slug}`: what runs, more minutes, and what was changed about a quiz.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use sandbar_content::CourseQuiz;
use sandbar_quizzes::exam::{Area, Closed, Exam};
use sandbar_quizzes::{Amendment, Answer as Given, Pick, Quiz, Voided};
use serde::Deserialize;

use super::Answer;
use super::shown::questions::topic_title;
use super::shown::{count, moment};
use crate::app::App;
use crate::auth::{Staff, Visitor};
use crate::background::quizzes;
use crate::error::{Fault, Problem};
use crate::quizzes::amending;
use crate::store::quiz_amendments::{self, QuizAmendment};
use crate::store::quiz_attempts::{self, QuizOf};
use crate::store::quiz_extra_attempts::{self, ExtraAttempt};
use crate::store::quiz_extra_minutes::{self, ExtraMinutes, Grant};
use crate::store::users::{User, canonical_login};
use crate::store::{self, UserId, audit, enrolments, quiz_time_factors, users};
use crate::view::checks::TextField;
use crate::view::layout::Link;
use crate::view::report::Choice;
use crate::view::teach_quiz as view;

/// Nobody is given more at once.
const MOST_MINUTES: u32 = 24 * 60;

/// The quiz of that slug, or a page that says which there are.
pub fn find<'a>(app: &'a App, slug: &str) -> Answer<&'a CourseQuiz> {
    let known = app.course.quizzes.values().map(|quiz| (href(&quiz.slug), quiz.title.clone()));
    app.course.quiz(slug).ok_or_else(|| Problem::unknown("quiz", slug, known))
}

pub fn href(slug: &str) -> String {
    format!("/teach/quizzes/{slug}")
}

pub fn link(of: &CourseQuiz) -> Link {
    Link { href: href(&of.slug), text: of.title.clone() }
}

/// `GET /teach/quizzes/{slug}`
pub async fn show(State(app): State<App>, Staff(visitor): Staff, Path(slug): Path<String>) -> Answer<view::TeachQuiz> {
    page(&app, &visitor, &slug, (TextField::default(), String::new())).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    slug: &str,
    (minutes, chosen): (TextField, String),
) -> Answer<view::TeachQuiz> {
    let of = find(app, slug)?;
    quizzes::close_overdue(app, store::now()).await?;
    let students = enrolments::students(&app.store, app.course_id).await?;
    let choice =
        |value: &str, text: &str| Choice { value: value.to_owned(), text: text.to_owned(), chosen: value == chosen };
    let given = quiz_extra_minutes::of_quiz(&app.store, app.course_id, slug).await?;
    let factors = quiz_time_factors::of_course(&app.store, app.course_id).await?;
    let attempts = quiz_extra_attempts::of_quiz(&app.store, app.course_id, slug).await?;
    let recorded = quiz_amendments::of_quiz(&app.store, app.course_id, slug).await?;
    Ok(view::TeachQuiz {
        page: visitor.page(format!("{}, marks", of.title)),
        title: of.title.clone(),
        href: href(slug),
        extent: extent(app, slug).await?,
        exam: of.quiz.exam.as_ref().map(exam).unwrap_or_default(),
        timed: of.quiz.minutes.is_some() || of.quiz.exam.is_some(),
        running: running(app, slug).await?,
        students: std::iter::once(choice("", "Everybody"))
            .chain(students.iter().map(|student| choice(&student.login, &student.name)))
            .collect(),
        minutes,
        factors: students
            .iter()
            .filter_map(|student| Some(format!("{}: {} %", student.name, factors.get(&student.id)?)))
            .collect(),
        given: given.iter().rev().map(|extra| minutes_line(extra, &students)).collect(),
        attempts_end: of.quiz.attempts.is_some(),
        attempts: attempts.iter().rev().map(|extra| attempt_line(extra, &students)).collect(),
        amendments: recorded.iter().rev().map(|it| amendment_line(slug, it)).collect::<Result<_, Fault>>()?,
        topics: topics(of).into_iter().chain(not_asked(app, of).await?).collect(),
    })
}

async fn extent(app: &App, slug: &str) -> Result<String, Fault> {
    let submitted = quiz_attempts::submitted(&app.store, app.course_id).await?;
    let submitted: Vec<_> = submitted.iter().filter(|attempt| attempt.quiz == slug).collect();
    let waiting = submitted.iter().filter(|attempt| attempt.score.is_none()).count();
    let all = format!("{} handed in", count(submitted.len() as u64, "attempt"));
    Ok(if waiting == 0 { all } else { format!("{all}, {waiting} of them not scored yet") })
}

fn exam(exam: &Exam) -> Vec<String> {
    let text = |ms: i64| Timestamp::from_millisecond(ms).map(|at| moment(at).text).unwrap_or_default();
    let mut sentences = vec![format!("Open from {} to {}.", text(exam.opens_ms), text(exam.closes_ms))];
    sentences.push(match &exam.start_code {
        Some(code) => format!("The code to start is “{code}”."),
        None => "No code is asked for.".to_owned(),
    });
    let area = |area: &Area| match area {
        Area::Workbench => "labs",
        Area::Lessons => "lessons",
    };
    let closed: Vec<&str> = exam.closed.iter().map(area).collect();
    sentences.push(match (closed.is_empty(), exam.closed_during) {
        (true, _) => "Nothing is closed meanwhile.".to_owned(),
        (false, Closed::Attempt) => format!("Closed to a student while the attempt runs: {}.", closed.join(", ")),
        (false, Closed::Window) => format!("Closed to all students in the window: {}.", closed.join(", ")),
    });
    sentences
}

async fn running(app: &App, slug: &str) -> Result<Vec<view::RunningLine>, Fault> {
    let mut lines = Vec::new();
    for attempt in quiz_attempts::open_of_quiz(&app.store, app.course_id, slug).await? {
        let user = users::by_id_or_former(&app.store, attempt.user).await?;
        lines.push(view::RunningLine {
            student: user.map_or_else(String::new, |user| user.name),
            began: moment(attempt.started_at),
            ends: attempt.deadline_at.map(moment),
        });
    }
    Ok(lines)
}

fn name_of(id: UserId, students: &[User]) -> String {
    let known = students.iter().find(|student| student.id == id);
    known.map_or_else(|| "somebody who is not enrolled any more".to_owned(), |student| student.name.clone())
}

fn attempt_line(extra: &ExtraAttempt, students: &[User]) -> view::GivenLine {
    let text = format!("1 attempt for {}", name_of(extra.student, students));
    view::GivenLine { text, by: extra.by.clone(), at: moment(extra.at) }
}

fn minutes_line(extra: &ExtraMinutes, students: &[User]) -> view::GivenLine {
    let whom = extra.student.map_or_else(|| "everybody".to_owned(), |id| name_of(id, students));
    view::GivenLine {
        text: format!("{} for {whom}", count(u64::from(extra.minutes), "minute")),
        by: extra.by.clone(),
        at: moment(extra.at),
    }
}

fn amendment_line(slug: &str, recorded: &QuizAmendment) -> Result<view::AmendmentLine, Fault> {
    let amendment: Amendment = serde_json::from_str(&recorded.amendment)?;
    let question = amendment.question();
    let withdrawn = recorded.withdrawn.as_ref().map(|(by, at)| format!("by {by}, {}", moment(*at).text));
    Ok(view::AmendmentLine {
        question: question_link(slug, question),
        text: sentence(&amendment),
        reason: recorded.reason.clone(),
        by: recorded.by.clone(),
        at: moment(recorded.at),
        withdrawn,
        withdraw: format!("{}/amendments/{}", href(slug), recorded.id),
    })
}

pub fn question_link(slug: &str, question: &str) -> Link {
    Link { href: format!("{}/questions/{question}", href(slug)), text: question.to_owned() }
}

/// What an amendment does, without the question's name.
pub fn sentence(amendment: &Amendment) -> String {
    match amendment {
        Amendment::Void { gives: Voided::AllPoints, .. } => "Taken out: all its points for everybody".to_owned(),
        Amendment::Void { gives: Voided::Nothing, .. } => "Taken out: it counts for nothing".to_owned(),
        Amendment::Accept { answer, .. } => format!("Accepted too: {}", answer_text(answer)),
    }
}

fn answer_text(answer: &Given) -> String {
    let pick = |pick: &Pick| match pick {
        Pick::Text(text) => format!("“{text}”"),
        Pick::Place(place) => format!("place {place}"),
    };
    match answer {
        Given::Text(text) => format!("“{text}”"),
        Given::Choice(picks) => picks.iter().map(pick).collect::<Vec<_>>().join(" with "),
        Given::Order(picks) => picks.iter().map(pick).collect::<Vec<_>>().join(", then "),
        Given::Matches(picks) => {
            picks.iter().map(|it| it.as_ref().map_or_else(|| "nothing".to_owned(), pick)).collect::<Vec<_>>().join(", ")
        }
    }
}

/// Every question of the bank under its topic, in the order of the file.
fn topics(of: &CourseQuiz) -> Vec<view::TopicQuestions> {
    let quiz: &Quiz = &of.quiz;
    let mut topics: Vec<view::TopicQuestions> = Vec::new();
    for question in &quiz.questions {
        let title = topic_title(quiz, &question.topic);
        let link = question_link(&of.slug, &question.id);
        match topics.iter_mut().find(|topic| topic.title == title) {
            Some(topic) => topic.questions.push(link),
            None => topics.push(view::TopicQuestions { title, questions: vec![link] }),
        }
    }
    topics
}

/// Questions that attempts were asked and the quiz has no more.
async fn not_asked(app: &App, of: &CourseQuiz) -> Result<Option<view::TopicQuestions>, Fault> {
    let ids = amending::not_asked(app, of).await?;
    let links: Vec<Link> = ids.iter().map(|id| question_link(&of.slug, id)).collect();
    let title = "Not asked any more".to_owned();
    Ok((!links.is_empty()).then_some(view::TopicQuestions { title, questions: links }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct More {
    /// A login; empty for everybody, where that can be meant.
    student: String,
    minutes: String,
    /// Instead of minutes: the student's share of the time of every quiz.
    percent: Option<String>,
}

/// A share that holds from the student's next attempt on.
async fn set_factor(
    app: &App,
    visitor: &Visitor,
    (of, student): (&CourseQuiz, Option<&User>),
    percent: &str,
) -> Answer<Response> {
    let (least, most) = (quiz_time_factors::WHOLE, quiz_time_factors::MOST);
    let student = student.ok_or_else(|| Problem::bad_request("Choose a student of this course."))?;
    let percent = percent.trim().parse().ok().filter(|percent| (least..=most).contains(percent));
    let refused = || Problem::bad_request(format!("The share is a whole number of percent, from {least} to {most}."));
    let percent = percent.ok_or_else(refused)?;
    let at = store::now();
    quiz_time_factors::set(&app.store, (app.course_id, student.id), percent, visitor.id(), at).await?;
    let subject = format!("{} {percent} % for {}", href(&of.slug), student.login);
    audit::record(&app.store, visitor.id(), "set_time_factor", &subject, at).await?;
    Ok(Redirect::to(&href(&of.slug)).into_response())
}

/// `POST /teach/quizzes/{slug}/attempts`
pub async fn one_more_attempt(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(slug): Path<String>,
    Form(form): Form<More>,
) -> Answer<Redirect> {
    let of = find(&app, &slug)?;
    let login = canonical_login(&form.student);
    let students = enrolments::students(&app.store, app.course_id).await?;
    let student = students.iter().find(|student| student.login == login);
    let student = student.ok_or_else(|| Problem::bad_request("Choose a student of this course."))?;
    let at = store::now();
    let whose = QuizOf { user: student.id, course: app.course_id, quiz: &of.slug };
    let unlimited =
        || Problem::bad_request("This quiz may be taken any number of times: nobody needs another attempt.");
    let most = of.quiz.attempts.ok_or_else(unlimited)?;
    let (given, taken) =
        (quiz_extra_attempts::count(&app.store, whose).await?, quiz_attempts::of_quiz(&app.store, whose).await?.len());
    if given > 0 && taken < most.saturating_add(given) as usize {
        let message = format!("{login} was given an attempt that has not begun yet.");
        return Err(Problem::conflict("No second attempt more", message).link(href(&slug), "Back to the quiz"));
    }
    quiz_extra_attempts::give(&app.store, whose, visitor.id(), at).await?;
    let subject = format!("{} for {login}", href(&slug));
    audit::record(&app.store, visitor.id(), "gave_attempt", &subject, at).await?;
    Ok(Redirect::to(&href(&slug)))
}

/// `POST /teach/quizzes/{slug}/minutes`
pub async fn more_minutes(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(slug): Path<String>,
    Form(form): Form<More>,
) -> Answer<Response> {
    let of = find(&app, &slug)?;
    let login = canonical_login(&form.student);
    let students = enrolments::students(&app.store, app.course_id).await?;
    let student = students.iter().find(|student| student.login == login);
    if let Some(percent) = &form.percent {
        return set_factor(&app, &visitor, (of, student), percent).await;
    }
    if student.is_none() && !login.is_empty() {
        return Err(Problem::bad_request("Choose a student of this course, or everybody."));
    }
    let minutes = form.minutes.trim().parse().ok().filter(|minutes| (1..=MOST_MINUTES).contains(minutes));
    let Some(minutes) = minutes else {
        let error = Some(format!("A whole number of minutes, from 1 to {MOST_MINUTES}."));
        let field = TextField { text: form.minutes, error };
        let page = page(&app, &visitor, &slug, (field, login)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let at = store::now();
    let student = student.map(|student| student.id);
    let grant = Grant { course: app.course_id, quiz: &of.slug, student, minutes, by: visitor.id(), at };
    quiz_extra_minutes::give(&app.store, &grant).await?;
    let subject = format!("{} {minutes} min for {}", href(&slug), if login.is_empty() { "all" } else { &login });
    audit::record(&app.store, visitor.id(), "gave_minutes", &subject, at).await?;
    Ok(Redirect::to(&href(&slug)).into_response())
}
