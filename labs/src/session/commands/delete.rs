//! DELETE.

use std::time::Instant;

use datafusion::arrow::array::RecordBatch;

use crate::dialect::{Delete, Lexed};
use crate::evidence::StatementFacts;

use super::super::Session;
use super::super::commit::Change;
use super::predicate::Called;
use super::rewritten::{OF_ROWS, Rewrite};
use super::target::{Fate, Target};
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
    let gone: Vec<Fate> = hits.sorted().into_iter().map(|row| (row, None)).collect();
    let snapshot = &target.snapshot;
    let new = RecordBatch::new_empty(snapshot.schema.clone());
    let rewrite = Rewrite { target: &target, snapshot, fates: &gone, new: &new, added_from: 0, started };
    let rewritten = rewrite.write(session, &key).await?;
    let predicate = match &delete.predicate {
        Some(_) => predicate::described(delete.predicate.as_ref(), lexed),
        None => r#"["true"]"#.to_owned(),
    };
    let change = Change::new("DELETE")
        .parameter("predicate", predicate)
        .metric("numDeletedRows", hits.rows.len())
        .metric("numCopiedRows", rewritten.rows);
    let commit = rewrite.commit(session, &key, &rewritten, rewritten.measured(change, &OF_ROWS)).await?;
    Ok(Output::counts([("num_affected_rows", hits.rows.len())]).with_commit(commit))
}
