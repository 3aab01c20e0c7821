//! A relation written as a query, so that given rows can stand wherever a statement reads rows.

use serde_json::Value;

use super::EngineFault;
use crate::relation::{Column, Relation};

/// A query that gives exactly the relation's columns, types and rows, in order.
///
/// # Errors
/// A type that has no text form here (ARRAY, STRUCT, MAP, BINARY), or a row with too few values.
pub fn query(relation: &Relation) -> Result<String, EngineFault> {
    let casts = |source: &dyn Fn(usize) -> String| -> Result<Vec<String>, EngineFault> {
        relation.columns.iter().enumerate().map(|(index, column)| cast(column, &source(index))).collect()
    };
    if relation.rows.is_empty() {
        return Ok(format!("SELECT {} WHERE 1 = 0", casts(&|_| "NULL".to_owned())?.join(", ")));
    }
    let columns = casts(&|index| format!("c{index}"))?;
    let names: Vec<String> = (0..relation.columns.len()).map(|index| format!("c{index}")).collect();
    let rows = relation.rows.iter().map(|row| tuple(row, relation.columns.len())).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("SELECT {} FROM VALUES {} AS given({})", columns.join(", "), rows.join(", "), names.join(", ")))
}

fn cast(column: &Column, source: &str) -> Result<String, EngineFault> {
    if ["ARRAY", "STRUCT", "MAP", "BINARY"].iter().any(|nested| column.type_name.starts_with(nested)) {
        return Err(EngineFault::internal(format!(
            "a given column cannot have the type {}: {}",
            column.type_name, column.name
        )));
    }
    Ok(format!("CAST({source} AS {}) AS {}", column.type_name, quoted_name(&column.name)))
}

fn tuple(row: &[Value], columns: usize) -> Result<String, EngineFault> {
    if row.len() != columns {
        return Err(EngineFault::internal(format!("a given row has {} values for {columns} columns", row.len())));
    }
    Ok(format!("({})", row.iter().map(literal).collect::<Vec<_>>().join(", ")))
}

/// Every value is written as text and cast: a DOUBLE then is the number that its shortest text names.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "CAST(NULL AS STRING)".to_owned(),
        Value::String(text) => quoted_text(text),
        other => quoted_text(&other.to_string()),
    }
}

fn quoted_text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A name in backticks.
pub fn quoted_name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
