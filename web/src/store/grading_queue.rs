//! `grading_queue`: submissions that wait for a report.
//!
//! A worker holds a submission by a lease that ends by itself; the fence number of the lease goes with the result, so
//! that a worker which was thought dead cannot overwrite what its successor found.

use jiff::{SignedDuration, Timestamp};

use super::instants::Millis;
use super::reports::{self, NewReport};
use super::{Result, Store, SubmissionId, Transaction, counting_reports, regrade_queue};

/// The problem of a submission that nobody gave back.
pub(super) const LOST: &str = "Grading began and never ended: the process died, or the lease ran out, each time.";

/// The right to grade one submission until the lease ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub submission: SubmissionId,
    fence: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waiting, with so many before it.
    Waiting {
        ahead: i64,
    },
    Running,
    Done,
    /// We could not grade it; it was put aside with a problem that staff can read.
    Failed,
}

pub(super) async fn enqueue(transaction: &mut Transaction, submission: SubmissionId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO grading_queue (submission_id, state, not_before, enqueued_at) VALUES ($1, 'waiting', $2, $2)",
    )
    .bind(submission)
    .bind(Millis::from(at))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Takes the submission that has waited longest, or one whose lease has ended.
pub async fn lease(store: &Store, duration: SignedDuration, at: Timestamp) -> Result<Option<Lease>> {
    let row: Option<(SubmissionId, i64)> = sqlx::query_as(
        "UPDATE grading_queue SET state = 'leased', fence = fence + 1, lease_until = $2
         WHERE submission_id = (
             SELECT submission_id FROM grading_queue
             WHERE (state = 'waiting' AND not_before <= $1) OR (state = 'leased' AND lease_until <= $1)
             ORDER BY enqueued_at, submission_id LIMIT 1)
         RETURNING submission_id, fence",
    )
    .bind(Millis::from(at))
    .bind(Millis::from(at + duration))
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(|(submission, fence)| Lease { submission, fence }))
}

/// Puts aside what was leased `most_tries` times and never given back, also of regrades: a process that dies while it
/// grades would take the same one again and again, and nobody behind it would get a report.
pub async fn put_aside(store: &Store, at: Timestamp, most_tries: i64) -> Result<()> {
    sqlx::query(
        "UPDATE grading_queue SET state = 'failed', lease_until = NULL, problem = coalesce(problem, $3)
         WHERE fence >= $2 AND (state = 'waiting' OR (state = 'leased' AND lease_until <= $1))",
    )
    .bind(Millis::from(at))
    .bind(most_tries)
    .bind(LOST)
    .execute(&store.pool)
    .await?;
    regrade_queue::put_aside(store, at, most_tries).await
}

/// Ends every lease, also those of regrades. For a process that has just started and has the database to itself: whoever held one is dead.
pub async fn end_leases(store: &Store) -> Result<()> {
    sqlx::query("UPDATE grading_queue SET state = 'waiting', lease_until = NULL WHERE state = 'leased'")
        .execute(&store.pool)
        .await?;
    regrade_queue::end_leases(store).await
}

/// Records the report when the lease is still the submission's last one; says whether it was.
pub async fn complete(store: &Store, lease: Lease, report: &NewReport, at: Timestamp) -> Result<bool> {
    let mut transaction = store.write().await?;
    let closed = sqlx::query(
        "UPDATE grading_queue SET state = 'done', lease_until = NULL, problem = NULL
         WHERE submission_id = $1 AND fence = $2 AND state = 'leased'",
    )
    .bind(lease.submission)
    .bind(lease.fence)
    .execute(&mut *transaction)
    .await?;
    if closed.rows_affected() == 0 {
        return Ok(false);
    }
    let report = reports::add(&mut transaction, lease.submission, report, at).await?;
    counting_reports::add_first(&mut transaction, (lease.submission, report), at).await?;
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
        "UPDATE grading_queue SET state = CASE WHEN fence >= $5 THEN 'failed' ELSE 'waiting' END,
                lease_until = NULL, not_before = $3, problem = $4
         WHERE submission_id = $1 AND fence = $2 AND state = 'leased'",
    )
    .bind(lease.submission)
    .bind(lease.fence)
    .bind(Millis::from(not_before))
    .bind(problem)
    .bind(most_tries)
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Lets a submission that was put aside be tried again.
pub async fn retry(store: &Store, submission: SubmissionId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE grading_queue SET state = 'waiting', fence = 0, not_before = $2 WHERE submission_id = $1 AND state = 'failed'",
    )
    .bind(submission)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

pub async fn state(store: &Store, submission: SubmissionId) -> Result<Option<State>> {
    let row: Option<(String, i64)> = sqlx::query_as(
        "SELECT q.state, (SELECT count(*) FROM grading_queue o WHERE o.state IN ('waiting', 'leased')
                          AND (o.enqueued_at, o.submission_id) < (q.enqueued_at, q.submission_id))
         FROM grading_queue q WHERE q.submission_id = $1",
    )
    .bind(submission)
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(|(state, ahead)| match state.as_str() {
        "waiting" => State::Waiting { ahead },
        "leased" => State::Running,
        "done" => State::Done,
        _ => State::Failed,
    }))
}
