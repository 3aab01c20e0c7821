//! `/quiz`: the rules before the start, and the start.

use axum::extract::State;
use axum::response::Redirect;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use sandbar_content::{CourseQuiz, Topic, TopicKind};
use sandbar_quizzes::attempt::max_points;
use sandbar_quizzes::deadline::may_start;
use sandbar_quizzes::{Keep, Quiz, ShowFeedback, draw};

use super::Answer;
use super::shown::{moment, points};
use super::week::counting_attempt;
use crate::app::App;
use crate::auth::Visitor;
use crate::background::quizzes;
use crate::error::Problem;
use crate::store::quiz_attempts::{self, NewAttempt, Opened, QuizAttempt, QuizOf};
use crate::store::{self, audit};
use crate::view::quiz as view;

/// The course's quiz with its place in the week.
pub fn of_course(app: &App) -> Answer<(&CourseQuiz, &Topic)> {
    let topic = app.course.topics.iter().find(|topic| topic.kind == TopicKind::Quiz);
    let found = topic.and_then(|topic| Some((app.course.quiz(&topic.slug)?, topic)));
    found.ok_or_else(|| Problem::unknown("quiz", "quiz", []))
}

/// `GET /quiz`
pub async fn show(State(app): State<App>, visitor: Visitor) -> Answer<view::Quiz> {
    let (course_quiz, topic) = of_course(&app)?;
    let quiz = &course_quiz.quiz;
    let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: &course_quiz.slug };
    quizzes::close_overdue(&app, store::now()).await?;
    let attempts = quiz_attempts::of_quiz(&app.store, of).await?;
    let running = attempts.iter().find(|attempt| attempt.result.is_none());
    let refusal = refusal(quiz, topic, attempts.len(), store::now());
    Ok(view::Quiz {
        page: visitor.page(quiz.title.clone()),
        title: quiz.title.clone(),
        summary: quiz.summary.clone().unwrap_or_default(),
        questions: draw(quiz, 0).len(),
        minutes: quiz.minutes.unwrap_or_default(),
        points: points(max_points(quiz, 0).0),
        due: topic.due.map(moment),
        rules: rules(quiz),
        running: running.map(running_attempt),
        can_start: running.is_none() && refusal.is_none(),
        refusal: refusal.unwrap_or_default(),
        attempts: summaries(&app, &course_quiz.slug, &attempts),
    })
}

/// `POST /quiz/attempts`
pub async fn start(State(app): State<App>, visitor: Visitor) -> Answer<Redirect> {
    let (course_quiz, topic) = of_course(&app)?;
    let quiz = &course_quiz.quiz;
    let at = store::now();
    quizzes::close_overdue(&app, at).await?;
    let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: &course_quiz.slug };
    let taken = quiz_attempts::of_quiz(&app.store, of).await?;
    let running = taken.iter().any(|attempt| attempt.result.is_none());
    if let Some(refusal) = refusal(quiz, topic, taken.len(), at).filter(|_| !running) {
        return Err(Problem::conflict("No attempt can be started", refusal).link("/quiz", "Back to the quiz"));
    }
    let new = NewAttempt {
        release: &app.release,
        seed: u64::from(rand::rng().random::<u32>()),
        started_at: at,
        deadline_at: quiz.minutes.map(|minutes| at + SignedDuration::from_mins(i64::from(minutes))),
        most_attempts: quiz.attempts,
    };
    match quiz_attempts::open(&app.store, of, &new).await? {
        Opened::Attempt(attempt) => {
            let href = href(&attempt);
            audit::record(&app.store, visitor.id(), "began_quiz", &href, at).await?;
            Ok(Redirect::to(&href))
        }
        Opened::NoneLeft => {
            Err(Problem::conflict("No attempt can be started", "All attempts are used.").link("/quiz", "Back"))
        }
    }
}

pub fn href(attempt: &QuizAttempt) -> String {
    format!("/quiz/attempts/{}", attempt.id)
}

/// Why no further attempt may begin, if so.
pub fn refusal(quiz: &Quiz, topic: &Topic, made: usize, at: Timestamp) -> Option<String> {
    let due = topic.due.map(|due| due.as_millisecond());
    let made = u32::try_from(made).unwrap_or(u32::MAX);
    if may_start(quiz.attempts, made, at.as_millisecond(), due) {
        None
    } else if quiz.attempts.is_some_and(|allowed| made >= allowed) {
        Some(format!("You have used all {made} attempts."))
    } else {
        Some("The quiz was due; no attempt can be started any more.".to_owned())
    }
}

fn rules(quiz: &Quiz) -> Vec<String> {
    let attempts = match quiz.attempts {
        Some(1) => "You have one attempt.".to_owned(),
        Some(attempts) => format!("You have {attempts} attempts; each draws its questions anew."),
        None => "You may try as often as you like; each attempt draws its questions anew.".to_owned(),
    };
    let keep = match quiz.keep {
        Keep::Best => "Your best attempt counts.",
        Keep::Last => "Your last attempt counts.",
        Keep::Mean => "The mean of your attempts counts.",
    };
    let feedback = match quiz.show_feedback {
        ShowFeedback::AfterQuestion | ShowFeedback::AfterAttempt => {
            "Answers and explanations are shown when you have handed in."
        }
        ShowFeedback::AfterDue => "Answers and explanations are shown after the due date.",
        ShowFeedback::Never => "Answers are not shown.",
    };
    let clock = "The clock is the server's. Each answer is saved as you give it; when the time is over, what was saved is handed in.";
    let mut rules = vec![attempts, keep.to_owned(), feedback.to_owned()];
    rules.extend(quiz.minutes.map(|_| clock.to_owned()));
    rules
}

fn running_attempt(attempt: &QuizAttempt) -> view::RunningAttempt {
    let ends = attempt.deadline_at.unwrap_or(attempt.started_at);
    view::RunningAttempt { href: href(attempt), ends: moment(ends) }
}

fn summaries(app: &App, slug: &str, attempts: &[QuizAttempt]) -> Vec<view::AttemptSummary> {
    let counting = counting_attempt(app, slug, attempts);
    let summary = |attempt: &QuizAttempt| {
        let result = attempt.result.as_ref()?;
        Some(view::AttemptSummary {
            number: usize::try_from(attempt.number).unwrap_or_default(),
            at: moment(result.submitted_at),
            result: format!("{} of {}", points(result.score), points(result.max_score)),
            href: href(attempt),
            counts: counting == Some(attempt.id),
        })
    };
    attempts.iter().rev().filter_map(summary).collect()
}
