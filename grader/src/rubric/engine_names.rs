//! What a lab's file says in the engine's own words: names of its vocabulary, types, SQL. A word that the engine does not
//! have, or SQL that it cannot read, is told when the file is read.
//!
//! Invariant: the names come from the engine; none is listed here.

use sandbar_labs::authored::place_within;
use sandbar_labs::diagnostic::{Diagnostic, Finding, Position};
use sandbar_labs::dialect::{self, Lexed, Parameters, Statement};
use sandbar_labs::evidence::operations::{OPERATIONS, Operation};
use sandbar_labs::relation::Column;
use sandbar_labs::sandbox::Limits;
use sandbar_labs::session::{SIMPLE_TYPES, printed_type};

use super::Section;

impl Section<'_, '_> {
    /// A list of texts, each of which is one of the known names; `what` says what they name.
    pub fn names(&mut self, name: &'static str, what: &str, known: &[&str]) -> Vec<String> {
        let (texts, path) = (self.texts(name), self.path_of(name));
        let elements = self.node(name).map(|node| node.elements()).unwrap_or_default();
        for (at, element) in elements.iter().enumerate() {
            if let Some(text) = element.as_text().filter(|text| !known.contains(text)) {
                let message = format!("`{text}` is not {what}.");
                self.unknown_at(format!("{path}[{at}]"), element.position, message, text, known);
            }
        }
        texts
    }

    /// Operations as a table's history names them; there is at least one.
    pub fn operations(&mut self) -> Vec<String> {
        let known: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
        let operations = self.names("operations", "an operation of a table's history", &known);
        if operations.is_empty() {
            self.missing("operations");
        }
        operations
    }

    /// Whole numbers by the metric that they bound, each a metric of at least one of the operations.
    pub fn metrics(&mut self, name: &'static str, operations: &[String]) -> Vec<(String, u64)> {
        let known: Vec<&str> =
            operations.iter().filter_map(|name| Operation::named(name)).flat_map(Operation::metrics).collect();
        let (pairs, path) = (self.text_map(name), self.path_of(name));
        let entries = self.node(name).map(|node| node.entries()).unwrap_or_default();
        let all_known = operations.iter().all(|name| Operation::named(name).is_some());
        for entry in entries.iter().filter(|entry| all_known && !known.contains(&entry.key.as_str())) {
            let message = format!("`{}` is not a metric of {}.", entry.key, operations.join(" or "));
            self.unknown_at(format!("{path}.{}", entry.key), entry.key_position, message, &entry.key, &known);
        }
        let mut bounds = Vec::new();
        for (metric, bound) in pairs {
            match bound.parse() {
                Ok(bound) => bounds.push((metric, bound)),
                Err(_) => self.wrong(name, format!("`{metric}` must be a whole number.")),
            }
        }
        bounds
    }

    /// `name: TYPE` pairs as columns; the types are as the engine prints them, however they are written here.
    pub fn columns(&mut self, name: &'static str) -> Vec<Column> {
        let (pairs, path) = (self.text_map(name), self.path_of(name));
        let entries = self.node(name).map(|node| node.entries()).unwrap_or_default();
        let mut columns = Vec::new();
        for (column, written) in pairs {
            match printed_type(&written) {
                Ok(printed) => columns.push(Column::new(column, printed)),
                Err(_) => {
                    let entry = entries.iter().find(|entry| entry.key == column);
                    let position = entry.map_or_else(|| self.position_of(name), |entry| entry.value.position);
                    let message = format!("`{written}` is not a type of a column.");
                    self.unknown_at(format!("{path}.{column}"), position, message, &written, SIMPLE_TYPES);
                    columns.push(Column::new(column, written));
                }
            }
        }
        columns
    }

    /// One query, which must be there.
    pub fn query(&mut self, name: &'static str) -> String {
        let sql = self.required(name);
        if let Some(fault) = (!sql.trim().is_empty()).then(|| query_fault(&sql, &Parameters::default())).flatten() {
            self.refuse_sql(name, &fault);
        }
        sql
    }

    /// One query that may read the notebook's parameters, where it is given.
    pub fn query_with_parameters(&mut self, name: &'static str) -> Option<String> {
        let sql = self.text(name)?;
        if let Some(fault) = query_fault(&sql, &Parameters::unbound()) {
            self.refuse_sql(name, &fault);
        }
        Some(sql)
    }

    /// Statements, at least one.
    pub fn script(&mut self, name: &'static str) -> String {
        let sql = self.required(name);
        match dialect::statements(&sql) {
            Ok(statements) => {
                statements.iter().filter_map(|one| one.statement.as_ref().err()).for_each(|fault| {
                    self.refuse_sql(name, fault);
                });
            }
            Err(fault) => self.refuse_sql(name, &fault),
        }
        sql
    }

    fn refuse_sql(&mut self, name: &str, fault: &Diagnostic) {
        let within = fault.position.unwrap_or(Position { line: 1, column: 1 });
        let place = place_within(self.file, self.position_of(name), within);
        let message = format!("The SQL of `{name}` cannot be read: {fault}");
        let mut finding = Finding::error("BAD_SQL", self.path_of(name), message).at(place);
        finding.hint.clone_from(&fault.hint);
        self.tell(finding);
    }
}

/// Why a text is not one query, as whoever answers reference queries reads it.
fn query_fault(sql: &str, parameters: &Parameters) -> Option<Diagnostic> {
    let start = Position { line: 1, column: 1 };
    if let Some(second) = dialect::cut(sql).get(1) {
        let fault = Diagnostic::new("INVALID_STATEMENT", "42000", "A second statement begins here.");
        return Some(fault.with_hint("Give one query.").at(second.position));
    }
    let lexed = match Lexed::new(sql, start, parameters, Limits::default().max_nesting) {
        Ok(lexed) => lexed,
        Err(fault) => return Some(fault),
    };
    match dialect::parse(&lexed) {
        Ok(Statement::Query(_)) => None,
        Ok(_) => Some(
            Diagnostic::new("INVALID_STATEMENT", "42000", "This is no query.").with_hint("Write a SELECT.").at(start),
        ),
        Err(fault) => Some(fault),
    }
}

#[cfg(test)]
mod tests;
