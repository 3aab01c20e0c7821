//! The parent's half: serves one workspace's calls from a folder, and nothing outside it.
//!
//! Invariant: a call reads or writes only below the folder, whatever its key says and whatever lies there: keys are
//! checked, and a symbolic link anywhere on the way is refused. Writes are all or nothing (a file is written aside and
//! then linked or renamed into place), so a killed process never leaves a torn object.

use std::collections::HashMap;
use std::fs;
use std::path::{Path as FilePath, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{CopyMode, CopyOptions, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode};
use object_store::{RenameOptions, RenameTargetMode};
use parking_lot::{Mutex, RwLock};

use super::call::{ObjectInfo, Span, StoreCall, StoreFailure, StoreReply};
use super::key;
use super::mend::{mend, mend_documents};
use super::quota::{self, Usage};
use crate::diagnostic::Diagnostic;
use crate::sandbox::Limits;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the workspace folder {folder} cannot be used")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("{0} is a symbolic link, and a workspace may hold none")]
    SymbolicLink(PathBuf),
    #[error("the object store cannot be opened")]
    Store(#[from] object_store::Error),
    #[error("the workspace has been closed")]
    Closed,
}

#[derive(Debug)]
pub struct ScopedStore {
    inner: LocalFileSystem,
    folder: PathBuf,
    usage: Mutex<Usage>,
    commits: AtomicU64,
    is_open: RwLock<bool>,
    limits: Limits,
}

/// Answer and bytes, or the reason for having none.
type Served = Result<(StoreReply, Bytes), StoreFailure>;

impl ScopedStore {
    /// Opens a workspace's folder, makes it if it is not there, and counts what it holds.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or holds a symbolic link.
    pub fn open(folder: &FilePath, limits: &Limits) -> Result<Self, StoreError> {
        let unusable = |source| StoreError::Folder { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(unusable)?;
        let folder = folder.canonicalize().map_err(unusable)?;
        let mut usage = Usage::default();
        count(&folder, &mut usage)?;
        let inner = LocalFileSystem::new_with_prefix(&folder)?;
        Ok(Self {
            inner,
            folder,
            usage: Mutex::new(usage),
            commits: AtomicU64::new(0),
            is_open: RwLock::new(true),
            limits: limits.clone(),
        })
    }

    /// Makes a workspace's folder as empty as a new one.
    ///
    /// # Errors
    /// When something in it cannot be removed.
    pub fn empty(folder: &FilePath) -> Result<(), StoreError> {
        let unusable = |source| StoreError::Folder { folder: folder.to_owned(), source };
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unusable(error)),
        };
        for entry in entries {
            let entry = entry.map_err(unusable)?;
            let is_folder = entry.file_type().map_err(unusable)?.is_dir();
            let removed = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
            removed.map_err(unusable)?;
        }
        Ok(())
    }

    pub fn usage(&self) -> Usage {
        *self.usage.lock()
    }

    /// How many log entries were added since the store was opened: a statement has committed when it has grown.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    fn added(&self, path: &Path) {
        if quota::log_version(path).is_some() {
            self.commits.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Waits for the call at hand; every later one of [`ScopedStore::serve_while_open`] is refused, so the folder is its
    /// owner's to remove.
    pub fn close(&self) {
        *self.is_open.write() = false;
    }

    /// Like [`ScopedStore::serve`], for a thread that may wait.
    pub fn serve_while_open(&self, call: StoreCall, blob: Bytes) -> (StoreReply, Bytes) {
        let is_open = self.is_open.read();
        if !*is_open {
            return (StoreReply::Failed(StoreFailure::Broken { key: String::new() }), Bytes::new());
        }
        futures::executor::block_on(self.serve(call, blob))
    }

    /// Carries out one call. The answer's bytes go into the reply frame's blob.
    pub async fn serve(&self, call: StoreCall, blob: Bytes) -> (StoreReply, Bytes) {
        let served = match call {
            StoreCall::Put { key, create } => self.put(&key, create, blob).await,
            StoreCall::Get { key, span, whole_below } => self.get(&key, span, whole_below).await,
            StoreCall::Head { key } => self.head(&key).await,
            StoreCall::Delete { key } => self.delete(&key).await,
            StoreCall::List { prefix, after } => self.list(prefix.as_deref(), after.as_deref()).await,
            StoreCall::ListFolder { prefix } => self.list_folder(prefix.as_deref()).await,
            StoreCall::Copy { from, to, create } => self.copy(&from, &to, create).await,
            StoreCall::Rename { from, to, create } => self.rename(&from, &to, create).await,
        };
        served.unwrap_or_else(|failure| (StoreReply::Failed(failure), Bytes::new()))
    }

    async fn put(&self, key: &str, create: bool, blob: Bytes) -> Served {
        let path = self.path(key)?;
        let bytes = blob.len() as u64;
        let replaced = if create { None } else { self.size(&path) };
        self.reserve(&path, bytes, replaced)?;
        let mode = if create { PutMode::Create } else { PutMode::Overwrite };
        if let Err(error) = self.inner.put_opts(&path, blob.into(), mode.into()).await {
            self.give_back(bytes, replaced);
            return Err(failure(key, &error));
        }
        self.added(&path);
        self.head(key).await
    }

    async fn get(&self, key: &str, span: Span, whole_below: u64) -> Served {
        let path = self.path(key)?;
        let size = self.size(&path).ok_or_else(|| StoreFailure::NotFound { key: key.to_owned() })?;
        let range = if size <= whole_below { None } else { span.to_range() };
        let options = GetOptions { range, ..GetOptions::default() };
        let result = self.inner.get_opts(&path, options).await.map_err(|error| failure(key, &error))?;
        let (object, start) = (ObjectInfo::from(&result.meta), result.range.start);
        let bytes = result.bytes().await.map_err(|error| failure(key, &error))?;
        Ok((StoreReply::Bytes { object, start }, bytes))
    }

    async fn head(&self, key: &str) -> Served {
        let path = self.path(key)?;
        let meta = self.inner.head(&path).await.map_err(|error| failure(key, &error))?;
        Ok((StoreReply::Object(ObjectInfo::from(&meta)), Bytes::new()))
    }

    async fn delete(&self, key: &str) -> Served {
        let path = self.path(key)?;
        let size = self.size(&path);
        self.inner.delete(&path).await.map_err(|error| failure(key, &error))?;
        if let Some(size) = size {
            self.usage.lock().remove(size);
        }
        Ok((StoreReply::Done, Bytes::new()))
    }

    async fn list(&self, prefix: Option<&str>, after: Option<&str>) -> Served {
        let path = self.prefix(prefix)?;
        let name = prefix.unwrap_or_default();
        let listed = match after {
            None => self.inner.list(path.as_ref()),
            Some(after) => self.inner.list_with_offset(path.as_ref(), &self.path(after)?),
        };
        let objects: Vec<ObjectMeta> = listed.try_collect().await.map_err(|error| failure(name, &error))?;
        Ok((StoreReply::Listing { objects: self.own(&objects), folders: Vec::new() }, Bytes::new()))
    }

    async fn list_folder(&self, prefix: Option<&str>) -> Served {
        let path = self.prefix(prefix)?;
        let name = prefix.unwrap_or_default();
        let listed = self.inner.list_with_delimiter(path.as_ref()).await.map_err(|error| failure(name, &error))?;
        let own = |folder: &&Path| self.is_own(folder);
        let folders = listed.common_prefixes.iter().filter(own).map(|folder| folder.as_ref().to_owned()).collect();
        Ok((StoreReply::Listing { objects: self.own(&listed.objects), folders }, Bytes::new()))
    }

    async fn copy(&self, from: &str, to: &str, create: bool) -> Served {
        let (source, target) = (self.path(from)?, self.path(to)?);
        let size = self.size(&source).ok_or_else(|| StoreFailure::NotFound { key: from.to_owned() })?;
        let replaced = if create { None } else { self.size(&target) };
        self.reserve(&target, size, replaced)?;
        let mode = if create { CopyMode::Create } else { CopyMode::Overwrite };
        let copied = self.inner.copy_opts(&source, &target, CopyOptions::new().with_mode(mode)).await;
        copied.map_err(|error| {
            self.give_back(size, replaced);
            failure(to, &error)
        })?;
        self.added(&target);
        Ok((StoreReply::Done, Bytes::new()))
    }

    async fn rename(&self, from: &str, to: &str, create: bool) -> Served {
        let (source, target) = (self.path(from)?, self.path(to)?);
        let size = self.size(&source).unwrap_or_default();
        if quota::log_version(&target).is_some() {
            self.reserve(&target, size, Some(size))?;
        }
        let replaced = if create { None } else { self.size(&target) };
        let mode = if create { RenameTargetMode::Create } else { RenameTargetMode::Overwrite };
        let options = RenameOptions::new().with_target_mode(mode);
        self.inner.rename_opts(&source, &target, options).await.map_err(|error| failure(to, &error))?;
        self.added(&target);
        // A copy is a second link to the same file, and renaming one link onto the other leaves both.
        if source != target && self.size(&source).is_some() {
            self.inner.delete(&source).await.map_err(|error| failure(from, &error))?;
        }
        if let Some(replaced) = replaced {
            self.usage.lock().remove(replaced);
        }
        Ok((StoreReply::Done, Bytes::new()))
    }

    /// Counts an object before it is written, so that two writers cannot pass the quota together.
    fn reserve(&self, path: &Path, bytes: u64, replaced: Option<u64>) -> Result<(), StoreFailure> {
        let mut usage = self.usage.lock();
        let mut without = *usage;
        if let Some(replaced) = replaced {
            without.remove(replaced);
        }
        if let Some(diagnostic) = quota::refusal(&self.limits, without, path, bytes) {
            return Err(StoreFailure::Refused(diagnostic));
        }
        without.add(bytes);
        *usage = without;
        Ok(())
    }

    fn give_back(&self, bytes: u64, replaced: Option<u64>) {
        let mut usage = self.usage.lock();
        usage.remove(bytes);
        if let Some(replaced) = replaced {
            usage.add(replaced);
        }
    }

    fn path(&self, key: &str) -> Result<Path, StoreFailure> {
        let forbidden = || StoreFailure::Forbidden { key: key.to_owned() };
        if let Some(message) = key::too_long(key) {
            return Err(StoreFailure::Refused(too_long(message)));
        }
        let path = key::check(key).ok_or_else(forbidden)?;
        if self.is_own(&path) { Ok(path) } else { Err(forbidden()) }
    }

    fn prefix(&self, prefix: Option<&str>) -> Result<Option<Path>, StoreFailure> {
        let forbidden = || StoreFailure::Forbidden { key: prefix.unwrap_or_default().to_owned() };
        let path = key::check_prefix(prefix).ok_or_else(forbidden)?;
        if path.as_ref().is_none_or(|path| self.is_own(path)) { Ok(path) } else { Err(forbidden()) }
    }

    /// Whether no part of the way is a symbolic link. What is not there yet is no link.
    fn is_own(&self, path: &Path) -> bool {
        let mut place = self.folder.clone();
        for part in path.parts() {
            place.push(part.as_ref());
            match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_symlink() => return false,
                Ok(_) => {}
                Err(_) => break,
            }
        }
        true
    }

    fn own(&self, objects: &[ObjectMeta]) -> Vec<ObjectInfo> {
        // Most objects of a listing lie in one folder: the way to it is looked at once.
        let mut folders: HashMap<Path, bool> = HashMap::new();
        let is_own = |object: &&ObjectMeta| {
            let location = &object.location;
            let folder = location.parts().count().checked_sub(1);
            let folder: Path = location.parts().take(folder.unwrap_or_default()).collect();
            *folders.entry(folder).or_insert_with_key(|folder| self.is_own(folder)) && !self.is_link(location)
        };
        objects.iter().filter(is_own).map(ObjectInfo::from).collect()
    }

    fn is_link(&self, path: &Path) -> bool {
        fs::symlink_metadata(self.folder.join(path.as_ref())).is_ok_and(|metadata| metadata.is_symlink())
    }

    fn size(&self, path: &Path) -> Option<u64> {
        let metadata = fs::symlink_metadata(self.folder.join(path.as_ref())).ok()?;
        metadata.is_file().then_some(metadata.len())
    }
}

