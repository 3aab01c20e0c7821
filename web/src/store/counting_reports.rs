//! `counting_reports`: which report of a submission counts. Only added to; of a submission, the last row holds.

use jiff::Timestamp;

use super::instants::Millis;
use super::reports::Report;
use super::{CourseId, ReportId, Result, Store, SubmissionId, Transaction, UserId};

/// A submission with the report that counts for it; points are hundredths, without what people set.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Graded {
    #[sqlx(rename = "user_id")]
    pub user: UserId,
    pub lab: String,
    #[sqlx(rename = "submission_id")]
    pub submission: SubmissionId,
    /// Counts a student's submissions of a lab, from 1.
    pub number: i64,
    #[sqlx(rename = "report_id")]
    pub report: ReportId,
    pub score: u32,
    pub max_score: u32,
}

/// Lets a submission's first report count.
pub(super) async fn add_first(
    transaction: &mut Transaction,
    (submission, report): (SubmissionId, ReportId),
    at: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO counting_reports (submission_id, report_id, at) VALUES ($1, $2, $3)")
        .bind(submission)
        .bind(report)
        .bind(Millis::from(at))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The report that counts for the submission.
pub async fn of_submission(store: &Store, submission: SubmissionId) -> Result<Option<Report>> {
    let report: Option<ReportId> =
        sqlx::query_scalar("SELECT report_id FROM counting_reports WHERE submission_id = $1 ORDER BY id DESC LIMIT 1")
            .bind(submission)
            .fetch_optional(&store.pool)
            .await?;
    match report {
        Some(report) => super::reports::get(store, report).await,
        None => Ok(None),
    }
}

/// Every graded submission of the course, or of one student: by student, lab and number.
pub async fn of_course(store: &Store, course: CourseId, user: Option<UserId>) -> Result<Vec<Graded>> {
    let rows = sqlx::query_as(
        "SELECT s.user_id, s.lab, s.id AS submission_id, s.number, r.id AS report_id, r.score, r.max_score
         FROM submissions s
         JOIN counting_reports c ON c.id = (SELECT max(id) FROM counting_reports WHERE submission_id = s.id)
         JOIN reports r ON r.id = c.report_id
         WHERE s.course_id = $1 AND ($2 IS NULL OR s.user_id = $2) ORDER BY s.user_id, s.lab, s.number",
    )
    .bind(course)
    .bind(user)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows)
}
