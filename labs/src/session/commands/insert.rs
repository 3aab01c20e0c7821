//! INSERT INTO, INSERT OVERWRITE and INSERT .. REPLACE WHERE.

use std::time::Instant;

use datafusion::arrow::array::{RecordBatch, new_null_array};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Insert, Lexed};
use crate::evidence::StatementFacts;

use super::super::Session;
use super::super::commit::Change;
use super::super::errors::{nearest, schema_mismatch, unresolved_column};
use super::super::filled::{self, Given};
use super::super::planning::Planner;
use super::super::snapshot::Snapshot;
use super::super::struct_fields::{self, Pairing};
use super::predicate::Called;
use super::rewritten::Rewrite;
use super::target::{Fate, Target};
use super::{Output, Result, default_word, predicate, rewrite};

pub async fn run(session: &mut Session, insert: &Insert, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let key = session.find_table(&insert.table)?;
    let snapshot = session.table(&key)?.latest().clone();
    let mut source = (*insert.source).clone();
    let open = default_word::in_values(&mut source, &columns_by_place(insert, &snapshot), &snapshot)?;
    let planned = Planner::new(session, lexed, facts).query(source).await?;
    let places = places(insert, &snapshot, &planned.names, lexed).map_err(|diagnostic| place(diagnostic, insert))?;
    let rows = session.collect_to_write(planned.plan, lexed).await?;
    let pairing = if insert.by_name { Pairing::Name } else { Pairing::Position };
    let rows = arrange(session, &rows, &places, &snapshot, pairing).await;
    let rows = rows.map_err(|diagnostic| place(diagnostic, insert))?;
    let given: Vec<usize> = (0..places.len()).filter(|at| places[*at].is_some() && !open.contains(at)).collect();
    let rows = session.generate(&snapshot, rows, Given::Columns(&given)).await?;
    if insert.replace_where.is_some() {
        return replace_where(session, insert, &key, &rows, lexed, facts).await;
    }
    let written = rewrite::write(session, &key, &snapshot, &rows).await?;
    let mode = if insert.overwrite { "Overwrite" } else { "Append" };
    let mut change = Change::new("WRITE")
        .parameter("mode", mode)
        .parameter("statsOnLoad", "false")
        .parameter("partitionBy", "[]")
        .output_metrics(&written, rows.num_rows());
    if insert.overwrite {
        change = change.removing(snapshot.files.iter(), session.watch.now().timestamp_millis());
    }
    if written.is_empty() && change.actions.is_empty() {
        return Ok(counts(0));
    }
    change.blind_append = !insert.overwrite && facts.scans.is_empty();
    let commit = session.commit(&key, &snapshot, change.adding(&written)).await?;
    Ok(counts(rows.num_rows()).with_commit(commit))
}

fn counts(rows: usize) -> Output {
    Output::counts([("num_affected_rows", rows), ("num_inserted_rows", rows)])
}

fn place(diagnostic: Diagnostic, insert: &Insert) -> Diagnostic {
    match insert.table.position {
        Some(position) if diagnostic.position.is_none() => diagnostic.at(position),
        _ => diagnostic,
    }
}

/// Replaces the rows that a condition hits by new ones, in one commit.
async fn replace_where(
    session: &mut Session,
    insert: &Insert,
    key: &str,
    rows: &RecordBatch,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    let started = Instant::now();
    let target = Target::load(session, key).await?;
    let condition = insert.replace_where.as_ref();
    let called = Called { table: &insert.table, alias: None };
    let new = Target::of_rows(&target.snapshot, rows);
    let fitting = predicate::hits(session, &new, called, condition, Vec::new(), lexed, facts).await?.rows;
    if fitting.len() < rows.num_rows() {
        return Err(place(mismatch(rows.num_rows() - fitting.len(), insert, lexed), insert));
    }
    let gone = predicate::hits(session, &target, called, condition, Vec::new(), lexed, facts).await?;
    let gone: Vec<Fate> = gone.sorted().into_iter().map(|row| (row, None)).collect();
    let rewrite =
        Rewrite { target: &target, snapshot: &target.snapshot, fates: &gone, new: rows, added_from: 0, started };
    let rewritten = rewrite.write(session, key).await?;
    if rewritten.written.is_empty() && rewritten.removed.is_empty() {
        return Ok(counts(0));
    }
    let change = Change::new("WRITE")
        .parameter("mode", "Overwrite")
        .parameter("partitionBy", "[]")
        .parameter("predicate", predicate::described(condition, lexed))
        .output_metrics(&rewritten.written, rows.num_rows());
    let commit = rewrite.commit(session, key, &rewritten, change).await?;
    Ok(counts(rows.num_rows()).with_commit(commit))
}

/// New rows for which the condition of REPLACE WHERE is not true.
fn mismatch(rows: usize, insert: &Insert, lexed: &Lexed) -> Diagnostic {
    let condition = predicate::described(insert.replace_where.as_ref(), lexed);
    let message =
        format!("Written data does not conform with the condition of REPLACE WHERE {condition}: {rows} row(s).");
    Diagnostic::new("DELTA_REPLACE_WHERE_MISMATCH", "44000", message)
        .with_hint("Choose the rows with the same condition: SELECT .. WHERE. Nothing was written.")
}

