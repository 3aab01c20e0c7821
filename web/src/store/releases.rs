//! `releases` and `published_releases`: which states of a course's content have been served, and which one is served when
//! the server is given no course.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Database, ReleaseId, Result, Store};

/// Records a release; one that was served before keeps its first instant.
pub async fn ensure(store: &Store, id: &ReleaseId, course: CourseId, at: Timestamp) -> Result<()> {
    add(&store.pool, id, course, at).await
}

async fn add<'e>(
    executor: impl sqlx::Executor<'e, Database = Database>,
    id: &ReleaseId,
    course: CourseId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO releases (id, course_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
        .bind(id)
        .bind(course)
        .bind(Millis::from(at))
        .execute(executor)
        .await?;
    Ok(())
}

/// Forgets a release, unless something names it; says whether it was forgotten.
pub async fn forget_unused(store: &Store, id: &ReleaseId) -> Result<bool> {
    let deleted = sqlx::query("DELETE FROM releases WHERE id = $1").bind(id).execute(&store.pool).await;
    match deleted {
        Ok(done) => Ok(done.rows_affected() > 0),
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Makes the release the one that is served when the server is given no course.
pub async fn publish(store: &Store, id: &ReleaseId, course: CourseId, at: Timestamp) -> Result<()> {
    let mut transaction = store.write().await?;
    add(&mut *transaction, id, course, at).await?;
    sqlx::query("INSERT INTO published_releases (release_id, at) VALUES ($1, $2)")
        .bind(id)
        .bind(Millis::from(at))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// The release that was published last.
pub async fn published(store: &Store) -> Result<Option<ReleaseId>> {
    let id = sqlx::query_scalar("SELECT release_id FROM published_releases ORDER BY id DESC LIMIT 1")
        .fetch_optional(&store.pool)
        .await?;
    Ok(id)
}

/// Whether the release was served or published in the course.
pub async fn is_known(store: &Store, id: &ReleaseId, course: CourseId) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM releases WHERE id = $1 AND course_id = $2")
        .bind(id)
        .bind(course)
        .fetch_optional(&store.pool)
        .await?;
    Ok(found.is_some())
}
