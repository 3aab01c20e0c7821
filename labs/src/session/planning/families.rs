//! Which types go together, and what is said of those that do not.

use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::functions::conversion::is_text;
use super::super::functions::rows::is_count_of_days;
use super::super::types::type_name;
use crate::diagnostic::Diagnostic;

/// Types whose values can be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// NULL, and types that no student writes.
    Any,
    Text,
    Number,
    Boolean,
    /// Dates and timestamps.
    Time,
    Interval,
    Binary,
    Array,
    Map,
    Struct,
}

impl Family {
    pub fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Boolean,
            DataType::Date32 | DataType::Timestamp(..) => Self::Time,
            DataType::Interval(_) => Self::Interval,
            DataType::Binary => Self::Binary,
            DataType::List(_) => Self::Array,
            DataType::Map(..) => Self::Map,
            DataType::Struct(_) => Self::Struct,
            number if number.is_numeric() => Self::Number,
            text if is_text(text) => Self::Text,
            _ => Self::Any,
        }
    }

    fn is_nested(self) -> bool {
        matches!(self, Self::Array | Self::Map | Self::Struct)
    }

    /// Whether values of both have one type together. A text is read as what stands beside it.
    fn goes_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Text, other) | (other, Self::Text) => !other.is_nested() && other != Self::Interval,
            (one, other) => one == other,
        }
    }
}

/// The first two of some types that have no type together.
pub fn apart(types: &[DataType]) -> Option<(&DataType, &DataType)> {
    types.iter().enumerate().find_map(|(at, one)| {
        let other = types[at + 1..].iter().find(|other| !Family::of(one).goes_with(Family::of(other)))?;
        Some((one, other))
    })
}

/// Values of which one is chosen, of types that have no type together.
pub fn different_types(of: &str, one: &DataType, other: &DataType) -> Diagnostic {
    let text = format!(
        "Cannot resolve the expression due to data type mismatch: Input to `{of}` should all be the same type, but it's \
         [\"{}\", \"{}\"].",
        type_name(one),
        type_name(other)
    );
    Diagnostic::new("DATATYPE_MISMATCH.DATA_DIFF_TYPES", "42K09", text)
        .with_hint("Give all of them one type: CAST(value AS type).")
}

/// Columns of two queries of a UNION, counted from 1.
pub fn different_columns(at: usize, one: &DataType, other: &DataType) -> Diagnostic {
    let text = format!(
        "Set operations can only be performed on tables with compatible column types. Column {at} of a later query has \
         the type \"{}\", which is not compatible with \"{}\" at the same column of one before it.",
        type_name(other),
        type_name(one)
    );
    Diagnostic::new("INCOMPATIBLE_COLUMN_TYPE", "42825", text)
        .with_hint("Columns are paired by position: check their order, or cast one: CAST(value AS type).")
}

/// Why an operator has no meaning between two types; `None` where it has one, or where the engine knows better.
pub fn misused(op: &BinaryOperator, left: &DataType, right: &DataType) -> Option<Diagnostic> {
    use BinaryOperator::{
        And, BitwiseAnd, BitwiseOr, BitwiseXor, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply,
        MyIntegerDivide, NotEq, Or, Plus, Spaceship,
    };
    let (one, other) = (Family::of(left), Family::of(right));
    let counts = |side: Family| matches!(side, Family::Number | Family::Text | Family::Any);
    let whole = |side: &DataType| side.is_integer() || is_text(side) || side.is_null();
    let fits = match op {
        And | Or => [one, other].into_iter().all(|side| matches!(side, Family::Boolean | Family::Text | Family::Any)),
        Eq | NotEq | Lt | LtEq | Gt | GtEq | Spaceship if one == Family::Map && other == Family::Map => {
            return Some(unordered(op, left));
        }
        Eq | NotEq | Lt | LtEq | Gt | GtEq | Spaceship => one.goes_with(other),
        Plus | Minus | Multiply | Divide if is_of_time(one) || is_of_time(other) => moves(op, left, right),
        Plus | Minus | Multiply | Divide | Modulo => counts(one) && counts(other),
        MyIntegerDivide => {
            counts(one) && counts(other) && !left.is_floating() && !right.is_floating() || one == Family::Any
        }
        BitwiseAnd | BitwiseOr | BitwiseXor => whole(left) && whole(right),
        _ => true,
    };
    (!fits).then(|| not_available(op, one, other).unwrap_or_else(|| incompatible(op, left, right)))
}

