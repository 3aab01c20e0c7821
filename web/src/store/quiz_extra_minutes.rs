//! `quiz_extra_minutes`: minutes that staff gave while a quiz ran. Only added to.

use jiff::{SignedDuration, Timestamp};

use super::instants::Millis;
use super::{CourseId, Result, Store, UserId};

/// Minutes on the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraMinutes {
    /// `None` for all.
    pub student: Option<UserId>,
    pub minutes: u32,
    /// Who gave them, by name.
    pub by: String,
    pub at: Timestamp,
}

/// Who gives how many minutes to whom; `student` is `None` for all.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    pub course: CourseId,
    pub quiz: &'a str,
    pub student: Option<UserId>,
    pub minutes: u32,
    pub by: UserId,
    pub at: Timestamp,
}

/// Records the minutes and moves the deadlines of open attempts by them, both or neither; says how many it moved.
pub async fn give(store: &Store, grant: &Grant<'_>) -> Result<u64> {
    let mut transaction = store.write().await?;
    sqlx::query(
        "INSERT INTO quiz_extra_minutes (course_id, quiz, student_id, minutes, user_id, at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(grant.course)
    .bind(grant.quiz)
    .bind(grant.student)
    .bind(grant.minutes)
    .bind(grant.by)
    .bind(Millis::from(grant.at))
    .execute(&mut *transaction)
    .await?;
    let moved = sqlx::query(
        "UPDATE quiz_attempts SET deadline_at = deadline_at + $4
         WHERE course_id = $1 AND quiz = $2 AND ($3 IS NULL OR user_id = $3)
           AND submitted_at IS NULL AND deadline_at IS NOT NULL",
    )
    .bind(grant.course)
    .bind(grant.quiz)
    .bind(grant.student)
    .bind(i64::try_from(SignedDuration::from_mins(i64::from(grant.minutes)).as_millis()).unwrap_or_default())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(moved.rows_affected())
}

/// Everything that was given at a quiz, in order.
pub async fn of_quiz(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<ExtraMinutes>> {
    let rows: Vec<(Option<UserId>, u32, String, Millis)> = sqlx::query_as(
        "SELECT m.student_id, m.minutes, u.name, m.at FROM quiz_extra_minutes m JOIN users u ON u.id = m.user_id
         WHERE m.course_id = $1 AND m.quiz = $2 ORDER BY m.id",
    )
    .bind(course)
    .bind(quiz)
    .fetch_all(&store.pool)
    .await?;
    let extra = |(student, minutes, by, at): (Option<UserId>, u32, String, Millis)| ExtraMinutes {
        student,
        minutes,
        by,
        at: at.into(),
    };
    Ok(rows.into_iter().map(extra).collect())
}
