//! Our own syntax tree: one variant per statement.
//!
//! Names are as the author wrote them; they are compared without regard to case. Expressions and queries are
//! sqlparser's, with names folded to lower case.

mod alter;

use datafusion::sql::sqlparser::ast::{DataType, Expr, ObjectName, Query, TableFactor};

use crate::diagnostic::Position;
use crate::evidence::StatementKind;

pub use alter::*;

#[derive(Clone, Debug)]
pub enum Statement {
    Query(Box<Query>),
    CreateTable(CreateTable),
    CreateView(CreateView),
    CreateWidget(CreateWidget),
    DropTable(DropTable),
    DropView(DropTable),
    RemoveWidget(String),
    Insert(Insert),
    Update(Update),
    Delete(Delete),
    Merge(Box<Merge>),
    AlterTable(AlterTable),
    Restore(Restore),
    CreateTableLike(CreateTableLike),
    Truncate { table: TableName },
    Optimize(Optimize),
    Vacuum(Vacuum),
    Analyze { table: TableName, columns: Vec<(String, Position)> },
    Set(SetOption),
    DescribeHistory { table: TableName, limit: Option<u64> },
    DescribeDetail { table: TableName },
    DescribeTable { table: TableName, extended: bool },
    DescribeQuery(Box<Query>),
    ShowTables { schema: Option<String>, pattern: Option<String> },
    ShowViews { schema: Option<String>, pattern: Option<String> },
    ShowSchemas { pattern: Option<String> },
    ShowPartitions { table: TableName },
    ShowTblproperties { table: TableName, key: Option<String> },
    ShowCreateTable { table: TableName },
    ShowColumns { table: TableName },
    ShowFunctions { pattern: Option<String> },
    DescribeFunction { name: String, position: Position, extended: bool },
    Explain(Box<Query>),
    Use { schema: String },
}

/// A table's or view's name: up to catalog, schema and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    /// As written, one to three.
    pub parts: Vec<String>,
    pub position: Option<Position>,
}

impl TableName {
    /// The last part, as written.
    pub fn name(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    pub fn from_object_name(name: &ObjectName) -> Self {
        let part = |part: &datafusion::sql::sqlparser::ast::ObjectNamePart| {
            part.as_ident().map_or_else(|| part.to_string(), |ident| ident.value.clone())
        };
        let start =
            name.0.first().and_then(|part| part.as_ident()).map(|ident| super::lexer::position(ident.span.start));
        Self { parts: name.0.iter().map(part).collect(), position: start.filter(|position| position.line > 0) }
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<String> = self.parts.iter().map(|part| format!("`{part}`")).collect();
        f.write_str(&parts.join("."))
    }
}

#[derive(Clone, Debug)]
pub struct CreateTable {
    pub name: TableName,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub columns: Vec<ColumnSpec>,
    pub partitioned_by: Vec<String>,
    pub clustered_by: Vec<String>,
    pub comment: Option<String>,
    pub properties: Vec<(String, String)>,
    pub query: Option<Box<Query>>,
}

#[derive(Clone, Debug)]
pub struct ColumnSpec {
    pub name: String,
    pub data_type: DataType,
    pub nullable: bool,
    pub comment: Option<String>,
    pub position: Position,
}

#[derive(Clone, Debug)]
pub struct CreateView {
    pub name: TableName,
    pub or_replace: bool,
    pub if_not_exists: bool,
    /// Columns renamed by `v(a, b)`.
    pub columns: Vec<String>,
    pub query: Box<Query>,
    /// The query's text with parameters bound; kept with the workspace.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateWidget {
    pub kind: WidgetKind,
    pub name: String,
    pub default: String,
    /// A list, or a query whose first column gives it.
    pub choices: WidgetChoices,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WidgetKind {
    Text,
    Dropdown,
    Combobox,
    Multiselect,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WidgetChoices {
    None,
    List(Vec<String>),
    Query(Box<Query>),
}

impl WidgetKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dropdown => "dropdown",
            Self::Combobox => "combobox",
            Self::Multiselect => "multiselect",
        }
    }
}

#[derive(Clone, Debug)]
pub struct DropTable {
    pub name: TableName,
    pub if_exists: bool,
}

#[derive(Clone, Debug)]
pub struct Insert {
    pub table: TableName,
    pub overwrite: bool,
    /// Named columns in order; empty when values go by position.
    pub columns: Vec<(String, Position)>,
    pub by_name: bool,
    pub replace_where: Option<Expr>,
    pub source: Box<Query>,
}

