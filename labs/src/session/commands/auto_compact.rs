//! Auto-compaction: after a write, the small files of a table that asks for it become one.
//!
//! It is a commit of its own, an OPTIMIZE with `auto` = true. What the statement did is done before it begins, so a table
//! that has no room for one more version is left as it is.

use crate::dialect::Statement;

use super::super::Session;
use super::super::table::Snapshot;
use super::{Output, Result, optimize, set_option};

/// How many files of one partition set it off.
pub const MIN_FILES: &str = "spark.databricks.delta.autoCompact.minNumFiles";
/// The table property that asks for it.
const PROPERTY: &str = "delta.autoOptimize.autoCompact";

/// Adds the commit of auto-compaction to what a statement gave back.
///
/// # Errors
/// When the table cannot be read or written.
pub async fn after(session: &mut Session, statement: &Statement, output: Output) -> Result<Output> {
    let Some(written) = output.commits.last().filter(|_| writes_rows(statement)) else { return Ok(output) };
    let key = written.table.to_lowercase();
    let snapshot = session.table(&key)?.latest()?;
    if !is_asked_for(&snapshot) || session.check_room(&snapshot, 1).is_err() {
        return Ok(output);
    }
    let min_files = set_option::value(session, MIN_FILES).parse().unwrap_or(usize::MAX);
    match optimize::small_files(session, &key, min_files.max(2)).await? {
        Some(commit) => Ok(output.with_commit(commit).with_note("Auto-compaction joined the table's small files.")),
        None => Ok(output),
    }
}

fn writes_rows(statement: &Statement) -> bool {
    match statement {
        Statement::CreateTable(create) => create.query.is_some(),
        Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) | Statement::Merge(_) => true,
        _ => false,
    }
}

fn is_asked_for(snapshot: &Snapshot) -> bool {
    let value = snapshot.properties().get(PROPERTY).map(|value| value.to_lowercase());
    value.is_some_and(|value| matches!(value.as_str(), "true" | "auto"))
}
