//! `quiz_executions`: what the statements in the answers of an attempt gave. Only added to.

use jiff::Timestamp;

use super::instants::Millis;
use super::{QuizAttemptId, Result, Store};

/// Keeps what an execution gave, both as JSON; what is there already stays.
pub async fn keep(
    store: &Store,
    attempt: QuizAttemptId,
    (execution, executed): (&str, &str),
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO quiz_executions (attempt_id, execution, executed, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (attempt_id, execution) DO NOTHING",
    )
    .bind(attempt)
    .bind(execution)
    .bind(executed)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Executions with what they gave.
pub async fn of_attempt(store: &Store, attempt: QuizAttemptId) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query_as("SELECT execution, executed FROM quiz_executions WHERE attempt_id = $1")
        .bind(attempt)
        .fetch_all(&store.pool)
        .await?;
    Ok(rows)
}
