//! What the statements that make a table say of one that is there, or that is not.

use super::{Output, Result};
use crate::diagnostic::Diagnostic;
use crate::dialect::TableName;

/// Nothing to replace.
pub fn cannot_replace(name: &TableName) -> Diagnostic {
    let message = format!("Table {} cannot be replaced as it did not exist.", name.name());
    let diagnostic = Diagnostic::new("DELTA_CANNOT_REPLACE_MISSING_TABLE", "42P01", message)
        .with_hint("Use CREATE OR REPLACE TABLE to make the table when it is not there.");
    match name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    }
}

/// What creating a table does when there is one of that name.
pub fn already_there(name: &TableName, if_not_exists: bool) -> Result<Output> {
    if if_not_exists {
        return Ok(
            Output::default().with_note(format!("The table {} is there already; nothing was done.", name.name()))
        );
    }
    let message = format!("Cannot create table or view `{}` because it already exists.", name.name());
    let diagnostic = Diagnostic::new("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", message).with_hint(
        "Write CREATE TABLE IF NOT EXISTS to keep the old one, or CREATE OR REPLACE TABLE to replace its content.",
    );
    Err(match name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    })
}