/// What Spark calculates with intervals, and the engine does not.
fn not_available(op: &BinaryOperator, left: Family, right: Family) -> Option<Diagnostic> {
    use BinaryOperator::{Minus, MyIntegerDivide, Plus};
    let (what, hint) = match (op, left, right) {
        (Plus | Minus, Family::Text, Family::Interval) | (Plus, Family::Interval, Family::Text) => {
            ("A text beside an INTERVAL", "Say what the text is: CAST(text AS TIMESTAMP) - INTERVAL 2 DAYS.")
        }
        (MyIntegerDivide, Family::Interval, Family::Interval) => {
            ("div of two INTERVALs", "Count both in one unit: 24 * extract(DAY FROM a) + extract(HOUR FROM a).")
        }
        _ => return None,
    };
    let message = format!("{what} is not available in this course.");
    Some(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(hint))
}

fn is_of_time(family: Family) -> bool {
    matches!(family, Family::Time | Family::Interval)
}

/// What can be calculated with dates, timestamps and intervals.
fn moves(op: &BinaryOperator, left: &DataType, right: &DataType) -> bool {
    use BinaryOperator::{Divide, Minus, Multiply, Plus};
    let days = |side: &DataType| is_count_of_days(side) || side.is_null();
    match (op, Family::of(left), Family::of(right)) {
        (Plus | Minus, Family::Time | Family::Interval, Family::Interval) | (Minus, Family::Time, Family::Time) => true,
        (Plus, Family::Interval, Family::Time) => true,
        (Minus, Family::Any, Family::Time) => true,
        (Minus, Family::Time, Family::Any) if *left != DataType::Date32 => true,
        (Plus | Minus, Family::Time, Family::Number | Family::Any) => *left == DataType::Date32 && days(right),
        (Plus, Family::Number | Family::Any, Family::Time) => *right == DataType::Date32 && days(left),
        (Plus | Minus, Family::Interval, Family::Any) | (Plus | Minus, Family::Any, Family::Interval) => true,
        (Multiply | Divide, Family::Interval, Family::Number | Family::Any) => true,
        (Multiply, Family::Number | Family::Any, Family::Interval) => true,
        _ => false,
    }
}

/// Spark's word for operands that do not fit: the operator itself takes another type, or the two have none together, or it
/// does not take the one that they have.
fn kind(op: &BinaryOperator, left: &DataType, right: &DataType) -> &'static str {
    use BinaryOperator::{Divide, Minus, Multiply, Plus};
    let (one, other) = (Family::of(left), Family::of(right));
    let takes_one_kind = match op {
        Plus => [one, other].contains(&Family::Interval) || [left, right].contains(&&DataType::Date32),
        Minus => is_of_time(one) || is_of_time(other),
        Multiply => [one, other].contains(&Family::Interval),
        Divide => one == Family::Interval,
        _ => false,
    };
    let numbers = one == Family::Number && other == Family::Number && left.is_integer() == right.is_integer();
    let reads = |text: Family, side: Family| {
        let single = matches!(side, Family::Number | Family::Boolean | Family::Time | Family::Binary);
        text == Family::Text && (single || side == Family::Text)
    };
    if takes_one_kind {
        "UNEXPECTED_INPUT_TYPE"
    } else if left == right || numbers || reads(one, other) || reads(other, one) {
        "BINARY_OP_WRONG_TYPE"
    } else {
        "BINARY_OP_DIFF_TYPES"
    }
}

fn incompatible(op: &BinaryOperator, left: &DataType, right: &DataType) -> Diagnostic {
    let text = format!(
        "Cannot resolve the expression due to data type mismatch: the operator `{op}` does not take operands of the types \
         \"{}\" and \"{}\".",
        type_name(left),
        type_name(right)
    );
    let spans = [left, right].into_iter().any(|side| Family::of(side) == Family::Interval);
    let hint = if spans {
        "The difference of two dates is an INTERVAL; datediff(end, start) counts its days as a number."
    } else if [left, right].contains(&&DataType::Date32) && [left, right].contains(&&DataType::Int64) {
        "A number of days is an INT: CAST(value AS INT)."
    } else {
        "Cast one side to the type of the other: CAST(value AS type)."
    };
    Diagnostic::new(format!("DATATYPE_MISMATCH.{}", kind(op, left, right)), "42K09", text).with_hint(hint)
}

fn unordered(op: &BinaryOperator, given: &DataType) -> Diagnostic {
    let text = format!(
        "Cannot resolve the expression due to data type mismatch: the `{op}` does not support ordering on type \"{}\".",
        type_name(given)
    );
    Diagnostic::new("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "42K09", text)
        .with_hint("Compare map_entries(m), or single values: m['key'].")
}
