//! The change data feed: rows that a statement changed, kept beside the table's files, and read back by version.
//!
//! As the Delta protocol has it: a commit that changes rows within files names `cdc` files below `_change_data`, with a
//! column `_change_type`; of a commit without any, its added and removed files are the changes.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use deltalake::kernel::{Action, Add, AddCDCFile, Metadata};

use crate::diagnostic::Diagnostic;

use super::commands::alter_table::CHANGE_FEED;
use super::errors::internal;
use super::snapshot::Snapshot;
use super::{Session, data_files};

type Result<T> = std::result::Result<T, Diagnostic>;

pub const DELETE: &str = "delete";
pub const INSERT: &str = "insert";
pub const BEFORE: &str = "update_preimage";
pub const AFTER: &str = "update_postimage";

/// Columns that a feed has beside the table's.
const CHANGE_TYPE: &str = "_change_type";
const COMMIT_VERSION: &str = "_commit_version";
const COMMIT_TIMESTAMP: &str = "_commit_timestamp";
/// Where files of changes are, in a table's folder.
const FOLDER: &str = "_change_data";

fn is_on(properties: &HashMap<String, String>) -> bool {
    properties.get(CHANGE_FEED).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Whether the table keeps its changes.
pub fn are_kept(snapshot: &Snapshot) -> bool {
    is_on(snapshot.properties())
}

/// # Errors
/// RESERVED_CDC_COLUMNS_ON_WRITE when a table that is to keep its changes has a column of the feed's.
pub fn check_columns<'a>(mut names: impl Iterator<Item = &'a str>) -> Result<()> {
    let reserved = [CHANGE_TYPE, COMMIT_VERSION, COMMIT_TIMESTAMP];
    let Some(taken) = names.find(|name| reserved.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))) else {
        return Ok(());
    };
    let message = format!(
        "The write contains the reserved column {taken} that is used internally as metadata for Change Data Feed."
    );
    Err(Diagnostic::new("RESERVED_CDC_COLUMNS_ON_WRITE", "42939", message).with_hint("Give the column another name."))
}

impl Session {
    /// Writes changed rows, each lot under the kind of its change; they come under the table's schema.
    ///
    /// # Errors
    /// When the store refuses.
    pub(super) async fn keep_changes(
        &mut self,
        key: &str,
        snapshot: &Snapshot,
        lots: &[(&'static str, RecordBatch)],
    ) -> Result<Vec<Action>> {
        let schema = with_type(&snapshot.schema);
        let typed = lots.iter().map(|(kind, rows)| {
            let kinds: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(kind, rows.num_rows())));
            let columns = rows.columns().iter().cloned().chain(std::iter::once(kinds)).collect();
            RecordBatch::try_new(schema.clone(), columns).map_err(internal)
        });
        let rows = concat_batches(&schema, &typed.collect::<Result<Vec<_>>>()?).map_err(internal)?;
        let log_store = self.table(key)?.log_store().clone();
        let files = data_files::write_below(&log_store, FOLDER, &schema, snapshot.partition_columns(), &rows).await?;
        Ok(files.into_iter().map(|file| Action::Cdc(change_file(file))).collect())
    }

    /// Every change of the versions from `start` to `end`, under the table's latest schema.
    ///
    /// # Errors
    /// DELTA_MISSING_CHANGE_DATA when a version did not keep its changes, and when a file is gone.
    pub(super) async fn changes(&mut self, key: &str, start: u64, end: u64) -> Result<RecordBatch> {
        let table = self.table(key)?;
        let latest = table.latest().clone();
        let mut on = are_kept(&table.at(start).await?);
        let schema = with_commit(&latest.schema);
        let mut changes = Vec::new();
        for version in start..=end {
            let table = self.table(key)?;
            let actions = table.actions(version).await?;
            for metadata in actions.iter().filter_map(metadata_of) {
                on = is_on(metadata.configuration());
                // What goes with this version was written under the columns before it.
                check_types(&table.at(version.saturating_sub(1)).await?, &latest)?;
            }
            if !on {
                return Err(missing(start, end, version));
            }
            check_types(&table.at(version).await?, &latest)?;
            let committed = table.commit(version).await?.map(|commit| commit.timestamp_ms()).unwrap_or_default();
            for (rows, kinds) in self.changes_of(key, &latest, &actions).await? {
                changes.push(with_version(&schema, &rows, kinds, version, committed)?);
            }
        }
        concat_batches(&schema, &changes).map_err(internal)
    }

