//! What kind a statement is, and which table or view it is about.

use super::{Statement, TableName};
use crate::evidence::StatementKind;

impl Statement {
    /// What the statement is, for the evidence.
    pub fn kind(&self) -> StatementKind {
        match self {
            Self::Query(_) | Self::Explain(_) | Self::DescribeQuery(_) => StatementKind::Query,
            Self::CreateTable(create) if create.query.is_some() => StatementKind::CreateTableAsSelect,
            Self::CreateTable(_) | Self::CreateTableLike(_) => StatementKind::CreateTable,
            Self::CreateView(create) if create.temporary => StatementKind::CreateTempView,
            Self::CreateView(_) => StatementKind::CreateView,
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
            | Self::ShowFunctions(_)
            | Self::DescribeFunction { .. } => StatementKind::Show,
            Self::Use(_)
            | Self::UseCatalog { .. }
            | Self::CreateSchema(_)
            | Self::DropSchema(_)
            | Self::DescribeSchema(_)
            | Self::CreateFunction(_)
            | Self::DropFunction(_)
            | Self::DeclareVariable(_)
            | Self::SetVariables(_)
            | Self::DropVariable { .. }
            | Self::Analyze { .. } => StatementKind::Other,
        }
    }

    /// The table, view or widget that the statement writes, creates, alters, describes or drops, as written.
    pub fn target(&self) -> Option<String> {
        match self {
            Self::CreateWidget(widget) => Some(widget.name.clone()),
            Self::RemoveWidget(name) => Some(name.clone()),
            _ => self.relation().map(|name| name.name().to_owned()),
        }
    }

    /// The table or view that the statement writes, creates, alters, describes or drops.
    pub fn relation(&self) -> Option<&TableName> {
        Some(match self {
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
            _ => return None,
        })
    }
}
