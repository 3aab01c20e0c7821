//! `overrides`: points that a person gave a check of a submission. Only added to; of a check, the last row holds.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, OverrideId, Result, Store, SubmissionId, UserId};

/// An override about to be recorded; points are hundredths.
#[derive(Clone, Copy, Debug)]
pub struct NewOverride<'a> {
    pub submission: SubmissionId,
    pub check: &'a str,
    pub points: u32,
    /// For the student; never empty.
    pub reason: &'a str,
    pub by: UserId,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub id: OverrideId,
    pub check: String,
    /// `None` withdraws what was set before.
    pub points: Option<u32>,
    pub reason: String,
    /// Who did it, by name.
    pub by: String,
    pub at: Timestamp,
    /// Whether it is the check's last row and sets points.
    pub in_force: bool,
}

type Row = (OverrideId, String, Option<u32>, String, String, Millis, bool);

impl From<Row> for Override {
    fn from((id, check, points, reason, by, at, in_force): Row) -> Self {
        Self { id, check, points, reason, by, at: at.into(), in_force }
    }
}

pub async fn add(store: &Store, new: NewOverride<'_>, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO overrides (submission_id, check_id, points, reason, user_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.submission)
    .bind(new.check)
    .bind(new.points)
    .bind(new.reason)
    .bind(new.by)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Withdraws an override of the submission by a row of its own; says whether it was in force until now.
pub async fn withdraw(
    store: &Store,
    (submission, id): (SubmissionId, OverrideId),
    by: UserId,
    at: Timestamp,
) -> Result<bool> {
    let added = sqlx::query(
        "INSERT INTO overrides (submission_id, check_id, points, reason, user_id, at)
         SELECT o.submission_id, o.check_id, NULL, '', $3, $4 FROM overrides o
         WHERE o.id = $2 AND o.submission_id = $1 AND o.points IS NOT NULL
           AND o.id = (SELECT max(l.id) FROM overrides l WHERE l.submission_id = $1 AND l.check_id = o.check_id)",
    )
    .bind(submission)
    .bind(id)
    .bind(by)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Every row of the submission, the latest first.
pub async fn of_submission(store: &Store, submission: SubmissionId) -> Result<Vec<Override>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT o.id, o.check_id, o.points, o.reason, u.name, o.at,
                o.points IS NOT NULL AND o.id = (SELECT max(l.id) FROM overrides l
                                                 WHERE l.submission_id = o.submission_id AND l.check_id = o.check_id)
         FROM overrides o JOIN users u ON u.id = o.user_id WHERE o.submission_id = $1 ORDER BY o.id DESC",
    )
    .bind(submission)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(Override::from).collect())
}

/// Check and points in hundredths.
pub type Set = (String, u32);

/// What is in force in the course, or for one student: checks and points of each submission that has any.
pub async fn in_force(
    store: &Store,
    course: CourseId,
    user: Option<UserId>,
) -> Result<BTreeMap<SubmissionId, Vec<Set>>> {
    let rows: Vec<(SubmissionId, String, u32)> = sqlx::query_as(
        "SELECT o.submission_id, o.check_id, o.points FROM overrides o JOIN submissions s ON s.id = o.submission_id
         WHERE s.course_id = $1 AND ($2 IS NULL OR s.user_id = $2) AND o.points IS NOT NULL
           AND o.id = (SELECT max(l.id) FROM overrides l
                       WHERE l.submission_id = o.submission_id AND l.check_id = o.check_id)
         ORDER BY o.id",
    )
    .bind(course)
    .bind(user)
    .fetch_all(&store.pool)
    .await?;
    let mut sets: BTreeMap<SubmissionId, Vec<Set>> = BTreeMap::new();
    for (submission, check, points) in rows {
        sets.entry(submission).or_default().push((check, points));
    }
    Ok(sets)
}
