//! CREATE TABLE, with or without AS SELECT. CREATE OR REPLACE keeps the table's id and history.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use deltalake::kernel::engine::arrow_conversion::{TryIntoArrow, TryIntoKernel};
use deltalake::kernel::{
    Action, DataType as KernelType, Metadata, MetadataValue, Protocol, StructField, StructType, new_metadata,
};
use serde_json::json;

use crate::diagnostic::Diagnostic;
use crate::dialect::{ColumnSpec, CreateTable, Lexed, TableName};
use crate::evidence::StatementFacts;
use crate::outcome::TableCommit;

use super::super::commit::Change;
use super::super::errors::{duplicate_column, internal, unresolved_column};
use super::super::planning::Planner;
use super::super::table::Snapshot;
use super::super::{Session, catalog, data_files, types};
use super::rewrite;
use super::{Output, Result};

/// A table to be made.
pub struct NewTable {
    pub name: String,
    pub columns: Vec<NewColumn>,
    pub partitioned_by: Vec<String>,
    pub comment: Option<String>,
    pub properties: Vec<(String, String)>,
}

pub struct NewColumn {
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    pub comment: Option<String>,
}

impl NewTable {
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            columns: Vec::new(),
            partitioned_by: Vec::new(),
            comment: None,
            properties: Vec::new(),
        }
    }
}

pub async fn run(
    session: &mut Session,
    create: &CreateTable,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    catalog::check_name(&create.name)?;
    catalog::check_schema(&create.name)?;
    let key = create.name.name().to_lowercase();
    if session.tables.contains_key(&key) && !create.or_replace {
        return already_there(&create.name, create.if_not_exists);
    }
    let (columns, rows) = match &create.query {
        None => (create.columns.iter().map(new_column).collect::<Result<Vec<_>>>()?, None),
        Some(query) => {
            let planned = Planner::new(session, lexed, facts).query((**query).clone()).await?;
            let rows = session.collect_to_write(planned.plan, lexed).await?;
            (query_columns(create, &planned.names, &rows)?, Some(rows))
        }
    };
    let new = NewTable {
        name: create.name.name().to_owned(),
        columns,
        partitioned_by: create.partitioned_by.clone(),
        comment: create.comment.clone(),
        properties: create.properties.clone(),
    };
    let commit = self::create(session, new, rows.clone(), create.or_replace).await?;
    let output = match &rows {
        Some(rows) => Output::counts([("num_affected_rows", rows.num_rows()), ("num_inserted_rows", rows.num_rows())]),
        None => Output::default(),
    };
    let output = output.with_commit(commit);
    if create.clustered_by.is_empty() {
        Ok(output)
    } else {
        Ok(output.with_note("CLUSTER BY is accepted and has no effect here."))
    }
}

/// What creating a table does when there is one of that name.
pub fn already_there(name: &TableName, if_not_exists: bool) -> Result<Output> {
    if if_not_exists {
        return Ok(
            Output::default().with_note(format!("The table {} is there already; nothing was done.", name.name()))
        );
    }
    let message = format!("Cannot create table or view `{}` because it already exists.", name.name());
    let diagnostic = Diagnostic::new("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", message).with_hint(
        "Write CREATE TABLE IF NOT EXISTS to keep the old one, or CREATE OR REPLACE TABLE to replace its content.",
    );
    Err(match name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    })
}

pub fn new_column(column: &ColumnSpec) -> Result<NewColumn> {
    let data_type = types::arrow_type(&column.data_type).map_err(|diagnostic| diagnostic.at(column.position))?;
    Ok(NewColumn { name: column.name.clone(), data_type, nullable: column.nullable, comment: column.comment.clone() })
}

