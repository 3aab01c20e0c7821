//! `job_runs`: runs of students' jobs. A run is saved after each of its steps; of a student's in a lab the oldest ones
//! are removed, however often they start over.

use jiff::Timestamp;

use super::instants::Millis;
use super::lab_attempts::LabOf;
use super::{CourseId, JobRunId, LabAttemptId, Result, Store, StoreError, UserId};

/// Runs that are kept of each student in each lab; one that is not over is never removed.
pub const KEPT: i64 = 100;

/// What is asked while others wait for the answer: an index holds all of it.
pub(super) const ACTIVE: &str = "SELECT id, attempt_id, path, state, starts_at FROM job_runs
    WHERE state IN ('queued', 'running') AND ($1 IS NULL OR attempt_id = $1) ORDER BY id";
pub(super) const SPANS_AFTER: &str =
    "SELECT starts_at, ends_at FROM job_runs WHERE attempt_id = $1 AND path = $2 AND ends_at > $3";
pub(super) const CLOCK: &str = "SELECT max(starts_at), max(ends_at) FROM job_runs WHERE attempt_id = $1";

/// A run about to be recorded.
#[derive(Clone, Debug)]
pub struct NewJobRun<'a> {
    pub attempt: LabAttemptId,
    /// The job's file.
    pub path: &'a str,
    pub settings: &'a str,
    /// Overrides of the job's parameters, as JSON.
    pub parameters: &'a str,
    pub trigger: Trigger,
    pub state: State,
    pub result: Option<&'a str>,
    /// On the run's clock.
    pub starts_at: Timestamp,
    pub note: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    Manual,
    /// A firing of the job's schedule.
    Periodic,
}

impl Trigger {
    /// The name in the Jobs API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manual => "MANUAL",
            Self::Periodic => "PERIODIC",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for other runs of its job.
    Queued,
    Running,
    Over,
    /// The server ended while it was under way, or the engine failed.
    Broken,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Over => "over",
            Self::Broken => "broken",
        }
    }

    fn of(name: &str) -> Result<Self> {
        [Self::Queued, Self::Running, Self::Over, Self::Broken]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| StoreError::corrupt(format!("a run's state {name}")))
    }

    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    pub id: JobRunId,
    pub attempt: LabAttemptId,
    /// From 1, in the workspace.
    pub number: i64,
    pub path: String,
    pub settings: String,
    pub parameters: String,
    pub trigger: Trigger,
    pub state: State,
    pub result: Option<String>,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub record: Option<String>,
    pub note: Option<String>,
    /// Counts what was saved of it.
    pub revision: i64,
    pub created_at: Timestamp,
}

/// What there is to know of a run before its settings and its record are read, which may be large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub id: JobRunId,
    pub attempt: LabAttemptId,
    pub path: String,
    pub state: State,
    pub starts_at: Timestamp,
}

impl From<&JobRun> for Standing {
    fn from(run: &JobRun) -> Self {
        let JobRun { id, attempt, state, starts_at, .. } = *run;
        Self { id, attempt, path: run.path.clone(), state, starts_at }
    }
}

/// The time that a run takes on the clock of its workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Whose a run is, and in which workspace.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Owner {
    pub user_id: UserId,
    pub login: String,
    pub name: String,
    pub course_id: CourseId,
    pub lab: String,
    /// Number of the lab's attempt.
    pub attempt: i64,
}

/// How far a run is, to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub state: State,
    pub result: Option<&'static str>,
    pub ends_at: Option<Timestamp>,
    pub record: Option<String>,
    pub note: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: JobRunId,
    attempt_id: LabAttemptId,
    number: i64,
    path: String,
    settings: String,
    parameters: String,
    trigger: String,
    state: String,
    result: Option<String>,
    starts_at: Millis,
    ends_at: Option<Millis>,
    record: Option<String>,
    note: Option<String>,
    revision: i64,
    created_at: Millis,
}

impl TryFrom<Row> for JobRun {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            attempt: row.attempt_id,
            number: row.number,
            path: row.path,
            settings: row.settings,
            parameters: row.parameters,
            trigger: if row.trigger == Trigger::Periodic.name() { Trigger::Periodic } else { Trigger::Manual },
            state: State::of(&row.state)?,
            result: row.result,
            starts_at: row.starts_at.into(),
            ends_at: row.ends_at.map(Timestamp::from),
            record: row.record,
            note: row.note,
            revision: row.revision,
            created_at: row.created_at.into(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    id: JobRunId,
    attempt_id: LabAttemptId,
    path: String,
    state: String,
    starts_at: Millis,
}

impl TryFrom<StandingRow> for Standing {
    type Error = StoreError;

