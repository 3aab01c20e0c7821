//! Submissions from where they lie: a file, a folder, or a zip archive.
//!
//! Invariant: never reads outside the folder or archive, never unpacks more than a submission may hold.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use sandbar_grader::Submission;
use sandbar_grader::submission::MAX_SUBMISSION_BYTES;
use sandbar_labs::diagnostic::Finding;

use crate::archive::{broken, is_inside, outside};

/// More files than this are no submission.
const MAX_FILES: usize = 100;

/// The code of the finding that nothing could be read at the path, which may be no student's doing.
pub const UNREADABLE: &str = "UNREADABLE";

/// Reads a file, a folder or a zip archive.
///
/// # Errors
/// A finding that names the path, when it cannot be read, is too large, or is an archive that is not safe.
pub fn from_path(path: &Path) -> Result<Submission, Finding> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let shown = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Finding::error(UNREADABLE, "", format!("{shown} cannot be read: {error}.")).in_file(&shown)
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        let mut files = BTreeMap::new();
        collect(path, "", &mut files).map_err(|fault| match fault {
            Fault::Io(error) => unreadable(error),
            Fault::Finding(finding) => finding.in_file(&shown),
        })?;
        return Ok(Submission { name, files });
    }
    if metadata.len() > MAX_SUBMISSION_BYTES as u64 {
        return Err(too_large(metadata.len()).in_file(&shown));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    from_bytes(&name, bytes).map_err(|finding| finding.in_file(&shown))
}

/// One uploaded file: an archive is unpacked, anything else is the submission's only file.
///
/// # Errors
/// A finding when it is too large or an archive that is not safe.
pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Submission, Finding> {
    if bytes.len() > MAX_SUBMISSION_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    let files = if bytes.starts_with(b"PK\x03\x04") || name.to_ascii_lowercase().ends_with(".zip") {
        unpack(&bytes)?
    } else {
        BTreeMap::from([(name.to_owned(), bytes)])
    };
    Ok(Submission { name: name.to_owned(), files })
}

fn too_large(bytes: u64) -> Finding {
    let message = format!("The submission has {bytes} bytes; at most {MAX_SUBMISSION_BYTES} are read.");
    Finding::error("SUBMISSION_TOO_LARGE", "", message)
        .with_hint("Hand in the notebook without its outputs, and no data files.")
}

enum Fault {
    Io(std::io::Error),
    Finding(Finding),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Links are left out: a submission is what lies in its folder.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Fault> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let metadata = std::fs::symlink_metadata(entry.path())?;
        let path = format!("{prefix}{name}");
        if name.starts_with('.') {
            continue;
        }
        if metadata.is_dir() {
            if prefix.matches('/').count() < 8 {
                collect(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if metadata.is_file() {
            let held: u64 = files.values().map(|bytes| bytes.len() as u64).sum();
            if held + metadata.len() > MAX_SUBMISSION_BYTES as u64 {
                return Err(Fault::Finding(too_large(held + metadata.len())));
            }
            if files.len() >= MAX_FILES {
                return Err(Fault::Finding(too_many()));
            }
            files.insert(path, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn too_many() -> Finding {
    Finding::error("TOO_MANY_FILES", "", format!("The submission has more than {MAX_FILES} files."))
}

/// Unpacks an archive in memory. Paths that leave it are refused, sizes are counted while reading, whatever the archive
/// says of itself. One folder around everything is taken off.
fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Finding> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MAX_FILES * 2 {
        return Err(too_many());
    }
    let mut files = BTreeMap::new();
    let mut left = MAX_SUBMISSION_BYTES as u64;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = entry.name().replace('\\', "/");
        if !is_inside(&name) {
            return Err(outside(&name));
        }
        if entry.is_dir() || entry.is_symlink() || is_clutter(&name) {
            continue;
        }
        let mut content = Vec::new();
        let read = entry.by_ref().take(left + 1).read_to_end(&mut content).map_err(|error| broken(&error))? as u64;
        if read > left {
            return Err(too_large(MAX_SUBMISSION_BYTES as u64 + 1).with_hint("The archive unpacks to more than that."));
        }
        left -= read;
        files.insert(name, content);
    }
    Ok(without_common_folder(files))
}

fn is_clutter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.split('/').any(|part| part.starts_with('.'))
}

fn without_common_folder(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let folder = files.keys().next().and_then(|first| first.split_once('/')).map(|(folder, _)| format!("{folder}/"));
    match folder.filter(|folder| files.keys().all(|path| path.starts_with(folder.as_str()))) {
        Some(folder) => files.into_iter().map(|(path, bytes)| (path[folder.len()..].to_owned(), bytes)).collect(),
        None => files,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_is_its_files_without_the_folder_around_them() {
        let bytes = archive(&[("ada/etl.sql", b"SELECT 1"), ("ada/job.yml", b"name: x"), ("__MACOSX/._x", b"")]);
        let submission = from_bytes("ada.zip", bytes).unwrap();
        assert_eq!(submission.files.keys().collect::<Vec<_>>(), ["etl.sql", "job.yml"]);
    }

    #[test]
    fn an_archive_that_reaches_outside_is_refused() {
        for name in ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:\\x"] {
            let finding = from_bytes("x.zip", archive(&[(name, b"x")])).unwrap_err();
            assert_eq!(finding.code, "UNSAFE_ARCHIVE", "{name}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_while_it_unpacks() {
        let zeros = vec![0_u8; MAX_SUBMISSION_BYTES + 1];
        let bytes = archive(&[("a.sql", &zeros)]);
        assert!(bytes.len() < 100_000);
        assert_eq!(from_bytes("x.zip", bytes).unwrap_err().code, "SUBMISSION_TOO_LARGE");
    }

    #[test]
    fn what_only_looks_like_an_archive_is_refused() {
        assert_eq!(from_bytes("x.zip", b"PK\x03\x04nothing".to_vec()).unwrap_err().code, "BAD_ARCHIVE");
    }
}
