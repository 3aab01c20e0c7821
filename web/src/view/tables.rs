//! The panel beside a notebook: the workspace's tables and their versions.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::layout::Moment;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/tables.html")]
pub struct TablesPanel {
    pub tables: Vec<TableSummary>,
    pub views: Vec<ViewSummary>,
}

#[derive(Debug)]
pub struct TableSummary {
    pub name: String,
    pub href: String,
    pub version: u64,
    /// `8`, with thousands separators.
    pub rows: String,
    pub columns: Vec<ColumnSummary>,
    /// Newest first.
    pub versions: Vec<VersionSummary>,
    /// Given with the lab rather than made by the student.
    pub given: bool,
}

#[derive(Debug)]
pub struct ColumnSummary {
    pub name: String,
    pub type_name: String,
}

#[derive(Debug)]
pub struct VersionSummary {
    pub version: u64,
    pub operation: String,
    /// One sentence: `3 rows updated, 5 copied`; may be empty.
    pub sentence: String,
    pub at: Moment,
    pub href: String,
}

#[derive(Debug)]
pub struct ViewSummary {
    pub name: String,
    pub columns: Vec<ColumnSummary>,
}
