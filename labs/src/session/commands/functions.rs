//! `SHOW FUNCTIONS` and `DESCRIBE FUNCTION`, from the catalogue.

use serde_json::{Value, json};

use crate::diagnostic::Position;
use crate::relation::{Column, Relation};

use super::super::errors::unresolved_routine;
use super::super::functions::catalogue;
use super::{Output, Result, show};

/// One row a function, by name.
pub fn show(pattern: Option<&str>) -> Output {
    let names = catalogue::all().map(|entry| entry.name).filter(|name| show::matches(name, pattern));
    let rows = names.map(|name| vec![json!(name)]).collect();
    Output::of(Relation { columns: vec![Column::new("function", "STRING")], rows })
}

/// What a function is called with and what it gives; extended, with an example.
///
/// # Errors
/// UNRESOLVED_ROUTINE.
pub fn describe(name: &str, position: Position, extended: bool) -> Result<Output> {
    let entry = catalogue::find(&name.to_lowercase()).ok_or_else(|| unresolved_routine(name).at(position))?;
    let mut lines = vec![format!("Function: {}", entry.name), format!("Usage: {} - {}", entry.usage(), entry.sentence)];
    if extended {
        lines.push(format!("Extended Usage: Family: {}. Example: {};", entry.family, entry.statement()));
    }
    let rows = lines.into_iter().map(|line| vec![Value::String(line)]).collect();
    Ok(Output::of(Relation { columns: vec![Column::new("function_desc", "STRING")], rows }))
}
