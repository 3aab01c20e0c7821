//! ALTER TABLE .. ALTER COLUMN: a column's comment, its place, and whether it may be NULL.

use datafusion::arrow::array::Array;
use deltalake::kernel::{Metadata, MetadataValue, StructField};
use serde_json::json;

use crate::diagnostic::Diagnostic;
use crate::dialect::{AlterColumn, ColumnChange, ColumnPlace};

use super::super::Session;
use super::super::commit::Change;
use super::super::errors::{internal, unresolved_column};
use super::super::filled;
use super::super::protocol::Feature;
use super::super::snapshot::Snapshot;
use super::Result;
use super::alter_table::{defaults_not_enabled, has_feature, position, with_schema};
use super::target::Target;

/// # Errors
/// When there is no such column, or its rows do not allow the change.
pub async fn change(session: &mut Session, key: &str, metadata: &Metadata, alter: &AlterColumn) -> Result<Change> {
    let target = Target::load(session, key).await?;
    let snapshot = &target.snapshot;
    let at = snapshot
        .column(&alter.column)
        .ok_or_else(|| unresolved_column(&alter.column, &snapshot.column_names()).at(alter.position))?;
    let mut fields: Vec<StructField> = snapshot.kernel_schema.fields().cloned().collect();
    match &alter.change {
        ColumnChange::Comment(text) => fields[at] = commented(&fields[at], text),
        ColumnChange::SetNotNull => {
            check_no_nulls(&target, at, alter)?;
            fields[at].nullable = false;
        }
        ColumnChange::DropNotNull => fields[at].nullable = true,
        ColumnChange::SetDefault(text) => {
            if !has_feature(snapshot, Feature::ColumnDefaults) {
                return Err(defaults_not_enabled("ALTER TABLE").at(alter.position));
            }
            session.check_default(text, snapshot.schema.field(at), alter.position).await?;
            fields[at] = fields[at].clone().add_metadata([(filled::DEFAULT, MetadataValue::String(text.clone()))]);
        }
        ColumnChange::DropDefault => fields[at] = without_default(&fields[at]),
        ColumnChange::Move(place) => {
            let moved = fields.remove(at);
            let to = position(&fields, place, alter.position)?;
            fields.insert(to, moved);
        }
    }
    let change = described(snapshot, metadata, at, fields)?;
    Ok(match &alter.change {
        ColumnChange::Move(ColumnPlace::First) => change.parameter("position", "FIRST"),
        ColumnChange::Move(ColumnPlace::After(name)) => change.parameter("position", format!("AFTER {name}")),
        _ => change,
    })
}

fn commented(field: &StructField, text: &str) -> StructField {
    field.clone().add_metadata([("comment", MetadataValue::String(text.to_owned()))])
}

fn without_default(field: &StructField) -> StructField {
    let kept = field.metadata().iter().filter(|(key, _)| *key != filled::DEFAULT);
    let kept: Vec<(String, MetadataValue)> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    field.clone().with_metadata(kept)
}

fn check_no_nulls(target: &Target, at: usize, alter: &AlterColumn) -> Result<()> {
    let nulls = target.rows.column(at).null_count();
    if nulls == 0 {
        return Ok(());
    }
    let message = format!("{nulls} row(s) violate the new NOT NULL constraint on `{}`.", alter.column);
    Err(Diagnostic::new("DELTA_NEW_NOT_NULL_VIOLATION", "23512", message)
        .with_hint(format!("Give them a value first: UPDATE the table where {} IS NULL.", alter.column))
        .at(alter.position))
}

fn described(snapshot: &Snapshot, metadata: &Metadata, at: usize, fields: Vec<StructField>) -> Result<Change> {
    let name = snapshot.schema.field(at).name();
    let changed = fields.iter().find(|field| field.name() == name);
    let column = serde_json::to_value(changed).map_err(internal)?;
    Ok(Change::new("CHANGE COLUMN")
        .parameter("column", json!(column).to_string())
        .action(with_schema(metadata, fields)?))
}
