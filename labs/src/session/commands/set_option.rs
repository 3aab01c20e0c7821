//! SET and RESET of the Spark options that a course's text may mention.
//!
//! Each option on the list is kept with the session and shown again; what it does here is said when it is set. Any other
//! is refused, so that nobody believes in an effect that is not there.

use serde_json::json;

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::SetOption;
use crate::relation::{Column, Relation};

use super::super::Session;
use super::super::errors::nearest;
use super::auto_compact::MIN_FILES;
use super::{Output, Result};

/// VACUUM below the retention of a table asks for it.
pub const RETENTION_CHECK: &str = "spark.databricks.delta.retentionDurationCheck.enabled";

/// Options with their values at the start, the only values they take here if not any, and what they do here.
const OPTIONS: [(&str, &str, &[&str], &str); 9] = [
    (RETENTION_CHECK, "true", &["true", "false"], "VACUUM obeys it."),
    (
        MIN_FILES,
        "10",
        &[],
        "A table with delta.autoOptimize.autoCompact joins a partition's files when there are so many.",
    ),
    ("spark.sql.ansi.enabled", "true", &["true"], "The session is always in ANSI mode."),
    ("spark.sql.session.timeZone", "UTC", &["UTC", "Etc/UTC"], "The session's zone is always UTC."),
    ("spark.sql.caseSensitive", "false", &["false"], "Names never depend on case."),
    ("spark.sql.shuffle.partitions", "200", &[], "It is kept and has no effect: nothing is shuffled here."),
    ("spark.sql.adaptive.enabled", "true", &["true", "false"], "It is kept and has no effect."),
    ("spark.sql.autoBroadcastJoinThreshold", "10485760b", &[], "It is kept and has no effect."),
    ("spark.sql.files.maxPartitionBytes", "134217728b", &[], "It is kept and has no effect."),
];

pub fn run(session: &mut Session, set: &SetOption) -> Result<Output> {
    match set {
        SetOption::List => Ok(shown(OPTIONS.iter().map(|(key, ..)| (*key, value(session, key))))),
        SetOption::Show { key } => Ok(shown(std::iter::once((key.as_str(), value(session, key))))),
        SetOption::Give { key, value, place } => give(session, key, value, *place),
        SetOption::Reset { key: None } => {
            session.journal.options.clear();
            Ok(Output::default())
        }
        SetOption::Reset { key: Some(key) } => {
            session.journal.options.remove(&key.to_lowercase());
            Ok(Output::default())
        }
    }
}

/// An option's value now; `<undefined>` for one that is not on the list, as Spark says.
pub fn value(session: &Session, key: &str) -> String {
    let given = session.journal.options.get(&key.to_lowercase()).cloned();
    let default = OPTIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(key)).map(|(_, default, ..)| *default);
    given.unwrap_or_else(|| default.unwrap_or("<undefined>").to_owned())
}

fn give(session: &mut Session, key: &str, value: &str, place: Position) -> Result<Output> {
    let Some((key, _, allowed, effect)) = OPTIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(key)) else {
        return Err(unknown(key).at(place));
    };
    if !allowed.is_empty() && !allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(value)) {
        let message = format!("The option {key} cannot be set to '{value}' here.");
        let hint = format!("{effect} It takes: {}.", allowed.join(", "));
        return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(hint).at(place));
    }
    if *key == MIN_FILES && !value.parse::<usize>().is_ok_and(|files| files >= 2) {
        let message = format!("'{value}' in {key} is invalid. It should be a whole number of at least 2.");
        return Err(Diagnostic::new("INVALID_CONF_VALUE.TYPE_MISMATCH", "22022", message)
            .with_hint(format!("For example: SET {key} = 4."))
            .at(place));
    }
    session.journal.options.insert(key.to_lowercase(), value.to_owned());
    Ok(shown(std::iter::once((*key, value.to_owned()))).with_note(*effect))
}

fn unknown(key: &str) -> Diagnostic {
    let known: Vec<&str> = OPTIONS.iter().map(|(known, ..)| *known).collect();
    let hint = match nearest(key, known.iter().copied()) {
        Some(near) => format!("Did you mean {near}?"),
        None => "SET alone lists the options that can be set.".to_owned(),
    };
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", format!("The option {key} is not available.")).with_hint(hint)
}

fn shown<'a>(options: impl Iterator<Item = (&'a str, String)>) -> Output {
    let columns = ["key", "value"].map(|name| Column::new(name, "STRING")).to_vec();
    Output::of(Relation { columns, rows: options.map(|(key, value)| vec![json!(key), json!(value)]).collect() })
}
