//! A table's versions, from the rows of DESCRIBE HISTORY.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sandbar_labs::relation::Relation;
use serde_json::Value;

use super::{count, moment};
use crate::view::layout::Moment;
use crate::view::table::Fact;

pub struct Version {
    pub version: u64,
    pub operation: String,
    /// As the engine printed it.
    timestamp: String,
    parameters: BTreeMap<String, String>,
    metrics: BTreeMap<String, String>,
}

/// The rows of DESCRIBE HISTORY, newest first.
pub fn versions(history: &Relation) -> Vec<Version> {
    let at = |name: &str| history.column_index(name);
    let (version, timestamp, operation) = (at("version"), at("timestamp"), at("operation"));
    let (parameters, metrics) = (at("operationParameters"), at("operationMetrics"));
    let read = |row: &Vec<Value>| {
        let cell = |index: Option<usize>| index.and_then(|index| row.get(index));
        let text = |index| cell(index).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(Version {
            version: cell(version)?.as_u64()?,
            operation: text(operation),
            timestamp: text(timestamp),
            parameters: map(cell(parameters)),
            metrics: map(cell(metrics)),
        })
    };
    history.rows.iter().filter_map(read).collect()
}

impl Version {
    /// What the commit changed, from its metrics: `3 rows updated, 5 copied`. Empty when the metrics tell nothing.
    pub fn sentence(&self) -> String {
        const COUNTED: [(&str, &str); 8] = [
            ("numTargetRowsInserted", "inserted"),
            ("numTargetRowsUpdated", "updated"),
            ("numTargetRowsDeleted", "deleted"),
            ("numTargetRowsCopied", "copied"),
            ("numUpdatedRows", "updated"),
            ("numDeletedRows", "deleted"),
            ("numCopiedRows", "copied"),
            ("numRestoredFiles", "files restored"),
        ];
        let number = |name: &str| self.metrics.get(name).and_then(|value| value.parse::<u64>().ok());
        let counted: Vec<(u64, &str)> =
            COUNTED.iter().filter_map(|(name, verb)| Some((number(name)?, *verb))).filter(|(n, _)| *n > 0).collect();
        match (counted.as_slice(), number("numOutputRows")) {
            ([], Some(rows)) => format!("{} written", count(rows, "row")),
            ([], None) => String::new(),
            ([(first, verb), rest @ ..], _) => {
                let first = match verb.starts_with("files") {
                    true => format!("{first} {verb}"),
                    false => format!("{} {verb}", count(*first, "row")),
                };
                rest.iter().fold(first, |text, (number, verb)| format!("{text}, {number} {verb}"))
            }
        }
    }

    pub fn moment(&self) -> Moment {
        match instant(&self.timestamp) {
            Some(at) => moment(at),
            None => Moment { iso: String::new(), text: self.timestamp.clone() },
        }
    }

    /// Parameters and metrics as names and values.
    pub fn facts(&self) -> Vec<Fact> {
        let fact = |(name, value): (&String, &String)| Fact { name: name.clone(), value: value.clone() };
        self.parameters.iter().chain(&self.metrics).map(fact).collect()
    }
}

/// The engine prints instants with a zone or, as Spark does, in the session's zone, which is UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned_datetime(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| local().map(|zoned| zoned.timestamp()))
}

fn map(value: Option<&Value>) -> BTreeMap<String, String> {
    let entry = |(name, value): (&String, &Value)| {
        (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    value.and_then(Value::as_object).map(|map| map.iter().map(entry).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use sandbar_labs::relation::Column;
    use serde_json::json;

    use super::*;

    fn version(metrics: Value) -> Version {
        let names = ["version", "timestamp", "operation", "operationParameters", "operationMetrics"];
        let columns = names.map(|name| Column::new(name, "STRING")).to_vec();
        let row = vec![json!(3), json!("2026-11-23 21:30:00.123"), json!("MERGE"), json!({}), metrics];
        versions(&Relation { columns, rows: vec![row] }).remove(0)
    }

    #[test]
    fn a_version_says_what_it_changed() {
        let merge =
            version(json!({ "numTargetRowsInserted": "1", "numTargetRowsUpdated": "2", "numTargetRowsDeleted": "0" }));
        assert_eq!(merge.sentence(), "1 row inserted, 2 updated");
        assert_eq!(version(json!({ "numOutputRows": "6", "numFiles": "1" })).sentence(), "6 rows written");
        assert_eq!(
            version(json!({ "numUpdatedRows": "3", "numCopiedRows": "5" })).sentence(),
            "3 rows updated, 5 copied"
        );
        assert_eq!(version(json!({})).sentence(), "");
    }

    #[test]
    fn an_instant_without_a_zone_is_utc() {
        assert_eq!(version(json!({})).moment().iso, "2026-11-23T21:30:00.123Z");
        assert_eq!(instant("2026-11-23T21:30:00Z"), instant("2026-11-23 21:30:00"));
    }
}
