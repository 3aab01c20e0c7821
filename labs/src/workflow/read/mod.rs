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

/// The job's settings within a file, and its key when the file is a bundle.
pub(super) struct Found {
    pub key: Option<String>,
    pub settings: Node,
    /// The file's other jobs, when it is a bundle.
    pub others: Vec<(String, Node)>,
}

impl Found {
    /// Another job of the bundle, or this one, by its key.
    pub fn job(&self, key: &str) -> Option<Job> {
        let own = self.key.iter().map(|own| (own, &self.settings));
        let mut all = own.chain(self.others.iter().map(|(key, settings)| (key, settings)));
        let (_, settings) = all.find(|(known, _)| *known == key)?;
        self::settings(settings, &mut Vec::new())
    }
}

/// The key in `${resources.jobs.KEY.id}`.
pub(super) fn key_of(id: &str) -> Option<&str> {
    id.strip_prefix("${resources.jobs.")?.strip_suffix(".id}")
}

/// Finds the job in the text.
///
/// # Errors
/// One finding when there is nothing to read a job from.
pub(super) fn find(text: &str, syntax: Syntax, findings: &mut Vec<Finding>) -> Result<Found, Finding> {
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
        return in_bundle(variables::resolve(root, findings));
    }
    for wrapper in ["settings", "new_settings"] {
        if let (None, Some(settings)) = (root.get("tasks"), root.get(wrapper)) {
            return Ok(Found { key: None, settings: settings.clone(), others: Vec::new() });
        }
    }
    Ok(Found { key: None, settings: root, others: Vec::new() })
}

fn in_bundle(root: Node) -> Result<Found, Finding> {
    let jobs = root.get("resources").and_then(|resources| resources.get("jobs"));
    let mut jobs: Vec<(String, Node)> = jobs
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|entry| (entry.key.clone(), entry.value.clone()))
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
    let (key, settings) = jobs.remove(0);
    Ok(Found { key: Some(key), settings, others: jobs })
}
