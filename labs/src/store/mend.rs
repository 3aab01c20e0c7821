//! Clears away what a power cut left of a table's last commits, so that the table opens at the version before.
//!
//! Files are written without waiting for the disk: every statement would pay for it. After a power cut the newest files
//! may therefore be there with fewer bytes than were written. A commit is torn when its own text is not whole or a data
//! file that it adds is not as long as it says; torn commits are removed from the newest backwards. Files that are not
//! there at all are no sign of it (VACUUM removes some) and are left to the reader.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path as FilePath, PathBuf};

use object_store::path::Path;
use serde::Deserialize;

/// Mends one table, given its `_delta_log` folder.
pub fn mend(log: &FilePath) -> std::io::Result<()> {
    let mut commits = named(log, |name| name.len() == 25 && name.ends_with(".json"))?;
    commits.sort();
    while let Some(newest) = commits.pop() {
        if is_whole(&newest, log)? {
            break;
        }
        tracing::warn!(commit = %newest.display(), "a commit that a power cut tore is removed");
        fs::remove_file(newest)?;
    }
    for checkpoint in named(log, |name| name.ends_with(".parquet"))? {
        if !ends_like_parquet(&checkpoint)? {
            fs::remove_file(checkpoint)?;
        }
    }
    mend_documents(log, |name| name == "_last_checkpoint")
}

/// Removes what should be a JSON document and is none: a session's journal, the pointer to a checkpoint. Both can be done
/// without.
pub fn mend_documents(folder: &FilePath, is_meant: impl Fn(&str) -> bool) -> std::io::Result<()> {
    for document in named(folder, is_meant)? {
        if serde_json::from_slice::<serde::de::IgnoredAny>(&fs::read(&document)?).is_err() {
            tracing::warn!(document = %document.display(), "a document that a power cut tore is removed");
            fs::remove_file(document)?;
        }
    }
    Ok(())
}

fn named(folder: &FilePath, is_meant: impl Fn(&str) -> bool) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() && is_meant(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Action {
    add: Option<Add>,
}

#[derive(Deserialize)]
struct Add {
    path: String,
    size: u64,
}

fn is_whole(commit: &FilePath, log: &FilePath) -> std::io::Result<bool> {
    let text = fs::read(commit)?;
    let mut actions = serde_json::Deserializer::from_slice(&text).into_iter::<Action>().peekable();
    if actions.peek().is_none() {
        return Ok(false);
    }
    let table = log.parent().unwrap_or(log);
    for action in actions {
        match action {
            Err(_) => return Ok(false),
            Ok(Action { add: Some(add) }) if is_cut(table, &add) => return Ok(false),
            Ok(_) => {}
        }
    }
    Ok(true)
}

fn is_cut(table: &FilePath, add: &Add) -> bool {
    let Ok(path) = Path::from_url_path(&add.path) else { return false };
    fs::metadata(table.join(path.as_ref())).is_ok_and(|metadata| metadata.len() < add.size)
}

fn ends_like_parquet(file: &FilePath) -> std::io::Result<bool> {
    let mut file = fs::File::open(file)?;
    let mut end = [0_u8; 4];
    let read = file.seek(SeekFrom::End(-4)).and_then(|_| file.read_exact(&mut end));
    Ok(read.is_ok() && &end == b"PAR1")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with a commit for each text, version 0 first, and a data file `part` of five bytes.
    fn table(commits: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("_delta_log");
        fs::create_dir(&log).expect("made");
        fs::write(folder.path().join("part"), "12345").expect("written");
        for (version, text) in commits.iter().enumerate() {
            fs::write(log.join(format!("{version:020}.json")), text).expect("written");
        }
        folder
    }

    fn versions_after_mending(commits: &[&str]) -> usize {
        let table = table(commits);
        let log = table.path().join("_delta_log");
        mend(&log).expect("mended");
        fs::read_dir(log).expect("there").count()
    }

    const WHOLE: &str = "{\"commitInfo\":{}}\n{\"add\":{\"path\":\"part\",\"size\":5}}\n";
    const LONGER: &str = "{\"add\":{\"path\":\"part\",\"size\":6}}\n";
    const GONE: &str = "{\"add\":{\"path\":\"vacuumed\",\"size\":6}}\n";

    #[test]
    fn torn_commits_are_removed_from_the_newest_backwards() {
        for torn in ["", "\0\0\0\0", "{\"commitInfo\":{", LONGER] {
            assert_eq!(versions_after_mending(&[WHOLE, WHOLE, torn, torn]), 2, "{torn:?}");
        }
    }

    #[test]
    fn whole_commits_stay_whatever_vacuum_removed() {
        assert_eq!(versions_after_mending(&[WHOLE, WHOLE, GONE]), 3);
    }

    #[test]
    fn a_torn_checkpoint_and_its_pointer_go_and_whole_ones_stay() {
        let table = table(&[WHOLE]);
        let log = table.path().join("_delta_log");
        for (name, text) in
            [("1.checkpoint.parquet", "PAR1PAR1"), ("2.checkpoint.parquet", ""), ("_last_checkpoint", "")]
        {
            fs::write(log.join(name), text).expect("written");
        }
        mend(&log).expect("mended");
        assert!(log.join("1.checkpoint.parquet").exists());
        assert!(!log.join("2.checkpoint.parquet").exists() && !log.join("_last_checkpoint").exists());
    }
}