    /// The changed rows of one commit, with the kind of each.
    async fn changes_of(
        &mut self,
        key: &str,
        latest: &Snapshot,
        actions: &[Action],
    ) -> Result<Vec<(RecordBatch, ArrayRef)>> {
        let store = self.table(key)?.log_store().object_store(None);
        let recorded: Vec<&AddCDCFile> = actions.iter().filter_map(cdc_of).collect();
        let mut changes = Vec::new();
        if !recorded.is_empty() {
            let mut typed = latest.clone();
            typed.schema = with_type(&latest.schema);
            for file in recorded {
                let add = place(&file.path, Some(&file.partition_values));
                let rows = data_files::read(store.as_ref(), &add, &typed).await?;
                let kinds = rows.column(rows.num_columns() - 1).clone();
                let columns: Vec<usize> = (0..rows.num_columns() - 1).collect();
                changes.push((rows.project(&columns).map_err(internal)?, kinds));
            }
            return Ok(changes);
        }
        for (kind, add) in actions.iter().filter_map(moved) {
            let rows = data_files::read(store.as_ref(), &add, latest).await?;
            let kinds: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(kind, rows.num_rows())));
            changes.push((rows, kinds));
        }
        Ok(changes)
    }
}

fn metadata_of(action: &Action) -> Option<&Metadata> {
    if let Action::Metadata(metadata) = action { Some(metadata) } else { None }
}

fn cdc_of(action: &Action) -> Option<&AddCDCFile> {
    if let Action::Cdc(file) = action { Some(file) } else { None }
}

/// A file whose rows came or went with a commit.
fn moved(action: &Action) -> Option<(&'static str, Add)> {
    match action {
        Action::Add(add) if add.data_change => Some((INSERT, add.clone())),
        Action::Remove(remove) if remove.data_change => {
            Some((DELETE, place(&remove.path, remove.partition_values.as_ref())))
        }
        _ => None,
    }
}

fn place(path: &str, partition_values: Option<&HashMap<String, Option<String>>>) -> Add {
    Add { path: path.to_owned(), partition_values: partition_values.cloned().unwrap_or_default(), ..Add::default() }
}

fn change_file(file: Add) -> AddCDCFile {
    AddCDCFile {
        path: format!("{FOLDER}/{}", file.path),
        size: file.size,
        partition_values: file.partition_values,
        data_change: false,
        tags: None,
    }
}

fn with_type(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| field.as_ref().clone());
    Arc::new(Schema::new(fields.chain([Field::new(CHANGE_TYPE, DataType::Utf8, true)]).collect::<Vec<_>>()))
}

/// The schema of a feed. An old row may lack what is NOT NULL by now.
fn with_commit(schema: &SchemaRef) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    let more = [
        Field::new(CHANGE_TYPE, DataType::Utf8, true),
        Field::new(COMMIT_VERSION, DataType::Int64, true),
        Field::new(COMMIT_TIMESTAMP, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
    ];
    Arc::new(Schema::new(fields.chain(more).collect::<Vec<_>>()))
}

fn with_version(
    schema: &SchemaRef,
    rows: &RecordBatch,
    kinds: ArrayRef,
    version: u64,
    committed_ms: i64,
) -> Result<RecordBatch> {
    let count = rows.num_rows();
    let version: ArrayRef = Arc::new(Int64Array::from_value(i64::try_from(version).unwrap_or(i64::MAX), count));
    let instant = TimestampMicrosecondArray::from_value(committed_ms.saturating_mul(1_000), count).with_timezone("UTC");
    let more: [ArrayRef; 3] = [kinds, version, Arc::new(instant)];
    let columns = rows.columns().iter().cloned().chain(more).collect();
    RecordBatch::try_new_with_options(schema.clone(), columns, &RecordBatchOptions::new().with_row_count(Some(count)))
        .map_err(internal)
}

/// # Errors
/// When a column had another type than it has now.
fn check_types(then: &Snapshot, latest: &Snapshot) -> Result<()> {
    for field in latest.schema.fields() {
        let old = then.column(field.name()).map(|at| then.schema.field(at).data_type());
        if old.is_some_and(|old| old != field.data_type()) {
            let message = format!(
                "Retrieving table changes failed because the column `{}` of version {} has another type than in the latest version.",
                field.name(),
                then.version
            );
            return Err(Diagnostic::new("DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_DATA_SCHEMA", "0AKDC", message)
                .with_hint("Choose a range of versions with the columns of today."));
        }
    }
    Ok(())
}

fn missing(start: u64, end: u64, version: u64) -> Diagnostic {
    let message = format!(
        "Error getting change data for range [{start}, {end}] as change data was not recorded for version [{version}]."
    );
    Diagnostic::new("DELTA_MISSING_CHANGE_DATA", "KD002", message).with_hint(
        "DESCRIBE HISTORY shows when it was switched on. To begin: ALTER TABLE name SET TBLPROPERTIES \
         ('delta.enableChangeDataFeed' = 'true'); changes are kept from the version after.",
    )
}