    fn try_from(row: StandingRow) -> Result<Self> {
        let StandingRow { id, attempt_id: attempt, path, state, starts_at } = row;
        Ok(Self { id, attempt, path, state: State::of(&state)?, starts_at: starts_at.into() })
    }
}

fn runs(rows: Vec<Row>) -> Result<Vec<JobRun>> {
    rows.into_iter().map(JobRun::try_from).collect()
}

/// Records a run, and removes the oldest of its student in the lab that are over.
pub async fn add(store: &Store, new: &NewJobRun<'_>, at: Timestamp) -> Result<JobRun> {
    let mut transaction = store.write().await?;
    let row: Row = sqlx::query_as(
        "INSERT INTO job_runs (attempt_id, number, path, settings, parameters, trigger, state, result, starts_at, ends_at,
                               note, created_at)
         VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM job_runs WHERE attempt_id = $1),
                 $2, $3, $4, $5, $6, $7, $8, CASE WHEN $6 = 'over' THEN $8 END, $9, $10)
         RETURNING *",
    )
    .bind(new.attempt)
    .bind(new.path)
    .bind(new.settings)
    .bind(new.parameters)
    .bind(new.trigger.name())
    .bind(new.state.name())
    .bind(new.result)
    .bind(Millis::from(new.starts_at))
    .bind(new.note)
    .bind(Millis::from(at))
    .fetch_one(&mut *transaction)
    .await?;
    sqlx::query(
        "DELETE FROM job_runs WHERE state IN ('over', 'broken') AND id IN (
             SELECT r.id FROM job_runs r JOIN lab_attempts a ON a.id = r.attempt_id
             JOIN lab_attempts own ON (own.user_id, own.course_id, own.lab) = (a.user_id, a.course_id, a.lab)
             WHERE own.id = $1 ORDER BY r.id DESC LIMIT -1 OFFSET $2)",
    )
    .bind(new.attempt)
    .bind(KEPT)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    row.try_into()
}

pub async fn get(store: &Store, id: JobRunId) -> Result<Option<JobRun>> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM job_runs WHERE id = $1").bind(id).fetch_optional(&store.pool).await?;
    row.map(JobRun::try_from).transpose()
}

pub async fn owner(store: &Store, id: JobRunId) -> Result<Option<Owner>> {
    let owner = sqlx::query_as(
        "SELECT a.user_id, u.login, u.name, a.course_id, a.lab, a.number AS attempt
         FROM job_runs r JOIN lab_attempts a ON a.id = r.attempt_id JOIN users u ON u.id = a.user_id WHERE r.id = $1",
    )
    .bind(id)
    .fetch_optional(&store.pool)
    .await?;
    Ok(owner)
}

/// The last runs of a job, the newest first.
pub async fn of_job(store: &Store, attempt: LabAttemptId, path: &str, most: i64) -> Result<Vec<JobRun>> {
    let rows =
        sqlx::query_as("SELECT * FROM job_runs WHERE attempt_id = $1 AND path = $2 ORDER BY number DESC LIMIT $3")
            .bind(attempt)
            .bind(path)
            .bind(most)
            .fetch_all(&store.pool)
            .await?;
    runs(rows)
}

/// The last runs of a student's jobs in a lab, in any workspace, the newest first; without their records, which may be
/// large.
pub async fn of_lab(store: &Store, of: LabOf<'_>, most: i64) -> Result<Vec<JobRun>> {
    let rows = sqlx::query_as(
        "SELECT r.id, r.attempt_id, r.number, r.path, r.settings, r.parameters, r.trigger, r.state, r.result,
                r.starts_at, r.ends_at, NULL AS record, r.note, r.revision, r.created_at
         FROM job_runs r JOIN lab_attempts a ON a.id = r.attempt_id
         WHERE a.user_id = $1 AND a.course_id = $2 AND a.lab = $3 ORDER BY r.id DESC LIMIT $4",
    )
    .bind(of.user)
    .bind(of.course)
    .bind(of.lab)
    .bind(most)
    .fetch_all(&store.pool)
    .await?;
    runs(rows)
}

