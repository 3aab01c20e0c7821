//! A commit's file as a value.

use std::collections::BTreeMap;

use object_store::path::Path;
use serde_json::Value;

use super::{Action, Commit};

/// Characters of a line that are kept as they are.
const MAX_LINE: usize = 400;
/// Lines of a commit that are read; one of so many files is nothing to look at.
const MAX_LINES: usize = 1_000;
/// Names in a map, columns of a table.
const MAX_ENTRIES: usize = 100;

pub fn commit(version: u64, file: String, text: &str) -> Commit {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(MAX_LINES).collect();
    Commit {
        version,
        file,
        actions: lines.iter().map(|line| action(line)).collect(),
        lines: lines.iter().map(|line| cut(line)).collect(),
    }
}

fn cut(line: &str) -> String {
    if line.chars().count() <= MAX_LINE {
        return line.to_owned();
    }
    line.chars().take(MAX_LINE - 1).chain(['…']).collect()
}

/// Each line is an object with the action's name as its only field.
fn action(line: &str) -> Action {
    let value: Value = serde_json::from_str(line).unwrap_or_default();
    let Some((name, body)) = value.as_object().and_then(|fields| fields.iter().next()) else {
        return Action::Other("unreadable".to_owned());
    };
    match name.as_str() {
        "commitInfo" => {
            Action::CommitInfo { operation: text(&body["operation"]), metrics: map(&body["operationMetrics"]) }
        }
        "protocol" => {
            Action::Protocol { reader: number(&body["minReaderVersion"]), writer: number(&body["minWriterVersion"]) }
        }
        "metaData" => Action::Metadata {
            id: text(&body["id"]),
            columns: columns(&body["schemaString"]),
            properties: map(&body["configuration"]),
        },
        "add" => Action::Add { path: path(&body["path"]), bytes: number(&body["size"]), rows: records(&body["stats"]) },
        "remove" => Action::Remove { path: path(&body["path"]) },
        _ => Action::Other(cut(name)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => cut(text),
        other => cut(&other.to_string()),
    }
}

/// The log writes paths as parts of an URL.
fn path(value: &Value) -> String {
    let written = text(value);
    Path::from_url_path(&written).map_or(written, |path| path.to_string())
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn map(value: &Value) -> BTreeMap<String, String> {
    let fields = value.as_object().into_iter().flatten().take(MAX_ENTRIES);
    fields.map(|(name, value)| (cut(name), text(value))).collect()
}

/// Statistics are JSON in a text.
fn records(stats: &Value) -> Option<u64> {
    let stats: Value = serde_json::from_str(stats.as_str()?).ok()?;
    stats["numRecords"].as_u64()
}

/// The schema is JSON in a text, too.
fn columns(schema: &Value) -> Vec<String> {
    let schema: Value = schema.as_str().and_then(|schema| serde_json::from_str(schema).ok()).unwrap_or_default();
    let fields = schema["fields"].as_array().into_iter().flatten().take(MAX_ENTRIES);
    let column = |field: &Value| match &field["type"] {
        Value::String(simple) => format!("{} {}", text(&field["name"]), cut(simple)),
        nested => format!("{} {}", text(&field["name"]), text(&nested["type"])),
    };
    fields.map(column).collect()
}