/// The columns of a query, all of them nullable.
fn query_columns(create: &CreateTable, names: &[String], rows: &RecordBatch) -> Result<Vec<NewColumn>> {
    if !create.columns.is_empty() {
        return Err(Diagnostic::new(
            "SPECIFY_SCHEMA_WITH_CTAS",
            "42000",
            "A table made AS SELECT takes its columns from the query.",
        )
        .with_hint("Leave the column list away, and cast the columns in the SELECT."));
    }
    let column = |(name, field): (&String, &Arc<datafusion::arrow::datatypes::Field>)| {
        if !types::is_storable(field.data_type()) {
            let message = format!(
                "The column `{name}` has type {}, which a table cannot hold.",
                types::type_name(field.data_type())
            );
            return Err(Diagnostic::new("DELTA_UNSUPPORTED_DATA_TYPES", "0AKDC", message));
        }
        Ok(NewColumn {
            name: name.clone(),
            data_type: types::stored_type(field.data_type()),
            nullable: true,
            comment: None,
        })
    };
    names.iter().zip(rows.schema().fields()).map(column).collect()
}

/// Makes the table, or a new version of the one that is there, with the rows if there are any.
pub async fn create(
    session: &mut Session,
    new: NewTable,
    rows: Option<RecordBatch>,
    or_replace: bool,
) -> Result<TableCommit> {
    let kernel_schema = kernel_schema(&new)?;
    let key = new.name.to_lowercase();
    let old = match session.tables.get(&key) {
        Some(table) => Some(table.latest()?),
        None => None,
    };
    super::alter_table::check_properties(&new.properties)?;
    let metadata = metadata(session, &new, &kernel_schema, old.as_ref())?;
    let schema: SchemaRef = Arc::new((&kernel_schema).try_into_arrow().map_err(internal)?);
    let operation = match (or_replace, rows.is_some()) {
        (false, false) => "CREATE TABLE",
        (false, true) => "CREATE TABLE AS SELECT",
        (true, false) => "CREATE OR REPLACE TABLE",
        (true, true) => "CREATE OR REPLACE TABLE AS SELECT",
    };
    let mut change = Change::new(operation)
        .parameter("partitionBy", json!(new.partitioned_by).to_string())
        .parameter("clusterBy", "[]")
        .parameter("description", json!(new.comment).to_string())
        .parameter("isManaged", "true")
        .parameter(
            "properties",
            json!(new.properties.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()).to_string(),
        );
    change = change.action(protocol(old.as_ref())?).action(metadata);
    if let Some(rows) = rows {
        change = with_rows(session, change, &new, &schema, &rows).await?;
    }
    let written_name = new.name.clone();
    let commit = match old {
        None => session.commit_new(&new.name, change).await?,
        Some(old) => {
            let change = replacing(session, change, &old);
            let commit = session.commit(&key, &old, change).await?;
            session.table(&key)?.name.clone_from(&new.name);
            commit
        }
    };
    remember_name(session, &key, written_name);
    Ok(commit)
}

fn remember_name(session: &mut Session, key: &str, name: String) {
    if name == key {
        session.journal.names.remove(key);
    } else {
        session.journal.names.insert(key.to_owned(), name);
    }
}

async fn with_rows(
    session: &mut Session,
    change: Change,
    new: &NewTable,
    schema: &SchemaRef,
    rows: &RecordBatch,
) -> Result<Change> {
    let rows = rewrite::conform_by_position(rows, schema)?;
    let log_store = super::super::table::log_store(&session.store, &catalog::folder(&new.name))?;
    let files = data_files::write(&log_store, schema, &new.partitioned_by, &rows).await?;
    Ok(change.output_metrics(&files, rows.num_rows()).adding(&files))
}

fn replacing(session: &Session, change: Change, old: &Snapshot) -> Change {
    let removed_bytes = old.bytes();
    let with_rows = !change.metrics.is_empty();
    let change = change.removing(old.files.iter(), session.watch.now().timestamp_millis());
    if !with_rows {
        return change;
    }
    change.metric("numRemovedFiles", old.files.len()).metric("numRemovedBytes", removed_bytes)
}

