//! `quiz_answers`: what was answered in an attempt, each answer with the instant that it was saved.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::instants::Millis;
use super::{QuizAttemptId, Result, Store, quiz_answer_saves};

/// Saves answers (question id to JSON) while the attempt is open and its deadline, with the grace, not over; says
/// whether it was. An answer that is the same as before keeps its instant.
pub async fn save(
    store: &Store,
    attempt: QuizAttemptId,
    answers: &BTreeMap<String, String>,
    (at, grace): (Timestamp, SignedDuration),
) -> Result<bool> {
    let mut transaction = store.write().await?;
    let open: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM quiz_attempts WHERE id = $1 AND submitted_at IS NULL AND (deadline_at IS NULL OR deadline_at >= $2)",
    )
    .bind(attempt)
    .bind(Millis::from(at - grace))
    .fetch_optional(&mut *transaction)
    .await?;
    if open.is_none() {
        return Ok(false);
    }
    for (question, answer) in answers {
        let saved = sqlx::query(
            "INSERT INTO quiz_answers (attempt_id, question, answer, saved_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (attempt_id, question) DO UPDATE SET answer = excluded.answer, saved_at = excluded.saved_at
             WHERE answer <> excluded.answer",
        )
        .bind(attempt)
        .bind(question)
        .bind(answer)
        .bind(Millis::from(at))
        .execute(&mut *transaction)
        .await?;
        if saved.rows_affected() > 0 {
            quiz_answer_saves::add(&mut transaction, attempt, question, at).await?;
        }
    }
    transaction.commit().await?;
    Ok(true)
}

/// The saved answers, by question id.
pub async fn of_attempt(store: &Store, attempt: QuizAttemptId) -> Result<BTreeMap<String, String>> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT question, answer FROM quiz_answers WHERE attempt_id = $1")
        .bind(attempt)
        .fetch_all(&store.pool)
        .await?;
    Ok(rows.into_iter().collect())
}
