//! One Delta table of a workspace: its snapshots, commits and rows at any version.
//!
//! Invariant: the log in the store is the truth; what is kept here can be thrown away at any time. Data files and log
//! entries never change, so what was read once stays right.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use deltalake::kernel::{Action, Add, CommitInfo};
use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore};
use deltalake::{DeltaTable, DeltaTableError};
use object_store::ObjectStore;
use object_store::prefix::PrefixStore;
use url::Url;

use crate::diagnostic::Diagnostic;

use super::data_files;
use super::errors::{from_delta, internal};
use super::snapshot::Snapshot;

type Result<T> = std::result::Result<T, Diagnostic>;

/// Snapshots of older versions that are kept loaded.
const KEPT_SNAPSHOTS: usize = 32;
/// Rows of data files that are kept, in bytes of arrow memory.
const KEPT_ROWS: usize = 32 * 1024 * 1024;

pub struct Table {
    /// As its author wrote it.
    pub name: String,
    /// Folder in the store: `default/lab_inventory`.
    pub folder: String,
    log_store: LogStoreRef,
    latest: Snapshot,
    past: BTreeMap<u64, Snapshot>,
    /// The library's own view of some version, for what only it does: checkpoints, and reading with every feature.
    library: Option<DeltaTable>,
    commits: BTreeMap<u64, Arc<Commit>>,
    files: HashMap<String, RecordBatch>,
    files_bytes: usize,
}

/// What one log entry says.
#[derive(Clone, Debug)]
pub struct Commit {
    pub version: u64,
    pub info: CommitInfo,
    pub files_added: u64,
    pub files_removed: u64,
}

impl Commit {
    pub fn timestamp_ms(&self) -> i64 {
        self.info.in_commit_timestamp.or(self.info.timestamp).unwrap_or_default()
    }

    pub fn operation(&self) -> &str {
        self.info.operation.as_deref().unwrap_or_default()
    }
}

/// Rows of one data file under the table's schema.
#[derive(Clone)]
pub struct FileRows {
    pub add: Add,
    pub batch: RecordBatch,
}

/// A table's log store: the folder of a workspace's store, under a URL that leads nowhere else.
///
/// # Errors
/// When the folder's name is no part of a URL.
pub fn log_store(store: &Arc<dyn ObjectStore>, folder: &str) -> Result<LogStoreRef> {
    let url = Url::parse(&format!("sandbar://workspace/{folder}/")).map_err(internal)?;
    let prefixed: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(store.clone(), folder));
    Ok(default_logstore(prefixed, store.clone(), &url, &StorageConfig::default()))
}

