//! `sign_in_failures`: wrong passwords, counted by account and by address, and wrong codes of exams, by account.

use jiff::{SignedDuration, Timestamp};

use super::instants::Millis;
use super::{Result, Store};

/// Failures of a subject since `first_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    pub count: i64,
    pub first_at: Timestamp,
}

/// What a subject failed within `window` before `at`.
pub async fn recent(store: &Store, subject: &str, window: SignedDuration, at: Timestamp) -> Result<Option<Failures>> {
    let row: Option<(i64, Millis)> =
        sqlx::query_as("SELECT failures, first_at FROM sign_in_failures WHERE subject = $1 AND first_at > $2")
            .bind(subject)
            .bind(Millis::from(at - window))
            .fetch_optional(&store.pool)
            .await?;
    Ok(row.map(|(count, first_at)| Failures { count, first_at: first_at.into() }))
}

/// Counts a failure, and gives the count with it; a count whose window is over starts anew.
pub async fn record(store: &Store, subject: &str, window: SignedDuration, at: Timestamp) -> Result<Failures> {
    let (count, first_at): (i64, Millis) = sqlx::query_as(
        "INSERT INTO sign_in_failures (subject, failures, first_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN sign_in_failures.first_at > $3 THEN sign_in_failures.failures + 1 ELSE 1 END,
             first_at = CASE WHEN sign_in_failures.first_at > $3 THEN sign_in_failures.first_at ELSE excluded.first_at END
         RETURNING failures, first_at",
    )
    .bind(subject)
    .bind(Millis::from(at))
    .bind(Millis::from(at - window))
    .fetch_one(&store.pool)
    .await?;
    Ok(Failures { count, first_at: first_at.into() })
}

pub async fn forget(store: &Store, subject: &str) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_failures WHERE subject = $1").bind(subject).execute(&store.pool).await?;
    Ok(())
}
