//! The files that a job's tasks name.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use sandbar_labs::workflow::{self, JobName, Named, Syntax};

/// A job that is run, with the text of its file: there are the other jobs of its bundle.
#[derive(Clone, Debug)]
pub struct JobSource {
    pub name: JobName,
    pub text: Arc<str>,
    pub syntax: Syntax,
}

impl JobSource {
    /// The first job of a text. `file` is its file's name without the ending. Reads the text, which may take a while.
    pub fn first(file: &str, text: &str, syntax: Syntax) -> Self {
        let key = workflow::check(text, syntax).key;
        Self { name: JobName { file: file.to_owned(), key }, text: text.into(), syntax }
    }
}

/// Where a job's files are.
#[derive(Clone, Debug)]
pub enum Files {
    /// Below the job's own folder.
    Folder(PathBuf),
    /// As a student has saved them, and what the lab gives.
    Saved(BTreeMap<String, Vec<u8>>),
}

impl Files {
    /// A file by its path, as a task writes it: `etl.sql`, `./etl.sql`.
    ///
    /// # Errors
    /// In words for whoever wrote the job.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let inside: Option<Vec<&str>> = Path::new(path)
            .components()
            .filter(|part| !matches!(part, Component::CurDir))
            .map(|part| match part {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        let Some(inside) = inside else { return Err(format!("`{path}` is not below the job's folder.")) };
        match self {
            Self::Folder(folder) => std::fs::read(inside.iter().fold(folder.clone(), |place, name| place.join(name)))
                .map_err(|error| format!("`{path}` cannot be read: {error}.")),
            Self::Saved(files) => files.get(&inside.join("/")).cloned().ok_or_else(|| {
                let known: Vec<String> = files.keys().map(|name| format!("`{name}`")).collect();
                format!("There is no file `{path}`. There are {}.", known.join(", "))
            }),
        }
    }

    /// The first of these names that there is a file of.
    pub fn first(&self, names: &[String]) -> Option<(String, Vec<u8>)> {
        names.iter().find_map(|name| Some((name.clone(), self.read(name).ok()?)))
    }

    /// Another job by the id by which jobs run each other: its file's name and text.
    pub fn job(&self, id: &str) -> Option<(String, String)> {
        let names = ["yml", "yaml", "json"].map(|ending| format!("{id}.{ending}"));
        self.first(&names).map(|(name, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// As [`Files::job`], with how the text is to be read.
    pub fn job_text(&self, id: &str) -> Option<(String, Syntax)> {
        self.job(id).map(|(name, text)| (text, Syntax::of_file(&name)))
    }

    /// The job that one of another job's tasks runs. Of another file it has no key yet, be that a bundle or not.
    ///
    /// # Errors
    /// In words for whoever wrote the job.
    pub fn job_of(&self, id: &str, from: &JobSource) -> Result<JobSource, String> {
        match Named::of(id) {
            Named::InBundle(key) => {
                let name = JobName { key: Some(key.to_owned()), ..from.name.clone() };
                Ok(JobSource { name, ..from.clone() })
            }
            Named::File(file) => {
                let found = self.job_text(file);
                let (text, syntax) =
                    found.ok_or_else(|| format!("There is no job `{id}`: `{id}.yml` is not in the job's folder."))?;
                Ok(JobSource { name: JobName { file: file.to_owned(), key: None }, text: text.into(), syntax })
            }
        }
    }

    /// A notebook, whose ending may be left out as in a workspace.
    ///
    /// # Errors
    /// As [`Files::read`].
    pub fn notebook(&self, path: &str) -> Result<(String, Vec<u8>), String> {
        let names = ["sql", "py", "ipynb"].map(|ending| format!("{path}.{ending}"));
        match self.read(path) {
            Ok(bytes) => Ok((path.to_owned(), bytes)),
            Err(message) => self.first(&names).ok_or(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Files {
        Files::Saved(BTreeMap::from([("etl.sql".to_owned(), b"SELECT 1".to_vec()), ("job.yml".to_owned(), Vec::new())]))
    }

    #[test]
    fn a_path_may_begin_with_the_folder_and_leave_the_ending_of_a_notebook_out() {
        for path in ["etl.sql", "./etl.sql", "./etl", "etl"] {
            assert_eq!(saved().notebook(path).map(|(_, bytes)| bytes), Ok(b"SELECT 1".to_vec()), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_or_outside_is_told_with_what_there_is() {
        let told = |path: &str| saved().notebook(path).unwrap_err();
        assert_eq!(told("etl.sqll"), "There is no file `etl.sqll`. There are `etl.sql`, `job.yml`.");
        for path in ["../etl.sql", "/etc/passwd", "a/../etl.sql"] {
            assert_eq!(told(path), format!("`{path}` is not below the job's folder."));
        }
    }
}
