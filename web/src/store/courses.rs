//! `courses` and their `sections`.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Result, SectionId, Store};

/// Adds the course, or renames the one of that slug.
pub async fn ensure(store: &Store, slug: &str, title: &str, at: Timestamp) -> Result<CourseId> {
    let id = sqlx::query_scalar(
        "INSERT INTO courses (slug, title, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (slug) DO UPDATE SET title = excluded.title RETURNING id",
    )
    .bind(slug)
    .bind(title)
    .bind(Millis::from(at))
    .fetch_one(&store.pool)
    .await?;
    Ok(id)
}

/// The course of that slug.
pub async fn find(store: &Store, slug: &str) -> Result<Option<CourseId>> {
    let id =
        sqlx::query_scalar("SELECT id FROM courses WHERE slug = $1").bind(slug).fetch_optional(&store.pool).await?;
    Ok(id)
}

/// Slugs of the courses in which something was handed in.
pub async fn with_submissions(store: &Store) -> Result<Vec<String>> {
    let slugs = sqlx::query_scalar(
        "SELECT slug FROM courses c WHERE EXISTS (SELECT 1 FROM submissions s WHERE s.course_id = c.id) ORDER BY slug",
    )
    .fetch_all(&store.pool)
    .await?;
    Ok(slugs)
}

/// Adds the section, or gives the one of that name.
pub async fn ensure_section(store: &Store, course: CourseId, name: &str) -> Result<SectionId> {
    let id = sqlx::query_scalar(
        "INSERT INTO sections (course_id, name) VALUES ($1, $2)
         ON CONFLICT (course_id, name) DO UPDATE SET name = excluded.name RETURNING id",
    )
    .bind(course)
    .bind(name)
    .fetch_one(&store.pool)
    .await?;
    Ok(id)
}
