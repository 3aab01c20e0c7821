//! `quiz_extra_attempts`: attempts that staff gave one student on top of those that a quiz allows. Only added to.

use jiff::Timestamp;

use super::instants::Millis;
use super::quiz_attempts::QuizOf;
use super::{CourseId, Result, Store, UserId};

/// An attempt on the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraAttempt {
    pub student: UserId,
    /// Who gave it, by name.
    pub by: String,
    pub at: Timestamp,
}

/// Gives the student one attempt more.
pub async fn give(store: &Store, of: QuizOf<'_>, by: UserId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO quiz_extra_attempts (course_id, quiz, student_id, user_id, at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(of.course)
    .bind(of.quiz)
    .bind(of.user)
    .bind(by)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// How many the student was given.
pub async fn count(store: &Store, of: QuizOf<'_>) -> Result<u32> {
    let count = "SELECT count(*) FROM quiz_extra_attempts WHERE course_id = $1 AND quiz = $2 AND student_id = $3";
    Ok(sqlx::query_scalar(count).bind(of.course).bind(of.quiz).bind(of.user).fetch_one(&store.pool).await?)
}

/// Everything that was given at a quiz, in order.
pub async fn of_quiz(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<ExtraAttempt>> {
    let rows: Vec<(UserId, String, Millis)> = sqlx::query_as(
        "SELECT e.student_id, u.name, e.at FROM quiz_extra_attempts e JOIN users u ON u.id = e.user_id
         WHERE e.course_id = $1 AND e.quiz = $2 ORDER BY e.id",
    )
    .bind(course)
    .bind(quiz)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(|(student, by, at)| ExtraAttempt { student, by, at: at.into() }).collect())
}
