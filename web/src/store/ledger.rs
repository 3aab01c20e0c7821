//! `ledger`: the statements that ran in live workspaces, without their rows. Only added to.

use jiff::Timestamp;

use super::instants::Millis;
use super::{LabAttemptId, Result, Store};

/// One statement that ran.
#[derive(Clone, Debug)]
pub struct Entry {
    pub sql: String,
    pub error_class: Option<String>,
    /// The commits it made, as JSON.
    pub commits: String,
    pub elapsed_us: i64,
}

/// Adds the statements of one run, all or none.
pub async fn append(store: &Store, attempt: LabAttemptId, cell: &str, entries: &[Entry], at: Timestamp) -> Result<()> {
    let mut transaction = store.write().await?;
    for entry in entries {
        sqlx::query(
            "INSERT INTO ledger (attempt_id, cell, sql, error_class, commits, elapsed_us, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(attempt)
        .bind(cell)
        .bind(&entry.sql)
        .bind(&entry.error_class)
        .bind(&entry.commits)
        .bind(entry.elapsed_us)
        .bind(Millis::from(at))
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(())
}
