//! Rows as values that can cross a pipe, a report or a page.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A column's name as written by its author and its type as Databricks prints it (`INT`, `DECIMAL(10,2)`, `ARRAY<STRING>`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub type_name: String,
    /// Whether NULL may occur; only meaningful for a table's schema.
    #[serde(default = "yes")]
    pub nullable: bool,
}

fn yes() -> bool {
    true
}

impl Column {
    pub fn new(name: impl Into<String>, type_name: impl Into<String>) -> Self {
        Self { name: name.into(), type_name: type_name.into(), nullable: true }
    }
}

/// Columns and rows in one order. Every row has as many values as there are columns.
///
/// Values: NULL is `null`; TINYINT to BIGINT, FLOAT and DOUBLE are numbers (`NaN` and infinities are strings, as in
/// Spark's own text); BOOLEAN is a bool; STRING is a string; DECIMAL, DATE, TIMESTAMP and BINARY (base64) are strings;
/// ARRAY is an array; STRUCT and MAP are objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
}

impl Relation {
    /// The position of a column, by name without regard to case.
    pub fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }
}
