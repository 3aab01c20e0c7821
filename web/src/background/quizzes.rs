//! The ends of quiz attempts: scored when handed in, or with what was saved when their time is over.

use jiff::Timestamp;
use sandbar_quizzes::{Answers, score};

use crate::app::App;
use crate::config::QUIZ_GRACE;
use crate::error::Fault;
use crate::store::quiz_attempts::{self, QuizAttempt, QuizResult};
use crate::store::{QuizAttemptId, quiz_answers};

/// Closes every attempt whose time, with the grace for late answers, is over.
pub async fn close_overdue(app: &App, at: Timestamp) -> Result<(), Fault> {
    for attempt in quiz_attempts::overdue(&app.store, at - QUIZ_GRACE).await? {
        close(app, &attempt, attempt.deadline_at.unwrap_or(at)).await?;
    }
    Ok(())
}

/// Scores what was saved, and closes the attempt with it.
pub async fn close(app: &App, attempt: &QuizAttempt, at: Timestamp) -> Result<(), Fault> {
    let Some(course_quiz) = app.course.quiz(&attempt.quiz) else {
        return Err(Fault::new(format!("the course has no quiz {}", attempt.quiz)));
    };
    let scored = score(&course_quiz.quiz, &answers(app, attempt.id).await?, attempt.seed);
    let result = QuizResult {
        submitted_at: at,
        score: scored.points.0,
        max_score: scored.max_points.0,
        body: serde_json::to_string(&scored)?,
    };
    quiz_attempts::close(&app.store, attempt.id, &result).await?;
    Ok(())
}

/// The answers saved in the attempt.
pub async fn answers(app: &App, attempt: QuizAttemptId) -> Result<Answers, Fault> {
    let saved = quiz_answers::of_attempt(&app.store, attempt).await?;
    saved.into_iter().map(|(question, answer)| Ok((question, serde_json::from_str(&answer)?))).collect()
}
