//! `lesson_parts`: what a person did of a lesson. The first time counts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Result, Store, UserId};

pub const WALKTHROUGH: &str = "walkthrough";
pub const EXERCISE: &str = "exercise";

/// Names of the parts done, by lesson.
pub type Done = BTreeMap<String, BTreeSet<String>>;

/// Notes that a part is done.
pub async fn note(
    store: &Store,
    (user, course): (UserId, CourseId),
    (lesson, part): (&str, &str),
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO lesson_parts (user_id, course_id, lesson, part, done_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (user_id, course_id, lesson, part) DO NOTHING",
    )
    .bind(user)
    .bind(course)
    .bind(lesson)
    .bind(part)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Every part of every lesson that the person did.
pub async fn of_user(store: &Store, user: UserId, course: CourseId) -> Result<Done> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT lesson, part FROM lesson_parts WHERE user_id = $1 AND course_id = $2")
            .bind(user)
            .bind(course)
            .fetch_all(&store.pool)
            .await?;
    let mut done = Done::new();
    for (lesson, part) in rows {
        done.entry(lesson).or_default().insert(part);
    }
    Ok(done)
}
