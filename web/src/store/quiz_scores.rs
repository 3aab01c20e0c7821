//! `quiz_scores`: points of handed-in attempts. Only added to; of an attempt the last row counts.

use jiff::Timestamp;

use super::instants::Millis;
use super::{QuizAmendmentId, QuizAttemptId, Result, Store, Transaction};

/// What an attempt was scored with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewScore {
    pub attempt: QuizAttemptId,
    /// In hundredths.
    pub score: u32,
    pub max_score: u32,
    /// The score of each question as JSON.
    pub body: String,
}

/// Gives a handed-in attempt its first score; one that has a score keeps it.
pub async fn add_first(store: &Store, new: &NewScore, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO quiz_scores (attempt_id, score, max_score, body, at) SELECT $1, $2, $3, $4, $5
         WHERE NOT EXISTS (SELECT 1 FROM quiz_scores WHERE attempt_id = $1)",
    )
    .bind(new.attempt)
    .bind(new.score)
    .bind(new.max_score)
    .bind(&new.body)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Gives an attempt another score, by an amendment.
pub async fn add_amended(
    transaction: &mut Transaction,
    new: &NewScore,
    amendment: QuizAmendmentId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO quiz_scores (attempt_id, score, max_score, body, amendment_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.attempt)
    .bind(new.score)
    .bind(new.max_score)
    .bind(&new.body)
    .bind(amendment)
    .bind(Millis::from(at))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
