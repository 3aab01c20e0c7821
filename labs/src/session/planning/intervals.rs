//! Intervals that Spark does not read: fields that are not those of the units, and months beside days.

use datafusion::sql::sqlparser::ast::{Expr, Interval, Value};

use crate::diagnostic::Diagnostic;

const YEAR_MONTH: &[&str] = &["year", "month"];
const DAY_TIME: &[&str] = &["week", "day", "hour", "minute", "second", "millisecond", "microsecond"];

/// Why an interval cannot be read; `None` for one that can, or whose value is computed.
pub fn misread(interval: &Interval) -> Option<Diagnostic> {
    let Expr::Value(value) = interval.value.as_ref() else { return None };
    let Value::SingleQuotedString(text) = &value.value else { return None };
    match (&interval.leading_field, &interval.last_field) {
        (Some(from), Some(to)) => Some(unmatched(text, &format!("{from} TO {to}"))),
        (None, None) if has_unit(text, YEAR_MONTH) && has_unit(text, DAY_TIME) => Some(mixed(text)),
        _ => None,
    }
}

fn has_unit(text: &str, units: &[&str]) -> bool {
    let lower = text.to_lowercase();
    lower
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .any(|word| units.contains(&word.strip_suffix('s').unwrap_or(word)))
}

fn unmatched(text: &str, fields: &str) -> Diagnostic {
    let message = format!("Error parsing '{text}' to interval: it does not have the fields {fields}.");
    Diagnostic::new("INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING", "22006", message).with_hint(
        "Write '1-2' YEAR TO MONTH, '1 02:03:04' DAY TO SECOND, or numbers with units: INTERVAL 1 DAY 2 HOURS.",
    )
}

/// Spark's parser gives this error no class of its own.
fn mixed(text: &str) -> Diagnostic {
    let message = format!("Cannot mix year-month and day-time fields: INTERVAL '{text}'.");
    Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", message)
        .with_hint("Add two intervals one after the other: date + INTERVAL 1 MONTH + INTERVAL 2 DAYS.")
}
