//! `/labs/{slug}/tables/{table}?version=n`: a table as it was.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::{Link, Page};
use super::output::ResultTable;
use super::tables::{ColumnSummary, VersionSummary};

#[derive(Debug, Template, WebTemplate)]
#[template(path = "table.html")]
pub struct Table {
    pub page: Page,
    pub lab: Link,
    pub name: String,
    /// The version shown.
    pub version: u64,
    pub latest: u64,
    pub oldest: u64,
    pub previous: Option<Link>,
    pub next: Option<Link>,
    /// `SELECT * FROM lab_inventory VERSION AS OF 3`.
    pub query: String,
    pub rows: ResultTable,
    pub columns: Vec<ColumnSummary>,
    /// Of the commit that made this version: `operationParameters` and metrics, in the order of DESCRIBE HISTORY.
    pub facts: Vec<Fact>,
    /// Newest first; the one shown is the one with this version.
    pub versions: Vec<VersionSummary>,
}

#[derive(Debug)]
pub struct Fact {
    pub name: String,
    pub value: String,
}
