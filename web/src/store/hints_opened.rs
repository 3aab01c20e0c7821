//! `hints_opened`: the hints that students opened, each once. Only added to.

use jiff::Timestamp;
use sandbar_grader::rubric::HintLevel;

use super::instants::Millis;
use super::lab_attempts::LabOf;
use super::{CourseId, ReleaseId, Result, Store, StoreError, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub user: UserId,
    pub lab: String,
    pub task: u32,
    pub level: HintLevel,
    pub at: Timestamp,
}

/// Records that the hint was opened; a hint that is open stays as it is. Says whether it was closed until now.
pub async fn open(
    store: &Store,
    of: LabOf<'_>,
    (task, level): (u32, HintLevel),
    release: &ReleaseId,
    at: Timestamp,
) -> Result<bool> {
    let added = sqlx::query(
        "INSERT INTO hints_opened (user_id, course_id, lab, task, level, release_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(task)
    .bind(level.word())
    .bind(release)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(added.rows_affected() == 1)
}

type Row = (UserId, String, u32, String, Millis);

/// Everybody's in the course, or one student's, in the order in which they were opened.
pub async fn of_course(store: &Store, course: CourseId, user: Option<UserId>) -> Result<Vec<Opened>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT user_id, lab, task, level, at FROM hints_opened
         WHERE course_id = $1 AND ($2 IS NULL OR user_id = $2) ORDER BY id",
    )
    .bind(course)
    .bind(user)
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter().map(opened).collect()
}

fn opened((user, lab, task, word, at): Row) -> Result<Opened> {
    match HintLevel::of_word(&word) {
        Some(level) => Ok(Opened { user, lab, task, level, at: at.into() }),
        None => Err(StoreError::corrupt(format!("the hint `{word}`"))),
    }
}