fn too_long(message: String) -> Diagnostic {
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
        .with_hint("A folder is called as its partition's value: partition by a column of shorter values, or by a part of this one.")
}

/// Says what failed in the workspace's own terms; the machine's words go to the log, for they name paths.
fn failure(key: &str, error: &object_store::Error) -> StoreFailure {
    let key = key.to_owned();
    match error {
        object_store::Error::NotFound { .. } => StoreFailure::NotFound { key },
        object_store::Error::AlreadyExists { .. } => StoreFailure::AlreadyExists { key },
        object_store::Error::InvalidPath { .. } => StoreFailure::Forbidden { key },
        error => {
            tracing::warn!(%key, %error, "a workspace's object store failed");
            StoreFailure::Broken { key }
        }
    }
}

/// Adds up the folder's files, and clears away what a killed server or a power cut left half written.
fn count(folder: &FilePath, usage: &mut Usage) -> Result<(), StoreError> {
    let unusable = |source| StoreError::Folder { folder: folder.to_owned(), source };
    if folder.ends_with("_delta_log") {
        mend(folder).map_err(unusable)?;
    } else if folder.ends_with("_sandbar") {
        mend_documents(folder, |name| name.ends_with(".json")).map_err(unusable)?;
    }
    for entry in fs::read_dir(folder).map_err(unusable)? {
        let entry = entry.map_err(unusable)?;
        let metadata = entry.metadata().map_err(unusable)?;
        if metadata.is_symlink() {
            return Err(StoreError::SymbolicLink(entry.path()));
        } else if metadata.is_dir() {
            count(&entry.path(), usage)?;
        } else if key::is_staging(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).map_err(unusable)?;
        } else {
            usage.add(metadata.len());
        }
    }
    Ok(())
}
