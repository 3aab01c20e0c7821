//! Functions of dates and timestamps that name a unit or a part, or that are made of others.

use datafusion::sql::sqlparser::ast::{Expr, Value};

use super::build::{call, text};

const PATTERN: &str = "yyyy-MM-dd HH:mm:ss";

pub fn of(name: &str, given: &[Expr]) -> Option<Expr> {
    match (name, given) {
        ("date_part", [field, value]) => extract(&word(field)?, value),
        ("date_add" | "timestampadd", [unit, count, time]) => {
            Some(call("__timestampadd", vec![text(&word(unit)?), count.clone(), time.clone()]))
        }
        ("datediff" | "date_diff" | "timestampdiff", [unit, start, end]) => {
            Some(call("__timestampdiff", vec![text(&word(unit)?), start.clone(), end.clone()]))
        }
        ("unix_timestamp", []) => Some(call("unix_seconds", vec![call("current_timestamp", Vec::new())])),
        ("unix_timestamp", [time]) => Some(seconds(time, text(PATTERN))),
        ("unix_timestamp", [time, pattern]) => Some(seconds(time, pattern.clone())),
        ("from_unixtime", [seconds]) => Some(printed(seconds, text(PATTERN))),
        ("from_unixtime", [seconds, pattern]) => Some(printed(seconds, pattern.clone())),
        _ => None,
    }
}

fn seconds(time: &Expr, pattern: Expr) -> Expr {
    call("unix_seconds", vec![call("to_timestamp", vec![time.clone(), pattern])])
}

fn printed(seconds: &Expr, pattern: Expr) -> Expr {
    call("date_format", vec![call("timestamp_seconds", vec![seconds.clone()]), pattern])
}

/// A unit or part, written as a word or as a text.
fn word(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(ident.value.clone()),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(word) | Value::DoubleQuotedString(word) => Some(word.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// `EXTRACT(part FROM value)`
pub fn extract(part: &str, value: &Expr) -> Option<Expr> {
    let function = match part.to_uppercase().as_str() {
        "YEAR" | "Y" | "YEARS" | "YR" | "YRS" => "year",
        "YEAROFWEEK" => "__yearofweek",
        "QUARTER" | "QTR" => "quarter",
        "MONTH" | "MON" | "MONS" | "MONTHS" => "month",
        "WEEK" | "W" | "WEEKS" => "weekofyear",
        "DAY" | "D" | "DAYS" => "day",
        "DAYOFWEEK" | "DOW" => "dayofweek",
        "DAYOFWEEK_ISO" | "DOW_ISO" => "__dayofweek_iso",
        "DOY" => "dayofyear",
        "HOUR" | "H" | "HOURS" | "HR" | "HRS" => "hour",
        "MINUTE" | "M" | "MIN" | "MINS" | "MINUTES" => "minute",
        "SECOND" | "S" | "SEC" | "SECONDS" | "SECS" => "__second",
        _ => return Some(call("__no_part", vec![text(part), value.clone()])),
    };
    Some(call(function, vec![value.clone()]))
}
