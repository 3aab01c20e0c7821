//! The report as JSON: everything in it, two spaces deep, with a newline at the end.

use serde_json::{Value, json};

use super::{Named, Report};

/// One report as an object.
pub fn report(report: &Report) -> String {
    pretty(&value(report))
}

/// Several reports as an array of objects, each with the name of a `submission` and its `report`.
pub fn reports(reports: &[Named<'_>]) -> String {
    let named = |Named { name, report }: &Named<'_>| json!({ "submission": name, "report": value(report) });
    pretty(&Value::Array(reports.iter().map(named).collect()))
}

fn value(report: &Report) -> Value {
    serde_json::to_value(report).unwrap_or_else(|error| Value::String(error.to_string()))
}

pub(super) fn pretty(value: &Value) -> String {
    let mut text = format!("{value:#}");
    text.push('\n');
    text
}
