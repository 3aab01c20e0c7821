//! ALTER TABLE: columns added, properties set and unset; constraints and changed columns have files of their own. Each is
//! one commit of changed metadata.

use std::collections::BTreeMap;

use deltalake::kernel::{Metadata, StructField, StructType};
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{AddedColumn, AlterTable, ColumnPlace, ColumnSpec, TableChange};

use super::super::commit::Change;
use super::super::errors::{internal, unresolved_column};
use super::super::protocol::{self, FEATURE_PROPERTY, Feature};
use super::super::snapshot::Snapshot;
use super::super::{Session, changes};
use super::create_table::{kernel_field, new_column, with_fields};
use super::vacuum::{RETENTION_PROPERTY, hours_of};
use super::{Output, Result, alter_column, cluster_by, constraint, rename_table};

/// Table properties of Delta's own that change nothing about how files are read or written.
const PLAIN_PROPERTIES: [&str; 9] = [
    "delta.checkpointInterval",
    "delta.logRetentionDuration",
    "delta.deletedFileRetentionDuration",
    "delta.autoOptimize.optimizeWrite",
    "delta.autoOptimize.autoCompact",
    "delta.dataSkippingNumIndexedCols",
    "delta.targetFileSize",
    "delta.appendOnly",
    CHANGE_FEED,
];

/// The property that has a table record its changes row by row.
pub const CHANGE_FEED: &str = "delta.enableChangeDataFeed";

/// The property that is the table's comment and not kept among the others.
const COMMENT: &str = "comment";

pub async fn run(session: &mut Session, alter: &AlterTable) -> Result<Output> {
    let key = session.find_table(&alter.table)?;
    if let TableChange::Rename(to) = &alter.change {
        return rename_table::run(session, &key, to);
    }
    let snapshot = session.table(&key)?.latest().clone();
    let metadata = snapshot.metadata.clone();
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
        TableChange::Rename(_) => return Ok(Output::default()),
        TableChange::ClusterBy(columns) => cluster_by::change(&snapshot, &metadata, columns)?,
        TableChange::RenameColumn { from, position, .. } => {
            return Err(needs_mapping(&snapshot, &[(from.clone(), *position)], RENAME));
        }
        TableChange::DropColumns(names) => return Err(needs_mapping(&snapshot, names, DROP)),
    };
    let commit = session.commit(&key, &snapshot, change).await?;
    Ok(Output::default().with_commit(commit))
}

/// Class, SQLSTATE and verb of a change that needs column mapping.
const RENAME: (&str, &str, &str) = ("DELTA_UNSUPPORTED_RENAME_COLUMN", "0AKDC", "renamed");
const DROP: (&str, &str, &str) = ("DELTA_UNSUPPORTED_DROP_COLUMN", "0AKDC", "dropped");

/// Tables here have no column mapping, and without it Databricks refuses as we do.
fn needs_mapping(
    snapshot: &Snapshot,
    names: &[(String, Position)],
    (class, state, verb): (&'static str, &str, &str),
) -> Diagnostic {
    if let Some((unknown, place)) = names.iter().find(|(name, _)| snapshot.column(name).is_none()) {
        return unresolved_column(unknown, &snapshot.column_names()).at(*place);
    }
    let message = format!(
        "A column can only be {verb} where the table maps its columns by name (delta.columnMapping.mode = 'name'); here a column's \
         name is its name in the data files."
    );
    let diagnostic = Diagnostic::new(class, state, message)
        .with_hint("Use CREATE OR REPLACE TABLE name AS SELECT with the columns that you want: it keeps the history.");
    match names.first() {
        Some((_, place)) => diagnostic.at(*place),
        None => diagnostic,
    }
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
        if column.default.is_some() || column.generated.is_some() {
            return Err(added_filled(column));
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

/// A column that fills itself can only be there from the table's beginning.
fn added_filled(column: &ColumnSpec) -> Diagnostic {
    let place = column.position;
    if column.generated.is_some() {
        let message = "ALTER TABLE cannot add a generated column.";
        return Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
            .with_hint("Create the table anew with the column, and INSERT the rows into it.")
            .at(place);
    }
    let message = "Failed to execute the command because DEFAULT values are not supported when adding new columns to previously \
                   existing Delta tables.";
    Diagnostic::new("WRONG_COLUMN_DEFAULTS_FOR_DELTA_ALTER_TABLE_ADD_COLUMN_NOT_SUPPORTED", "0AKDC", message)
        .with_hint("Add the column without DEFAULT first, then ALTER TABLE name ALTER COLUMN column SET DEFAULT value.")
        .at(place)
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

pub fn position(fields: &[StructField], place: &ColumnPlace, at: Position) -> Result<usize> {
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
        if is_feature(key) {
            check_feature(key, value)?;
            continue;
        }
        if !is_plain(key) {
            let message = format!("The table property {key} is not available.");
            let hint = format!("Properties of your own, and these, can be set: {}.", PLAIN_PROPERTIES.join(", "));
            return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(hint));
        }
        if !value_fits(key, value) {
            let message = format!("The value '{value}' of the table property {key} is not one that it can have.");
            return Err(Diagnostic::new("DELTA_VIOLATE_TABLE_PROPERTY_VALIDATION_FAILED", "0A000", message)
                .with_hint(value_hint(key)));
        }
        if key.eq_ignore_ascii_case(RETENTION_PROPERTY) && hours_of(value).is_none() {
            let message = format!("The value '{value}' of the table property {key} is no duration.");
            return Err(Diagnostic::new("DELTA_INVALID_INTERVAL", "22006", message)
                .with_hint("Write it in hours, days or weeks: 'interval 7 days'."));
        }
    }
    Ok(())
}

/// Whether a property of Delta's own can be given to a table here.
pub fn is_plain(key: &str) -> bool {
    PLAIN_PROPERTIES.iter().any(|plain| plain.eq_ignore_ascii_case(key))
}

const INTERVALS: [&str; 1] = ["delta.checkpointInterval"];
const SWITCHES: [&str; 3] = ["delta.appendOnly", "delta.autoOptimize.optimizeWrite", CHANGE_FEED];

/// Whether a property of Delta's own can have a value; those with checks of their own can have any.
fn value_fits(key: &str, value: &str) -> bool {
    let is_one_of = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(key));
    if is_one_of(&INTERVALS) {
        return value.parse::<u32>().is_ok_and(|number| number > 0);
    }
    if is_one_of(&SWITCHES) {
        return value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
    }
    if key.eq_ignore_ascii_case("delta.dataSkippingNumIndexedCols") {
        return value.parse::<i32>().is_ok_and(|number| number >= -1);
    }
    true
}

fn value_hint(key: &str) -> &'static str {
    match key.to_lowercase().as_str() {
        "delta.checkpointinterval" => "Give a whole number from 1 on, such as '10'.",
        "delta.dataskippingnumindexedcols" => "Give a whole number from -1 on; -1 means all columns.",
        _ => "Give 'true' or 'false'.",
    }
}

