//! `regrades`: wishes to grade again what is graded. A regrade changes no mark until it is applied, and undoing it lets
//! the reports count that counted before.
//!
//! Regrades of a submission lie on each other like sheets: only the topmost applied one can be undone, and none can be
//! applied below one that is. So what lies below a regrade is always what was there when it was applied.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, RegradeId, ReportId, Result, Store, SubmissionId, Transaction, UserId};

/// What is graded again.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub course: CourseId,
    pub lab: &'a str,
    /// `None`: every graded submission of the lab.
    pub submission: Option<SubmissionId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regrade {
    pub id: RegradeId,
    pub course: CourseId,
    pub lab: String,
    pub submission: Option<SubmissionId>,
    /// Who asked for it, by name.
    pub by: String,
    pub at: Timestamp,
    /// Submissions in it.
    pub all: i64,
    /// Of these, without a report so far.
    pub waiting: i64,
    /// Of these, put aside because we could not grade them; their marks stay.
    pub failed: i64,
    pub applied: bool,
    /// It was applied at some time, and is not any more.
    pub undone: bool,
}

type Row = (RegradeId, CourseId, String, Option<SubmissionId>, String, Millis, i64, i64, i64, bool, bool);

impl From<Row> for Regrade {
    fn from((id, course, lab, submission, by, at, all, waiting, failed, applied, was_undone): Row) -> Self {
        let undone = was_undone && !applied;
        Self { id, course, lab, submission, by, at: at.into(), all, waiting, failed, applied, undone }
    }
}

/// A submission of a regrade, with the report below it and the one that the regrade gave it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Pair {
    #[sqlx(rename = "submission_id")]
    pub submission: SubmissionId,
    pub student: String,
    pub number: i64,
    pub was: ReportId,
    pub was_score: u32,
    pub would_be: ReportId,
    pub would_be_score: u32,
}

/// How applying or undoing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    Done,
    /// It was so already.
    Already,
    /// Submissions still wait for their report.
    Unfinished,
    /// A later regrade of one of its submissions is applied.
    Covered,
}

/// Puts the submissions into the queue; one of the same kind that still waits is given instead of a second one.
pub async fn start(store: &Store, wanted: Wanted<'_>, by: UserId, at: Timestamp) -> Result<RegradeId> {
    let mut transaction = store.write().await?;
    if let Some(running) = running(&mut transaction, wanted).await? {
        return Ok(running);
    }
    let id: RegradeId = sqlx::query_scalar(
        "INSERT INTO regrades (course_id, lab, submission_id, user_id, at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
    )
    .bind(wanted.course)
    .bind(wanted.lab)
    .bind(wanted.submission)
    .bind(by)
    .bind(Millis::from(at))
    .fetch_one(&mut *transaction)
    .await?;
    sqlx::query(
        "INSERT INTO regrade_queue (regrade_id, submission_id, state, not_before)
         SELECT $1, s.id, 'waiting', $5 FROM submissions s
         WHERE s.course_id = $2 AND s.lab = $3 AND ($4 IS NULL OR s.id = $4)
           AND EXISTS (SELECT 1 FROM counting_reports c WHERE c.submission_id = s.id)",
    )
    .bind(id)
    .bind(wanted.course)
    .bind(wanted.lab)
    .bind(wanted.submission)
    .bind(Millis::from(at))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(id)
}

async fn running(transaction: &mut Transaction, wanted: Wanted<'_>) -> Result<Option<RegradeId>> {
    let running = sqlx::query_scalar(
        "SELECT g.id FROM regrades g WHERE g.course_id = $1 AND g.lab = $2 AND g.submission_id IS $3
           AND EXISTS (SELECT 1 FROM regrade_queue q WHERE q.regrade_id = g.id AND q.state IN ('waiting', 'leased'))
         ORDER BY g.id DESC LIMIT 1",
    )
    .bind(wanted.course)
    .bind(wanted.lab)
    .bind(wanted.submission)
    .fetch_optional(&mut **transaction)
    .await?;
    Ok(running)
}

pub async fn get(store: &Store, course: CourseId, id: RegradeId) -> Result<Option<Regrade>> {
    Ok(select(store, course, Some(id), None).await?.pop())
}

/// The regrades of a lab, the latest first.
pub async fn of_lab(store: &Store, course: CourseId, lab: &str) -> Result<Vec<Regrade>> {
    select(store, course, None, Some(lab)).await
}

