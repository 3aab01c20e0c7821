//! Bundles of what is in the data folder: a report's token, the archive of its release, the files that were handed in.

use sandbar_content::bundle::Bundle;
use sandbar_content::files::Files;
use sandbar_grader::{ReplayToken, Report};

use crate::archives::{ArchiveError, Archives};
use crate::store::submissions::{self, Submission};
use crate::store::{Store, StoreError, SubmissionId, counting_reports};

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("there is no submission {0}")]
    NoSubmission(SubmissionId),
    #[error("submission {0} is not graded yet")]
    NotGraded(SubmissionId),
    #[error("no submission has the hash {0} and the seed {1}")]
    UnknownToken(String, u64),
    #[error("the report of a submission cannot be read")]
    Report(#[from] serde_json::Error),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the archive could not be read to its end")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Of the report that counts for the submission.
///
/// # Errors
/// When it is not graded, or the archive of the report's release cannot be used.
pub async fn of_submission(store: &Store, archives: &Archives, id: SubmissionId) -> Result<Bundle, BundleError> {
    let submission = submissions::get(store, id).await?.ok_or(BundleError::NoSubmission(id))?;
    let stored = counting_reports::of_submission(store, id).await?.ok_or(BundleError::NotGraded(id))?;
    let report: Report = serde_json::from_str(&stored.body)?;
    gathered(store, archives, submission, report.replay).await
}

/// Of the report that a token names, whether it counts or not.
///
/// # Errors
/// When nothing with that hash and seed was handed in, or the archive of the release cannot be used.
pub async fn of_token(store: &Store, archives: &Archives, token: ReplayToken) -> Result<Bundle, BundleError> {
    let submission = submissions::of_token(store, &token.submission, token.seed).await?;
    let submission = submission.ok_or_else(|| BundleError::UnknownToken(token.submission.clone(), token.seed))?;
    gathered(store, archives, submission, token).await
}

async fn gathered(
    store: &Store,
    archives: &Archives,
    submission: Submission,
    token: ReplayToken,
) -> Result<Bundle, BundleError> {
    let files = submissions::files(store, submission.id).await?;
    let (archives, id) = (archives.clone(), token.release.clone());
    let release: Result<Files, ArchiveError> = tokio::task::spawn_blocking(move || archives.read(&id)).await?;
    Ok(Bundle { lab: submission.lab, token, release: release?, submission: files })
}

/// What the file of a bundle is called.
pub fn file_name(lab: &str, id: SubmissionId) -> String {
    format!("{lab}-submission-{id}.zip")
}
