//! SELECT, VALUES and WITH.

use datafusion::arrow::array::RecordBatch;
use datafusion::sql::sqlparser::ast::Query;

use crate::dialect::Lexed;
use crate::evidence::StatementFacts;

use super::super::Session;
use super::super::planning::Planner;
use super::super::rows;
use super::{Output, Result};

pub async fn run(session: &mut Session, query: &Query, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let planned = Planner::new(session, lexed, facts).query(query.clone()).await?;
    let keep = session.options.limits.max_rows.max(session.rows_left);
    let collected = session.collect(planned.plan, keep, lexed).await?;
    let kept: usize = collected.batches.iter().map(RecordBatch::num_rows).sum();
    session.rows_left = session.rows_left.saturating_sub(kept.try_into().unwrap_or(u64::MAX));
    let relation = rows::relation(&planned.names, &collected.schema, &collected.batches);
    let output = Output { relation, total_rows: collected.total_rows, ..Output::default() };
    if collected.endless {
        return Ok(output.with_note(format!("More than {} rows; the rest was not counted.", collected.total_rows)));
    }
    Ok(output)
}
