//! OPTIMIZE: the small files of each partition become one, and with ZORDER BY their rows are put beside their likes.
//!
//! No row changes, so the commit's files say `dataChange: false`. Where nothing would change there is no commit.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Instant;

use datafusion::sql::sqlparser::ast::{Expr, visit_expressions};
use deltalake::kernel::Add;
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Lexed, Optimize};
use crate::evidence::StatementFacts;
use crate::outcome::TableCommit;
use crate::relation::{Column, Relation};

use super::super::commit::Change;
use super::super::errors::unresolved_column;
use super::super::snapshot::Snapshot;
use super::super::{Session, catalog};
use super::target::Target;
use super::{Output, Result, predicate, rewrite, z_order};

/// The files of one partition, by their places in the table.
type Group = Vec<usize>;

pub async fn run(
    session: &mut Session,
    optimize: &Optimize,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    let started = Instant::now();
    let key = session.find_table(&optimize.table)?;
    let target = Target::load(session, &key).await?;
    let columns = z_order_columns(optimize, &target.snapshot)?;
    let files = files(session, optimize, &target, lexed, facts).await?;
    let mut done = Done { considered: files.len(), ..Done::default() };
    for group in groups(&target, &files) {
        done.rewrite(session, &key, &target, &group, &columns).await?;
    }
    let path = catalog::location(&key);
    let output = done.output(&path, rewrite::elapsed_ms(session, started));
    if done.added.is_empty() {
        return Ok(output.with_note("The table's files are as they should be; nothing was done."));
    }
    let names: Vec<&str> = optimize.z_order.iter().map(|(name, _)| name.as_str()).collect();
    let change = Change::new("OPTIMIZE")
        .parameter("predicate", predicate::described(optimize.predicate.as_ref(), lexed))
        .parameter("zOrderBy", json!(names).to_string())
        .parameter("clusterBy", "[]")
        .parameter("auto", "false");
    Ok(output.with_commit(done.commit(session, &key, &target, change).await?))
}

/// Joins the files of each partition that has at least `min_files` of them, as auto-compaction does it after a write;
/// `None` when no partition has so many.
pub async fn small_files(session: &mut Session, key: &str, min_files: usize) -> Result<Option<TableCommit>> {
    let files = session.table(key)?.latest().clone().files;
    if files.len() < min_files {
        return Ok(None);
    }
    let target = Target::load(session, key).await?;
    let mut done = Done { considered: files.len(), ..Done::default() };
    for group in groups(&target, &target.all_files()).into_iter().filter(|group| group.len() >= min_files) {
        done.rewrite(session, key, &target, &group, &[]).await?;
    }
    if done.added.is_empty() {
        return Ok(None);
    }
    let change = Change::new("OPTIMIZE")
        .parameter("predicate", "[]")
        .parameter("zOrderBy", "[]")
        .parameter("clusterBy", "[]")
        .parameter("auto", "true");
    Ok(Some(done.commit(session, key, &target, change).await?))
}

/// The positions of the columns of ZORDER BY.
fn z_order_columns(optimize: &Optimize, snapshot: &Snapshot) -> Result<Vec<usize>> {
    let column = |(name, place): &(String, crate::diagnostic::Position)| {
        let at = snapshot.column(name).ok_or_else(|| unresolved_column(name, &snapshot.column_names()).at(*place))?;
        if is_partition_column(snapshot, name) {
            let message = format!("{name} is a partition column; Z-ordering works on the other columns.");
            return Err(Diagnostic::new("DELTA_ZORDERING_ON_PARTITION_COLUMN", "42P10", message)
                .with_hint("Its values are in folders of their own already: leave it out.")
                .at(*place));
        }
        Ok(at)
    };
    optimize.z_order.iter().map(column).collect()
}

fn is_partition_column(snapshot: &Snapshot, name: &str) -> bool {
    snapshot.partition_columns().iter().any(|partition| partition.eq_ignore_ascii_case(name))
}

