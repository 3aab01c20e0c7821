//! `public_checks`: what the public checks said last about an attempt. It counts for nothing.

use jiff::Timestamp;

use super::instants::Millis;
use super::{LabAttemptId, Result, Store};

/// Keeps the report, as JSON, in place of the attempt's earlier one.
pub async fn put(store: &Store, attempt: LabAttemptId, report: &str, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO public_checks (attempt_id, report, ran_at) VALUES ($1, $2, $3)
         ON CONFLICT (attempt_id) DO UPDATE SET report = excluded.report, ran_at = excluded.ran_at",
    )
    .bind(attempt)
    .bind(report)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

pub async fn get(store: &Store, attempt: LabAttemptId) -> Result<Option<String>> {
    let report = sqlx::query_scalar("SELECT report FROM public_checks WHERE attempt_id = $1")
        .bind(attempt)
        .fetch_optional(&store.pool)
        .await?;
    Ok(report)
}
