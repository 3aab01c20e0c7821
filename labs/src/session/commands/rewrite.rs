//! What statements that write share: rows brought to a table's schema, and files written.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::compute::can_cast_types;
use datafusion::arrow::datatypes::{DataType, Field, SchemaRef};
use deltalake::kernel::Add;

use crate::diagnostic::Diagnostic;

use super::super::errors::{from_conversion, internal, mismatch};
use super::super::functions::conversion::convert;
use super::super::snapshot::Snapshot;
use super::super::struct_fields;
use super::super::types::type_name;
use super::super::{Session, data_files};
use super::Result;

/// Writes rows as files of a table, and keeps them for the next statement.
///
/// # Errors
/// When a row breaks a CHECK constraint, or the store refuses.
pub async fn write(session: &mut Session, key: &str, snapshot: &Snapshot, rows: &RecordBatch) -> Result<Vec<Add>> {
    session.check_constraints(snapshot, rows).await?;
    let log_store = session.table(key)?.log_store().clone();
    let files = data_files::write(&log_store, &snapshot.schema, snapshot.partition_columns(), rows).await?;
    // The log does not keep every partition value as it was given: those are read back.
    if let [file] = files.as_slice()
        && snapshot.partition_columns().is_empty()
    {
        session.table(key)?.keep_rows(&file.path, rows.clone());
    }
    Ok(files)
}

/// Rows brought to a schema column by column; their count must agree already.
pub fn conform_by_position(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let column = |(column, field): (&ArrayRef, &Arc<Field>)| assign(column, field);
    let columns = rows.columns().iter().zip(schema.fields()).map(column).collect::<Result<Vec<ArrayRef>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(internal)
}

/// Values brought to a column's type, as ANSI assigns them.
///
/// # Errors
/// DATATYPE_MISMATCH, CAST_INVALID_INPUT, CAST_OVERFLOW_IN_TABLE_INSERT, DELTA_NOT_NULL_CONSTRAINT_VIOLATED.
pub fn assign(column: &ArrayRef, field: &Field) -> Result<ArrayRef> {
    check_assignable(column.data_type(), field)?;
    let values = if column.data_type() == field.data_type() {
        column.clone()
    } else {
        convert(column, field.data_type(), false).map_err(|error| on_insert(from_conversion(&error), field))?
    };
    if !field.is_nullable() && values.null_count() > 0 {
        return Err(null_in(field.name()));
    }
    Ok(values)
}

fn on_insert(diagnostic: Diagnostic, field: &Field) -> Diagnostic {
    if diagnostic.class == "CAST_OVERFLOW" {
        let message = format!(
            "Fail to assign a value to the type \"{}\" of the column `{}` due to an overflow.",
            type_name(field.data_type()),
            field.name()
        );
        return Diagnostic::new("CAST_OVERFLOW_IN_TABLE_INSERT", "22003", message)
            .with_hint("Use `try_cast` to get NULL for values that do not fit.");
    }
    let message = format!("{} It was to go into the column `{}`.", diagnostic.message, field.name());
    Diagnostic { message, ..diagnostic }
}

pub fn null_in(column: &str) -> Diagnostic {
    Diagnostic::new(
        "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
        "23502",
        format!("NOT NULL constraint violated for column: {column}."),
    )
    .with_hint("Give the column a value in every row.")
}

/// # Errors
/// DATATYPE_MISMATCH when values of a type cannot go into a column at all.
pub fn check_assignable(from: &DataType, field: &Field) -> Result<()> {
    let to = field.data_type();
    let text = |data_type: &DataType| matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let time = |data_type: &DataType| matches!(data_type, DataType::Date32 | DataType::Timestamp(..));
    let fits = from == to
        || from.is_null()
        || (from.is_numeric() && to.is_numeric())
        || (time(from) && time(to))
        || (text(from) && !to.is_nested())
        || (text(to) && !from.is_nested())
        || (struct_fields::same_names(from, to) && from.is_nested() && to.is_nested() && can_cast_types(from, to));
    if fits {
        return Ok(());
    }
    if from.is_nested() && to.is_nested() && can_cast_types(from, to) {
        let message = format!(
            "The value for the column `{}` has other names of fields (\"{}\") than the column (\"{}\").",
            field.name(),
            type_name(from),
            type_name(to)
        );
        return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
            .with_hint("Give the fields the names that DESCRIBE TABLE shows: named_struct('name', value, ..)."));
    }
    let why =
        format!("cannot assign \"{}\" to the column `{}` of type \"{}\"", type_name(from), field.name(), type_name(to));
    Err(mismatch(&why))
}

/// Milliseconds since an instant; nothing measured goes into a seeded session's log.
pub fn elapsed_ms(session: &Session, started: std::time::Instant) -> u128 {
    if matches!(session.options.clock, super::super::Clock::Seeded(_)) { 0 } else { started.elapsed().as_millis() }
}