/// The newest revision of any run of the job, and how many runs there have been: another one when something was saved.
pub async fn mark_of_job(store: &Store, attempt: LabAttemptId, path: &str) -> Result<i64> {
    let mark = sqlx::query_scalar(
        "SELECT coalesce(sum(revision + 1), 0) + coalesce(max(number), 0) * 1000000 FROM job_runs
         WHERE attempt_id = $1 AND path = $2",
    )
    .bind(attempt)
    .bind(path)
    .fetch_one(&store.pool)
    .await?;
    Ok(mark)
}

/// Runs that are queued or running, the oldest first: of one workspace, or of all.
pub async fn active(store: &Store, attempt: Option<LabAttemptId>) -> Result<Vec<Standing>> {
    let rows: Vec<StandingRow> = sqlx::query_as(ACTIVE).bind(attempt).fetch_all(&store.pool).await?;
    rows.into_iter().map(Standing::try_from).collect()
}

pub async fn standing(store: &Store, id: JobRunId) -> Result<Option<Standing>> {
    let row: Option<StandingRow> =
        sqlx::query_as("SELECT id, attempt_id, path, state, starts_at FROM job_runs WHERE id = $1")
            .bind(id)
            .fetch_optional(&store.pool)
            .await?;
    row.map(Standing::try_from).transpose()
}

/// The spans of a job's runs that end after that instant.
pub async fn spans_after(store: &Store, attempt: LabAttemptId, path: &str, at: Timestamp) -> Result<Vec<Span>> {
    let rows: Vec<(Millis, Millis)> =
        sqlx::query_as(SPANS_AFTER).bind(attempt).bind(path).bind(Millis::from(at)).fetch_all(&store.pool).await?;
    Ok(rows.into_iter().map(|(start, end)| Span { starts_at: start.into(), ends_at: end.into() }).collect())
}

/// The text of the job that a run was started with.
pub async fn settings(store: &Store, id: JobRunId) -> Result<Option<String>> {
    let settings = sqlx::query_scalar("SELECT settings FROM job_runs WHERE id = $1");
    Ok(settings.bind(id).fetch_optional(&store.pool).await?)
}

/// How far the clock of a workspace's runs is: the latest start, and the latest end.
pub async fn clock(store: &Store, attempt: LabAttemptId) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let (start, end): (Option<Millis>, Option<Millis>) =
        sqlx::query_as(CLOCK).bind(attempt).fetch_one(&store.pool).await?;
    Ok((start.map(Timestamp::from), end.map(Timestamp::from)))
}

/// Saves how far a run is; gives its new revision.
pub async fn save(store: &Store, id: JobRunId, progress: &Progress) -> Result<i64> {
    let revision = sqlx::query_scalar(
        "UPDATE job_runs SET state = $2, result = $3, ends_at = $4, record = coalesce($5, record), note = $6,
                revision = revision + 1
         WHERE id = $1 RETURNING revision",
    )
    .bind(id)
    .bind(progress.state.name())
    .bind(progress.result)
    .bind(progress.ends_at.map(Millis::from))
    .bind(&progress.record)
    .bind(&progress.note)
    .fetch_one(&store.pool)
    .await?;
    Ok(revision)
}

/// Lets a queued run begin, at an instant of its own clock, with what is to be said of its wait; `false` when it is not
/// queued any more.
pub async fn begin(store: &Store, id: JobRunId, starts_at: Timestamp, note: Option<&str>) -> Result<bool> {
    let begun = sqlx::query(
        "UPDATE job_runs SET state = 'running', starts_at = $2, note = $3, revision = revision + 1
         WHERE id = $1 AND state = 'queued'",
    )
    .bind(id)
    .bind(Millis::from(starts_at))
    .bind(note)
    .execute(&store.pool)
    .await?;
    Ok(begun.rows_affected() > 0)
}

/// Lets a run that is over go on as a repair, with the settings of now; `false` when it is active.
pub async fn reopen(store: &Store, id: JobRunId, (settings, parameters): (&str, &str)) -> Result<bool> {
    let reopened = sqlx::query(
        "UPDATE job_runs SET state = 'running', result = NULL, ends_at = NULL, note = NULL, settings = $2, parameters = $3,
                revision = revision + 1
         WHERE id = $1 AND state IN ('over', 'broken')",
    )
    .bind(id)
    .bind(settings)
    .bind(parameters)
    .execute(&store.pool)
    .await?;
    Ok(reopened.rows_affected() > 0)
}
