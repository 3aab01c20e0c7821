//! Adding a version to a table: the one way in which statements change tables.
//!
//! Invariant: a commit is one put-if-absent of one log entry after all its data files are there, so a killed process
//! leaves the version before or the version after. The entry carries Databricks' operation name, parameters and metrics.

use std::collections::HashMap;

use deltalake::kernel::{Action, Add, CommitInfo, IsolationLevel};
use deltalake::logstore::{CommitOrBytes, LogStoreRef};
use deltalake::{DeltaResult, checkpoints};
use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::outcome::TableCommit;

use super::Session;
use super::errors::{from_delta, internal};
use super::others::is_conflict;
use super::snapshot::Snapshot;
use super::table::{Commit, Table};
use crate::evidence::operations::Operation;

type Result<T> = std::result::Result<T, Diagnostic>;

/// Commits between two checkpoints, where the table's properties say nothing else.
const CHECKPOINT_INTERVAL: u64 = 10;

/// What a statement does to a table.
pub struct Change {
    /// As in DESCRIBE HISTORY.
    pub operation: &'static str,
    pub parameters: Vec<(&'static str, Value)>,
    pub metrics: Vec<(&'static str, String)>,
    pub actions: Vec<Action>,
    /// Whether the statement only added files without reading the table, so that it takes the next free version.
    pub blind_append: bool,
}

impl Change {
    pub fn new(operation: &'static str) -> Self {
        Self { operation, parameters: Vec::new(), metrics: Vec::new(), actions: Vec::new(), blind_append: false }
    }

    pub fn parameter(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((key, Value::String(value.into())));
        self
    }

    /// A parameter that may have no value.
    pub fn parameter_or_null(mut self, key: &'static str, value: Option<String>) -> Self {
        self.parameters.push((key, value.map_or(Value::Null, Value::String)));
        self
    }

    pub fn metric(mut self, key: &'static str, value: impl ToString) -> Self {
        self.metrics.push((key, value.to_string()));
        self
    }

    /// numFiles, numOutputRows and numOutputBytes of written files.
    pub fn output_metrics(self, files: &[Add], rows: usize) -> Self {
        let bytes: i64 = files.iter().map(|add| add.size).sum();
        self.metric("numFiles", files.len()).metric("numOutputRows", rows).metric("numOutputBytes", bytes)
    }

    pub fn adding(mut self, files: &[Add]) -> Self {
        self.actions.extend(files.iter().cloned().map(Action::Add));
        self
    }

    /// Takes files of a snapshot out of the table.
    pub fn removing<'a>(mut self, files: impl IntoIterator<Item = &'a Add>, now_ms: i64) -> Self {
        self.actions.extend(files.into_iter().map(|add| Action::Remove(removed(add, now_ms))));
        self
    }

    /// Says of every file that it brings or takes the same rows in another arrangement.
    pub fn moving_rows_only(mut self) -> Self {
        for action in &mut self.actions {
            match action {
                Action::Add(add) => add.data_change = false,
                Action::Remove(remove) => remove.data_change = false,
                _ => {}
            }
        }
        self
    }

    /// A statement that changes no rows needs the weakest level only.
    fn isolation(&self) -> IsolationLevel {
        match self.operation {
            "OPTIMIZE" | "VACUUM START" | "VACUUM END" => IsolationLevel::SnapshotIsolation,
            _ => IsolationLevel::WriteSerializable,
        }
    }

    /// As the log says it: true, too, of a statement that neither reads nor removes files, whatever it does to the table's settings.
    fn is_blind(&self) -> bool {
        let settings = matches!(
            self.operation,
            "SET TBLPROPERTIES"
                | "UNSET TBLPROPERTIES"
                | "ADD COLUMNS"
                | "CHANGE COLUMN"
                | "RENAME COLUMN"
                | "DROP COLUMNS"
        );
        let apart = matches!(self.operation, "CLUSTER BY" | "DROP CONSTRAINT" | "VACUUM START" | "VACUUM END");
        self.blind_append || settings || apart
    }

    /// Whether the operation and its metrics are among those that a history can show.
    fn is_known(&self) -> bool {
        let has = |operation: Operation, name: &str| operation.metrics().any(|metric| metric == name);
        let known = Operation::named(self.operation);
        known.is_some_and(|operation| self.metrics.iter().all(|(name, _)| has(operation, name)))
    }

    pub fn action(mut self, action: impl Into<Action>) -> Self {
        self.actions.push(action.into());
        self
    }
}

fn removed(add: &Add, now_ms: i64) -> deltalake::kernel::Remove {
    deltalake::kernel::Remove {
        path: add.path.clone(),
        data_change: true,
        deletion_timestamp: Some(now_ms),
        extended_file_metadata: Some(true),
        partition_values: Some(add.partition_values.clone()),
        size: Some(add.size),
        tags: add.tags.clone(),
        deletion_vector: add.deletion_vector.clone(),
        base_row_id: add.base_row_id,
        default_row_commit_version: add.default_row_commit_version,
    }
}

impl Session {
    /// Commits a change to a table that is there.
    pub(super) async fn commit(&mut self, key: &str, snapshot: &Snapshot, change: Change) -> Result<TableCommit> {
        self.check_room(snapshot, 1)?;
        check_append_only(snapshot, &change)?;
        snapshot.check_writable()?;
        let info = self.commit_info(&change, Some(snapshot.version));
        let adds_only = change.blind_append;
        let log_store = self.table(key)?.log_store().clone();
        let (actions, commit) = entry(info, change, snapshot.version + 1);
        let mut base = snapshot.clone();
        while let Err(error) = put(&log_store, base.version + 1, &actions).await {
            if !is_conflict(&error) {
                return Err(from_delta(&error));
            }
            let behind = self.behind_the_others(key, &base, adds_only).await?;
            if behind.version == base.version {
                return Err(from_delta(&error));
            }
            base = behind;
        }
        let next = base.next(&actions)?;
        let table = self.tables.get_mut(key).ok_or_else(|| internal("a table went away"))?;
        let version = next.version;
        let made = TableCommit { table: table.name.clone(), version, operation: commit.operation().to_owned() };
        table.advance(next, Commit { version, ..commit });
        checkpoint(table).await;
        Ok(made)
    }

