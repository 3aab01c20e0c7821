//! `documents`: the files that a student edits in the browser, with a revision that counts the saves.

use jiff::Timestamp;

use super::instants::Millis;
use super::lab_attempts::LabOf;
use super::{ReleaseId, Result, Store};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub path: String,
    /// The one whose starter it began with, or that the student has seen the changes of.
    pub release: ReleaseId,
    /// From 1.
    pub revision: i64,
    /// A notebook's cells as JSON, or a text as it is.
    pub content: String,
    pub updated_at: Timestamp,
}

type Row = (String, ReleaseId, i64, String, Millis);

impl From<Row> for Document {
    fn from((path, release, revision, content, updated_at): Row) -> Self {
        Self { path, release, revision, content, updated_at: updated_at.into() }
    }
}

/// How a save ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Kept, under this revision.
    Kept { revision: i64 },
    /// Somebody saved in between (or nothing was there); this is what is kept.
    Stale(Option<Document>),
}

pub async fn get(store: &Store, of: LabOf<'_>, path: &str) -> Result<Option<Document>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT path, release_id, revision, content, updated_at FROM documents
         WHERE user_id = $1 AND course_id = $2 AND lab = $3 AND path = $4",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(path)
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(Document::from))
}

pub async fn all(store: &Store, of: LabOf<'_>) -> Result<Vec<Document>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT path, release_id, revision, content, updated_at FROM documents
         WHERE user_id = $1 AND course_id = $2 AND lab = $3 ORDER BY path",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(Document::from).collect())
}

/// Puts the starter's text where the student has no document yet, as revision 1; otherwise changes nothing.
pub async fn start(
    store: &Store,
    of: LabOf<'_>,
    path: &str,
    content: &str,
    release: &ReleaseId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO documents (user_id, course_id, lab, path, release_id, revision, content, updated_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7) ON CONFLICT (user_id, course_id, lab, path) DO NOTHING",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(path)
    .bind(release)
    .bind(content)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Keeps the content when the stored revision is still the one that the writer saw.
pub async fn save(
    store: &Store,
    of: LabOf<'_>,
    path: &str,
    (content, seen_revision): (&str, i64),
    at: Timestamp,
) -> Result<Saved> {
    let revision: Option<i64> = sqlx::query_scalar(
        "UPDATE documents SET content = $6, revision = revision + 1, updated_at = $7
         WHERE user_id = $1 AND course_id = $2 AND lab = $3 AND path = $4 AND revision = $5 RETURNING revision",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(path)
    .bind(seen_revision)
    .bind(content)
    .bind(Millis::from(at))
    .fetch_optional(&store.pool)
    .await?;
    match revision {
        Some(revision) => Ok(Saved::Kept { revision }),
        None => Ok(Saved::Stale(get(store, of, path).await?)),
    }
}

/// Keeps the content whatever is there; for an import that the student asked for.
pub async fn replace(store: &Store, of: LabOf<'_>, path: &str, content: &str, at: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE documents SET content = $5, revision = revision + 1, updated_at = $6
         WHERE user_id = $1 AND course_id = $2 AND lab = $3 AND path = $4",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(path)
    .bind(content)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Lets the document count as begun with the release, because the student has seen what changed. The content stays.
pub async fn adopt(store: &Store, of: LabOf<'_>, path: &str, release: &ReleaseId) -> Result<()> {
    sqlx::query(
        "UPDATE documents SET release_id = $5 WHERE user_id = $1 AND course_id = $2 AND lab = $3 AND path = $4",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(path)
    .bind(release)
    .execute(&store.pool)
    .await?;
    Ok(())
}
