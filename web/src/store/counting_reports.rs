//! `counting_reports`: which report of a submission counts. Only added to; of a submission, the last row holds.

use jiff::Timestamp;

use super::instants::Millis;
use super::reports::Report;
use super::{CourseId, ReportId, Result, Store, SubmissionId, Transaction, UserId};

/// A submission with the report that counts for it; points are hundredths, without what people set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graded {
    pub user: UserId,
    pub lab: String,
    pub submission: SubmissionId,
    /// Counts a student's submissions of a lab, from 1.
    pub number: i64,
    pub submitted_at: Timestamp,
    pub report: ReportId,
    pub score: u32,
    pub max_score: u32,
}

type Row = (UserId, String, SubmissionId, i64, Millis, ReportId, u32, u32);

impl From<Row> for Graded {
    fn from((user, lab, submission, number, at, report, score, max_score): Row) -> Self {
        Self { user, lab, submission, number, submitted_at: at.into(), report, score, max_score }
    }
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
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT s.user_id, s.lab, s.id, s.number, s.submitted_at, r.id, r.score, r.max_score
         FROM submissions s
         JOIN counting_reports c ON c.id = (SELECT max(id) FROM counting_reports WHERE submission_id = s.id)
         JOIN reports r ON r.id = c.report_id
         WHERE s.course_id = $1 AND ($2 IS NULL OR s.user_id = $2) ORDER BY s.user_id, s.lab, s.number",
    )
    .bind(course)
    .bind(user)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(Graded::from).collect())
}
