//! A table at one version.
//!
//! A version is loaded from the log by the library. The version behind it, which a statement of ours has just made, follows
//! from the actions that were put there: the log is not read again. Both give the same table; a test compares them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use deltalake::DeltaTable;
use deltalake::kernel::engine::arrow_conversion::TryIntoArrow;
use deltalake::kernel::{Action, Add, Metadata, Protocol, StructType};
use deltalake::table::state::DeltaTableState;

use crate::diagnostic::Diagnostic;

use super::errors::{from_delta, internal};
use super::protocol;

type Result<T> = std::result::Result<T, Diagnostic>;

/// All that a statement needs to read or change a table.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub version: u64,
    pub protocol: Arc<Protocol>,
    pub metadata: Arc<Metadata>,
    /// As stored, with the columns' comments as metadata.
    pub schema: SchemaRef,
    pub kernel_schema: Arc<StructType>,
    /// Oldest first; those of one commit by path.
    pub files: Arc<Vec<Add>>,
}

impl Snapshot {
    /// The version that the library has loaded.
    ///
    /// # Errors
    /// When the metadata cannot be understood.
    pub fn of(library: &DeltaTable) -> Result<Self> {
        let state = library.snapshot().map_err(|error| from_delta(&error))?;
        let mut files = adds(state);
        files.sort_by(|a, b| (a.modification_time, &a.path).cmp(&(b.modification_time, &b.path)));
        let kernel_schema = state.schema();
        Ok(Self {
            version: state.version(),
            protocol: Arc::new(state.protocol().clone()),
            metadata: Arc::new(state.metadata().clone()),
            schema: arrow_schema(&kernel_schema)?,
            kernel_schema,
            files: Arc::new(files),
        })
    }

    /// Version 0 of a table that begins with these actions.
    ///
    /// # Errors
    /// When they hold no protocol and metadata, or these cannot be understood.
    pub fn first(actions: &[Action]) -> Result<Self> {
        let protocol = actions.iter().find_map(protocol_of).ok_or_else(|| internal("a new table has no protocol"))?;
        let metadata = actions.iter().find_map(metadata_of).ok_or_else(|| internal("a new table has no metadata"))?;
        let kernel_schema = Arc::new(schema_of(metadata)?);
        let empty = Self {
            version: 0,
            protocol: Arc::new(protocol.clone()),
            metadata: Arc::new(metadata.clone()),
            schema: arrow_schema(&kernel_schema)?,
            kernel_schema,
            files: Arc::default(),
        };
        Ok(Self { files: Arc::new(empty.files_after(actions)), ..empty })
    }

    /// The version that these actions make of this one.
    ///
    /// # Errors
    /// When the metadata cannot be understood.
    pub fn next(&self, actions: &[Action]) -> Result<Self> {
        let mut next = Self { version: self.version + 1, files: Arc::new(self.files_after(actions)), ..self.clone() };
        if let Some(protocol) = actions.iter().find_map(protocol_of) {
            next.protocol = Arc::new(protocol.clone());
        }
        if let Some(metadata) = actions.iter().find_map(metadata_of) {
            next.metadata = Arc::new(metadata.clone());
            next.kernel_schema = Arc::new(schema_of(metadata)?);
            next.schema = arrow_schema(&next.kernel_schema)?;
        }
        Ok(next)
    }

    fn files_after(&self, actions: &[Action]) -> Vec<Add> {
        let gone: HashSet<&str> = actions.iter().filter_map(path_of_change).collect();
        // Whether a commit brought new rows is its own affair: whoever adds the file again, in RESTORE, says it anew.
        let added = actions.iter().filter_map(add_of).map(|add| Add { data_change: true, ..add.clone() });
        let mut added: Vec<Add> = added.collect();
        added.sort_by(|a, b| a.path.cmp(&b.path));
        let kept = self.files.iter().filter(|add| !gone.contains(add.path.as_str())).cloned();
        kept.chain(added).collect()
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|add| add.size.max(0).cast_unsigned()).sum()
    }

    pub fn partition_columns(&self) -> &[String] {
        self.metadata.partition_columns()
    }

    /// The column of that name, without regard to case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.schema.fields().iter().position(|field| field.name().to_lowercase() == name.to_lowercase())
    }

    pub fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    pub fn properties(&self) -> &HashMap<String, String> {
        self.metadata.configuration()
    }

    /// # Errors
    /// DELTA_UNSUPPORTED_FEATURES_FOR_WRITE when the table has rules that are not followed here.
    pub fn check_writable(&self) -> Result<()> {
        protocol::check_writable(&self.protocol, &self.metadata)
    }

    /// Whether rows can only be read by the full Delta reader: deletion vectors, mapped columns.
    pub fn needs_full_reader(&self) -> bool {
        let mapped = self.properties().get("delta.columnMapping.mode").is_some_and(|mode| mode != "none");
        mapped || self.files.iter().any(|add| add.deletion_vector.is_some())
    }
}

#[expect(deprecated, reason = "statements of ours commit Add and Remove actions, and this is how deltalake gives them")]
fn adds(state: &DeltaTableState) -> Vec<Add> {
    state.log_data().into_iter().map(|file| file.add_action()).collect()
}

fn arrow_schema(schema: &StructType) -> Result<SchemaRef> {
    let schema: Schema = schema.try_into_arrow().map_err(internal)?;
    Ok(Arc::new(schema))
}

/// The columns that a metadata action describes.
fn schema_of(metadata: &Metadata) -> Result<StructType> {
    let action = serde_json::to_value(metadata).map_err(internal)?;
    serde_json::from_str(action["schemaString"].as_str().unwrap_or_default()).map_err(internal)
}

fn protocol_of(action: &Action) -> Option<&Protocol> {
    if let Action::Protocol(protocol) = action { Some(protocol) } else { None }
}

fn metadata_of(action: &Action) -> Option<&Metadata> {
    if let Action::Metadata(metadata) = action { Some(metadata) } else { None }
}

fn add_of(action: &Action) -> Option<&Add> {
    if let Action::Add(add) = action { Some(add) } else { None }
}

/// A file that goes, or comes in the place of one of its name.
fn path_of_change(action: &Action) -> Option<&str> {
    match action {
        Action::Add(add) => Some(&add.path),
        Action::Remove(remove) => Some(&remove.path),
        _ => None,
    }
}
