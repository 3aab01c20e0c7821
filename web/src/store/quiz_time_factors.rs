//! `quiz_time_factors`: a student's share of the time of every quiz. Only added to; of a student the last row holds.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Result, Store, UserId};

/// What all have, in percent.
pub const WHOLE: u32 = 100;
pub const MOST: u32 = 400;

/// Gives the student that share, from the next attempt on.
pub async fn set(
    store: &Store,
    (course, student): (CourseId, UserId),
    percent: u32,
    by: UserId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO quiz_time_factors (course_id, student_id, percent, user_id, at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(course)
    .bind(student)
    .bind(percent)
    .bind(by)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// The shares that hold, in percent, of those who have another than all.
pub async fn of_course(store: &Store, course: CourseId) -> Result<BTreeMap<UserId, u32>> {
    let rows: Vec<(UserId, u32)> = sqlx::query_as(
        "SELECT f.student_id, f.percent FROM quiz_time_factors f
         WHERE f.course_id = $1 AND f.percent <> $2
           AND f.id = (SELECT max(l.id) FROM quiz_time_factors l
                       WHERE l.course_id = f.course_id AND l.student_id = f.student_id)",
    )
    .bind(course)
    .bind(WHOLE)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().collect())
}
