//! Whether the files of a folder are as they were: their names, sizes and times of change, asked for now and then.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Deeper folders are no course's; a link that leads round ends here.
const MAX_DEPTH: usize = 12;

/// What tells a changed file from the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

impl Stamp {
    /// Of every file below the folder but hidden ones. What cannot be read is as if it were not there.
    pub fn of(folder: &Path) -> Self {
        let mut stamp = Self::default();
        let _ = stamp.add(folder, MAX_DEPTH);
        stamp
    }

    fn add(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        for entry in fs::read_dir(folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = entry.path();
            match fs::metadata(&path) {
                Ok(it) if it.is_dir() && depth > 0 => drop(self.add(&path, depth - 1)),
                Ok(it) if it.is_file() => drop(self.0.insert(path, (it.len(), it.modified().ok()))),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_changes_or_goes_gives_another_stamp_and_a_hidden_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("lessons")).unwrap();
        let mut before = Stamp::of(folder.path());
        let mut changed = |what: &str, expected: bool| {
            let now = Stamp::of(folder.path());
            assert_eq!(now != before, expected, "{what}");
            before = now;
        };
        write("lessons/one.md", "a");
        changed("a new file", true);
        write("lessons/one.md", "ab");
        changed("another length", true);
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        fs::File::options()
            .write(true)
            .open(folder.path().join("lessons/one.md"))
            .unwrap()
            .set_modified(later)
            .unwrap();
        changed("another time", true);
        write(".one.md.swp", "x");
        changed("a hidden file", false);
        fs::remove_file(folder.path().join("lessons/one.md")).unwrap();
        changed("a file less", true);
        assert_eq!(Stamp::of(&folder.path().join("nowhere")), Stamp::default());
    }
}
