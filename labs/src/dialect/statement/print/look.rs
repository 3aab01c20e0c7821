//! DESCRIBE and SHOW.

use std::fmt::{Display, Formatter, Result};

use super::super::{ShowFunctions, TableName};
use super::words::{clause, key, list, name, text, when};

/// `DESCRIBE TABLE [EXTENDED] name`, and FUNCTION likewise
pub fn describe(what: &str, described: &TableName, extended: bool, f: &mut Formatter<'_>) -> Result {
    write!(f, "DESCRIBE {what} {}{described}", when(extended, "EXTENDED "))
}

/// `DESCRIBE HISTORY table [LIMIT n]`
pub fn history(table: &TableName, limit: Option<u64>, f: &mut Formatter<'_>) -> Result {
    write!(f, "DESCRIBE HISTORY {table}{}", clause("LIMIT", limit))
}

/// `SHOW TBLPROPERTIES table [(key)]`
pub fn properties(table: &TableName, property: Option<&str>, f: &mut Formatter<'_>) -> Result {
    write!(f, "SHOW TBLPROPERTIES {table}{}", list("", property.map_or_else(String::new, key)))
}

/// `SHOW objects [IN schema] [LIKE 'pattern']`
pub fn show(objects: &str, schema: &Option<String>, pattern: &Option<String>, f: &mut Formatter<'_>) -> Result {
    let schema = clause("IN", schema.as_deref().map(name));
    let pattern = clause("LIKE", pattern.as_deref().map(text));
    write!(f, "SHOW {objects}{schema}{pattern}")
}

impl Display for ShowFunctions {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let objects = match (self.system, self.user) {
            (true, false) => "SYSTEM FUNCTIONS",
            (false, true) => "USER FUNCTIONS",
            (true, true) | (false, false) => "FUNCTIONS",
        };
        show(objects, &self.schema, &self.pattern, f)
    }
}
