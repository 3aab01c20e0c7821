//! `lesson_progress`: lessons opened and read.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, ReleaseId, Result, Store, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub lesson: String,
    pub seen_at: Timestamp,
    pub done_at: Option<Timestamp>,
    /// The step of the walkthrough that was seen last, from 0.
    pub walkthrough_step: i64,
    /// The id of what was in view last; empty at the top.
    pub place: String,
}

/// Notes that the lesson was opened now.
pub async fn open(
    store: &Store,
    (user, course): (UserId, CourseId),
    lesson: &str,
    release: &ReleaseId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO lesson_progress (user_id, course_id, lesson, release_id, opened_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (user_id, course_id, lesson) DO UPDATE SET seen_at = excluded.seen_at, release_id = excluded.release_id",
    )
    .bind(user)
    .bind(course)
    .bind(lesson)
    .bind(release)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Notes that an opened lesson was read to its end; the first time counts.
pub async fn finish(store: &Store, (user, course): (UserId, CourseId), lesson: &str, at: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE lesson_progress SET done_at = $4 WHERE user_id = $1 AND course_id = $2 AND lesson = $3 AND done_at IS NULL",
    )
    .bind(user)
    .bind(course)
    .bind(lesson)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Notes which step of an opened lesson's walkthrough was seen last, and the place that the reader is at with it.
pub async fn reach(
    store: &Store,
    (user, course): (UserId, CourseId),
    lesson: &str,
    (step, place): (i64, &str),
) -> Result<()> {
    sqlx::query(
        "UPDATE lesson_progress SET walkthrough_step = $4, place = $5
         WHERE user_id = $1 AND course_id = $2 AND lesson = $3",
    )
    .bind(user)
    .bind(course)
    .bind(lesson)
    .bind(step)
    .bind(place)
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Notes where the reader of an opened lesson is.
pub async fn stay(store: &Store, (user, course): (UserId, CourseId), lesson: &str, place: &str) -> Result<()> {
    sqlx::query("UPDATE lesson_progress SET place = $4 WHERE user_id = $1 AND course_id = $2 AND lesson = $3")
        .bind(user)
        .bind(course)
        .bind(lesson)
        .bind(place)
        .execute(&store.pool)
        .await?;
    Ok(())
}

/// Every lesson that the person opened.
pub async fn of_user(store: &Store, user: UserId, course: CourseId) -> Result<Vec<Progress>> {
    type Row = (String, Millis, Option<Millis>, i64, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT lesson, seen_at, done_at, walkthrough_step, place FROM lesson_progress
         WHERE user_id = $1 AND course_id = $2",
    )
    .bind(user)
    .bind(course)
    .fetch_all(&store.pool)
    .await?;
    let progress = |(lesson, seen_at, done_at, walkthrough_step, place): Row| Progress {
        lesson,
        seen_at: seen_at.into(),
        done_at: done_at.map(Timestamp::from),
        walkthrough_step,
        place,
    };
    Ok(rows.into_iter().map(progress).collect())
}

/// How many lessons each person of the course has read.
pub async fn finished(store: &Store, course: CourseId) -> Result<BTreeMap<UserId, u32>> {
    let rows: Vec<(UserId, u32)> = sqlx::query_as(
        "SELECT user_id, count(*) FROM lesson_progress WHERE course_id = $1 AND done_at IS NOT NULL GROUP BY user_id",
    )
    .bind(course)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().collect())
}
