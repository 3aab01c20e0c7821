//! A release, an unchangeable state of a course's content: its id, which the same files have everywhere, and its archive.

use sandbar_labs::diagnostic::Finding;
use sha2::{Digest, Sha256};

use crate::archive::{self, Bounds};
use crate::files::Files;

/// SHA-256 over every path and its bytes, in the order of the paths; the first 16 hexadecimal digits.
pub fn id(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (path, bytes) in files.iter() {
        hasher.update((path.len() as u64).to_le_bytes());
        hasher.update(path.as_bytes());
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    let mut id = hex::encode(hasher.finalize());
    id.truncate(16);
    id
}

/// What a release may hold.
pub const BOUNDS: Bounds = Bounds { max_files: 5_000, max_bytes: 64 * 1024 * 1024 };

/// Whether a text has the form of an id, so that it may stand in the name of a file.
pub fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The files as an archive that [`read`] reads.
///
/// # Errors
/// A finding when they are more than a release may hold.
pub fn write(files: &Files) -> Result<Vec<u8>, Finding> {
    archive::pack(files.iter().map(|(path, bytes)| (path.to_owned(), bytes)), BOUNDS)
}

/// The files of the release with that id.
///
/// # Errors
/// A finding when the archive cannot be read, or holds other files than those of the release.
pub fn read(bytes: &[u8], id: &str) -> Result<Files, Finding> {
    verified(archive::unpack(bytes, BOUNDS)?.into_iter().collect(), id)
}

/// The files, if they are those of the release.
///
/// # Errors
/// A finding with the id that they have.
pub fn verified(files: Files, id: &str) -> Result<Files, Finding> {
    let found = self::id(&files);
    if found == id {
        return Ok(files);
    }
    let message = format!("These are not the files of release {id}: theirs is {found}, so one was changed.");
    Err(Finding::error("WRONG_RELEASE", "", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_id_depends_on_names_and_bytes_and_on_nothing_else() {
        let id_of = |pairs: &[(&str, &str)]| id(&files(pairs));
        assert_eq!(id_of(&[("a", "1"), ("b", "2")]), id_of(&[("b", "2"), ("a", "1")]));
        assert_ne!(id_of(&[("a", "1")]), id_of(&[("a", "2")]));
        assert_ne!(id_of(&[("a", "bc")]), id_of(&[("ab", "c")]));
        assert_eq!(id_of(&[]).len(), 16);
    }

    #[test]
    fn an_archive_is_read_back_and_refused_under_another_id() {
        let course = files(&[("course.yml", "slug: c"), ("labs/a/lab.yml", "x")]);
        let id = id(&course);
        let bytes = write(&course).unwrap();
        let read = read(&bytes, &id).unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), course.iter().collect::<Vec<_>>());
        let changed = write(&files(&[("course.yml", "slug: c"), ("labs/a/lab.yml", "y")])).unwrap();
        assert_eq!(super::read(&changed, &id).unwrap_err().code, "WRONG_RELEASE");
        assert!(is_id(&id) && !is_id("../../../../etc/") && !is_id("ABCDEF0123456789") && !is_id(""));
    }
}
