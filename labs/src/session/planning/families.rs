//! Which types go together, and what is said of those that do not.

use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::functions::conversion::is_text;
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
    use BinaryOperator::{And, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply, NotEq, Or, Plus, Spaceship};
    let (one, other) = (Family::of(left), Family::of(right));
    let both = |family: Family| one == family && other == family;
    let either = |family: Family| one == family || other == family;
    let wrong = match op {
        And | Or => [one, other].into_iter().any(|side| !matches!(side, Family::Boolean | Family::Text | Family::Any)),
        Eq | NotEq | Lt | LtEq | Gt | GtEq | Spaceship => {
            if both(Family::Map) {
                return Some(unordered(op, left));
            }
            !one.goes_with(other)
        }
        Plus | Minus | Multiply | Divide | Modulo => {
            let no_number = one.is_nested() || other.is_nested() || either(Family::Boolean);
            let moves = matches!(op, Plus | Minus);
            no_number || either(Family::Time) && !moves || moves && either(Family::Interval) && either(Family::Number)
        }
        _ => false,
    };
    wrong.then(|| incompatible(left, right))
}

fn incompatible(left: &DataType, right: &DataType) -> Diagnostic {
    let text = format!(
        "Cannot resolve the expression due to data type mismatch: the left and right operands of the binary operator have \
         incompatible types (\"{}\" and \"{}\").",
        type_name(left),
        type_name(right)
    );
    let spans = [left, right].into_iter().any(|side| Family::of(side) == Family::Interval);
    let hint = if spans {
        "The difference of two dates is an INTERVAL; datediff(end, start) counts its days as a number."
    } else {
        "Cast one side to the type of the other: CAST(value AS type)."
    };
    Diagnostic::new("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", "42K09", text).with_hint(hint)
}

fn unordered(op: &BinaryOperator, given: &DataType) -> Diagnostic {
    let text = format!(
        "Cannot resolve the expression due to data type mismatch: the `{op}` does not support ordering on type \"{}\".",
        type_name(given)
    );
    Diagnostic::new("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "42K09", text)
        .with_hint("Compare map_entries(m), or single values: m['key'].")
}
