//! What a run gave back: beside a cell, under a lesson's snippet, on a table's page.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::Moment;

/// The answer to running a cell or a snippet.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/cell_output.html")]
pub struct CellOutput {
    /// `succeeded`, `failed` or `cancelled`.
    pub state: &'static str,
    /// `Succeeded`, `Failed as expected`, `Failed`, `Cancelled`, `Stopped at a limit`.
    pub state_text: &'static str,
    /// `12 ms`, for the whole cell.
    pub elapsed: String,
    pub ran_at: Moment,
    pub statements: Vec<StatementOutput>,
}

/// What a snippet gives, to somebody who has not run it.
#[derive(Debug, Template)]
#[template(path = "fragments/expected_output.html")]
pub struct ExpectedOutput {
    /// `Snippet 3`
    pub label: String,
    pub statements: Vec<StatementOutput>,
}

impl CellOutput {
    /// Where the first error is, for the editor's squiggle.
    pub fn error(&self) -> Option<&ErrorOutput> {
        self.statements.iter().find_map(|statement| statement.error.as_ref())
    }
}

#[derive(Debug)]
pub struct StatementOutput {
    /// From 1; shown when a cell holds several.
    pub number: usize,
    /// The statement's beginning, one line: `INSERT INTO lab_inventory VALUES …`.
    pub heading: String,
    /// `2 rows`, `OK`, `1 row changed`.
    pub outcome: String,
    /// Empty where it tells nothing.
    pub elapsed: String,
    pub commits: Vec<CommitOutput>,
    pub notes: Vec<String>,
    pub table: Option<ResultTable>,
    pub error: Option<ErrorOutput>,
}

/// `lab_inventory is now at version 3 (MERGE)`.
#[derive(Debug)]
pub struct CommitOutput {
    pub table: String,
    pub version: u64,
    pub operation: String,
    /// The table's page at that version; empty where there is none (lessons).
    pub href: String,
}

#[derive(Debug)]
pub struct ErrorOutput {
    /// A plain sentence, without class.
    pub message: String,
    pub class: String,
    pub sqlstate: String,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub hint: Option<String>,
    /// The source line that the position names; empty without a position.
    pub source_line: String,
    /// The cell begins with `-- expect-error`.
    pub expected: bool,
}

/// Rows as a real table.
#[derive(Debug)]
pub struct ResultTable {
    /// Says what this is to somebody who cannot see the page: `Result of statement 2`.
    pub caption: String,
    pub columns: Vec<ResultColumn>,
    pub rows: Vec<Vec<ResultValue>>,
    /// `3 rows`, `First 1,000 of 40,000 rows`.
    pub extent: String,
}

#[derive(Debug)]
pub struct ResultColumn {
    pub name: String,
    pub type_name: String,
    /// Set to the right and sorted as a number.
    pub numeric: bool,
}

#[derive(Debug)]
pub struct ResultValue {
    pub text: String,
    pub null: bool,
}
