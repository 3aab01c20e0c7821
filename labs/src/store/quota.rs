//! How much a workspace holds, against how much it may.
//!
//! Log entries may pass the quota by a little, so that a full workspace can still be cleaned up: VACUUM and DELETE
//! commit too.

use object_store::path::Path;

use crate::diagnostic::Diagnostic;
use crate::sandbox::Limits;

/// Above the quota, for log entries only.
const LOG_HEADROOM_BYTES: u64 = 2 * 1024 * 1024;
const LOG_HEADROOM_FILES: u64 = 50;

/// Bytes and files of a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub bytes: u64,
    pub files: u64,
}

impl Usage {
    pub fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.files += 1;
    }

    pub fn remove(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.files = self.files.saturating_sub(1);
    }
}

/// Why an object of that many bytes may not be added under this key, if it may not.
pub fn refusal(limits: &Limits, usage: Usage, path: &Path, bytes: u64) -> Option<Diagnostic> {
    let version = log_version(path);
    if version.is_some_and(|version| version >= limits.max_table_versions) {
        return Some(too_many_versions(limits));
    }
    let (more_bytes, more_files) = if version.is_some() { (LOG_HEADROOM_BYTES, LOG_HEADROOM_FILES) } else { (0, 0) };
    if usage.bytes.saturating_add(bytes) > limits.workspace_bytes.saturating_add(more_bytes) {
        return Some(full(format!(
            "This workspace may hold {} MiB; the statement would take it past that.",
            limits.workspace_bytes / (1024 * 1024)
        )));
    }
    (usage.files >= limits.workspace_files.saturating_add(more_files))
        .then(|| full(format!("This workspace may hold {} files and has {}.", limits.workspace_files, usage.files)))
}

fn full(message: String) -> Diagnostic {
    Diagnostic::new("LIMIT_EXCEEDED.STORAGE", "53200", message + " Nothing was committed and the table is as before.")
        .with_hint("Drop tables that you no longer need, or start the lab over; VACUUM removes files of old versions.")
}

fn too_many_versions(limits: &Limits) -> Diagnostic {
    let message = format!(
        "A table may have {} versions and this one has them. Nothing was committed and the table is as before.",
        limits.max_table_versions
    );
    Diagnostic::new("LIMIT_EXCEEDED.STORAGE", "53200", message)
        .with_hint("Change several rows with one statement, or start the lab over.")
}

/// The version that a key commits: `.../_delta_log/00000000000000000007.json` commits 7.
pub fn log_version(path: &Path) -> Option<u64> {
    let parts: Vec<_> = path.parts().collect();
    let [.., folder, name] = parts.as_slice() else { return None };
    let digits = name.as_ref().strip_suffix(".json")?;
    let is_commit = folder.as_ref() == "_delta_log" && digits.len() == 20;
    is_commit.then(|| digits.parse().ok())?
}
