//! `releases`: which states of a course's content have been served.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, ReleaseId, Result, Store};

/// Records a release; one that was served before keeps its first instant.
pub async fn ensure(store: &Store, id: &ReleaseId, course: CourseId, at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO releases (id, course_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
        .bind(id)
        .bind(course)
        .bind(Millis::from(at))
        .execute(&store.pool)
        .await?;
    Ok(())
}
