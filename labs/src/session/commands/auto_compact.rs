//! Auto-compaction: after a write, the small files of a table that asks for it become one.
//!
//! It is a commit of its own, an OPTIMIZE with `auto` = true. What the statement did is done before it begins, so a table
//! that has no room for one more version is left as it is.

use crate::dialect::Statement;

use super::super::Session;
use super::super::table::Table;
use super::{Output, Result, optimize, set_option};

/// How many files of one partition set it off.
pub const MIN_FILES: &str = "spark.databricks.delta.autoCompact.minNumFiles";
/// The table property that asks for it.
const PROPERTY: &str = "delta.autoOptimize.autoCompact";

/// Adds the commit of auto-compaction to what a statement gave back.
///
/// # Errors
/// When the table went away.
pub async fn after(session: &mut Session, statement: &Statement, output: Output) -> Result<Output> {
    let Some(written) = output.commits.last().filter(|_| writes_rows(statement)) else { return Ok(output) };
    let key = written.table.to_lowercase();
    if !is_asked_for(session.table(&key)?) {
        return Ok(output);
    }
    let snapshot = session.table(&key)?.latest().clone();
    if session.check_room(&snapshot, 1).is_err() {
        return Ok(output);
    }
    let min_files = set_option::value(session, MIN_FILES).parse().unwrap_or(usize::MAX);
    match optimize::small_files(session, &key, min_files.max(2)).await {
        Ok(Some(commit)) => Ok(output.with_commit(commit).with_note("Auto-compaction joined the table's small files.")),
        Ok(None) => Ok(output),
        // The statement itself is done; the next write tries again.
        Err(why) => {
            tracing::warn!(table = key, %why, "auto-compaction failed");
            Ok(output.with_note(format!("Auto-compaction did not come about: {}", why.message)))
        }
    }
}

fn writes_rows(statement: &Statement) -> bool {
    match statement {
        Statement::CreateTable(create) => create.query.is_some(),
        Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) | Statement::Merge(_) => true,
        _ => false,
    }
}

fn is_asked_for(table: &Table) -> bool {
    let value = table.property(PROPERTY).map(str::to_lowercase);
    value.is_some_and(|value| matches!(value.as_str(), "true" | "auto"))
}
