//! The database: people, work and marks. One file per table; all SQL text of the project lives below this folder.
//!
//! Invariants: what a student handed in and what was answered to it is only ever added to; everything that depends on
//! the course's content names its release; a change that reads before it writes does both in one [`Store::write`]
//! transaction. This module knows no page and no engine; content is text or JSON to it.

pub mod audit;
pub mod cell_outputs;
pub mod comments;
pub mod counting_reports;
pub mod courses;
pub mod documents;
pub mod enrolments;
pub mod extensions;
pub mod grading_queue;
pub mod hints_opened;
mod identifiers;
mod instants;
pub mod job_runs;
pub mod lab_attempts;
pub mod lab_policies;
pub mod ledger;
pub mod lesson_answers;
pub mod lesson_parts;
pub mod lesson_progress;
pub mod overrides;
pub mod public_checks;
pub mod quiz_amendments;
pub mod quiz_answer_saves;
pub mod quiz_answers;
pub mod quiz_attempts;
pub mod quiz_checked_questions;
pub mod quiz_executions;
pub mod quiz_extra_attempts;
pub mod quiz_extra_minutes;
pub mod quiz_scores;
pub mod quiz_time_factors;
pub mod regrade_queue;
pub mod regrades;
pub mod releases;
pub mod reports;
pub mod sessions;
pub mod sign_in_failures;
pub mod submissions;
#[cfg(test)]
mod tests;
pub mod tried_cases;
pub mod users;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub use identifiers::{
    CourseId, JobRunId, LabAttemptId, OverrideId, QuizAmendmentId, QuizAttemptId, RegradeId, ReleaseId, ReportId,
    SectionId, SubmissionId, UserId,
};
pub use instants::now;

/// The one database kind that this version speaks.
type Database = sqlx::Sqlite;
type Transaction = sqlx::Transaction<'static, Database>;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// How long a writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 8;

/// A pool of connections to the one database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: sqlx::Pool<Database>,
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the database {}", path.display())]
    Open { path: PathBuf, source: sqlx::Error },
    #[error("cannot bring the database {} to this version's tables", path.display())]
    Migrate { path: PathBuf, source: sqlx::migrate::MigrateError },
    #[error("the database {} has the tables of another version of sandbar", path.display())]
    OtherVersion { path: PathBuf },
}

/// A fault of the database or of the disk below it; never the visitor's.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database answered with an error")]
    Database(#[from] sqlx::Error),
    #[error("the database holds a value that cannot be read: {what}")]
    Corrupt { what: String },
}

impl StoreError {
    fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl Store {
    /// Opens the database file, creates it when it is missing, and applies the migrations it has not seen.
    ///
    /// # Errors
    /// When the file cannot be opened or written, or was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect_with(options)
            .await
            .map_err(|source| OpenError::Open { path: path.to_owned(), source })?;
        MIGRATIONS.run(&pool).await.map_err(|source| OpenError::Migrate { path: path.to_owned(), source })?;
        Ok(Self { pool })
    }

    /// Opens a database that is there, only to read, also while a server writes to it.
    ///
    /// # Errors
    /// When the file cannot be opened, or does not have this version's tables.
    pub async fn open_to_read(path: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let failed = |source| OpenError::Open { path: path.to_owned(), source };
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.map_err(failed)?;
        let found: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(&pool)
            .await
            .map_err(failed)?;
        if found.into_iter().ne(MIGRATIONS.iter().map(|migration| migration.version)) {
            return Err(OpenError::OtherVersion { path: path.to_owned() });
        }
        Ok(Self { pool })
    }

    /// A transaction that holds the write lock from its start, so that what it reads is still true when it writes.
    async fn write(&self) -> Result<Transaction> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Finishes what is under way, then closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
