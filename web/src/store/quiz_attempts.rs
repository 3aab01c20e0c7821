//! `quiz_attempts`: quizzes taken, with the seed they were drawn by and the server's own deadline.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, QuizAttemptId, ReleaseId, Result, Store, UserId};

/// Whose attempts at which quiz.
#[derive(Clone, Copy, Debug)]
pub struct QuizOf<'a> {
    pub user: UserId,
    pub course: CourseId,
    pub quiz: &'a str,
}

/// What a new attempt is drawn by, and when it is over.
#[derive(Clone, Debug)]
pub struct NewAttempt<'a> {
    pub release: &'a ReleaseId,
    pub seed: u64,
    pub started_at: Timestamp,
    /// `None` where the quiz has no time limit.
    pub deadline_at: Option<Timestamp>,
    /// No attempt beyond this number is opened.
    pub most_attempts: Option<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct QuizAttempt {
    pub id: QuizAttemptId,
    pub user: UserId,
    pub course: CourseId,
    pub quiz: String,
    /// From 1.
    pub number: i64,
    pub release: ReleaseId,
    pub seed: u64,
    pub started_at: Timestamp,
    pub deadline_at: Option<Timestamp>,
    /// `None` while it is open.
    pub submitted_at: Option<Timestamp>,
    /// `None` while it is open, and until its answers have been run.
    pub score: Option<QuizScore>,
}

impl QuizAttempt {
    pub fn is_open(&self) -> bool {
        self.submitted_at.is_none()
    }
}

/// Points of a handed-in attempt, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuizScore {
    pub score: u32,
    pub max_score: u32,
}

/// How a request for an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// A new one, or the one that was open.
    Attempt(QuizAttempt),
    NoneLeft,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: QuizAttemptId,
    user_id: UserId,
    course_id: CourseId,
    quiz: String,
    number: i64,
    release_id: ReleaseId,
    seed: i64,
    started_at: Millis,
    deadline_at: Option<Millis>,
    submitted_at: Option<Millis>,
    #[sqlx(default)]
    score: Option<u32>,
    #[sqlx(default)]
    max_score: Option<u32>,
}

impl From<Row> for QuizAttempt {
    fn from(row: Row) -> Self {
        let score = row.score.zip(row.max_score).map(|(score, max_score)| QuizScore { score, max_score });
        Self {
            id: row.id,
            user: row.user_id,
            course: row.course_id,
            quiz: row.quiz,
            number: row.number,
            release: row.release_id,
            seed: row.seed.cast_unsigned(),
            started_at: row.started_at.into(),
            deadline_at: row.deadline_at.map(Timestamp::from),
            submitted_at: row.submitted_at.map(Timestamp::from),
            score,
        }
    }
}

/// Opens the next attempt; when one is open already, gives that.
pub async fn open(store: &Store, of: QuizOf<'_>, new: &NewAttempt<'_>) -> Result<Opened> {
    let mut transaction = store.write().await?;
    let taken: Vec<Row> = sqlx::query_as(
        "SELECT * FROM scored_quiz_attempts WHERE user_id = $1 AND course_id = $2 AND quiz = $3 ORDER BY number",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.quiz)
    .fetch_all(&mut *transaction)
    .await?;
    let count = taken.len();
    if let Some(open) = taken.into_iter().find(|row| row.submitted_at.is_none()) {
        return Ok(Opened::Attempt(open.into()));
    }
    if new.most_attempts.is_some_and(|most| count >= most as usize) {
        return Ok(Opened::NoneLeft);
    }
    let row: Row = sqlx::query_as(
        "INSERT INTO quiz_attempts (user_id, course_id, quiz, number, release_id, seed, started_at, deadline_at)
         VALUES ($1, $2, $3, (SELECT coalesce(max(number), 0) + 1 FROM quiz_attempts
                              WHERE user_id = $1 AND course_id = $2 AND quiz = $3), $4, $5, $6, $7) RETURNING *",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.quiz)
    .bind(new.release)
    .bind(new.seed.cast_signed())
    .bind(Millis::from(new.started_at))
    .bind(new.deadline_at.map(Millis::from))
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Opened::Attempt(row.into()))
}

