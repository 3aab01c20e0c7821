//! `reports`: what a submission was given. Only added to; the latest of a submission counts.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Result, Store, SubmissionId, Transaction, UserId};

/// A report about to be recorded; points are hundredths.
#[derive(Clone, Debug)]
pub struct NewReport {
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

/// A student's counting submission of a lab: the best one, of equals the latest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BestScore {
    pub user: UserId,
    pub lab: String,
    pub submission: SubmissionId,
    pub score: u32,
    pub max_score: u32,
}

/// Adds the report of a submission; release and seed are the submission's own.
pub(super) async fn add(
    transaction: &mut Transaction,
    submission: SubmissionId,
    report: &NewReport,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO reports (submission_id, release_id, seed, engine, score, max_score, body, graded_at)
         SELECT id, release_id, seed, $2, $3, $4, $5, $6 FROM submissions WHERE id = $1",
    )
    .bind(submission)
    .bind(&report.engine)
    .bind(report.score)
    .bind(report.max_score)
    .bind(&report.body)
    .bind(Millis::from(at))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The latest report of the submission.
pub async fn latest(store: &Store, submission: SubmissionId) -> Result<Option<Report>> {
    let row: Option<(u32, u32, String, Millis)> = sqlx::query_as(
        "SELECT score, max_score, body, graded_at FROM reports WHERE submission_id = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(submission)
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(|(score, max_score, body, at)| Report { score, max_score, body, graded_at: at.into() }))
}

/// The counting score of every student and lab of the course, or of one student.
pub async fn best(store: &Store, course: CourseId, user: Option<UserId>) -> Result<Vec<BestScore>> {
    let rows: Vec<(UserId, String, SubmissionId, u32, u32)> = sqlx::query_as(
        "WITH latest AS (SELECT submission_id, max(id) AS id FROM reports GROUP BY submission_id),
              ranked AS (
                  SELECT s.user_id, s.lab, s.id, r.score, r.max_score,
                         row_number() OVER (PARTITION BY s.user_id, s.lab ORDER BY r.score DESC, s.number DESC) AS place
                  FROM submissions s
                  JOIN latest l ON l.submission_id = s.id
                  JOIN reports r ON r.id = l.id
                  WHERE s.course_id = $1 AND ($2 IS NULL OR s.user_id = $2))
         SELECT user_id, lab, id, score, max_score FROM ranked WHERE place = 1 ORDER BY user_id, lab",
    )
    .bind(course)
    .bind(user)
    .fetch_all(&store.pool)
    .await?;
    let best = |(user, lab, submission, score, max_score)| BestScore { user, lab, submission, score, max_score };
    Ok(rows.into_iter().map(best).collect())
}