/// The files that the condition chooses.
async fn files(
    session: &mut Session,
    optimize: &Optimize,
    target: &Target,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Vec<usize>> {
    let Some(condition) = &optimize.predicate else { return Ok(target.all_files()) };
    check_condition(condition, &target.snapshot, lexed)?;
    let called = predicate::Called { table: &optimize.table, alias: None };
    let hits = predicate::hits(session, target, called, Some(condition), Vec::new(), lexed, facts).await?;
    Ok(target.touched(&hits.sorted()))
}

/// # Errors
/// When the condition reads a column that is none of the partitioning.
fn check_condition(condition: &Expr, snapshot: &Snapshot, lexed: &Lexed) -> Result<()> {
    let found = visit_expressions(condition, |expr: &Expr| {
        let name = match expr {
            Expr::Identifier(name) => Some(name),
            Expr::CompoundIdentifier(parts) => parts.last(),
            _ => None,
        };
        match name.filter(|name| !is_partition_column(snapshot, &name.value)) {
            Some(name) => ControlFlow::Break(name.clone()),
            None => ControlFlow::Continue(()),
        }
    });
    let ControlFlow::Break(name) = found else { return Ok(()) };
    let placed = |diagnostic: Diagnostic| match lexed.position_of(&name.value) {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    };
    if snapshot.column(&name.value).is_none() {
        return Err(placed(unresolved_column(&name.value, &snapshot.column_names())));
    }
    let message = format!(
        "The condition reads `{}`, which is no partition column; only these may be read: [{}].",
        name.value,
        snapshot.partition_columns().join(", ")
    );
    Err(placed(Diagnostic::new("DELTA_NON_PARTITION_COLUMN_REFERENCE", "42P10", message))
        .with_hint("Whole partitions are rewritten: choose them by their own columns, or leave WHERE out."))
}

fn groups(target: &Target, files: &[usize]) -> Vec<Group> {
    let mut groups: BTreeMap<BTreeSet<(&String, &Option<String>)>, Group> = BTreeMap::new();
    for (at, add) in files.iter().zip(target.adds(files)) {
        groups.entry(add.partition_values.iter().collect()).or_default().push(*at);
    }
    groups.into_values().collect()
}

/// The rows of a partition in the order of their new file; `None` when they lie well as they are.
fn new_order(target: &Target, group: &Group, columns: &[usize]) -> Result<Option<Vec<usize>>> {
    let rows: Vec<usize> = target.rows_of(group).collect();
    let order = if columns.is_empty() { rows.clone() } else { z_order::order(&target.rows, &rows, columns)? };
    Ok((group.len() > 1 || order != rows).then_some(order))
}

#[derive(Default)]
struct Done {
    added: Vec<Add>,
    removed: Vec<Add>,
    partitions: usize,
    considered: usize,
}

impl Done {
    /// Writes a partition's rows anew where they do not lie as they should.
    async fn rewrite(
        &mut self,
        session: &mut Session,
        key: &str,
        target: &Target,
        group: &Group,
        columns: &[usize],
    ) -> Result<()> {
        let Some(order) = new_order(target, group, columns)? else { return Ok(()) };
        let rows = target.rows_at(order)?;
        self.added.extend(rewrite::write(session, key, &target.snapshot, &rows).await?);
        self.removed.extend(target.adds(group).cloned());
        self.partitions += 1;
        Ok(())
    }

    async fn commit(&self, session: &mut Session, key: &str, target: &Target, change: Change) -> Result<TableCommit> {
        let change = self
            .metrics(change)
            .removing(&self.removed, session.watch.now().timestamp_millis())
            .adding(&self.added)
            .moving_rows_only();
        session.commit(key, &target.snapshot, change).await
    }

    fn metrics(&self, change: Change) -> Change {
        let mut sizes = sizes(&self.added);
        sizes.sort_unstable();
        let at = |share: f64| sizes[(share * (sizes.len() - 1) as f64).floor() as usize];
        change
            .metric("numAddedFiles", self.added.len())
            .metric("numAddedBytes", sizes.iter().sum::<i64>())
            .metric("numRemovedFiles", self.removed.len())
            .metric("numRemovedBytes", self::sizes(&self.removed).iter().sum::<i64>())
            .metric("minFileSize", at(0.0))
            .metric("p25FileSize", at(0.25))
            .metric("p50FileSize", at(0.5))
            .metric("p75FileSize", at(0.75))
            .metric("maxFileSize", at(1.0))
    }

    fn output(&self, path: &str, elapsed_ms: u128) -> Output {
        let metrics = json!({
            "numFilesAdded": self.added.len(),
            "numFilesRemoved": self.removed.len(),
            "filesAdded": summary(&self.added),
            "filesRemoved": summary(&self.removed),
            "partitionsOptimized": self.partitions,
            "numBatches": 1,
            "totalConsideredFiles": self.considered,
            "totalFilesSkipped": self.considered - self.removed.len(),
            "preserveInsertionOrder": true,
            "totalTimeMs": u64::try_from(elapsed_ms).unwrap_or(u64::MAX),
        });
        let columns = vec![Column::new("path", "STRING"), Column::new("metrics", METRICS_TYPE)];
        Output::of(Relation { columns, rows: vec![vec![json!(path), metrics]] })
    }
}

const METRICS_TYPE: &str = "STRUCT<numFilesAdded: BIGINT, numFilesRemoved: BIGINT, \
    filesAdded: STRUCT<min: BIGINT, max: BIGINT, avg: DOUBLE, totalFiles: BIGINT, totalSize: BIGINT>, \
    filesRemoved: STRUCT<min: BIGINT, max: BIGINT, avg: DOUBLE, totalFiles: BIGINT, totalSize: BIGINT>, \
    partitionsOptimized: BIGINT, numBatches: BIGINT, totalConsideredFiles: BIGINT, totalFilesSkipped: BIGINT, \
    preserveInsertionOrder: BOOLEAN, totalTimeMs: BIGINT>";

fn sizes(files: &[Add]) -> Vec<i64> {
    files.iter().map(|add| add.size).collect()
}

fn summary(files: &[Add]) -> Value {
    let sizes = sizes(files);
    let total: i64 = sizes.iter().sum();
    let average = if sizes.is_empty() { 0.0 } else { total as f64 / sizes.len() as f64 };
    json!({
        "min": sizes.iter().min(),
        "max": sizes.iter().max(),
        "avg": average,
        "totalFiles": sizes.len(),
        "totalSize": total,
    })
}
