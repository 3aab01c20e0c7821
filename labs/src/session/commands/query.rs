//! SELECT, VALUES and WITH.

use datafusion::sql::sqlparser::ast::Query;

use serde_json::Value;

use crate::dialect::Lexed;
use crate::evidence::StatementFacts;
use crate::relation::Relation;

use super::super::Session;
use super::super::execute::Keep;
use super::super::planning::Planner;
use super::super::rows;
use super::{Output, Result};

/// Rows of one result that the evidence of a replay holds, so that a check can compare them.
const MAX_ROWS_COMPARED: u64 = 20_000;

/// What they may take in memory.
const MAX_BYTES_COMPARED: usize = 16 * 1024 * 1024;

pub async fn run(session: &mut Session, query: &Query, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let planned = Planner::new(session, lexed, facts).query(query.clone()).await?;
    let keep = match session.result_bytes_left {
        Some(_) => Keep { rows: MAX_ROWS_COMPARED, bytes: MAX_BYTES_COMPARED },
        None => session.options.limits.max_rows.into(),
    };
    let collected = session.collect(planned.plan, keep, lexed).await?;
    let mut relation = rows::relation(&planned.names, &collected.schema, &collected.batches);
    if let Some(left) = &mut session.result_bytes_left {
        cut(&mut relation, left);
    }
    let output = Output { relation, total_rows: collected.total_rows, ..Output::default() };
    if collected.endless {
        return Ok(output.with_note(format!("More than {} rows; the rest was not counted.", collected.total_rows)));
    }
    Ok(output)
}

/// Leaves as many rows as there are bytes left, and takes what they have from those.
fn cut(relation: &mut Relation, left: &mut usize) {
    let fitting = relation.rows.iter().take_while(|row| {
        let size = row.iter().map(size).sum();
        let fits = *left >= size;
        *left = left.saturating_sub(size);
        fits
    });
    let fitting = fitting.count();
    relation.rows.truncate(fitting);
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 3,
        Value::Array(values) => values.iter().map(size).sum::<usize>() + 2,
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + size(value) + 4).sum::<usize>() + 2,
        Value::Null | Value::Bool(_) | Value::Number(_) => 12,
    }
}
