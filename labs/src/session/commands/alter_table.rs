//! ALTER TABLE: columns added, properties set and unset; constraints and changed columns have files of their own. Each is
//! one commit of changed metadata.

use std::collections::BTreeMap;

use deltalake::kernel::{Metadata, StructField, StructType};
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::dialect::{AddedColumn, AlterTable, ColumnPlace, TableChange};

use super::super::Session;
use super::super::commit::Change;
use super::super::errors::{from_delta, internal, unresolved_column};
use super::super::table::Snapshot;
use super::create_table::{kernel_field, new_column, with_fields};
use super::vacuum::{RETENTION_PROPERTY, hours_of};
use super::{Output, Result, alter_column, constraint};

/// Table properties of Delta's own that change nothing about how files are read or written.
const PLAIN_PROPERTIES: [&str; 8] = [
    "delta.checkpointInterval",
    "delta.logRetentionDuration",
    "delta.deletedFileRetentionDuration",
    "delta.autoOptimize.optimizeWrite",
    "delta.autoOptimize.autoCompact",
    "delta.dataSkippingNumIndexedCols",
    "delta.targetFileSize",
    "delta.appendOnly",
];

/// The property that is the table's comment and not kept among the others.
const COMMENT: &str = "comment";

pub async fn run(session: &mut Session, alter: &AlterTable) -> Result<Output> {
    let key = session.find_table(&alter.table)?;
    let snapshot = session.table(&key)?.latest()?;
    let metadata = snapshot.delta.snapshot().map_err(|error| from_delta(&error))?.metadata().clone();
    let change = match &alter.change {
        TableChange::AddColumns(added) => add_columns(&snapshot, &metadata, added)?,
        TableChange::SetProperties(properties) => set_properties(&snapshot, &metadata, properties)?,
        TableChange::UnsetProperties { keys, if_exists } => unset_properties(&snapshot, &metadata, keys, *if_exists)?,
        TableChange::AddConstraint(new) => constraint::add(session, &key, &metadata, new).await?,
        TableChange::DropConstraint { name, if_exists } => {
            match constraint::drop(&snapshot, &metadata, name, *if_exists)? {
                Some(change) => change,
                None => {
                    return Ok(Output::default().with_note(format!("There is no constraint {name}; nothing was done.")));
                }
            }
        }
        TableChange::AlterColumn(alter) => alter_column::change(session, &key, &metadata, alter).await?,
        TableChange::RenameColumn { from } => return Err(needs_mapping(&snapshot, &[from], RENAME)),
        TableChange::DropColumns { names } => {
            return Err(needs_mapping(&snapshot, &names.iter().collect::<Vec<_>>(), DROP));
        }
    };
    let commit = session.commit(&key, &snapshot, change).await?;
    Ok(Output::default().with_commit(commit))
}

/// Class and verb of a change that needs column mapping.
const RENAME: (&str, &str) = ("DELTA_UNSUPPORTED_RENAME_COLUMN", "renamed");
const DROP: (&str, &str) = ("DELTA_UNSUPPORTED_DROP_COLUMN", "dropped");

