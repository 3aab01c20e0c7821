//! One value of a relation in the form in which it is compared.

use serde_json::Value;

use super::BINARY_FORM;

/// Types that compare with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Number,
    Text,
    Boolean,
    Date,
    Timestamp,
    Binary,
    Nested,
    /// The type of a column that holds only NULL; goes with any other.
    Void,
}

impl Family {
    /// Of a type as Databricks prints it; an unknown one counts as nested.
    pub fn of(type_name: &str) -> Self {
        let end = type_name.bytes().position(|byte| byte == b'(' || byte == b'<').unwrap_or(type_name.len());
        let base = type_name[..end].trim();
        if base.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Self::of(&base.to_ascii_uppercase());
        }
        match base {
            "TINYINT" | "BYTE" | "SMALLINT" | "SHORT" | "INT" | "INTEGER" | "BIGINT" | "LONG" | "FLOAT" | "REAL"
            | "DOUBLE" | "DECIMAL" | "DEC" | "NUMERIC" => Self::Number,
            "STRING" | "VARCHAR" | "CHAR" => Self::Text,
            "BOOLEAN" => Self::Boolean,
            "DATE" => Self::Date,
            "TIMESTAMP" | "TIMESTAMP_NTZ" | "TIMESTAMP_LTZ" => Self::Timestamp,
            "BINARY" => Self::Binary,
            "VOID" => Self::Void,
            _ => Self::Nested,
        }
    }
}

/// A value as compared: integers exactly, fractions with a tolerance, everything else by its text.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Boolean(bool),
    Integer(i128),
    Fraction(f64),
    Text(String),
}

impl Cell {
    pub fn read(value: &Value, family: Family) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Boolean(*flag),
            Value::Number(number) => Self::of_json(number),
            Value::String(text) if family == Family::Number => Self::number(text),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(_) | Value::Object(_) => Self::Text(value.to_string()),
        }
    }

    fn of_json(number: &serde_json::Number) -> Self {
        let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        match (integer, number.as_f64()) {
            (Some(integer), _) => Self::Integer(integer),
            (None, Some(fraction)) => Self::Fraction(fraction),
            (None, None) => Self::number(&number.to_string()),
        }
    }

    /// Digits as an integer, decimals as a fraction; what is neither (`NaN`, a word) stays text.
    fn number(text: &str) -> Self {
        let text = text.trim();
        if let Ok(integer) = text.parse::<i128>() {
            return Self::Integer(integer);
        }
        match text.parse::<f64>() {
            Ok(fraction) if fraction.is_finite() => Self::Fraction(fraction),
            _ => Self::Text(text.to_owned()),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "an integer meets a fraction only under a tolerance")]
    fn as_fraction(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(*integer as f64),
            Self::Fraction(fraction) => Some(*fraction),
            _ => None,
        }
    }

    /// NULL equals NULL; two integers are equal or not; a fraction may be off by the tolerance.
    pub fn equals(&self, other: &Self, tolerance: f64) -> bool {
        match (self, other) {
            (Self::Integer(one), Self::Integer(two)) => one == two,
            (one, two) => match (one.as_fraction(), two.as_fraction()) {
                (Some(a), Some(b)) => (a - b).abs() <= tolerance + BINARY_FORM * a.abs().max(b.abs()).max(1.0),
                _ => one == two,
            },
        }
    }

    pub fn is_fraction(&self) -> bool {
        matches!(self, Self::Fraction(_))
    }
}