impl Table {
    /// Loads the latest version.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn load(store: &Arc<dyn ObjectStore>, folder: &str, name: &str) -> Result<Self> {
        let log_store = log_store(store, folder)?;
        let library = load(&log_store).await?;
        let latest = Snapshot::of(&library)?;
        Ok(Self { library: Some(library), ..Self::new(latest, log_store, folder, name) })
    }

    /// Loads the latest version anew, after others changed the table.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn reload(&mut self) -> Result<()> {
        let library = load(&self.log_store).await?;
        self.latest = Snapshot::of(&library)?;
        self.library = Some(library);
        self.past.clear();
        self.commits.clear();
        Ok(())
    }

    /// A table whose latest version is at hand.
    pub fn new(latest: Snapshot, log_store: LogStoreRef, folder: &str, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            log_store,
            latest,
            past: BTreeMap::new(),
            library: None,
            commits: BTreeMap::new(),
            files: HashMap::new(),
            files_bytes: 0,
        }
    }

    pub fn log_store(&self) -> &LogStoreRef {
        &self.log_store
    }

    pub fn version(&self) -> u64 {
        self.latest.version
    }

    /// A property of the latest version.
    pub fn property(&self, key: &str) -> Option<&str> {
        self.latest.metadata.configuration().get(key).map(String::as_str)
    }

    /// The latest version.
    pub fn latest(&self) -> &Snapshot {
        &self.latest
    }

    /// An older version, or the latest.
    ///
    /// # Errors
    /// When its log or files are gone.
    pub async fn at(&mut self, version: u64) -> Result<Snapshot> {
        if version == self.version() {
            return Ok(self.latest.clone());
        }
        if let Some(past) = self.past.get(&version) {
            return Ok(past.clone());
        }
        let mut library = DeltaTable::new(self.log_store.clone());
        library.load_version(version).await.map_err(|error| from_delta(&error))?;
        let past = Snapshot::of(&library)?;
        self.keep_past(past.clone());
        Ok(past)
    }

    /// The library's own view of a version.
    ///
    /// # Errors
    /// When its log is gone.
    pub async fn library_at(&mut self, version: u64) -> Result<DeltaTable> {
        let known = self.library.take().filter(|library| library.version().is_some_and(|known| known <= version));
        let mut library = known.unwrap_or_else(|| DeltaTable::new(self.log_store.clone()));
        let loaded = match library.version() {
            Some(known) if known == version => Ok(()),
            Some(_) => library.update_incremental(Some(version)).await,
            None => library.load_version(version).await,
        };
        loaded.map_err(|error| from_delta(&error))?;
        self.library = Some(library.clone());
        Ok(library)
    }

    fn keep_past(&mut self, past: Snapshot) {
        if self.past.len() >= KEPT_SNAPSHOTS {
            self.past.pop_first();
        }
        self.past.insert(past.version, past);
    }

    /// Takes a new version that this session has just committed.
    pub fn advance(&mut self, next: Snapshot, commit: Commit) {
        let previous = std::mem::replace(&mut self.latest, next);
        self.keep_past(previous);
        self.keep_commit(commit);
    }

    pub fn keep_commit(&mut self, commit: Commit) {
        self.commits.insert(commit.version, Arc::new(commit));
    }

    /// What version `version`'s log entry says; `None` when the entry is gone.
    ///
    /// # Errors
    /// When the entry cannot be read.
    pub async fn commit(&mut self, version: u64) -> Result<Option<Arc<Commit>>> {
        if let Some(commit) = self.commits.get(&version) {
            return Ok(Some(commit.clone()));
        }
        let entry = self.log_store.read_commit_entry(version).await.map_err(|error| from_delta(&error))?;
        let Some(bytes) = entry else { return Ok(None) };
        let commit = Arc::new(read_commit(version, &bytes).map_err(|error| from_delta(&error))?);
        self.commits.insert(version, commit.clone());
        Ok(Some(commit))
    }

    /// The actions of version `version`'s log entry; none when the entry is gone.
    ///
    /// # Errors
    /// When the entry cannot be read.
    pub async fn actions(&self, version: u64) -> Result<Vec<Action>> {
        let entry = self.log_store.read_commit_entry(version).await.map_err(|error| from_delta(&error))?;
        entry.map_or(Ok(Vec::new()), |bytes| read_actions(&bytes).map_err(|error| from_delta(&error)))
    }

    /// All commits whose log entries are there, oldest first.
    ///
    /// # Errors
    /// When an entry cannot be read.
    pub async fn commits(&mut self) -> Result<Vec<Arc<Commit>>> {
        let mut commits = Vec::new();
        for version in 0..=self.version() {
            commits.extend(self.commit(version).await?);
        }
        Ok(commits)
    }

    /// The rows of a version, file by file.
    ///
    /// # Errors
    /// When a file is gone or the table uses a feature that only a full reader understands.
    pub async fn rows(&mut self, snapshot: &Snapshot) -> Result<Vec<FileRows>> {
        let mut rows = Vec::with_capacity(snapshot.files.len());
        for add in snapshot.files.iter() {
            let batch = match self.files.get(&add.path) {
                Some(batch) => data_files::conform(batch, &snapshot.schema)?,
                None => {
                    let batch = data_files::read(self.log_store.object_store(None).as_ref(), add, snapshot).await?;
                    self.keep_rows(&add.path, batch.clone());
                    batch
                }
            };
            rows.push(FileRows { add: add.clone(), batch });
        }
        Ok(rows)
    }

    /// Drops the rows of a file that is gone.
    pub fn forget_rows(&mut self, path: &str) {
        if let Some(batch) = self.files.remove(path) {
            self.files_bytes = self.files_bytes.saturating_sub(batch.get_array_memory_size());
        }
    }

    /// Keeps the rows of a file that was just written or read.
    pub fn keep_rows(&mut self, path: &str, batch: RecordBatch) {
        let bytes = batch.get_array_memory_size();
        if bytes > KEPT_ROWS {
            return;
        }
        if self.files_bytes + bytes > KEPT_ROWS {
            self.files.clear();
            self.files_bytes = 0;
        }
        self.files_bytes += bytes;
        self.files.insert(path.to_owned(), batch);
    }
}

async fn load(log_store: &LogStoreRef) -> Result<DeltaTable> {
    let mut library = DeltaTable::new(log_store.clone());
    library.load().await.map_err(|error| from_delta(&error))?;
    Ok(library)
}

fn read_commit(version: u64, bytes: &[u8]) -> std::result::Result<Commit, DeltaTableError> {
    let mut commit = Commit { version, info: CommitInfo::default(), files_added: 0, files_removed: 0 };
    for action in read_actions(bytes)? {
        match action {
            Action::CommitInfo(info) => commit.info = info,
            Action::Add(_) => commit.files_added += 1,
            Action::Remove(_) => commit.files_removed += 1,
            _ => {}
        }
    }
    Ok(commit)
}

fn read_actions(bytes: &[u8]) -> std::result::Result<Vec<Action>, DeltaTableError> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace));
    lines
        .map(|line| serde_json::from_slice(line).map_err(|json_err| DeltaTableError::SerializeLogJson { json_err }))
        .collect()
}