/// The protocol of a new table; a table that is replaced never goes back to a lower one.
fn protocol(old: Option<&Snapshot>) -> Result<Action> {
    let kept = old.and_then(|old| old.delta.snapshot().ok()).map(|state| state.protocol().clone());
    let plain: Protocol =
        serde_json::from_value(json!({"minReaderVersion": 1, "minWriterVersion": 2})).map_err(internal)?;
    Ok(Action::Protocol(kept.unwrap_or(plain)))
}

/// The table's columns as Delta stores them.
fn kernel_schema(new: &NewTable) -> Result<StructType> {
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = new.columns.iter().find(|column| !seen.insert(column.name.to_lowercase())) {
        return Err(duplicate_column(&twice.name));
    }
    if let Some(odd) =
        new.columns.iter().find(|column| column.name.contains([' ', ',', ';', '{', '}', '(', ')', '\n', '\t', '=']))
    {
        let message = format!("Found invalid character(s) among ' ,;{{}}()\\n\\t=' in the column name `{}`.", odd.name);
        return Err(Diagnostic::new("DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES", "42K05", message)
            .with_hint("Give the column another name with AS."));
    }
    let columns: Vec<String> = new.columns.iter().map(|column| column.name.clone()).collect();
    for partition in &new.partitioned_by {
        if !columns.iter().any(|column| column.to_lowercase() == partition.to_lowercase()) {
            return Err(unresolved_column(partition, &columns));
        }
    }
    let fields = new.columns.iter().map(kernel_field).collect::<Result<Vec<StructField>>>()?;
    if fields.is_empty() {
        return Err(Diagnostic::new("DELTA_EMPTY_DATA", "428GU", "A table needs at least one column.")
            .with_hint("List its columns, or fill it with AS SELECT."));
    }
    StructType::try_new(fields).map_err(internal)
}

pub fn kernel_field(column: &NewColumn) -> Result<StructField> {
    if matches!(column.data_type, DataType::Timestamp(_, None)) {
        return Err(Diagnostic::new(
            "UNSUPPORTED_FEATURE",
            "0A000",
            "Columns of type TIMESTAMP_NTZ are not available.",
        )
        .with_hint("Use TIMESTAMP."));
    }
    let data_type: KernelType = (&column.data_type).try_into_kernel().map_err(internal)?;
    let field = StructField::new(column.name.clone(), data_type, column.nullable);
    Ok(match &column.comment {
        Some(comment) => field.with_metadata([("comment", MetadataValue::String(comment.clone()))]),
        None => field,
    })
}

/// The table's metadata; one that replaces another keeps its id.
fn metadata(session: &Session, new: &NewTable, schema: &StructType, old: Option<&Snapshot>) -> Result<Metadata> {
    let partition_columns = new.partitioned_by.iter().filter_map(|name| {
        new.columns.iter().map(|column| &column.name).find(|column| column.to_lowercase() == name.to_lowercase())
    });
    let properties: HashMap<String, String> = new.properties.iter().cloned().collect();
    let metadata = new_metadata(schema, partition_columns, properties).map_err(internal)?;
    let kept = old.and_then(|old| old.delta.snapshot().ok()).map(|state| state.metadata().id().to_owned());
    let id = kept.unwrap_or_else(|| session.watch.id().to_string());
    with_fields(
        &metadata,
        &[
            ("id", json!(id)),
            ("createdTime", json!(session.watch.now().timestamp_millis())),
            ("description", json!(new.comment)),
        ],
    )
}

/// Metadata with some of its fields changed.
pub fn with_fields(metadata: &Metadata, fields: &[(&str, serde_json::Value)]) -> Result<Metadata> {
    let mut value = serde_json::to_value(metadata).map_err(internal)?;
    for (name, field) in fields {
        value[*name] = field.clone();
    }
    serde_json::from_value(value).map_err(internal)
}