/// Tables here have no column mapping, and without it Databricks refuses as we do.
fn needs_mapping(snapshot: &Snapshot, names: &[&String], (class, verb): (&'static str, &str)) -> Diagnostic {
    if let Some(unknown) = names.iter().find(|name| snapshot.column(name).is_none()) {
        return unresolved_column(unknown, &snapshot.column_names());
    }
    let message = format!(
        "A column can only be {verb} where the table maps its columns by name (delta.columnMapping.mode = 'name'); here a column's \
         name is its name in the data files."
    );
    Diagnostic::new(class, "0AKDC", message)
        .with_hint("Use CREATE OR REPLACE TABLE name AS SELECT with the columns that you want: it keeps the history.")
}

/// Metadata with another schema.
pub fn with_schema(metadata: &Metadata, fields: Vec<StructField>) -> Result<Metadata> {
    let schema = StructType::try_new(fields).map_err(internal)?;
    let text = serde_json::to_string(&schema).map_err(internal)?;
    with_fields(metadata, &[("schemaString", json!(text))])
}

fn add_columns(snapshot: &Snapshot, metadata: &Metadata, added: &[AddedColumn]) -> Result<Change> {
    let mut fields: Vec<StructField> = snapshot.kernel_schema.fields().cloned().collect();
    let mut described = Vec::new();
    for AddedColumn { column, place } in added {
        if fields.iter().any(|field| field.name().to_lowercase() == column.name.to_lowercase()) {
            let message = format!("Cannot add column, because `{}` already exists in the table.", column.name);
            return Err(Diagnostic::new("FIELD_ALREADY_EXISTS", "42710", message).at(column.position));
        }
        if !column.nullable {
            let message = format!(
                "The column `{}` cannot be NOT NULL: the rows that are there have no value for it.",
                column.name
            );
            return Err(Diagnostic::new("DELTA_ADD_COLUMN_NOT_NULL", "42P10", message)
                .at(column.position)
                .with_hint("Leave NOT NULL away; old rows get NULL."));
        }
        let field = kernel_field(&new_column(column)?)?;
        described.push(described_column(&field, place)?);
        let at = position(&fields, place, column.position)?;
        fields.insert(at, field);
    }
    Ok(Change::new("ADD COLUMNS")
        .parameter("columns", json!(described).to_string())
        .action(with_schema(metadata, fields)?))
}

/// A new column as the history shows it.
fn described_column(field: &StructField, place: &ColumnPlace) -> Result<Value> {
    let column = serde_json::to_value(field).map_err(internal)?;
    Ok(match place {
        ColumnPlace::Last => json!({"column": column}),
        ColumnPlace::First => json!({"column": column, "position": "FIRST"}),
        ColumnPlace::After(name) => json!({"column": column, "position": format!("AFTER {name}")}),
    })
}

pub fn position(fields: &[StructField], place: &ColumnPlace, at: crate::diagnostic::Position) -> Result<usize> {
    match place {
        ColumnPlace::Last => Ok(fields.len()),
        ColumnPlace::First => Ok(0),
        ColumnPlace::After(name) => {
            let found = fields.iter().position(|field| field.name().to_lowercase() == name.to_lowercase());
            let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
            found.map(|found| found + 1).ok_or_else(|| unresolved_column(name, &names).at(at))
        }
    }
}

/// # Errors
/// When a property is Delta's own and would need a feature that is not available, or its value cannot be understood.
pub fn check_properties(properties: &[(String, String)]) -> Result<()> {
    for (key, value) in properties.iter().filter(|(key, _)| key.to_lowercase().starts_with("delta.")) {
        if !PLAIN_PROPERTIES.iter().any(|plain| plain.eq_ignore_ascii_case(key)) {
            let message = format!("The table property {key} is not available.");
            let hint = format!("Properties of your own, and these, can be set: {}.", PLAIN_PROPERTIES.join(", "));
            return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(hint));
        }
        if key.eq_ignore_ascii_case(RETENTION_PROPERTY) && hours_of(value).is_none() {
            let message = format!("The value '{value}' of the table property {key} is no duration.");
            return Err(Diagnostic::new("DELTA_INVALID_INTERVAL", "22006", message)
                .with_hint("Write it in hours, days or weeks: 'interval 7 days'."));
        }
    }
    Ok(())
}

fn configuration(snapshot: &Snapshot) -> BTreeMap<String, String> {
    snapshot.properties().into_iter().collect()
}

fn set_properties(snapshot: &Snapshot, metadata: &Metadata, properties: &[(String, String)]) -> Result<Change> {
    check_properties(properties)?;
    let mut configuration = configuration(snapshot);
    configuration.extend(properties.iter().filter(|(key, _)| key != COMMENT).cloned());
    let mut fields = vec![("configuration", json!(configuration))];
    if let Some((_, text)) = properties.iter().find(|(key, _)| key == COMMENT) {
        fields.push(("description", if text.is_empty() { json!(null) } else { json!(text) }));
    }
    let set: BTreeMap<_, _> = properties.iter().cloned().collect();
    Ok(Change::new("SET TBLPROPERTIES")
        .parameter("properties", json!(set).to_string())
        .action(with_fields(metadata, &fields)?))
}

fn unset_properties(snapshot: &Snapshot, metadata: &Metadata, keys: &[String], if_exists: bool) -> Result<Change> {
    let mut configuration = configuration(snapshot);
    for key in keys {
        if configuration.remove(key).is_none() && !if_exists {
            let message = format!("Attempted to unset non-existent property '{key}'.");
            return Err(Diagnostic::new("DELTA_UNSET_NON_EXISTENT_PROPERTY", "42616", message)
                .with_hint("Write UNSET TBLPROPERTIES IF EXISTS."));
        }
    }
    Ok(Change::new("UNSET TBLPROPERTIES")
        .parameter("properties", json!(keys).to_string())
        .parameter("ifExists", if_exists.to_string())
        .action(with_fields(metadata, &[("configuration", json!(configuration))])?))
}
