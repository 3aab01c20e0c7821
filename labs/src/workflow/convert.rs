//! A job file in the other format: Jobs API JSON, or a bundle in YAML.
//!
//! The settings are carried over value by value, unknown ones and their order included; variables of a bundle are put
//! in. Comments are lost. Invariant: the new text reads as the same job.

use serde_json::{Value, json};

use super::{Around, Syntax, check_among, read};
use crate::diagnostic::Finding;

/// The key of a job in a bundle that has none to take it from.
const KEY: &str = "job";

/// A text in the other format.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    pub text: String,
    /// Its key in the bundle; `None` for a Jobs API payload.
    pub key: Option<String>,
}

/// Writes the job of a text as `to`: as a payload of the Jobs API, or as a bundle with that job. `key` says which job
/// of a bundle; without it a bundle has just one.
///
/// # Errors
/// A finding for a text without a job, a bundle with several, and settings that would not read as the same job.
pub fn convert(text: &str, from: Syntax, key: Option<&str>, to: Syntax) -> Result<Converted, Finding> {
    let found = read::find(text, from, key, &mut Vec::new())?;
    let keys: Vec<&str> = found.keys().collect();
    if let (None, [_, _, ..]) = (key, keys.as_slice()) {
        let message = format!("The bundle has {} jobs, and one is converted at a time.", keys.len());
        let hint = format!("Say which one: {}.", keys.join(", "));
        return Err(Finding::error("SEVERAL_JOBS", "", message).with_hint(hint));
    }
    let settings = found.settings().map(crate::authored::Node::to_json).unwrap_or_default();
    let not_written = || Finding::error("NOT_CONVERTED", "", "The job could not be written in the other format.");
    let converted = match to {
        Syntax::Json => Converted { text: format!("{settings:#}\n"), key: None },
        Syntax::Yaml => {
            let key = found.key().map_or_else(|| key_of(&settings), str::to_owned);
            let bundle = json!({ "resources": { "jobs": { (key.clone()): settings } } });
            let text = serde_saphyr::to_string(&bundle).map_err(|_| not_written())?;
            Converted { text, key: Some(key) }
        }
    };
    let before = check_among(text, from, &Around { key, ..Around::NOTHING });
    let after = check_among(&converted.text, to, &Around::NOTHING);
    if before.job == after.job { Ok(converted) } else { Err(not_written()) }
}

/// `Nightly orders` gives `nightly_orders`.
fn key_of(settings: &Value) -> String {
    let name = settings.get("name").and_then(Value::as_str).unwrap_or_default();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let key = words.collect::<Vec<_>>().join("_").to_lowercase();
    match key.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => key,
        _ => KEY.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::{Checked, check};

    /// Settings that a format could read as something else, and those that the typed model does not keep.
    const JOB: &str = "resources:
  jobs:
    nightly:
      name: '${var.name}'
      format: MULTI_TASK
      tags: {yes: 'no', number: '1', day: '2024-01-01', empty: '', time: '06:00'}
      tasks:
        - task_key: etl # a comment
          libraries: [{pypi: {package: x}}]
          notebook_task: {notebook_path: ./etl.sql, base_parameters: {since: '2024-01-01', text: \"a\\nb: 'c' # d\"}}
          new_cluster: {spark_version: 15.4.x-scala2.12, num_workers: 2, spark_conf: {a.b: 'true'}}
          timeout_seconds: 60
          pipeline_task: {pipeline_id: '0012'}
          unknown_field: [1.5, null, true, '~']
variables:
  name: {default: Nightly orders}
";

    fn converted(text: &str, from: Syntax, to: Syntax) -> Converted {
        convert(text, from, None, to).unwrap_or_else(|finding| panic!("{finding:?}"))
    }

    fn codes(checked: &Checked) -> Vec<&str> {
        checked.findings.iter().map(|finding| finding.code.as_str()).collect()
    }

    #[test]
    fn there_and_back_nothing_is_lost() {
        let there = converted(JOB, Syntax::Yaml, Syntax::Json);
        assert_eq!(there.key, None);
        let settings: Value = serde_json::from_str(&there.text).unwrap();
        assert_eq!(settings["name"], "Nightly orders");
        assert_eq!(settings["tasks"][0]["unknown_field"], json!([1.5, null, true, "~"]));
        assert_eq!(settings["tags"]["day"], "2024-01-01");
        let back = converted(&there.text, Syntax::Json, Syntax::Yaml);
        assert_eq!(back.key.as_deref(), Some("nightly_orders"));
        let again = converted(&back.text, Syntax::Yaml, Syntax::Json);
        assert_eq!(again.text, there.text, "{}", back.text);
        let (first, last) = (check(JOB, Syntax::Yaml), check(&back.text, Syntax::Yaml));
        assert_eq!((first.job.as_ref(), codes(&first)), (last.job.as_ref(), codes(&last)));
    }

    #[test]
    fn of_several_jobs_one_is_named() {
        let text = "resources: {jobs: {a: {name: A}, b: {name: B}}}\n";
        let told = convert(text, Syntax::Yaml, None, Syntax::Json).unwrap_err();
        assert_eq!((told.code.as_str(), told.hint.as_deref()), ("SEVERAL_JOBS", Some("Say which one: a, b.")));
        let named = convert(text, Syntax::Yaml, Some("b"), Syntax::Json).unwrap();
        assert_eq!(named.text, "{\n  \"name\": \"B\"\n}\n");
        assert!(convert("- 1\n", Syntax::Yaml, None, Syntax::Json).is_err());
    }

    #[test]
    fn a_key_is_made_of_the_jobs_name() {
        let key = |name: &str| key_of(&json!({ "name": name }));
        assert_eq!([key("Nightly orders!"), key("2nd"), key("")], ["nightly_orders", "job", "job"]);
    }
}
