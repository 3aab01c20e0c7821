//! What a run really did: the material that every mark rests on.
//!
//! Evidence holds facts only. It is made by the worker from the tables' own logs and rows and from the statements as
//! parsed and planned; nothing in it comes from what a cell printed. It holds no score and knows no rubric.

pub mod operations;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::outcome::StatementOutcome;
use crate::relation::{Column, Relation};

/// What a statement is, from its syntax tree and its resolved plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementFacts {
    pub kind: StatementKind,
    /// The table, view or widget that the statement writes, creates, alters, describes or drops.
    pub target: Option<String>,
    /// Every scan of a table or view in the statement, with the version that the scan was pinned to.
    pub scans: Vec<Scan>,
    /// Names bound by `:name`.
    pub parameters_read: Vec<String>,
    pub features: Features,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    Query,
    CreateTable,
    CreateTableAsSelect,
    CreateTempView,
    CreateView,
    Insert,
    InsertOverwrite,
    Update,
    Delete,
    Merge,
    AlterTable,
    Restore,
    Optimize,
    Vacuum,
    DropTable,
    DescribeHistory,
    DescribeDetail,
    DescribeTable,
    Show,
    CreateWidget,
    RemoveWidget,
    Set,
    #[default]
    Other,
}

impl StatementKind {
    /// Every kind, in the order above.
    pub const ALL: [Self; 23] = [
        Self::Query,
        Self::CreateTable,
        Self::CreateTableAsSelect,
        Self::CreateTempView,
        Self::CreateView,
        Self::Insert,
        Self::InsertOverwrite,
        Self::Update,
        Self::Delete,
        Self::Merge,
        Self::AlterTable,
        Self::Restore,
        Self::Optimize,
        Self::Vacuum,
        Self::DropTable,
        Self::DescribeHistory,
        Self::DescribeDetail,
        Self::DescribeTable,
        Self::Show,
        Self::CreateWidget,
        Self::RemoveWidget,
        Self::Set,
        Self::Other,
    ];

    /// As evidence and a lab's file write it: `create_table_as_select`.
    pub fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}

/// One read of a relation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    pub relation: String,
    pub pin: Option<Pin>,
}

/// How a scan was pinned to the past. `version` is the version that was really read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub version: u64,
    pub by: PinKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinKind {
    Version,
    Timestamp,
}

/// Syntax that a lab's text may ask for by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    pub window_function: bool,
    pub group_by: bool,
    pub join: bool,
    pub describes_history: bool,
    /// For MERGE: each WHEN clause in order, `matched_update`, `matched_delete`, `not_matched_insert`, `not_matched_by_source_update`, `not_matched_by_source_delete`.
    pub merge_clauses: Vec<String>,
    pub schema_evolution: bool,
}

/// A notebook's run in a fresh workspace, cell by cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// One entry for each run of the plan, in order.
    pub runs: Vec<RunEvidence>,
    /// Every table that existed at the end or was dropped on the way, by name (lower-case) and then in order of creation.
    pub tables: Vec<TableEvidence>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunEvidence {
    /// The notebook's name as given by the plan.
    pub notebook: String,
    pub parameters: BTreeMap<String, String>,
    pub cells: Vec<CellEvidence>,
    /// Widgets that the run declared.
    pub widgets: Vec<WidgetEvidence>,
    /// True when a cell failed without being marked `-- expect-error` and the rest did not run.
    pub stopped: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellEvidence {
    /// Index in the notebook, from 0. Markdown cells have no entry.
    pub index: u32,
    pub title: Option<String>,
    /// First line of the cell in its file, from 1.
    pub first_line: u32,
    pub expects_error: bool,
    pub statements: Vec<StatementOutcome>,
    /// Latest version of every live table after the cell, by lower-case name.
    pub versions_after: BTreeMap<String, u64>,
    /// Columns and rows of every temp view that the cell created, as the view read at the end of the cell.
    pub views: BTreeMap<String, Relation>,
    /// False when an earlier failure kept the cell from running.
    pub ran: bool,
}

impl CellEvidence {
    /// Whether the cell's failure kept the rest from running. A limit, or a fault of ours, is never what a cell expects.
    pub fn stopped(&self) -> bool {
        let error = self.statements.iter().find_map(|outcome| outcome.error.as_ref()).filter(|_| self.ran);
        error.is_some_and(|error| !self.expects_error || error.is_internal() || error.is_limit())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidgetEvidence {
    pub name: String,
    /// `text`, `dropdown`, `combobox` or `multiselect`.
    pub kind: String,
    pub default: String,
    pub choices: Vec<String>,
    /// Whether any statement of the run bound `:name`.
    pub read: bool,
}

/// A table's whole life, from its log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableEvidence {
    /// As its author wrote it, without the schema when that is `default`.
    pub name: String,
    /// The log's metaData id.
    pub id: String,
    pub dropped: bool,
    /// In order, from version 0. Versions whose files VACUUM removed have no rows.
    pub versions: Vec<VersionEvidence>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionEvidence {
    pub version: u64,
    /// As in DESCRIBE HISTORY: `MERGE`, `CREATE TABLE AS SELECT`.
    pub operation: String,
    pub operation_parameters: BTreeMap<String, String>,
    pub operation_metrics: BTreeMap<String, String>,
    pub schema: Vec<Column>,
    /// The rows, in no particular order; `None` when they can no longer be read.
    pub rows: Option<Vec<Vec<serde_json::Value>>>,
    pub files_added: u64,
    pub files_removed: u64,
    /// Which run, cell and statement made it (indexes from 0); `None` for the setup.
    pub made_by: Option<StatementRef>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRef {
    pub run: u32,
    pub cell: u32,
    pub statement: u32,
}

impl Evidence {
    /// The live table of that name, without regard to case.
    pub fn table(&self, name: &str) -> Option<&TableEvidence> {
        self.tables.iter().rev().find(|table| !table.dropped && table.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// serde lists every variant when it meets a name that is none.
    #[test]
    fn the_list_of_kinds_has_every_kind_once() {
        let refused = serde_json::from_str::<StatementKind>("\"nothing\"").unwrap_err().to_string();
        let listed: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
        assert_eq!(listed, StatementKind::ALL.map(StatementKind::name));
    }
}
