//! DataFusion's errors that can be told apart by their text only.
//!
//! A new version of DataFusion may word them otherwise; `labs/tests/slt/errors.slt` and its neighbours notice.

use std::sync::LazyLock;

use regex::Regex;

use super::super::functions::catalogue;
use super::{divide_by_zero, duplicate_column, invalid_cast, mismatch, nearest, overflow, place};
use crate::diagnostic::Diagnostic;
use crate::dialect::Lexed;

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a pattern that compiles"));
    };
}

pattern!(CAST_STRING, r"(?s)Cannot cast (?:string|value) '(.*)' to value of (\w+(?:\(.*?\))?) type");
pattern!(CAST_NUMBER, r"(?:Can't cast value|value of) (\S+) (?:to type|is out of range) (\w+)");
pattern!(PARSE_TIME, r"(?s)Error parsing (timestamp|date) from '(.*)':");
pattern!(DECIMAL_RANGE, r"(\S+) is too (?:large|small) to (?:store|be stored) in a Decimal\w+ of precision (\d+)");
pattern!(UNKNOWN_FUNCTION, r"(?:Invalid function '|There is no window function named )([^'\s]*)");
pattern!(
    NOT_GROUPED,
    r#"Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "([^"]+)""#
);
pattern!(
    COERCE,
    r"(?:Cannot coerce|Failed to coerce|Cannot infer common|not comparable|cannot be applied|There isn't a common type|does not support|Cannot get result type)"
);
pattern!(SAME_NAME, r#"(?s)unique expression names but .* and "(.*)" at position \d+ have the same name"#);
pattern!(INLINE_TABLE, r"Inconsistent data (length|type) across values list ?(.*)");
pattern!(NO_FIELD, r"Field (\S+) not found in struct");
pattern!(GROUP_POSITION, r"Cannot find column with position (\d+) in SELECT clause. Valid columns: 1 to (\d+)");
pattern!(ORDER_POSITION, r"Order by column out of bounds, specified: (\d+), max: (\d+)");
pattern!(INTERVAL, r#"(?s)Invalid input syntax for type interval: "(.*)""#);
pattern!(FILTER_TYPE, r"(?s)non-boolean predicate '.*' returning (.+)");
pattern!(JOIN_TYPE, r"Join condition must be boolean type, but got (.+)");
pattern!(NOT_TYPE, r"Unary operator 'NOT' requires a boolean expression, got (.+)");
pattern!(REPEATED_CTE, r#"WITH query name "(.*)" specified more than once"#);
pattern!(DISTINCT_ORDER, r"For SELECT DISTINCT, ORDER BY expressions (?:\w+\.)?(\w+) must appear in select list");
pattern!(ARITY, r"(?:expects|requires|number of arguments|Expected \d+ arguments|arguments? but received)");
pattern!(
    ARROW_NAMES,
    r#"Timestamp\((?:\w+)(?:, (?:Some\()?"[^"]*"\)?|, None)?\)|Decimal(?:128|256)\((\d+), (\d+)\)|\b(?:Utf8View|LargeUtf8|Utf8|Int8|Int16|Int32|Int64|UInt64|Float32|Float64|Boolean|Date32)\b"#
);

/// Errors that are told apart by their text only.
pub fn from_execution(message: &str) -> Diagnostic {
    if let Some(found) = CAST_STRING.captures(message) {
        return invalid_cast(&found[1], "STRING", &tidy(&found[2]));
    }
    if let Some(found) = CAST_NUMBER.captures(message) {
        let target = tidy(&found[2]);
        let message = format!("The value {} cannot be cast to \"{target}\" due to an overflow.", &found[1]);
        return Diagnostic::new("CAST_OVERFLOW", "22003", message)
            .with_hint("Use a wider type, or `try_cast` to get NULL.");
    }
    if let Some(found) = PARSE_TIME.captures(message) {
        return invalid_cast(&found[2], "STRING", &found[1].to_uppercase());
    }
    if let Some(found) = DECIMAL_RANGE.captures(message) {
        let message = format!("The value {} does not fit a DECIMAL of {} digits.", &found[1], &found[2]);
        return Diagnostic::new("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", "22003", message);
    }
    if message.contains("Scalar subquery returned more than one row") {
        return too_many_rows();
    }
    if let Some(found) = INTERVAL.captures(message) {
        let message = format!("Error parsing '{}' to interval.", &found[1]);
        return Diagnostic::new("INVALID_INTERVAL_FORMAT", "22006", message)
            .with_hint("Write a number and a unit: INTERVAL 3 DAYS, INTERVAL '3 days 4 hours'.");
    }
    if message.contains("Divide by zero") {
        return divide_by_zero();
    }
    if message.contains("Overflow") || message.contains("overflow") {
        return overflow("integer");
    }
    let known = super::words::told(message).or_else(|| super::arguments::no_such_cast(message));
    known.unwrap_or_else(|| Diagnostic::new("EXECUTION_FAILED", "22000", format!("{}.", tidy(message))))
}

/// A scalar subquery that gives several rows.
pub fn too_many_rows() -> Diagnostic {
    let text = "More than one row returned by a subquery used as an expression.";
    Diagnostic::new("SCALAR_SUBQUERY_TOO_MANY_ROWS", "21000", text)
        .with_hint("Reduce it to one row: an aggregate, a WHERE, or LIMIT 1.")
}

/// An error of planning.
pub fn from_plan(message: &str, lexed: &Lexed) -> Diagnostic {
    // Names are read from the message as it is; where a word decides, the student's own words are left out.
    let plain = &without_texts(message, lexed);
    let known = unknown_function(message, lexed)
        .or_else(|| super::arguments::refused(message, lexed))
        .or_else(|| grouping(plain, lexed))
        .or_else(|| inline_table(message))
        .or_else(|| repeated_name(message, lexed))
        .or_else(|| no_field(message, lexed))
        .or_else(|| distinct_order(message, lexed))
        .or_else(|| out_of_range(message))
        .or_else(|| super::words::told(plain))
        .or_else(|| query_shape(plain));
    if let Some(diagnostic) = known {
        return diagnostic;
    }
    // What follows is the engine's own picture of the syntax.
    let line = first_line(&tidy(message.split(" {").next().unwrap_or(message)));
    if ARITY.is_match(plain) {
        return Diagnostic::new("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", format!("{line}."));
    }
    if COERCE.is_match(plain) {
        return mismatch(&line);
    }
    Diagnostic::new("INVALID_STATEMENT", "42000", format!("{}.", line.trim_end_matches('.')))
}

/// The message without what stands in the statement's own texts: a class is not found by a student's words.
fn without_texts(message: &str, lexed: &Lexed) -> String {
    lexed.texts().filter(|text| !text.is_empty()).fold(message.to_owned(), |message, text| {
        let quoted = |quote: char| format!("{quote}{text}{quote}");
        message.replace(&quoted('"'), "\"..\"").replace(&quoted('\''), "'..'")
    })
}

fn unknown_function(message: &str, lexed: &Lexed) -> Option<Diagnostic> {
    let found = UNKNOWN_FUNCTION.captures(message)?;
    let name = lexed.spelling(&found[1]).unwrap_or(&found[1]);
    Some(place(unresolved_routine(name), lexed, &found[1]))
}

/// A function that the catalogue does not have.
pub fn unresolved_routine(name: &str) -> Diagnostic {
    if let Some(instead) = catalogue::instead_of(name) {
        let message = format!("The function `{name}` is not available in this course.");
        return Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(instead);
    }
    if catalogue::is_generator(name) {
        let text = format!("The generator `{name}` is not supported outside the SELECT clause.");
        return Diagnostic::new("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "42K0E", text)
            .with_hint("Put it into the SELECT list of a subquery, or into LATERAL VIEW, and use its column.");
    }
    let text = format!("Cannot resolve routine `{name}` on search path [`system`.`builtin`].");
    let hint = match nearest(name, catalogue::all().map(|entry| entry.name)) {
        Some(near) => format!("Did you mean {near}()?"),
        None => "Check the function's name; SHOW FUNCTIONS lists those that there are.".to_owned(),
    };
    Diagnostic::new("UNRESOLVED_ROUTINE", "42883", text).with_hint(hint)
}

/// Columns and aggregates where they do not belong.
fn grouping(message: &str, lexed: &Lexed) -> Option<Diagnostic> {
    if message.contains("must be in GROUP BY") || message.contains("must appear in the GROUP BY") {
        return Some(not_grouped(message, lexed));
    }
    if message.contains("Aggregate function calls cannot be nested") {
        let text = "It is not allowed to use an aggregate function in the argument of another aggregate function.";
        return Some(Diagnostic::new("NESTED_AGGREGATE_FUNCTION", "42607", text).with_hint(
            "Compute the inner aggregate in a subquery: SELECT max(total) FROM (SELECT sum(x) AS total ..).",
        ));
    }
    let aggregate = message.contains("Aggregate function") || message.contains("aggregate function");
    aggregate.then(|| {
        Diagnostic::new("UNSUPPORTED_EXPR_FOR_OPERATOR", "42K0E", format!("{}.", tidy(message)))
            .with_hint("Aggregates go into SELECT and HAVING, not into WHERE.")
    })
}

fn repeated_name(message: &str, lexed: &Lexed) -> Option<Diagnostic> {
    let found = SAME_NAME.captures(message)?;
    let name = found[1].rsplit([' ', '.']).next().unwrap_or_default();
    Some(place(duplicate_column(lexed.spelling(name).unwrap_or(name)), lexed, name))
}

fn no_field(message: &str, lexed: &Lexed) -> Option<Diagnostic> {
    let found = NO_FIELD.captures(message)?;
    let name = lexed.spelling(&found[1]).unwrap_or(&found[1]);
    let diagnostic = Diagnostic::new("FIELD_NOT_FOUND", "42704", format!("No such struct field `{name}`."));
    Some(place(diagnostic.with_hint("DESCRIBE TABLE shows the fields of a STRUCT."), lexed, &found[1]))
}

/// ORDER BY a column that DISTINCT has left out.
fn distinct_order(message: &str, lexed: &Lexed) -> Option<Diagnostic> {
    let found = DISTINCT_ORDER.captures(message)?;
    let name = lexed.spelling(&found[1]).unwrap_or(&found[1]);
    let text = format!(
        "A column, variable, or function parameter with name `{name}` cannot be resolved: behind SELECT DISTINCT, ORDER BY \
         sees the columns of the SELECT list only."
    );
    let diagnostic = Diagnostic::new("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", text)
        .with_hint("Add the column to the SELECT list, or sort by one that is there.");
    Some(place(diagnostic, lexed, &found[1]))
}

/// A column of the SELECT list by its number, where there are not so many.
fn out_of_range(message: &str) -> Option<Diagnostic> {
    let (clause, found) = match (GROUP_POSITION.captures(message), ORDER_POSITION.captures(message)) {
        (Some(found), _) => ("GROUP BY", found),
        (_, Some(found)) => ("ORDER BY", found),
        _ => return None,
    };
    Some(no_position(clause, &found[1], &found[2]))
}

/// GROUP_BY_POS_OUT_OF_RANGE or ORDER_BY_POS_OUT_OF_RANGE: the SELECT list has `most` columns.
pub fn no_position(clause: &str, place: &str, most: &str) -> Diagnostic {
    let text = format!("{clause} position {place} is not in select list (valid range is [1, {most}]).");
    Diagnostic::new(format!("{}_POS_OUT_OF_RANGE", clause.replace(' ', "_")), "42805", text)
        .with_hint("The columns of SELECT are counted from 1.")
}

/// Bounds of a window that do not follow each other.
fn window_frame(message: &str) -> Diagnostic {
    if message.contains("(CURRENT ROW)") {
        let text = "A window frame without any row is not available.";
        return Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", text).with_hint(
            "Write the bounds from the earlier to the later row: ROWS BETWEEN 1 PRECEDING AND CURRENT ROW.",
        );
    }
    let (kind, text) = if message.contains("UNBOUNDED") {
        ("SPECIFIED_WINDOW_FRAME_INVALID_BOUND", "The window frame's upper bound does not follow the lower bound.")
    } else {
        let text = "The lower bound of a window frame must be less than or equal to the upper bound.";
        ("SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON", text)
    };
    Diagnostic::new(format!("DATATYPE_MISMATCH.{kind}"), "42K09", text)
        .with_hint("Write the earlier bound first: ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING.")
}

/// Queries whose columns or conditions do not fit where they stand.
fn query_shape(message: &str) -> Option<Diagnostic> {
    if let Some(why) = message.split_once("LIMIT").map(|(_, why)| why) {
        let negative = why.contains("must be >= 0");
        let kind = if negative { "IS_NEGATIVE" } else { "DATA_TYPE" };
        let text = if negative { "The limit may not be negative." } else { "The limit has to be a whole number." };
        return Some(Diagnostic::new(format!("INVALID_LIMIT_LIKE_EXPRESSION.{kind}"), "42K0E", text));
    }
    if message.contains("Invalid window frame: ") {
        return Some(window_frame(message));
    }
    if message.contains("Too many columns!") {
        let class = "IN_SUBQUERY_LENGTH_MISMATCH";
        let text = "The query of IN has to give one column; the side before IN is one value.";
        let diagnostic = Diagnostic::new(format!("DATATYPE_MISMATCH.{class}"), "42K09", text);
        return Some(
            diagnostic
                .with_hint("Several columns are compared in brackets, in WHERE: (a, b) IN (SELECT x, y FROM ..)."),
        );
    }
    if let Some(found) = REPEATED_CTE.captures(message) {
        let text = format!("CTE definition can't have duplicate names: `{}`.", &found[1]);
        return Some(
            Diagnostic::new("DUPLICATED_CTE_NAMES", "42602", text)
                .with_hint("Give each query of WITH a name of its own."),
        );
    }
    if let Some((_, name)) = message.split_once("Invalid qualifier ") {
        let text = format!("Cannot resolve `{name}`.*: no table of this FROM is called that.");
        let diagnostic = Diagnostic::new("CANNOT_RESOLVE_STAR_EXPAND", "42704", text);
        return Some(diagnostic.with_hint(
            "Name a table, its alias, or a column that is a STRUCT; EXCEPT goes with the star of a table.",
        ));
    }
    if message.contains("orrelated scalar subquery") {
        return Some(super::unsupported_subquery());
    }
    if message.contains("same number of columns") || message.contains("different number of columns") {
        let diagnostic = Diagnostic::new("NUM_COLUMNS_MISMATCH", "42826", format!("{}.", tidy(message)));
        return Some(diagnostic.with_hint("Give every query of a UNION the same number of columns."));
    }
    if message.contains("QUALIFY clause requires window functions") {
        let diagnostic =
            Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", "QUALIFY that names no window function is not available.");
        return Some(
            diagnostic
                .with_hint("Name the window function or its alias in QUALIFY, and put other conditions into WHERE."),
        );
    }
    no_condition(message)
}

/// Conditions that are neither true nor false.
fn no_condition(message: &str) -> Option<Diagnostic> {
    let given = |found: regex::Captures<'_>| tidy(&found[1]);
    let (class, state, text) = if let Some(given) = FILTER_TYPE.captures(message).map(given) {
        let text = format!("A condition of type \"{given}\" is not a boolean.");
        ("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "42K09", text)
    } else if let Some(given) = JOIN_TYPE.captures(message).map(given) {
        let text = format!("The join condition has the invalid type \"{given}\", expected \"BOOLEAN\".");
        ("JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", "42K0E", text)
    } else if let Some(given) = NOT_TYPE.captures(message).map(given) {
        let text = format!(
            "Cannot resolve the expression due to data type mismatch: NOT requires the \"BOOLEAN\" type, however it has \
             the type \"{given}\"."
        );
        ("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "42K09", text)
    } else {
        return None;
    };
    let diagnostic = Diagnostic::new(class, state, text);
    Some(diagnostic.with_hint("A condition is true or false: compare the value with something."))
}

/// Rows of VALUES that do not go together.
fn inline_table(message: &str) -> Option<Diagnostic> {
    let found = INLINE_TABLE.captures(message)?;
    let (kind, hint) = match &found[1] {
        "length" => ("NUM_COLUMNS_MISMATCH", "Give every row the same number of values."),
        _ => (
            "INCOMPATIBLE_TYPES_IN_INLINE_TABLE",
            "Give a column values of one type in every row; cast those that differ.",
        ),
    };
    let text =
        format!("Invalid inline table: {}.", tidy(&found[2]).trim_start_matches([':', ' ']).trim_end_matches('.'));
    Some(Diagnostic::new(format!("INVALID_INLINE_TABLE.{kind}"), "42000", text).with_hint(hint))
}

fn not_grouped(message: &str, lexed: &Lexed) -> Diagnostic {
    let column = NOT_GROUPED.captures(message).map(|found| found[1].rsplit('.').next().unwrap_or_default().to_owned());
    let name = column.as_deref().map(|folded| lexed.spelling(folded).unwrap_or(folded).to_owned());
    let subject = name.map_or_else(|| "A column".to_owned(), |name| format!("The column `{name}`"));
    let text = format!("{subject} is neither in GROUP BY nor inside an aggregate function.");
    let diagnostic = Diagnostic::new("MISSING_AGGREGATION", "42803", text)
        .with_hint("Add it to GROUP BY, or say which of its values you want: any_value(..), max(..).");
    match column {
        Some(folded) => place(diagnostic, lexed, &folded),
        None => diagnostic,
    }
}

/// A message with our names of types, without the engine's prefixes.
pub fn tidy(message: &str) -> String {
    let renamed = ARROW_NAMES.replace_all(message, |found: &regex::Captures<'_>| match &found[0] {
        text if text.starts_with("Timestamp") => {
            if text.contains("None") { "TIMESTAMP_NTZ" } else { "TIMESTAMP" }.to_owned()
        }
        text if text.starts_with("Decimal") => format!("DECIMAL({},{})", &found[1], &found[2]),
        "Int8" => "TINYINT".to_owned(),
        "Int16" => "SMALLINT".to_owned(),
        "Int32" => "INT".to_owned(),
        "Int64" | "UInt64" => "BIGINT".to_owned(),
        "Float32" => "FLOAT".to_owned(),
        "Float64" => "DOUBLE".to_owned(),
        "Boolean" => "BOOLEAN".to_owned(),
        "Date32" => "DATE".to_owned(),
        _ => "STRING".to_owned(),
    });
    let text = renamed.trim().trim_start_matches("Error during planning: ").trim_start_matches("Execution error: ");
    text.trim_end_matches('.').to_owned()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}