    /// # Errors
    /// LIMIT_EXCEEDED.VERSIONS when the table may not have so many more versions.
    pub(super) fn check_room(&self, snapshot: &Snapshot, versions: u64) -> Result<()> {
        let max = self.options.limits.max_table_versions;
        if snapshot.version + versions >= max { Err(too_many_versions(max)) } else { Ok(()) }
    }

    /// Commits version 0 of a new table.
    pub(super) async fn commit_new(&mut self, name: &str, change: Change) -> Result<TableCommit> {
        let folder = self.new_folder(name);
        let log_store = super::table::log_store(&self.store, &folder)?;
        let info = self.commit_info(&change, None);
        let (actions, commit) = entry(info, change, 0);
        let first = Snapshot::first(&actions)?;
        put(&log_store, 0, &actions).await.map_err(|error| from_delta(&error))?;
        let mut table = Table::new(first, log_store, &folder, name);
        let made = TableCommit { table: name.to_owned(), version: 0, operation: commit.operation().to_owned() };
        table.keep_commit(commit);
        self.tables.insert(name.to_lowercase(), table);
        Ok(made)
    }

    fn commit_info(&self, change: &Change, read_version: Option<u64>) -> CommitInfo {
        debug_assert!(change.is_known(), "{} with {:?} is on no list", change.operation, change.metrics);
        let metrics = change.metrics.iter().map(|(key, value)| ((*key).to_owned(), Value::String(value.clone())));
        let parameters = change.parameters.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        let mut more = HashMap::new();
        more.insert("operationMetrics".to_owned(), Value::Object(metrics.collect()));
        CommitInfo {
            timestamp: Some(self.watch.now().timestamp_millis()),
            user_name: Some(self.options.user_name.clone()),
            user_id: Some(self.options.user_name.clone()),
            operation: Some(change.operation.to_owned()),
            operation_parameters: Some(parameters.collect()),
            read_version,
            isolation_level: Some(change.isolation()),
            is_blind_append: Some(change.is_blind()),
            engine_info: Some(concat!("Sandbar/", env!("CARGO_PKG_VERSION")).to_owned()),
            info: more,
            ..CommitInfo::default()
        }
    }
}

fn entry(info: CommitInfo, change: Change, version: u64) -> (Vec<Action>, Commit) {
    let count = |wanted: fn(&Action) -> bool| change.actions.iter().filter(|action| wanted(action)).count() as u64;
    let commit = Commit {
        version,
        info: info.clone(),
        files_added: count(|action| matches!(action, Action::Add(_))),
        files_removed: count(|action| matches!(action, Action::Remove(_))),
    };
    let actions = std::iter::once(Action::CommitInfo(info)).chain(change.actions).collect();
    (actions, commit)
}

/// Puts a version's log entry, if there is none yet: one JSON action a line.
async fn put(log_store: &LogStoreRef, version: u64, actions: &[Action]) -> DeltaResult<()> {
    let lines: std::result::Result<Vec<String>, _> = actions.iter().map(serde_json::to_string).collect();
    let bytes = CommitOrBytes::LogBytes(lines?.join("\n").into());
    Ok(log_store.write_commit_entry(version, bytes, uuid::Uuid::nil()).await?)
}

/// A version without a checkpoint is slower to open and nothing else: that one could not be written is only told to the log.
async fn checkpoint(table: &mut Table) {
    let snapshot = table.latest();
    let (version, property) = (snapshot.version, snapshot.properties().get("delta.checkpointInterval"));
    let property = property.and_then(|text| text.parse().ok());
    let interval = property.filter(|interval| *interval > 0).unwrap_or(CHECKPOINT_INTERVAL);
    if version == 0 || !version.is_multiple_of(interval) {
        return;
    }
    let library = match table.library_at(version).await {
        Ok(library) => library,
        Err(error) => return tracing::warn!(table = table.name, version, %error, "no checkpoint could be written"),
    };
    if let Err(error) = checkpoints::create_checkpoint(&library, None).await {
        tracing::warn!(table = table.name, version, %error, "no checkpoint could be written");
    }
}

/// # Errors
/// When rows would go from a table that only takes new ones.
fn check_append_only(snapshot: &Snapshot, change: &Change) -> Result<()> {
    let takes_rows = change.actions.iter().any(|action| matches!(action, Action::Remove(remove) if remove.data_change));
    let append_only =
        || snapshot.properties().get("delta.appendOnly").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if !takes_rows || !append_only() {
        return Ok(());
    }
    let message = "This table is configured to only allow appends (delta.appendOnly = true).";
    Err(Diagnostic::new("DELTA_CANNOT_MODIFY_APPEND_ONLY", "42809", message)
        .with_hint("To change or delete rows: ALTER TABLE name SET TBLPROPERTIES ('delta.appendOnly' = 'false')."))
}

fn too_many_versions(max: u64) -> Diagnostic {
    Diagnostic::new("LIMIT_EXCEEDED.VERSIONS", "53200", format!("A table may have at most {max} versions."))
        .with_hint("Change many rows in one statement, or drop the table and create it again.")
}
