//! DELETE.

use std::time::Instant;

use crate::dialect::{Delete, Lexed};
use crate::evidence::StatementFacts;

use super::super::Session;
use super::super::changes::{self, DELETE};
use super::super::commit::Change;
use super::predicate::Called;
use super::rewrite::{self, Target};
use super::{Output, Result, predicate};

pub async fn run(session: &mut Session, delete: &Delete, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let started = Instant::now();
    let key = session.find_table(&delete.table)?;
    let target = Target::load(session, &key).await?;
    let called = Called { table: &delete.table, alias: delete.alias.as_deref() };
    let hits = predicate::hits(session, &target, called, delete.predicate.as_ref(), Vec::new(), lexed, facts).await?;
    if hits.rows.is_empty() {
        return Ok(Output::counts([("num_affected_rows", 0)]));
    }
    let scanned_ms = rewrite::elapsed_ms(session, started);
    let gone = hits.set();
    let files = target.touched(&gone);
    let kept: Vec<(usize, usize)> =
        target.rows_of(&files).filter(|row| !gone.contains(row)).map(|row| (0, row)).collect();
    let rows = rewrite::pick(&target.snapshot.schema, [&target.rows, &target.rows], &kept)?;
    let written = rewrite::write(session, &key, &target.snapshot, &rows).await?;
    let total_ms = rewrite::elapsed_ms(session, started);
    let predicate = match &delete.predicate {
        Some(_) => predicate::described(delete.predicate.as_ref(), lexed),
        None => r#"["true"]"#.to_owned(),
    };
    let mut change = Change::new("DELETE")
        .parameter("predicate", predicate)
        .metric("numDeletedRows", hits.rows.len())
        .metric("numCopiedRows", rows.num_rows())
        .metric("numAddedFiles", written.len())
        .metric("numRemovedFiles", files.len())
        .metric("numAddedBytes", written.iter().map(|add| add.size).sum::<i64>())
        .metric("numRemovedBytes", target.adds(&files).map(|add| add.size).sum::<i64>())
        .metric("executionTimeMs", total_ms)
        .metric("scanTimeMs", scanned_ms)
        .metric("rewriteTimeMs", total_ms.saturating_sub(scanned_ms))
        .removing(target.adds(&files), session.watch.now().timestamp_millis())
        .adding(&written);
    if changes::are_kept(&target.snapshot) {
        let lots = [(DELETE, target.rows_at(&gone)?)];
        change.actions.extend(session.keep_changes(&key, &target.snapshot, &lots).await?);
    }
    let commit = session.commit(&key, &target.snapshot, change).await?;
    Ok(Output::counts([("num_affected_rows", hits.rows.len())]).with_commit(commit))
}
