//! Running plans: everything that leaves DataFusion does so here, with the statement's limits.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlanProperties;
use futures::StreamExt;

use crate::diagnostic::Diagnostic;
use crate::dialect::Lexed;

use super::errors::{from_datafusion, from_planned, internal, placed, rows_limit};
use super::{Session, engine};

type Result<T> = std::result::Result<T, Diagnostic>;

/// Rows of a result that are counted beyond those shown.
const COUNTED: u64 = 1_000_000;

/// A result, cut to the rows that may be shown.
pub struct Collected {
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
    /// Rows in all, as far as they were counted.
    pub total_rows: u64,
    /// Whether counting stopped.
    pub endless: bool,
    /// What the batches take in memory.
    bytes: usize,
}

/// How much of a result is kept: the first rows, and no more of them than take so many bytes.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    pub rows: u64,
    pub bytes: usize,
}

impl From<u64> for Keep {
    fn from(rows: u64) -> Self {
        Self { rows, bytes: usize::MAX }
    }
}

impl Collected {
    fn take(&mut self, batch: &RecordBatch, keep: Keep) {
        let room = usize::try_from(keep.rows.saturating_sub(self.total_rows)).unwrap_or(usize::MAX);
        let of_a_row = batch.get_array_memory_size() / batch.num_rows().max(1) + 1;
        let room = room.min(keep.bytes.saturating_sub(self.bytes) / of_a_row);
        self.total_rows += batch.num_rows() as u64;
        self.endless = self.total_rows > COUNTED.max(keep.rows);
        if room > 0 {
            let rows = batch.num_rows().min(room);
            self.bytes = self.bytes.saturating_add(rows.saturating_mul(of_a_row));
            self.batches.push(batch.slice(0, rows));
        }
        if room < batch.num_rows() {
            // A later batch with narrower rows is not the next of them.
            self.bytes = usize::MAX;
        }
    }
}

impl Session {
    /// Runs a plan and keeps the first rows. Partitions run one after the other, so that a query without ORDER BY
    /// gives its rows in the same order every time.
    pub(super) async fn collect(&self, plan: LogicalPlan, keep: impl Into<Keep>, lexed: &Lexed) -> Result<Collected> {
        let keep = keep.into();
        let fail = |error| placed(from_datafusion(&error, lexed), lexed);
        let physical =
            self.state.create_physical_plan(&plan).await.map_err(|error| placed(from_planned(&error, lexed), lexed))?;
        let task = engine::task(&self.state);
        let (schema, batches) = (physical.schema(), Vec::new());
        let mut collected = Collected { schema, batches, total_rows: 0, endless: false, bytes: 0 };
        for partition in 0..physical.output_partitioning().partition_count() {
            let mut stream = physical.execute(partition, Arc::clone(&task)).map_err(fail)?;
            while let Some(batch) = stream.next().await {
                collected.take(&batch.map_err(fail)?, keep);
                if collected.endless {
                    return Ok(collected);
                }
            }
        }
        Ok(collected)
    }

    /// Runs a plan whose rows are to be written.
    ///
    /// # Errors
    /// LIMIT_EXCEEDED.ROWS when there are more than may be written.
    pub(super) async fn collect_to_write(&self, plan: LogicalPlan, lexed: &Lexed) -> Result<RecordBatch> {
        let max = self.options.limits.max_rows_written;
        let collected = self.collect(plan, max + 1, lexed).await?;
        if collected.total_rows > max {
            return Err(rows_limit("rows", max));
        }
        concat_batches(&collected.schema, &collected.batches).map_err(internal)
    }
}
