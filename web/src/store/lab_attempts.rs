//! `lab_attempts`: the workspaces of a lab. At most one of a student's is open; starting over opens the next.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Database, LabAttemptId, ReleaseId, Result, Store, Transaction, UserId};

/// Whose work in which course and lab.
#[derive(Clone, Copy, Debug)]
pub struct LabOf<'a> {
    pub user: UserId,
    pub course: CourseId,
    pub lab: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LabAttempt {
    pub id: LabAttemptId,
    /// From 1.
    pub number: i64,
    pub release_id: ReleaseId,
}

/// The open attempt; the first one is opened here.
pub async fn current(store: &Store, of: LabOf<'_>, release: &ReleaseId, at: Timestamp) -> Result<LabAttempt> {
    if let Some(attempt) = open_one(&store.pool, of).await? {
        return Ok(attempt);
    }
    let mut transaction = store.write().await?;
    let attempt = match open_one(&mut *transaction, of).await? {
        Some(attempt) => attempt,
        None => open_next(&mut transaction, of, release, at).await?,
    };
    transaction.commit().await?;
    Ok(attempt)
}

/// Closes the open attempt and opens the next one.
pub async fn start_over(store: &Store, of: LabOf<'_>, release: &ReleaseId, at: Timestamp) -> Result<LabAttempt> {
    let mut transaction = store.write().await?;
    sqlx::query(
        "UPDATE lab_attempts SET closed_at = $4 WHERE user_id = $1 AND course_id = $2 AND lab = $3 AND closed_at IS NULL",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(Millis::from(at))
    .execute(&mut *transaction)
    .await?;
    let attempt = open_next(&mut transaction, of, release, at).await?;
    transaction.commit().await?;
    Ok(attempt)
}

async fn open_one<'e>(
    executor: impl sqlx::Executor<'e, Database = Database>,
    of: LabOf<'_>,
) -> Result<Option<LabAttempt>> {
    let row = sqlx::query_as(
        "SELECT id, number, release_id FROM lab_attempts
         WHERE user_id = $1 AND course_id = $2 AND lab = $3 AND closed_at IS NULL",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .fetch_optional(executor)
    .await?;
    Ok(row)
}

async fn open_next(
    transaction: &mut Transaction,
    of: LabOf<'_>,
    release: &ReleaseId,
    at: Timestamp,
) -> Result<LabAttempt> {
    let row = sqlx::query_as(
        "INSERT INTO lab_attempts (user_id, course_id, lab, number, release_id, started_at)
         VALUES ($1, $2, $3,
                 (SELECT coalesce(max(number), 0) + 1 FROM lab_attempts WHERE user_id = $1 AND course_id = $2 AND lab = $3),
                 $4, $5)
         RETURNING id, number, release_id",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(release)
    .bind(Millis::from(at))
    .fetch_one(&mut **transaction)
    .await?;
    Ok(row)
}