/// For each column of the table, which column of the source fills it.
fn places(insert: &Insert, snapshot: &Snapshot, source: &[String], lexed: &Lexed) -> Result<Vec<Option<usize>>> {
    let columns = snapshot.column_names();
    if insert.by_name {
        return by_name(&columns, source, snapshot, lexed);
    }
    if insert.columns.is_empty() {
        if source.len() != columns.len() {
            return Err(arity(insert.table.name(), &columns, source.len()));
        }
        return Ok((0..columns.len()).map(Some).collect());
    }
    let mut places = vec![None; columns.len()];
    for (at, (name, position)) in insert.columns.iter().enumerate() {
        let column = snapshot.column(name).ok_or_else(|| unresolved_column(name, &columns).at(*position))?;
        if places[column].replace(at).is_some() {
            return Err(named_twice(name).at(*position));
        }
    }
    if insert.columns.len() != source.len() {
        let named: Vec<String> = insert.columns.iter().map(|(name, _)| name.clone()).collect();
        return Err(arity(insert.table.name(), &named, source.len()));
    }
    Ok(places)
}

/// A column that stands twice in an INSERT's list.
pub fn named_twice(name: &str) -> Diagnostic {
    let message = format!("The column `{name}` is named more than once.");
    Diagnostic::new("COLUMN_ALREADY_EXISTS", "42711", message)
}

fn by_name(columns: &[String], source: &[String], snapshot: &Snapshot, lexed: &Lexed) -> Result<Vec<Option<usize>>> {
    if let Some(extra) = source.iter().find(|name| snapshot.column(name).is_none()) {
        return Err(extra_column(extra, columns, lexed));
    }
    let find = |column: &String| source.iter().position(|name| name.to_lowercase() == column.to_lowercase());
    Ok(columns.iter().map(find).collect())
}

/// A column of the source that the table has not. INSERT adds none.
fn extra_column(extra: &str, columns: &[String], lexed: &Lexed) -> Diagnostic {
    let what = format!("the data has a column `{extra}`, and the table's columns are {}", columns.join(", "));
    let hint = match nearest(extra, columns.iter().map(String::as_str)) {
        Some(near) => format!("Did you mean `{near}`? BY NAME looks for each column of the query in the table."),
        None => {
            format!("Leave it out, or add it to the table first: ALTER TABLE name ADD COLUMN {extra} TYPE.")
        }
    };
    let diagnostic = schema_mismatch(&what, &hint);
    match lexed.position_of(&extra.to_lowercase()) {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    }
}

fn arity(table: &str, columns: &[String], given: usize) -> Diagnostic {
    let message = format!(
        "Cannot write to '{table}', {} data columns: the target has {} column(s) ({}) but the inserted data has {given} column(s).",
        if given < columns.len() { "not enough" } else { "too many" },
        columns.len(),
        columns.join(", ")
    );
    Diagnostic::new("DELTA_INSERT_COLUMN_ARITY_MISMATCH", "42802", message)
        .with_hint("Give one value for each column, or name the columns that you fill: INSERT INTO t (a, b) VALUES ..")
}

/// The source's columns in the table's order and types; defaults where nothing fills a column, and NULL where it has none.
async fn arrange(
    session: &mut Session,
    rows: &RecordBatch,
    places: &[Option<usize>],
    snapshot: &Snapshot,
    pairing: Pairing,
) -> Result<RecordBatch> {
    let kernel: Vec<_> = snapshot.kernel_schema.fields().collect();
    let mut columns = Vec::with_capacity(places.len());
    for (at, (place, field)) in places.iter().zip(snapshot.schema.fields()).enumerate() {
        let nothing = || new_null_array(field.data_type(), rows.num_rows());
        let generated = filled::generation_of(kernel[at]).is_some();
        columns.push(match (place, filled::default_of(kernel[at])) {
            (Some(place), _) if generated => {
                rewrite::assign(rows.column(*place), &field.as_ref().clone().with_nullable(true))?
            }
            (None, _) if generated => nothing(),
            (Some(place), _) => rewrite::assign(&struct_fields::pair(rows.column(*place), field, pairing)?, field)?,
            (None, Some(text)) => session.default_values(&text, field, rows.num_rows()).await?,
            (None, None) => rewrite::assign(&nothing(), field)?,
        });
    }
    filled::before_generation(snapshot, columns, rows.num_rows())
}

/// The column that each place of the source fills, as far as that is known without its names.
fn columns_by_place(insert: &Insert, snapshot: &Snapshot) -> Vec<usize> {
    if insert.columns.is_empty() {
        return (0..snapshot.schema.fields().len()).collect();
    }
    let found: Option<Vec<usize>> = insert.columns.iter().map(|(name, _)| snapshot.column(name)).collect();
    found.unwrap_or_default()
}
