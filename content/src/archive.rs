//! Zip archives that we write ourselves and read back strictly: the same files give the same bytes.
//!
//! Invariant: reading unpacks in memory, never more than the bounds, whatever the archive says of itself; a path that
//! would leave the archive is refused.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use sandbar_labs::diagnostic::Finding;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// What an archive may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub max_files: usize,
    /// Of all files together, unpacked.
    pub max_bytes: usize,
}

/// The files in the order of their paths, without times and owners.
///
/// # Errors
/// A finding when they are more than the bounds allow, or when a path would leave the archive.
pub fn pack<'a>(files: impl IntoIterator<Item = (String, &'a [u8])>, bounds: Bounds) -> Result<Vec<u8>, Finding> {
    let files: BTreeMap<String, &[u8]> = files.into_iter().collect();
    let bytes: usize = files.values().map(|bytes| bytes.len()).sum();
    if files.len() > bounds.max_files || bytes > bounds.max_bytes {
        return Err(too_large(bounds));
    }
    if let Some(path) = files.keys().find(|path| !is_inside(path)) {
        return Err(outside(path));
    }
    written(&files).map_err(|error| broken(&error))
}

fn written(files: &BTreeMap<String, &[u8]>) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Every file of the archive by its path.
///
/// # Errors
/// A finding when it is no archive, holds more than the bounds allow, or a path that leaves it.
pub fn unpack(bytes: &[u8], bounds: Bounds) -> Result<BTreeMap<String, Vec<u8>>, Finding> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > bounds.max_files {
        return Err(too_large(bounds));
    }
    let mut files = BTreeMap::new();
    let mut left = bounds.max_bytes;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let path = entry.name().to_owned();
        if entry.is_dir() {
            continue;
        }
        if !is_inside(&path) || entry.is_symlink() {
            return Err(outside(&path));
        }
        let mut content = Vec::new();
        entry.by_ref().take(left as u64 + 1).read_to_end(&mut content).map_err(|error| broken(&error))?;
        left = left.checked_sub(content.len()).ok_or_else(|| too_large(bounds))?;
        files.insert(path, content);
    }
    Ok(files)
}

/// Whether a path within an archive stays within it.
pub fn is_inside(path: &str) -> bool {
    let parts_stay = path.split(['/', '\\']).all(|part| part != "..");
    !path.starts_with(['/', '\\']) && parts_stay && !path.contains(['\0', ':']) && !path.is_empty()
}

/// The finding about a path that leaves its archive, or would on some machine.
pub fn outside(path: &str) -> Finding {
    Finding::error("UNSAFE_ARCHIVE", "", format!("`{path}` may not be the path of a file in an archive."))
}

/// The finding about an archive that cannot be read or written.
pub fn broken(error: &dyn std::fmt::Display) -> Finding {
    Finding::error("BAD_ARCHIVE", "", format!("The archive cannot be read: {error}."))
}

fn too_large(Bounds { max_files, max_bytes }: Bounds) -> Finding {
    let megabytes = max_bytes / 1024 / 1024;
    let message = format!("This has more than {max_files} files or {megabytes} MiB, which is not kept in an archive.");
    Finding::error("ARCHIVE_TOO_LARGE", "", message).with_hint("Take out what does not belong there.")
}

#[cfg(test)]
mod tests;
