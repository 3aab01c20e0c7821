//! What one executed statement gave back.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::evidence::StatementFacts;
use crate::relation::Relation;

/// One statement, run: its rows or its error. Exactly what `sandbar sql --format jsonl` prints, and a bit more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatementOutcome {
    /// The statement's text without its closing `;`.
    pub sql: String,
    /// Position of the statement's first character in the text that was run.
    pub line: u32,
    pub column: u32,
    /// Empty columns and rows when the statement has no result. At most `max_rows` rows.
    pub relation: Relation,
    /// How many rows the result had in all; more than `relation.rows` when it was cut.
    pub total_rows: u64,
    pub error: Option<Diagnostic>,
    /// Remarks that are neither a result nor an error: "ANALYZE is accepted and has no effect here".
    pub notes: Vec<String>,
    /// The commits that this statement made, in order.
    pub commits: Vec<TableCommit>,
    /// What the statement is and which tables it touched; `None` when it could not be parsed.
    pub facts: Option<StatementFacts>,
    pub elapsed_us: u64,
}

/// What a session reports while it runs a request, statement by statement, so that each has its own deadline and none
/// that has ended is lost when a later one is stopped.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The statement at this place is about to be planned and run.
    Began { sql: &'a str, line: u32, column: u32 },
    /// The statement that began last has ended, well or not.
    Finished(&'a StatementOutcome),
}

/// A version that a statement added to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCommit {
    /// Name within the workspace, `default.lab_inventory` shortened to `lab_inventory` for the current schema.
    pub table: String,
    pub version: u64,
    /// As in DESCRIBE HISTORY.
    pub operation: String,
}
