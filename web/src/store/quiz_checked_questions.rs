//! `quiz_checked_questions`: questions of an attempt whose feedback was shown while it ran. Only added to.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::instants::Millis;
use super::{QuizAttemptId, Result, Store};

/// Keeps that the feedback on a question is shown from now on.
pub async fn add(store: &Store, attempt: QuizAttemptId, question: &str, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO quiz_checked_questions (attempt_id, question, at) VALUES ($1, $2, $3)
         ON CONFLICT (attempt_id, question) DO NOTHING",
    )
    .bind(attempt)
    .bind(question)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Their ids.
pub async fn of_attempt(store: &Store, attempt: QuizAttemptId) -> Result<BTreeSet<String>> {
    let rows: Vec<String> = sqlx::query_scalar("SELECT question FROM quiz_checked_questions WHERE attempt_id = $1")
        .bind(attempt)
        .fetch_all(&store.pool)
        .await?;
    Ok(rows.into_iter().collect())
}
