//! The archives of releases in the data folder, `releases/ID.zip`: one of every release that was served or published; of
//! those of a course while it is written, `serve --watch`, the ones that something names. Beside it,
//! `ID-QUIZ.results.json`, is what the SQL of a quiz gave, and in `ID-LESSON.outputs.json` what the snippets of a lesson
//! gave.
//!
//! Invariant: an archive that is read has the files of its id. It is written whole or not at all, and is for the owner of
//! the data folder only: it holds hidden checks.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sandbar_content::files::Files;
use sandbar_content::release;
use sandbar_content::snippets::Outputs;
use sandbar_labs::diagnostic::Finding;
use sandbar_quizzes::Results;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

use crate::config::RELEASES_FOLDER;

/// How the names of files end in which something is kept beside an archive.
const RESULTS: &str = "results.json";
const OUTPUTS: &str = "outputs.json";

#[derive(Clone, Debug)]
pub struct Archives {
    folder: PathBuf,
}

/// Why an archive cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("`{0}` is no id of a release")]
    NoId(String),
    #[error("the archive of a release, {}, cannot be used", path.display())]
    Disk { path: PathBuf, source: io::Error },
    #[error("the archive of a release, {}, cannot be used: {}", path.display(), finding.message)]
    Content { path: PathBuf, finding: Box<Finding> },
}

impl ArchiveError {
    /// Whether it stays so however often it is tried.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::NoId(_) | Self::Content { .. } => true,
            Self::Disk { source, .. } => source.kind() == io::ErrorKind::NotFound,
        }
    }
}

impl Archives {
    pub fn of_data(data: &Path) -> Self {
        Self { folder: data.join(RELEASES_FOLDER) }
    }

    fn path(&self, id: &str) -> Result<PathBuf, ArchiveError> {
        if !release::is_id(id) {
            return Err(ArchiveError::NoId(id.to_owned()));
        }
        Ok(self.folder.join(format!("{id}.zip")))
    }

    /// The files of the release.
    ///
    /// # Errors
    /// When there is no archive, or when it holds other files.
    pub fn read(&self, id: &str) -> Result<Files, ArchiveError> {
        let path = self.path(id)?;
        let bytes = std::fs::read(&path).map_err(|source| ArchiveError::Disk { path: path.clone(), source })?;
        release::read(&bytes, id).map_err(|finding| ArchiveError::Content { path, finding: finding.into() })
    }

    /// Keeps the files of the release; an archive that cannot be read any more is replaced.
    ///
    /// # Errors
    /// When they are too many, or the folder cannot be written.
    pub fn keep(&self, id: &str, files: &Files) -> Result<(), ArchiveError> {
        if self.read(id).is_ok() {
            return Ok(());
        }
        let path = self.path(id)?;
        let bytes = release::write(files)
            .map_err(|finding| ArchiveError::Content { path: path.clone(), finding: finding.into() })?;
        self.write(&path, &bytes).map_err(|source| ArchiveError::Disk { path, source })
    }

    /// What the SQL of a quiz of the release gave, as it was kept; nothing where nothing was, or where it cannot be
    /// read.
    pub fn results(&self, id: &str, quiz: &str) -> Results {
        self.beside(id, quiz, RESULTS).unwrap_or_default()
    }

