//! From a file's text to a [`Job`]: which part of the file is the job, and its settings with everything that is wrong.
//!
//! Accepted: a Jobs API payload (also as `jobs get` prints it, under `settings`), a bundle with `resources.jobs.KEY`,
//! and the bare settings; each as JSON or YAML. Paths in findings begin at the job's settings.

mod alerts;
mod settings;
mod task;
mod trigger;
mod variables;
mod work;

pub(super) use settings::read as settings;

use super::Syntax;
use super::job::Job;
use crate::authored::{Node, Value, json, nearest, shorten, yaml};
use crate::diagnostic::Finding;

/// The jobs of a file, and which of them is meant.
pub(super) struct Found {
    /// Of a bundle with their keys; of any other file one, without a key.
    jobs: Vec<(Option<String>, Node)>,
    chosen: usize,
}

impl Found {
    fn single(settings: Node) -> Self {
        Self { jobs: vec![(None, settings)], chosen: 0 }
    }

    /// The key of the job that is meant, when the file is a bundle.
    pub fn key(&self) -> Option<&str> {
        self.jobs.get(self.chosen).and_then(|(key, _)| key.as_deref())
    }

    /// The settings of the job that is meant.
    pub fn settings(&self) -> Option<&Node> {
        self.jobs.get(self.chosen).map(|(_, settings)| settings)
    }

    /// The key of the bundle's first job.
    pub fn first(&self) -> Option<&str> {
        self.keys().next()
    }

    /// The keys of the bundle's jobs.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.jobs.iter().filter_map(|(key, _)| key.as_deref())
    }

    /// A job by its key, without findings; without a key that of a file which is no bundle.
    pub fn job(&self, key: Option<&str>) -> Option<Job> {
        let (_, settings) = self.jobs.iter().find(|(known, _)| known.as_deref() == key)?;
        self::settings(settings, &mut Vec::new())
    }
}

/// Finds the job in the text: of a bundle the one with that key, or the first.
///
/// # Errors
/// One finding when there is nothing to read a job from.
pub(super) fn find(
    text: &str,
    syntax: Syntax,
    key: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Result<Found, Finding> {
    let root = match syntax {
        Syntax::Yaml => yaml::parse(text)?,
        Syntax::Json => json::parse(text)?,
    };
    if root.entries().is_empty() {
        let what =
            if matches!(root.value, Value::Null | Value::Map(_)) { "The file is empty." } else { "This is no job." };
        let hint = "A job begins with `name:` and `tasks:`, in a bundle below `resources.jobs.KEY`.";
        return Err(Finding::error("WRONG_TYPE", "", what).with_hint(hint).at(root.position));
    }
    if root.get("tasks").is_none() && root.get("resources").is_some() {
        return in_bundle(variables::resolve(root, findings), key);
    }
    for wrapper in ["settings", "new_settings"] {
        if let (None, Some(settings)) = (root.get("tasks"), root.get(wrapper)) {
            return Ok(Found::single(settings.clone()));
        }
    }
    Ok(Found::single(root))
}

fn in_bundle(root: Node, wanted: Option<&str>) -> Result<Found, Finding> {
    let jobs = root.get("resources").and_then(|resources| resources.get("jobs"));
    let jobs: Vec<(Option<String>, Node)> = jobs
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|entry| (Some(entry.key.clone()), entry.value.clone()))
        .collect();
    if jobs.is_empty() {
        let resources = root.get("resources").map(Node::entries).unwrap_or_default();
        let mut finding =
            Finding::error("MISSING_FIELD", "resources.jobs", "The bundle has no job below `resources.jobs`.")
                .at(root.locate("resources.jobs"));
        finding.hint = nearest("jobs", resources.iter().map(|entry| entry.key.as_str()))
            .map(|near| format!("`{}` should be `jobs`.", shorten(near)))
            .or_else(|| Some("Write `resources:`, below it `jobs:`, and below that the job's key.".to_owned()));
        return Err(finding);
    }
    let Some(wanted) = wanted else { return Ok(Found { jobs, chosen: 0 }) };
    match jobs.iter().position(|(key, _)| key.as_deref() == Some(wanted)) {
        Some(chosen) => Ok(Found { jobs, chosen }),
        None => {
            let message = format!("The bundle has no job `{}`.", shorten(wanted));
            Err(Finding::error("UNKNOWN_REFERENCE", "resources.jobs", message).at(root.locate("resources.jobs")))
        }
    }
}
