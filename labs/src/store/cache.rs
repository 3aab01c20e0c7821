//! Objects that can never change, kept in the worker: data files and log entries, by Delta's own rules.
//!
//! Invariant: an entry is what the workspace holds under that key. A worker is the only writer of its workspace while it
//! lives, so its own deletes and overwrites are the only ones to follow.

use std::num::NonZeroUsize;

use bytes::Bytes;
use lru::LruCache;
use object_store::ObjectMeta;
use object_store::path::Path;

use super::quota::log_version;

/// Objects up to this size are fetched and kept whole.
pub const LARGEST_KEPT: u64 = 1024 * 1024;
const KEPT_BYTES: usize = 16 * 1024 * 1024;
const KEPT_OBJECTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(511);

#[derive(Debug)]
pub struct ObjectCache {
    objects: LruCache<Path, (ObjectMeta, Bytes)>,
    bytes: usize,
}

impl Default for ObjectCache {
    fn default() -> Self {
        Self { objects: LruCache::new(KEPT_OBJECTS), bytes: 0 }
    }
}

impl ObjectCache {
    pub fn get(&mut self, path: &Path) -> Option<(ObjectMeta, Bytes)> {
        self.objects.get(path).cloned()
    }

    pub fn keep(&mut self, meta: ObjectMeta, bytes: Bytes) {
        self.forget(&meta.location);
        if bytes.len() as u64 > LARGEST_KEPT || !never_changes(&meta.location) {
            return;
        }
        self.bytes += bytes.len();
        if let Some((_, (_, pushed_out))) = self.objects.push(meta.location.clone(), (meta, bytes)) {
            self.bytes -= pushed_out.len();
        }
        while self.bytes > KEPT_BYTES {
            let Some((_, (_, oldest))) = self.objects.pop_lru() else { break };
            self.bytes -= oldest.len();
        }
    }

    pub fn forget(&mut self, path: &Path) {
        if let Some((_, bytes)) = self.objects.pop(path) {
            self.bytes -= bytes.len();
        }
    }
}

/// Whether Delta never rewrites an object of that name: Parquet files and numbered log entries.
pub fn never_changes(path: &Path) -> bool {
    path.as_ref().ends_with(".parquet") || log_version(path).is_some()
}
