//! `tried_cases`: which case of which submission was loaded into a scratch workspace.

use jiff::Timestamp;

use super::instants::Millis;
use super::{LabAttemptId, Result, Store, SubmissionId};

/// Notes what the workspace of this attempt holds; an attempt holds one case for good.
pub async fn put(
    store: &Store,
    attempt: LabAttemptId,
    (submission, check): (SubmissionId, &str),
    at: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO tried_cases (attempt_id, submission_id, check_id, at) VALUES ($1, $2, $3, $4)")
        .bind(attempt)
        .bind(submission)
        .bind(check)
        .bind(Millis::from(at))
        .execute(&store.pool)
        .await?;
    Ok(())
}

/// The submission and the check whose case the attempt holds.
pub async fn get(store: &Store, attempt: LabAttemptId) -> Result<Option<(SubmissionId, String)>> {
    let row = sqlx::query_as("SELECT submission_id, check_id FROM tried_cases WHERE attempt_id = $1")
        .bind(attempt)
        .fetch_optional(&store.pool)
        .await?;
    Ok(row)
}
