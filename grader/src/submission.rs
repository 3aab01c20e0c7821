//! What a student hands in: named files, and how a notebook's cells are assigned to the lab's tasks.

use std::collections::{BTreeMap, BTreeSet};

use sandbar_labs::diagnostic::Finding;
use sandbar_labs::notebook::{self, Notebook};
use sha2::{Digest, Sha256};

/// More than this is refused before anything is read.
pub const MAX_SUBMISSION_BYTES: usize = 2 * 1024 * 1024;

/// Endings of the files that can be a notebook.
const NOTEBOOK_ENDINGS: [&str; 3] = ["sql", "ipynb", "py"];

/// One student's files, by path relative to the submission with `/` between parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// Shown in reports: the file's or folder's name.
    pub name: String,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Submission {
    /// SHA-256 over the files' paths and bytes, hexadecimal. The submission's name is not part of it.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for (path, bytes) in &self.files {
            hasher.update((path.len() as u64).to_le_bytes());
            hasher.update(path.as_bytes());
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        hex::encode(hasher.finalize())
    }

    pub fn bytes(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// A finding when the files are larger than [`MAX_SUBMISSION_BYTES`] together.
    pub fn too_large(&self) -> Option<Finding> {
        let bytes = self.bytes();
        (bytes > MAX_SUBMISSION_BYTES).then(|| {
            let message = format!("The submission has {bytes} bytes; at most {MAX_SUBMISSION_BYTES} are read.");
            let hint = "Hand in the notebook without its outputs, and no data files.";
            Finding::error("SUBMISSION_TOO_LARGE", "", message).with_hint(hint).in_file(&self.name)
        })
    }

    /// The one notebook of a submission that is a single file, or a folder with one notebook in it.
    ///
    /// # Errors
    /// One finding when there is none, or when several could be meant.
    pub fn single_notebook(&self) -> Result<&str, Finding> {
        let candidates: Vec<&str> = self.files.keys().map(String::as_str).filter(|path| is_notebook(path)).collect();
        match candidates.as_slice() {
            [one] => Ok(one),
            [] => Err(Finding::error("NO_NOTEBOOK", "", "There is no notebook here.")
                .with_hint("Hand in one file that ends in .sql, .ipynb or .py.")
                .in_file(&self.name)),
            several => {
                let message = format!("There are {} notebooks here: {}.", several.len(), several.join(", "));
                Err(Finding::error("MANY_NOTEBOOKS", "", message).with_hint("Hand in one.").in_file(&self.name))
            }
        }
    }

    /// The file of that stem (`etl`) that is a notebook of any format.
    pub fn notebook_named(&self, stem: &str) -> Option<&str> {
        NOTEBOOK_ENDINGS.iter().find_map(|ending| {
            let path = format!("{stem}.{ending}");
            self.files.get_key_value(&path).map(|(path, _)| path.as_str())
        })
    }

    /// Reads the file as a notebook.
    ///
    /// # Errors
    /// What the reader of notebooks found, with the file's name.
    pub fn read_notebook(&self, path: &str) -> Result<Notebook, Vec<Finding>> {
        let bytes = self.files.get(path).map(Vec::as_slice).unwrap_or_default();
        notebook::read(path, bytes)
            .map_err(|findings| findings.into_iter().map(|finding| finding.in_file(path)).collect())
    }

    /// The file's text.
    ///
    /// # Errors
    /// A finding with the line of the first byte that is not UTF-8.
    pub fn text(&self, path: &str) -> Result<&str, Finding> {
        let bytes = self.files.get(path).map(Vec::as_slice).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            let mut finding = Finding::error("NOT_UTF8", "", "This file is not text in UTF-8.").in_file(path);
            finding.line = u32::try_from(line).ok();
            finding.with_hint("Save it with the encoding UTF-8.")
        })
    }
}

pub fn is_notebook(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| NOTEBOOK_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// Which task each cell belongs to: a task's title opens it, cells without a title continue it, any other title ends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskCells {
    cells: Vec<Option<u32>>,
}

impl TaskCells {
    pub fn of(notebook: &Notebook) -> Self {
        let mut open = None;
        let cells = notebook.cells.iter().map(|cell| {
            if cell.title.as_deref().is_some_and(|title| !title.trim().is_empty()) {
                open = cell.task_number();
            }
            open
        });
        Self { cells: cells.collect() }
    }

    /// The task of the cell with that index in the notebook.
    pub fn task_of(&self, cell: u32) -> Option<u32> {
        self.cells.get(cell as usize).copied().flatten()
    }

    pub fn has(&self, task: u32) -> bool {
        self.cells.contains(&Some(task))
    }

    pub fn tasks(&self) -> BTreeSet<u32> {
        self.cells.iter().flatten().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use sandbar_labs::notebook::{Cell, CellLanguage};

    use super::*;

    fn notebook(titles: &[Option<&str>]) -> Notebook {
        let cells = titles.iter().enumerate().map(|(index, title)| Cell {
            id: index.to_string(),
            language: CellLanguage::Sql,
            title: title.map(str::to_owned),
            source: "SELECT 1".into(),
            first_line: 1,
        });
        Notebook { cells: cells.collect() }
    }

    fn submission(paths: &[&str]) -> Submission {
        let files = paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect();
        Submission { name: "ada".into(), files }
    }

    #[test]
    fn a_title_opens_its_task_and_another_title_ends_it() {
        let titles = [None, Some("Task 1: create"), None, Some("Notes"), None, Some("Task 3")];
        let cells = TaskCells::of(&notebook(&titles));
        let tasks: Vec<_> = (0..6).map(|index| cells.task_of(index)).collect();
        assert_eq!(tasks, [None, Some(1), Some(1), None, None, Some(3)]);
        assert_eq!(cells.tasks(), BTreeSet::from([1, 3]));
    }

    #[test]
    fn the_hash_tells_names_and_contents_apart_but_not_the_submissions_name() {
        let one = Submission { name: "a".into(), files: BTreeMap::from([("ab".into(), b"c".to_vec())]) };
        let two = Submission { name: "a".into(), files: BTreeMap::from([("a".into(), b"bc".to_vec())]) };
        let renamed = Submission { name: "b".into(), ..one.clone() };
        assert_ne!(one.hash(), two.hash());
        assert_eq!(one.hash(), renamed.hash());
    }

    #[test]
    fn the_notebook_is_the_only_file_that_can_be_one() {
        assert_eq!(submission(&["readme.txt", "work.sql"]).single_notebook(), Ok("work.sql"));
        assert_eq!(submission(&["readme.txt"]).single_notebook().unwrap_err().code, "NO_NOTEBOOK");
        assert_eq!(submission(&["a.sql", "b.ipynb"]).single_notebook().unwrap_err().code, "MANY_NOTEBOOKS");
        assert_eq!(submission(&["etl.ipynb"]).notebook_named("etl"), Some("etl.ipynb"));
    }

    #[test]
    fn a_byte_that_is_no_text_is_reported_with_its_line() {
        let files = BTreeMap::from([("job.yml".to_owned(), b"a: 1\nb: \xff".to_vec())]);
        let finding = Submission { name: "x".into(), files }.text("job.yml").unwrap_err();
        assert_eq!((finding.code.as_str(), finding.line), ("NOT_UTF8", Some(2)));
    }

    #[test]
    fn ten_megabytes_are_refused() {
        let files = BTreeMap::from([("a.sql".to_owned(), vec![b' '; 10 * 1024 * 1024])]);
        assert_eq!(Submission { name: "big".into(), files }.too_large().unwrap().code, "SUBMISSION_TOO_LARGE");
    }
}
