//! UPDATE.

use std::time::Instant;

use datafusion::arrow::array::UInt64Array;
use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::take;

use crate::diagnostic::Diagnostic;
use crate::dialect::{Assignment, Lexed, Update};
use crate::evidence::StatementFacts;

use super::super::Session;
use super::super::commit::Change;
use super::super::errors::{internal, unresolved_column};
use super::super::filled::Given;
use super::super::planning::check_values;
use super::super::snapshot::Snapshot;
use super::predicate::Called;
use super::rewritten::{OF_ROWS, Rewrite};
use super::target::{Fate, Target};
use super::{Output, Result, default_word, predicate, rewrite};

pub async fn run(session: &mut Session, update: &Update, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let started = Instant::now();
    let key = session.find_table(&update.table)?;
    let target = Target::load(session, &key).await?;
    let called = Called { table: &update.table, alias: update.alias.as_deref() };
    let columns = assigned(&update.assignments, &target.snapshot, called)?;
    check_values(update.assignments.iter().map(|assignment| &assignment.value))?;
    let expressions = default_word::in_assignments(&update.assignments, &columns, &target.snapshot)?;
    let hits = predicate::hits(session, &target, called, update.predicate.as_ref(), expressions, lexed, facts).await?;
    for (value, (at, assignment)) in columns.iter().zip(&update.assignments).enumerate() {
        rewrite::check_assignable(hits.value(value).data_type(), target.snapshot.schema.field(*at))
            .map_err(|diagnostic| diagnostic.at(assignment.position))?;
    }
    if hits.rows.is_empty() {
        return Ok(Output::counts([("num_affected_rows", 0)]));
    }
    let changed = changed_rows(&target, &hits, &columns)?;
    let changed = session.generate(&target.snapshot, changed, Given::Columns(&columns)).await?;
    let mut fates: Vec<Fate> = hits.rows.iter().enumerate().map(|(at, row)| (*row, Some(at))).collect();
    fates.sort_unstable();
    let (snapshot, added_from) = (&target.snapshot, changed.num_rows());
    let rewrite = Rewrite { target: &target, snapshot, fates: &fates, new: &changed, added_from, started };
    let rewritten = rewrite.write(session, &key).await?;
    let change = Change::new("UPDATE")
        .parameter("predicate", predicate::described(update.predicate.as_ref(), lexed))
        .metric("numUpdatedRows", hits.rows.len())
        .metric("numCopiedRows", rewritten.rows - hits.rows.len());
    let commit = rewrite.commit(session, &key, &rewritten, rewritten.measured(change, &OF_ROWS)).await?;
    Ok(Output::counts([("num_affected_rows", hits.rows.len())]).with_commit(commit))
}

/// The position of each assigned column.
///
/// # Errors
/// When there is none of that name, it is not the target's, or one is assigned twice.
pub fn assigned(assignments: &[Assignment], snapshot: &Snapshot, called: Called<'_>) -> Result<Vec<usize>> {
    let mut columns = Vec::new();
    for assignment in assignments {
        check_qualifier(assignment, snapshot, called).map_err(|diagnostic| diagnostic.at(assignment.position))?;
        let at = snapshot
            .column(&assignment.column)
            .ok_or_else(|| unresolved_column(&assignment.column, &snapshot.column_names()).at(assignment.position))?;
        if columns.contains(&at) {
            return Err(assigned_twice(&assignment.column).at(assignment.position));
        }
        columns.push(at);
    }
    Ok(columns)
}

pub fn assigned_twice(column: &str) -> Diagnostic {
    let message = format!("The column `{column}` is assigned more than once.");
    Diagnostic::new("DELTA_CONFLICT_SET_COLUMN", "42701", message)
}

/// # Errors
/// When a qualifier is not what the statement calls its target.
fn check_qualifier(assignment: &Assignment, snapshot: &Snapshot, called: Called<'_>) -> Result<()> {
    let qualifier = &assignment.qualifier;
    if qualifier.is_empty() || called.is_named(qualifier) {
        return Ok(());
    }
    let start = (1..qualifier.len()).rev().find(|at| called.is_named(&qualifier[..*at])).unwrap_or(0);
    let column = snapshot.column(&qualifier[start]);
    if let Some(column) = column.filter(|column| snapshot.schema.field(*column).data_type().is_nested()) {
        return Err(field_of_struct(snapshot.schema.field(column).name(), &assignment.column));
    }
    Err(unresolved_column(&format!("{}.{}", qualifier.join("."), assignment.column), &snapshot.column_names()))
}

fn field_of_struct(column: &str, field: &str) -> Diagnostic {
    let message = format!("SET cannot change the field `{field}` of the column `{column}` by itself.");
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
        .with_hint(format!("Give the whole STRUCT: SET {column} = named_struct('{field}', value, ..)."))
}

/// The hit rows with their new values, in the order of the hits.
fn changed_rows(target: &Target, hits: &predicate::Hits, columns: &[usize]) -> Result<RecordBatch> {
    let numbers = UInt64Array::from_iter_values(hits.rows.iter().map(|row| *row as u64));
    let schema = &target.snapshot.schema;
    let column = |at: usize| -> Result<ArrayRef> {
        match columns.iter().position(|assigned| *assigned == at) {
            Some(value) => rewrite::assign(hits.value(value), schema.field(at)),
            None => take(target.rows.column(at), &numbers, None).map_err(internal),
        }
    };
    let columns = (0..schema.fields().len()).map(column).collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(schema.clone(), columns).map_err(internal)
}