pub async fn get(store: &Store, id: QuizAttemptId) -> Result<Option<QuizAttempt>> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM scored_quiz_attempts WHERE id = $1").bind(id).fetch_optional(&store.pool).await?;
    Ok(row.map(QuizAttempt::from))
}

/// A person's attempts at a quiz, the first one first.
pub async fn of_quiz(store: &Store, of: QuizOf<'_>) -> Result<Vec<QuizAttempt>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM scored_quiz_attempts WHERE user_id = $1 AND course_id = $2 AND quiz = $3 ORDER BY number",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.quiz)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(QuizAttempt::from).collect())
}

/// Every attempt at a quiz, open or not, by who began first.
pub async fn all_of_quiz(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<QuizAttempt>> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM scored_quiz_attempts WHERE course_id = $1 AND quiz = $2 ORDER BY started_at, id")
            .bind(course)
            .bind(quiz)
            .fetch_all(&store.pool)
            .await?;
    Ok(rows.into_iter().map(QuizAttempt::from).collect())
}

/// Every submitted attempt of the course, by student, quiz and number.
pub async fn submitted(store: &Store, course: CourseId) -> Result<Vec<QuizAttempt>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM scored_quiz_attempts WHERE course_id = $1 AND submitted_at IS NOT NULL ORDER BY user_id, quiz, number",
    )
    .bind(course)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(QuizAttempt::from).collect())
}

/// The releases that attempts at a quiz were drawn from, the newest attempt's first.
pub async fn releases(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<ReleaseId>> {
    sqlx::query_scalar(
        "SELECT release_id FROM quiz_attempts WHERE course_id = $1 AND quiz = $2
         GROUP BY release_id ORDER BY max(started_at) DESC, release_id",
    )
    .bind(course)
    .bind(quiz)
    .fetch_all(&store.pool)
    .await
    .map_err(Into::into)
}

/// Open attempts whose deadline is before `at`.
pub async fn overdue(store: &Store, at: Timestamp) -> Result<Vec<QuizAttempt>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM scored_quiz_attempts WHERE submitted_at IS NULL AND deadline_at < $1 ORDER BY id",
    )
    .bind(Millis::from(at))
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(QuizAttempt::from).collect())
}

/// Open attempts at a quiz, by who began first.
pub async fn open_of_quiz(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<QuizAttempt>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM scored_quiz_attempts WHERE course_id = $1 AND quiz = $2 AND submitted_at IS NULL
         ORDER BY started_at, id",
    )
    .bind(course)
    .bind(quiz)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(QuizAttempt::from).collect())
}

/// Handed-in attempts that have no score yet, the oldest first.
pub async fn unscored(store: &Store) -> Result<Vec<QuizAttempt>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT * FROM scored_quiz_attempts WHERE submitted_at IS NOT NULL AND score IS NULL ORDER BY submitted_at, id",
    )
    .fetch_all(&store.pool)
    .await?;
    Ok(rows.into_iter().map(QuizAttempt::from).collect())
}

/// Takes an open attempt whose deadline is before `at`, as of that deadline; says whether it was one. A deadline that
/// was moved meanwhile holds.
pub async fn submit_overdue(store: &Store, id: QuizAttemptId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE quiz_attempts SET submitted_at = deadline_at
         WHERE id = $1 AND submitted_at IS NULL AND deadline_at < $2",
    )
    .bind(id)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes an open attempt as it is; says whether it was open.
pub async fn submit(store: &Store, id: QuizAttemptId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("UPDATE quiz_attempts SET submitted_at = $2 WHERE id = $1 AND submitted_at IS NULL")
        .bind(id)
        .bind(Millis::from(at))
        .execute(&store.pool)
        .await?;
    Ok(done.rows_affected() > 0)
}