    /// Keeps what the SQL of a quiz of the release gave.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep_results(&self, id: &str, quiz: &str, results: &Results) -> Result<(), ArchiveError> {
        self.keep_beside(id, quiz, RESULTS, results)
    }

    /// What the snippets of a lesson of the release gave, as it was kept.
    pub fn outputs(&self, id: &str, lesson: &str) -> Option<Outputs> {
        self.beside(id, lesson, OUTPUTS)
    }

    /// Keeps what the snippets of a lesson of the release gave.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep_outputs(&self, id: &str, lesson: &str, outputs: &Outputs) -> Result<(), ArchiveError> {
        self.keep_beside(id, lesson, OUTPUTS, outputs)
    }

    /// Drops the archive of a release, and what is kept beside it.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn remove(&self, id: &str) -> Result<(), ArchiveError> {
        let archive = self.path(id)?;
        let failed = |source: io::Error| ArchiveError::Disk { path: archive.clone(), source };
        let beside = format!("{id}-");
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path == archive || name.starts_with(&beside) {
                std::fs::remove_file(&path).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// What is kept of a topic of the release; nothing where nothing is, or where it cannot be read.
    fn beside<T: DeserializeOwned>(&self, id: &str, slug: &str, ending: &str) -> Option<T> {
        let bytes = std::fs::read(self.path_beside(id, slug, ending).ok()?).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    fn keep_beside(&self, id: &str, slug: &str, ending: &str, kept: &impl Serialize) -> Result<(), ArchiveError> {
        let path = self.path_beside(id, slug, ending)?;
        let failed = |source: io::Error| ArchiveError::Disk { path: path.clone(), source };
        let bytes = serde_json::to_vec(kept).map_err(|error| failed(error.into()))?;
        self.write(&path, &bytes).map_err(failed)
    }

    /// A topic's slug has letters, digits and hyphens only.
    fn path_beside(&self, id: &str, slug: &str, ending: &str) -> Result<PathBuf, ArchiveError> {
        let archive = self.path(id)?;
        Ok(archive.with_file_name(format!("{id}-{slug}.{ending}")))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        std::fs::File::open(&self.folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(text: &str) -> Files {
        [("course.yml".to_owned(), text.as_bytes().to_vec())].into_iter().collect()
    }

    #[test]
    fn an_archive_is_kept_once_and_a_broken_one_is_told_and_replaced() {
        let data = tempfile::tempdir().unwrap();
        let archives = Archives::of_data(data.path());
        let files = course("slug: a");
        let id = release::id(&files);
        assert!(matches!(archives.read(&id), Err(ArchiveError::Disk { .. })), "not there yet");
        archives.keep(&id, &files).unwrap();
        archives.keep(&id, &files).unwrap();
        assert_eq!(archives.read(&id).unwrap().get("course.yml"), Some(&b"slug: a"[..]));
        let path = data.path().join(RELEASES_FOLDER).join(format!("{id}.zip"));
        for broken in [b"PK".to_vec(), release::write(&course("slug: b")).unwrap()] {
            std::fs::write(&path, broken).unwrap();
            let told = archives.read(&id).unwrap_err().to_string();
            assert!(told.contains(&format!("{id}.zip")), "{told}");
            archives.keep(&id, &files).unwrap();
            assert!(archives.read(&id).is_ok());
        }
        let names = std::fs::read_dir(data.path().join(RELEASES_FOLDER)).unwrap().count();
        assert_eq!(names, 1, "nothing half written is left");
    }

    #[test]
    fn results_of_a_quiz_are_kept_beside_the_archive_and_broken_ones_are_none() {
        use sandbar_quizzes::{Executed, Execution, Observe};
        let data = tempfile::tempdir().unwrap();
        let archives = Archives::of_data(data.path());
        let id = release::id(&course("slug: a"));
        let run = Execution { setup: String::new(), statement: "SELECT 1".to_owned(), observe: Observe::Statement };
        let results = Results::of([run], |_| Executed::Log(Vec::new()));
        assert_eq!(archives.results(&id, "week"), Results::default());
        archives.keep_results(&id, "week", &results).unwrap();
        assert_eq!(archives.results(&id, "week"), results);
        assert_eq!(archives.results(&id, "other"), Results::default());
        std::fs::write(data.path().join(RELEASES_FOLDER).join(format!("{id}-week.results.json")), "[{").unwrap();
        assert_eq!(archives.results(&id, "week"), Results::default());
        assert!(archives.keep_results("../outside", "week", &results).is_err());
        archives.keep(&id, &course("slug: a")).unwrap();
        archives.remove(&id).unwrap();
        assert_eq!(std::fs::read_dir(data.path().join(RELEASES_FOLDER)).unwrap().count(), 0);
        assert!(archives.remove("../outside").is_err());
    }

    #[test]
    fn an_id_that_is_none_reaches_no_file() {
        let data = tempfile::tempdir().unwrap();
        let archives = Archives::of_data(&data.path().join("inner"));
        assert!(matches!(archives.read("../../outside"), Err(ArchiveError::NoId(_))));
        assert!(archives.keep("../../outside", &course("x")).is_err());
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
    }
}
