//! `submissions` and `submission_files`: what students handed in. Only added to; the tables refuse anything else.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::instants::Millis;
use super::lab_attempts::LabOf;
use super::{CourseId, ReleaseId, Result, Store, SubmissionId, UserId};

/// A submission about to be recorded.
#[derive(Clone, Debug)]
pub struct NewSubmission<'a> {
    pub of: LabOf<'a>,
    pub release: &'a ReleaseId,
    /// SHA-256 of the files, hexadecimal.
    pub hash: &'a str,
    pub seed: u64,
    pub files: &'a BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    pub id: SubmissionId,
    pub user: UserId,
    pub course: CourseId,
    pub lab: String,
    /// Counts a student's submissions of a lab, from 1.
    pub number: i64,
    pub release: ReleaseId,
    pub hash: String,
    pub seed: u64,
    pub submitted_at: Timestamp,
}

type Row = (SubmissionId, UserId, CourseId, String, i64, ReleaseId, String, i64, Millis);

impl From<Row> for Submission {
    fn from((id, user, course, lab, number, release, hash, seed, at): Row) -> Self {
        let submitted_at = at.into();
        Self { id, user, course, lab, number, release, hash, seed: seed.cast_unsigned(), submitted_at }
    }
}

/// Records the submission, its files and its place in the grading queue, all or nothing.
pub async fn add(store: &Store, new: &NewSubmission<'_>, at: Timestamp) -> Result<Submission> {
    let mut transaction = store.write().await?;
    let row: Row = sqlx::query_as(
        "INSERT INTO submissions (user_id, course_id, lab, number, release_id, hash, seed, submitted_at)
         VALUES ($1, $2, $3,
                 (SELECT coalesce(max(number), 0) + 1 FROM submissions WHERE user_id = $1 AND course_id = $2 AND lab = $3),
                 $4, $5, $6, $7)
         RETURNING id, user_id, course_id, lab, number, release_id, hash, seed, submitted_at",
    )
    .bind(new.of.user)
    .bind(new.of.course)
    .bind(new.of.lab)
    .bind(new.release)
    .bind(new.hash)
    .bind(new.seed.cast_signed())
    .bind(Millis::from(at))
    .fetch_one(&mut *transaction)
    .await?;
    let submission = Submission::from(row);
    for (path, content) in new.files {
        sqlx::query("INSERT INTO submission_files (submission_id, path, content) VALUES ($1, $2, $3)")
            .bind(submission.id)
            .bind(path)
            .bind(content)
            .execute(&mut *transaction)
            .await?;
    }
    super::grading_queue::enqueue(&mut transaction, submission.id, at).await?;
    transaction.commit().await?;
    Ok(submission)
}

pub async fn get(store: &Store, id: SubmissionId) -> Result<Option<Submission>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, user_id, course_id, lab, number, release_id, hash, seed, submitted_at FROM submissions WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(Submission::from))
}

/// The submission whose files have that hash, among those with that seed.
pub async fn of_token(store: &Store, hash: &str, seed: u64) -> Result<Option<Submission>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, user_id, course_id, lab, number, release_id, hash, seed, submitted_at FROM submissions
         WHERE hash = $1 AND seed = $2 ORDER BY id LIMIT 1",
    )
    .bind(hash)
    .bind(seed.cast_signed())
    .fetch_optional(&store.pool)
    .await?;
    Ok(row.map(Submission::from))
}

/// A student's submissions of a lab, the latest first.
pub async fn of_lab(store: &Store, of: LabOf<'_>) -> Result<Vec<Submission>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, user_id, course_id, lab, number, release_id, hash, seed, submitted_at FROM submissions
         WHERE user_id = $1 AND course_id = $2 AND lab = $3 ORDER BY number DESC",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(Submission::from).collect())
}

pub async fn files(store: &Store, id: SubmissionId) -> Result<BTreeMap<String, Vec<u8>>> {
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT path, content FROM submission_files WHERE submission_id = $1")
            .bind(id)
            .fetch_all(&store.pool)
            .await?;
    Ok(rows.into_iter().collect())
}

/// What a student handed in for a lab, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HandedIn {
    #[sqlx(rename = "user_id")]
    pub user: UserId,
    pub lab: String,
    pub count: i64,
    /// Of these, still without a report.
    pub ungraded: i64,
    /// Of those, put aside because we could not grade them.
    pub failed: i64,
    pub latest: SubmissionId,
}

/// Every student and lab of the course with at least one submission.
pub async fn handed_in(store: &Store, course: CourseId) -> Result<Vec<HandedIn>> {
    let rows = sqlx::query_as(
        "SELECT s.user_id, s.lab, count(*) AS count, max(s.id) AS latest,
                sum(CASE WHEN q.state <> 'done' THEN 1 ELSE 0 END) AS ungraded,
                sum(CASE WHEN q.state = 'failed' THEN 1 ELSE 0 END) AS failed
         FROM submissions s JOIN grading_queue q ON q.submission_id = s.id
         WHERE s.course_id = $1 GROUP BY s.user_id, s.lab ORDER BY s.user_id, s.lab",
    )
    .bind(course)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows)
}

/// Which submissions are listed; `None` leaves a column free.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    pub lab: Option<&'a str>,
    /// The student's login.
    pub student: Option<&'a str>,
    pub state: Option<Listed>,
}

/// How far the grading of a listed submission is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    Graded,
    Waiting,
    /// Put aside because we could not grade it.
    PutAside,
}

impl Listed {
    pub const ALL: [Self; 3] = [Self::Graded, Self::Waiting, Self::PutAside];

    /// As it stands in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Graded => "graded",
            Self::Waiting => "waiting",
            Self::PutAside => "put-aside",
        }
    }
}

/// A submission with its student.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSubmission {
    pub id: SubmissionId,
    pub student: String,
    pub login: String,
    pub lab: String,
    pub number: i64,
    pub submitted_at: Timestamp,
    pub state: Listed,
}

type ListedRow = (SubmissionId, String, String, String, i64, Millis, String);

impl From<ListedRow> for ListedSubmission {
    fn from((id, student, login, lab, number, at, state): ListedRow) -> Self {
        let state = Listed::ALL.into_iter().find(|listed| listed.word() == state).unwrap_or(Listed::Waiting);
        Self { id, student, login, lab, number, submitted_at: at.into(), state }
    }
}

/// The latest `most` submissions of the course that the filter lets through, the latest first.
pub async fn listed(store: &Store, course: CourseId, filter: Filter<'_>, most: i64) -> Result<Vec<ListedSubmission>> {
    let rows: Vec<ListedRow> = sqlx::query_as(
        "SELECT s.id, u.name, u.login, s.lab, s.number, s.submitted_at, s.state
         FROM (SELECT s.*, CASE q.state WHEN 'done' THEN 'graded' WHEN 'failed' THEN 'put-aside' ELSE 'waiting' END AS state
               FROM submissions s JOIN grading_queue q ON q.submission_id = s.id WHERE s.course_id = $1) s
         JOIN users u ON u.id = s.user_id
         WHERE ($2 IS NULL OR s.lab = $2) AND ($3 IS NULL OR u.login = $3) AND ($4 IS NULL OR s.state = $4)
         ORDER BY s.id DESC LIMIT $5",
    )
    .bind(course)
    .bind(filter.lab)
    .bind(filter.student)
    .bind(filter.state.map(Listed::word))
    .bind(most)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(ListedSubmission::from).collect())
}
