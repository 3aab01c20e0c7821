//! `quiz_answer_saves`: when answers were saved, one row a save that changed the answer. Only added to.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, QuizAttemptId, Result, Store, Transaction};

/// Takes down a save.
pub async fn add(transaction: &mut Transaction, attempt: QuizAttemptId, question: &str, at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO quiz_answer_saves (attempt_id, question, at) VALUES ($1, $2, $3)")
        .bind(attempt)
        .bind(question)
        .bind(Millis::from(at))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Questions with the instants of their saves, in order, by attempt, of all attempts at a quiz.
pub type Saves = BTreeMap<QuizAttemptId, Vec<(String, Timestamp)>>;

pub async fn of_quiz(store: &Store, course: CourseId, quiz: &str) -> Result<Saves> {
    let rows: Vec<(QuizAttemptId, String, Millis)> = sqlx::query_as(
        "SELECT s.attempt_id, s.question, s.at FROM quiz_answer_saves s JOIN quiz_attempts a ON a.id = s.attempt_id
         WHERE a.course_id = $1 AND a.quiz = $2 ORDER BY s.id",
    )
    .bind(course)
    .bind(quiz)
    .fetch_all(&store.pool)
    .await?;
    let mut saves = Saves::new();
    for (attempt, question, at) in rows {
        saves.entry(attempt).or_default().push((question, at.into()));
    }
    Ok(saves)
}