#[derive(Clone, Debug)]
pub struct Update {
    pub table: TableName,
    pub alias: Option<String>,
    pub assignments: Vec<Assignment>,
    pub predicate: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Assignment {
    pub column: String,
    pub position: Position,
    pub value: Expr,
}

#[derive(Clone, Debug)]
pub struct Delete {
    pub table: TableName,
    pub alias: Option<String>,
    pub predicate: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Merge {
    pub schema_evolution: bool,
    pub target: TableName,
    pub target_alias: Option<String>,
    pub source: TableFactor,
    pub on: Expr,
    pub clauses: Vec<MergeClause>,
}

#[derive(Clone, Debug)]
pub struct MergeClause {
    pub kind: MergeKind,
    pub condition: Option<Expr>,
    pub action: MergeAction,
    pub position: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeKind {
    Matched,
    NotMatched,
    NotMatchedBySource,
}

#[derive(Clone, Debug)]
pub enum MergeAction {
    UpdateAll,
    Update(Vec<Assignment>),
    Delete,
    InsertAll,
    Insert { columns: Vec<(String, Position)>, values: Vec<Expr> },
}

impl MergeClause {
    /// `matched_update`, `not_matched_insert`, `not_matched_by_source_delete`.
    pub fn label(&self) -> String {
        let kind = match self.kind {
            MergeKind::Matched => "matched",
            MergeKind::NotMatched => "not_matched",
            MergeKind::NotMatchedBySource => "not_matched_by_source",
        };
        let action = match self.action {
            MergeAction::UpdateAll | MergeAction::Update(_) => "update",
            MergeAction::Delete => "delete",
            MergeAction::InsertAll | MergeAction::Insert { .. } => "insert",
        };
        format!("{kind}_{action}")
    }
}

#[derive(Clone, Debug)]
pub struct Restore {
    pub table: TableName,
    pub to: RestorePoint,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, for as long as its statement runs")]
pub enum RestorePoint {
    Version(u64),
    Timestamp(Expr),
}

/// `CREATE TABLE name LIKE source`
#[derive(Clone, Debug)]
pub struct CreateTableLike {
    pub name: TableName,
    pub if_not_exists: bool,
    pub source: TableName,
}

#[derive(Clone, Debug)]
pub struct Optimize {
    pub table: TableName,
    /// Over partition columns only.
    pub predicate: Option<Expr>,
    /// Empty without ZORDER BY.
    pub z_order: Vec<(String, Position)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacuum {
    pub table: TableName,
    pub retain_hours: Option<u64>,
    pub dry_run: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetOption {
    List,
    Show {
        key: String,
    },
    Give {
        key: String,
        value: String,
        place: Position,
    },
    /// One option, or all of them.
    Reset {
        key: Option<String>,
    },
}

impl Statement {
    /// What the statement is, for the evidence.
    pub fn kind(&self) -> StatementKind {
        match self {
            Self::Query(_) | Self::Explain(_) | Self::DescribeQuery(_) => StatementKind::Query,
            Self::CreateTable(create) if create.query.is_some() => StatementKind::CreateTableAsSelect,
            Self::CreateTable(_) | Self::CreateTableLike(_) => StatementKind::CreateTable,
            Self::CreateView(_) => StatementKind::CreateTempView,
            Self::CreateWidget(_) => StatementKind::CreateWidget,
            Self::DropTable(_) | Self::DropView(_) => StatementKind::DropTable,
            Self::RemoveWidget(_) => StatementKind::RemoveWidget,
            Self::Insert(insert) if insert.overwrite || insert.replace_where.is_some() => {
                StatementKind::InsertOverwrite
            }
            Self::Insert(_) => StatementKind::Insert,
            Self::Update(_) => StatementKind::Update,
            Self::Delete(_) | Self::Truncate { .. } => StatementKind::Delete,
            Self::Merge(_) => StatementKind::Merge,
            Self::AlterTable(_) => StatementKind::AlterTable,
            Self::Restore(_) => StatementKind::Restore,
            Self::Optimize(_) => StatementKind::Optimize,
            Self::Vacuum(_) => StatementKind::Vacuum,
            Self::Set(_) => StatementKind::Set,
            Self::DescribeHistory { .. } => StatementKind::DescribeHistory,
            Self::DescribeDetail { .. } => StatementKind::DescribeDetail,
            Self::DescribeTable { .. } => StatementKind::DescribeTable,
            Self::ShowTables { .. }
            | Self::ShowViews { .. }
            | Self::ShowSchemas { .. }
            | Self::ShowPartitions { .. }
            | Self::ShowTblproperties { .. }
            | Self::ShowCreateTable { .. }
            | Self::ShowColumns { .. }
            | Self::ShowFunctions { .. }
            | Self::DescribeFunction { .. } => StatementKind::Show,
            Self::Use { .. } | Self::Analyze { .. } => StatementKind::Other,
        }
    }

    /// The table, view or widget that the statement writes, creates, alters, describes or drops, as written.
    pub fn target(&self) -> Option<String> {
        let name = match self {
            Self::CreateTable(create) => &create.name,
            Self::CreateView(create) => &create.name,
            Self::DropTable(drop) | Self::DropView(drop) => &drop.name,
            Self::Insert(insert) => &insert.table,
            Self::Update(update) => &update.table,
            Self::Delete(delete) => &delete.table,
            Self::Merge(merge) => &merge.target,
            Self::AlterTable(alter) => &alter.table,
            Self::Restore(restore) => &restore.table,
            Self::CreateTableLike(create) => &create.name,
            Self::Optimize(optimize) => &optimize.table,
            Self::Vacuum(vacuum) => &vacuum.table,
            Self::DescribeHistory { table, .. }
            | Self::DescribeDetail { table }
            | Self::DescribeTable { table, .. }
            | Self::ShowTblproperties { table, .. }
            | Self::ShowCreateTable { table }
            | Self::ShowColumns { table }
            | Self::ShowPartitions { table }
            | Self::Truncate { table }
            | Self::Analyze { table, .. } => table,
            Self::CreateWidget(widget) => return Some(widget.name.clone()),
            Self::RemoveWidget(name) => return Some(name.clone()),
            _ => return None,
        };
        Some(name.name().to_owned())
    }
}
