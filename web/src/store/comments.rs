//! `comments`: what a person wrote to the student about a submission. Only added to.

use jiff::Timestamp;

use super::instants::Millis;
use super::{Result, Store, SubmissionId, UserId};

/// A comment about to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewComment<'a> {
    pub submission: SubmissionId,
    /// `None`: about the submission as a whole.
    pub check: Option<&'a str>,
    /// Never empty.
    pub text: &'a str,
    pub by: UserId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub check: Option<String>,
    pub text: String,
    /// Who wrote it, by name.
    pub by: String,
    pub at: Timestamp,
}

pub async fn add(store: &Store, new: NewComment<'_>, at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO comments (submission_id, check_id, text, user_id, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(new.submission)
        .bind(new.check)
        .bind(new.text)
        .bind(new.by)
        .bind(Millis::from(at))
        .execute(&store.pool)
        .await?;
    Ok(())
}

/// In the order in which they were written.
pub async fn of_submission(store: &Store, submission: SubmissionId) -> Result<Vec<Comment>> {
    let rows: Vec<(Option<String>, String, String, Millis)> = sqlx::query_as(
        "SELECT c.check_id, c.text, u.name, c.at FROM comments c JOIN users u ON u.id = c.user_id
         WHERE c.submission_id = $1 ORDER BY c.id",
    )
    .bind(submission)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(|(check, text, by, at)| Comment { check, text, by, at: at.into() }).collect())
}
