//! `'today'`, `'now'` and times without a day: constants that mean a time of the running statement.

use datafusion::arrow::datatypes::{DataType, IntervalMonthDayNano};
use datafusion::common::ScalarValue;
use datafusion::functions::datetime::expr_fn::{current_date, now};
use datafusion::logical_expr::{Expr, Operator, binary_expr, cast, lit};

use super::super::functions::text_times;

const WORDS: [&str; 5] = ["epoch", "now", "today", "tomorrow", "yesterday"];

/// Whether a constant is a word for a day or an instant.
pub fn is_word(text: &str) -> bool {
    WORDS.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// Whether a constant is such a word or a time of today.
pub fn is_time(text: &str) -> bool {
    is_word(text) || text_times::without_day(text).is_some()
}

/// Whether a constant may mean another time from one statement to the next.
pub fn changes(text: &str) -> bool {
    is_time(text) && !text.trim().eq_ignore_ascii_case("epoch")
}

/// What a constant means as a DATE or TIMESTAMP, before it is cast to that; `None` when it is a text like any other.
pub fn meant(text: &str, to: &DataType) -> Option<Expr> {
    match to {
        DataType::Date32 | DataType::Timestamp(_, None) => word(text),
        DataType::Timestamp(_, Some(_)) => word(text).or_else(|| text_times::without_day(text).map(today_at)),
        _ => None,
    }
}

fn word(text: &str) -> Option<Expr> {
    let days = |days| lit(ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(0, days, 0))));
    match text.trim().to_ascii_lowercase().as_str() {
        "epoch" => Some(lit(ScalarValue::Date32(Some(0)))),
        "now" => Some(now()),
        "today" => Some(current_date()),
        "tomorrow" => Some(current_date() + days(1)),
        "yesterday" => Some(current_date() - days(1)),
        _ => None,
    }
}

fn today_at(time: &str) -> Expr {
    let day = cast(current_date(), DataType::Utf8);
    binary_expr(day, Operator::StringConcat, lit(format!("T{time}")))
}
