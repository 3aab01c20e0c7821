//! `cell_outputs`: what each cell of a workspace answered last.

use jiff::Timestamp;

use super::instants::Millis;
use super::{LabAttemptId, Result, Store};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellOutput {
    pub cell: String,
    /// The text that ran.
    pub source: String,
    /// The outcomes as JSON.
    pub outcomes: String,
    pub elapsed_us: i64,
    pub ran_at: Timestamp,
}

/// Keeps the output in place of the cell's earlier one.
pub async fn put(store: &Store, attempt: LabAttemptId, output: &CellOutput) -> Result<()> {
    sqlx::query(
        "INSERT INTO cell_outputs (attempt_id, cell, source, outcomes, elapsed_us, ran_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (attempt_id, cell) DO UPDATE SET source = excluded.source, outcomes = excluded.outcomes,
             elapsed_us = excluded.elapsed_us, ran_at = excluded.ran_at",
    )
    .bind(attempt)
    .bind(&output.cell)
    .bind(&output.source)
    .bind(&output.outcomes)
    .bind(output.elapsed_us)
    .bind(Millis::from(output.ran_at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

pub async fn of_attempt(store: &Store, attempt: LabAttemptId) -> Result<Vec<CellOutput>> {
    let rows: Vec<(String, String, String, i64, Millis)> =
        sqlx::query_as("SELECT cell, source, outcomes, elapsed_us, ran_at FROM cell_outputs WHERE attempt_id = $1")
            .bind(attempt)
            .fetch_all(&store.pool)
            .await?;
    let output = |(cell, source, outcomes, elapsed_us, ran_at): (String, String, String, i64, Millis)| CellOutput {
        cell,
        source,
        outcomes,
        elapsed_us,
        ran_at: ran_at.into(),
    };
    Ok(rows.into_iter().map(output).collect())
}
