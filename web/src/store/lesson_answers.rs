//! `lesson_answers`: what a person answered last to the questions in lessons' texts.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Result, Store, UserId};

/// Keeps an answer in the place of the one before.
pub async fn put(
    store: &Store,
    (user, course): (UserId, CourseId),
    (lesson, question): (&str, &str),
    answer: &str,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO lesson_answers (user_id, course_id, lesson, question, answer, answered_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, course_id, lesson, question)
         DO UPDATE SET answer = excluded.answer, answered_at = excluded.answered_at",
    )
    .bind(user)
    .bind(course)
    .bind(lesson)
    .bind(question)
    .bind(answer)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// The person's answers in one lesson, by question.
pub async fn of_lesson(
    store: &Store,
    (user, course): (UserId, CourseId),
    lesson: &str,
) -> Result<BTreeMap<String, String>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT question, answer FROM lesson_answers WHERE user_id = $1 AND course_id = $2 AND lesson = $3",
    )
    .bind(user)
    .bind(course)
    .bind(lesson)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().collect())
}
