//! The report as JSON: everything in it, two spaces deep, with a newline at the end.

use serde_json::Value;

use super::Report;

/// One report as an object.
pub fn report(report: &Report) -> String {
    pretty(&value(report))
}

/// Several reports as an array; each names its submission.
pub fn reports(reports: &[Report]) -> String {
    pretty(&Value::Array(reports.iter().map(value).collect()))
}

fn value(report: &Report) -> Value {
    serde_json::to_value(report).unwrap_or_else(|error| Value::String(error.to_string()))
}

pub(super) fn pretty(value: &Value) -> String {
    let mut text = format!("{value:#}");
    text.push('\n');
    text
}