/// Whether a property is none that is kept, but asks for a feature.
pub fn is_feature(key: &str) -> bool {
    key.to_lowercase().starts_with(FEATURE_PROPERTY)
}

fn feature_named(key: &str) -> Option<Feature> {
    Feature::named(key.get(FEATURE_PROPERTY.len()..).filter(|_| is_feature(key))?)
}

fn check_feature(key: &str, value: &str) -> Result<()> {
    if feature_named(key).is_none() {
        let message = format!("The table feature of {key} is not available.");
        let hint =
            "Features that can be asked for: allowColumnDefaults, changeDataFeed, checkConstraints, generatedColumns.";
        return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(hint));
    }
    if matches!(value.to_lowercase().as_str(), "supported" | "enabled") {
        return Ok(());
    }
    let message = format!("A table feature is asked for with 'supported', and {key} is given '{value}'.");
    Err(Diagnostic::new("DELTA_UNSUPPORTED_FEATURE_STATUS", "0AKDE", message))
}

/// The features that properties ask for or need.
pub fn features_of(properties: &[(String, String)]) -> Vec<Feature> {
    let needed = |(key, value): &(String, String)| {
        let feed = key.eq_ignore_ascii_case(CHANGE_FEED) && value.eq_ignore_ascii_case("true");
        if feed { Some(Feature::ChangeDataFeed) } else { feature_named(key) }
    };
    properties.iter().filter_map(needed).collect()
}

pub fn has_feature(snapshot: &Snapshot, feature: Feature) -> bool {
    protocol::supports(&snapshot.protocol, feature)
}

pub fn defaults_not_enabled(command: &str) -> Diagnostic {
    let message = format!(
        "Failed to execute {command} command because it assigned a column DEFAULT value, but the corresponding table feature was \
         not enabled."
    );
    let hint = "Enable it with TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported') in CREATE TABLE, or with ALTER TABLE \
                name SET TBLPROPERTIES.";
    Diagnostic::new("WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED", "0AKDE", message).with_hint(hint)
}

fn configuration(snapshot: &Snapshot) -> BTreeMap<String, String> {
    snapshot.properties().clone().into_iter().collect()
}

fn set_properties(snapshot: &Snapshot, metadata: &Metadata, properties: &[(String, String)]) -> Result<Change> {
    check_properties(properties)?;
    let mut configuration = configuration(snapshot);
    configuration.extend(properties.iter().filter(|(key, _)| key != COMMENT && !is_feature(key)).cloned());
    let mut fields = vec![("configuration", json!(configuration))];
    if let Some((_, text)) = properties.iter().find(|(key, _)| key == COMMENT) {
        fields.push(("description", if text.is_empty() { json!(null) } else { json!(text) }));
    }
    let set: BTreeMap<_, _> = properties.iter().cloned().collect();
    let features = features_of(properties);
    if features.contains(&Feature::ChangeDataFeed) {
        changes::check_columns(snapshot.schema.fields().iter().map(|field| field.name().as_str()))?;
    }
    let raised = protocol::raising(&snapshot.protocol, &features)?;
    Ok(raised.into_iter().fold(
        Change::new("SET TBLPROPERTIES")
            .parameter("properties", json!(set).to_string())
            .action(with_fields(metadata, &fields)?),
        Change::action,
    ))
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
