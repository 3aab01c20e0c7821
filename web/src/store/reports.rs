//! `reports`: what a submission was given. Only added to; which one counts is in [`super::counting_reports`].

use jiff::Timestamp;

use super::instants::Millis;
use super::{ReleaseId, ReportId, Result, Store, SubmissionId, Transaction};

/// A report about to be recorded; points are hundredths.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// Whose content it was graded with.
    pub release: ReleaseId,
    pub engine: String,
    pub score: u32,
    pub max_score: u32,
    /// The whole report as JSON.
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub score: u32,
    pub max_score: u32,
    pub body: String,
    pub graded_at: Timestamp,
}

/// Adds a report of the submission; the seed is the submission's own.
pub(super) async fn add(
    transaction: &mut Transaction,
    submission: SubmissionId,
    report: &NewReport,
    at: Timestamp,
) -> Result<ReportId> {
    let id = sqlx::query_scalar(
        "INSERT INTO reports (submission_id, release_id, seed, engine, score, max_score, body, graded_at)
         SELECT id, $2, seed, $3, $4, $5, $6, $7 FROM submissions WHERE id = $1 RETURNING id",
    )
    .bind(submission)
    .bind(&report.release)
    .bind(&report.engine)
    .bind(report.score)
    .bind(report.max_score)
    .bind(&report.body)
    .bind(Millis::from(at))
    .fetch_one(&mut **transaction)
    .await?;
    Ok(id)
}

pub async fn get(store: &Store, id: ReportId) -> Result<Option<Report>> {
    let row: Option<(u32, u32, String, Millis)> =
        sqlx::query_as("SELECT score, max_score, body, graded_at FROM reports WHERE id = $1")
            .bind(id)
            .fetch_optional(&store.pool)
            .await?;
    Ok(row.map(|(score, max_score, body, at)| Report { score, max_score, body, graded_at: at.into() }))
}
