//! `regrade_queue`: submissions that wait to be graded again. Taken by leases, as in [`super::grading_queue`].

use jiff::{SignedDuration, Timestamp};

use super::grading_queue::LOST;
use super::instants::Millis;
use super::reports::{self, NewReport};
use super::{RegradeId, Result, Store, SubmissionId};

/// The right to grade one submission of a regrade until the lease ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub regrade: RegradeId,
    pub submission: SubmissionId,
    fence: i64,
}

/// Takes the submission that has waited longest, or one whose lease has ended.
pub async fn lease(store: &Store, duration: SignedDuration, at: Timestamp) -> Result<Option<Lease>> {
    let row: Option<(RegradeId, SubmissionId, i64)> = sqlx::query_as(
        "UPDATE regrade_queue SET state = 'leased', fence = fence + 1, lease_until = $2
         WHERE (regrade_id, submission_id) = (
             SELECT regrade_id, submission_id FROM regrade_queue
             WHERE (state = 'waiting' AND not_before <= $1) OR (state = 'leased' AND lease_until <= $1)
             ORDER BY regrade_id, submission_id LIMIT 1)
         RETURNING regrade_id, submission_id, fence",
    )
    .bind(Millis::from(at))
    .bind(Millis::from(at + duration))
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(|(regrade, submission, fence)| Lease { regrade, submission, fence }))
}

/// For [`super::grading_queue::put_aside`].
pub(super) async fn put_aside(store: &Store, at: Timestamp, most_tries: i64) -> Result<()> {
    sqlx::query(
        "UPDATE regrade_queue SET state = 'failed', lease_until = NULL, problem = coalesce(problem, $3)
         WHERE fence >= $2 AND (state = 'waiting' OR (state = 'leased' AND lease_until <= $1))",
    )
    .bind(Millis::from(at))
    .bind(most_tries)
    .bind(LOST)
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// For [`super::grading_queue::end_leases`].
pub(super) async fn end_leases(store: &Store) -> Result<()> {
    sqlx::query("UPDATE regrade_queue SET state = 'waiting', lease_until = NULL WHERE state = 'leased'")
        .execute(&store.pool)
        .await?;
    Ok(())
}

/// Records the report when the lease is still the last one of its submission; says whether it was. Which report
/// counts stays as it is.
pub async fn complete(store: &Store, lease: Lease, report: &NewReport, at: Timestamp) -> Result<bool> {
    let mut transaction = store.write().await?;
    let held: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM regrade_queue WHERE regrade_id = $1 AND submission_id = $2 AND fence = $3 AND state = 'leased'",
    )
    .bind(lease.regrade)
    .bind(lease.submission)
    .bind(lease.fence)
    .fetch_optional(&mut *transaction)
    .await?;
    if held.is_none() {
        return Ok(false);
    }
    let report = reports::add(&mut transaction, lease.submission, report, at).await?;
    sqlx::query(
        "UPDATE regrade_queue SET state = 'done', lease_until = NULL, problem = NULL, report_id = $3
         WHERE regrade_id = $1 AND submission_id = $2",
    )
    .bind(lease.regrade)
    .bind(lease.submission)
    .bind(report)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Gives the submission back, to be tried again from `not_before` on; after `most_tries` leases it is put aside.
pub async fn give_back(
    store: &Store,
    lease: Lease,
    problem: &str,
    (not_before, most_tries): (Timestamp, i64),
) -> Result<()> {
    sqlx::query(
        "UPDATE regrade_queue SET state = CASE WHEN fence >= $6 THEN 'failed' ELSE 'waiting' END,
                lease_until = NULL, not_before = $4, problem = $5
         WHERE regrade_id = $1 AND submission_id = $2 AND fence = $3 AND state = 'leased'",
    )
    .bind(lease.regrade)
    .bind(lease.submission)
    .bind(lease.fence)
    .bind(Millis::from(not_before))
    .bind(problem)
    .bind(most_tries)
    .execute(&store.pool)
    .await?;
    Ok(())
}