async fn select(store: &Store, course: CourseId, id: Option<RegradeId>, lab: Option<&str>) -> Result<Vec<Regrade>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT g.id, g.course_id, g.lab, g.submission_id, u.name, g.at, count(q.submission_id),
                coalesce(sum(q.state IN ('waiting', 'leased')), 0), coalesce(sum(q.state = 'failed'), 0),
                EXISTS (SELECT 1 FROM counting_reports c WHERE c.regrade_id = g.id AND c.undoes IS NULL
                          AND NOT EXISTS (SELECT 1 FROM counting_reports d WHERE d.undoes = c.id)),
                EXISTS (SELECT 1 FROM counting_reports c WHERE c.regrade_id = g.id AND c.undoes IS NOT NULL)
         FROM regrades g JOIN users u ON u.id = g.user_id LEFT JOIN regrade_queue q ON q.regrade_id = g.id
         WHERE g.course_id = $1 AND ($2 IS NULL OR g.id = $2) AND ($3 IS NULL OR g.lab = $3)
         GROUP BY g.id ORDER BY g.id DESC",
    )
    .bind(course)
    .bind(id)
    .bind(lab)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(Regrade::from).collect())
}

/// What was graded again so far, by the students' names. `was` is the report that lies below this regrade.
pub async fn pairs(store: &Store, id: RegradeId) -> Result<Vec<Pair>> {
    let rows = sqlx::query_as(
        "SELECT s.id AS submission_id, u.name AS student, s.number,
                b.id AS was, b.score AS was_score, n.id AS would_be, n.score AS would_be_score
         FROM regrade_queue q JOIN submissions s ON s.id = q.submission_id JOIN users u ON u.id = s.user_id
         JOIN reports n ON n.id = q.report_id
         JOIN counting_reports c ON c.id = (
             SELECT max(c.id) FROM counting_reports c WHERE c.submission_id = s.id
               AND c.id < coalesce((SELECT max(a.id) FROM counting_reports a
                                    WHERE a.submission_id = s.id AND a.regrade_id = $1 AND a.undoes IS NULL
                                      AND NOT EXISTS (SELECT 1 FROM counting_reports d WHERE d.undoes = a.id)),
                                   9223372036854775807))
         JOIN reports b ON b.id = c.report_id
         WHERE q.regrade_id = $1 ORDER BY u.name, s.number",
    )
    .bind(id)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows)
}

/// Lets the regrade's reports count.
pub async fn apply(store: &Store, regrade: &Regrade, by: UserId, at: Timestamp) -> Result<Turned> {
    let mut transaction = store.write().await?;
    match standing(&mut transaction, regrade).await? {
        Standing { waiting: true, .. } => return Ok(Turned::Unfinished),
        Standing { applied: true, .. } => return Ok(Turned::Already),
        Standing { covered: true, .. } => return Ok(Turned::Covered),
        Standing { .. } => {}
    }
    sqlx::query(
        "INSERT INTO counting_reports (submission_id, report_id, regrade_id, user_id, at)
         SELECT submission_id, report_id, regrade_id, $2, $3 FROM regrade_queue
         WHERE regrade_id = $1 AND report_id IS NOT NULL",
    )
    .bind(regrade.id)
    .bind(by)
    .bind(Millis::from(at))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Turned::Done)
}

/// Lets the reports count again that counted before the regrade was applied.
pub async fn undo(store: &Store, regrade: &Regrade, by: UserId, at: Timestamp) -> Result<Turned> {
    let mut transaction = store.write().await?;
    match standing(&mut transaction, regrade).await? {
        Standing { applied: false, .. } => return Ok(Turned::Already),
        Standing { covered: true, .. } => return Ok(Turned::Covered),
        Standing { .. } => {}
    }
    sqlx::query(
        "INSERT INTO counting_reports (submission_id, report_id, regrade_id, undoes, user_id, at)
         SELECT c.submission_id,
                (SELECT b.report_id FROM counting_reports b WHERE b.submission_id = c.submission_id AND b.id < c.id
                 ORDER BY b.id DESC LIMIT 1),
                c.regrade_id, c.id, $2, $3
         FROM counting_reports c WHERE c.regrade_id = $1 AND c.undoes IS NULL
           AND NOT EXISTS (SELECT 1 FROM counting_reports d WHERE d.undoes = c.id)",
    )
    .bind(regrade.id)
    .bind(by)
    .bind(Millis::from(at))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Turned::Done)
}

#[derive(sqlx::FromRow)]
struct Standing {
    waiting: bool,
    applied: bool,
    covered: bool,
}

async fn standing(transaction: &mut Transaction, regrade: &Regrade) -> Result<Standing> {
    let standing = sqlx::query_as(
        "WITH applied AS (
             SELECT c.regrade_id, c.submission_id FROM counting_reports c
             WHERE c.regrade_id >= $1 AND c.undoes IS NULL
               AND NOT EXISTS (SELECT 1 FROM counting_reports d WHERE d.undoes = c.id))
         SELECT EXISTS (SELECT 1 FROM regrade_queue WHERE regrade_id = $1 AND state IN ('waiting', 'leased')) AS waiting,
                EXISTS (SELECT 1 FROM applied WHERE regrade_id = $1) AS applied,
                EXISTS (SELECT 1 FROM applied a JOIN regrade_queue q ON q.submission_id = a.submission_id
                        WHERE q.regrade_id = $1 AND a.regrade_id > $1) AS covered",
    )
    .bind(regrade.id)
    .fetch_one(&mut **transaction)
    .await?;
    Ok(standing)
}
