//! By which name a job is known among others, and which one a `run_job_task` means.
//!
//! `${resources.jobs.KEY.id}` is the job KEY of the same bundle. Any other `job_id` is the name of a file without its
//! ending, in the same folder; of a bundle it is the first job.

use std::fmt;

/// A job among others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobName {
    /// Its file's name without the ending.
    pub file: String,
    /// Its key below `resources.jobs`, in a bundle.
    pub key: Option<String>,
}

impl fmt::Display for JobName {
    /// For people: the key in a bundle, else the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key.as_deref().unwrap_or(&self.file))
    }
}

/// What the `job_id` of a `run_job_task` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// A key in the bundle in which it is written.
    InBundle(&'a str),
    /// A file's name without the ending.
    File(&'a str),
}

impl<'a> Named<'a> {
    pub fn of(job_id: &'a str) -> Self {
        let key = job_id.strip_prefix("${resources.jobs.").and_then(|rest| rest.strip_suffix(".id}"));
        key.map_or(Self::File(job_id), Self::InBundle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_a_job_of_the_bundle_and_anything_else_a_file() {
        assert_eq!(Named::of("${resources.jobs.nightly.id}"), Named::InBundle("nightly"));
        for id in ["nightly", "123", "${resources.jobs.nightly}", "resources.jobs.nightly.id"] {
            assert_eq!(Named::of(id), Named::File(id));
        }
    }

    #[test]
    fn a_job_is_called_by_its_key_where_it_has_one() {
        let name = |key: Option<&str>| JobName { file: "job".to_owned(), key: key.map(str::to_owned) }.to_string();
        assert_eq!((name(None), name(Some("nightly"))), ("job".to_owned(), "nightly".to_owned()));
    }
}
