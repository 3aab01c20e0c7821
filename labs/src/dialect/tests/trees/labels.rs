//! The variants that a statement is made of, so that the law can tell which it has seen.

use crate::dialect::*;

/// For each enum the labels of its variants and which one a value is. The `match` is exhaustive: a new variant does not
/// compile before it has a label, and a label that no strategy makes fails the law.
macro_rules! labels {
    ($($function:ident, $all:ident: $type:ty { $($pattern:pat => $label:literal,)* })*) => {
        $(
            const $all: &[&str] = &[$($label),*];
            fn $function(value: &$type) -> &'static str {
                match value { $($pattern => $label,)* }
            }
        )*
    };
}

labels! {
    statement, STATEMENTS: Statement {
        Statement::Query(_) => "Query",
        Statement::CreateTable(_) => "CreateTable",
        Statement::CreateView(_) => "CreateView",
        Statement::CreateWidget(_) => "CreateWidget",
        Statement::DropTable(_) => "DropTable",
        Statement::DropView(_) => "DropView",
        Statement::RemoveWidget(_) => "RemoveWidget",
        Statement::Insert(_) => "Insert",
        Statement::Update(_) => "Update",
        Statement::Delete(_) => "Delete",
        Statement::Merge(_) => "Merge",
        Statement::AlterTable(_) => "AlterTable",
        Statement::Restore(_) => "Restore",
        Statement::CreateTableLike(_) => "CreateTableLike",
        Statement::Truncate { .. } => "Truncate",
        Statement::Optimize(_) => "Optimize",
        Statement::Vacuum(_) => "Vacuum",
        Statement::Analyze { .. } => "Analyze",
        Statement::Set(_) => "Set",
        Statement::DescribeHistory { .. } => "DescribeHistory",
        Statement::DescribeDetail { .. } => "DescribeDetail",
        Statement::DescribeTable { .. } => "DescribeTable",
        Statement::DescribeQuery(_) => "DescribeQuery",
        Statement::ShowTables { .. } => "ShowTables",
        Statement::ShowViews { .. } => "ShowViews",
        Statement::ShowSchemas { .. } => "ShowSchemas",
        Statement::ShowPartitions { .. } => "ShowPartitions",
        Statement::ShowTblproperties { .. } => "ShowTblproperties",
        Statement::ShowCreateTable { .. } => "ShowCreateTable",
        Statement::ShowColumns { .. } => "ShowColumns",
        Statement::ShowFunctions(_) => "ShowFunctions",
        Statement::DescribeFunction { .. } => "DescribeFunction",
        Statement::Explain(_) => "Explain",
        Statement::Use(_) => "Use",
        Statement::UseCatalog { .. } => "UseCatalog",
        Statement::CreateSchema(_) => "CreateSchema",
        Statement::DropSchema(_) => "DropSchema",
        Statement::DescribeSchema(_) => "DescribeSchema",
        Statement::CreateFunction(_) => "CreateFunction",
        Statement::DropFunction(_) => "DropFunction",
        Statement::DeclareVariable(_) => "DeclareVariable",
        Statement::SetVariables(_) => "SetVariables",
        Statement::DropVariable { .. } => "DropVariable",
    }
    table_change, TABLE_CHANGES: TableChange {
        TableChange::AddColumns(_) => "AddColumns",
        TableChange::SetProperties(_) => "SetProperties",
        TableChange::UnsetProperties { .. } => "UnsetProperties",
        TableChange::AddConstraint(_) => "AddConstraint",
        TableChange::DropConstraint { .. } => "DropConstraint",
        TableChange::AlterColumn(_) => "AlterColumn",
        TableChange::Rename(_) => "Rename",
        TableChange::ClusterBy(_) => "ClusterBy",
        TableChange::RenameColumn { .. } => "RenameColumn",
        TableChange::DropColumns(_) => "DropColumns",
    }
    column_change, COLUMN_CHANGES: ColumnChange {
        ColumnChange::Comment(_) => "Comment",
        ColumnChange::SetNotNull => "SetNotNull",
        ColumnChange::DropNotNull => "DropNotNull",
        ColumnChange::SetDefault(_) => "SetDefault",
        ColumnChange::DropDefault => "DropDefault",
        ColumnChange::Move(_) => "Move",
    }
    column_place, COLUMN_PLACES: ColumnPlace {
        ColumnPlace::Last => "Last",
        ColumnPlace::First => "First",
        ColumnPlace::After(_) => "After",
    }
    merge_action, MERGE_ACTIONS: MergeAction {
        MergeAction::UpdateAll => "UpdateAll",
        MergeAction::Update(_) => "MergeUpdate",
        MergeAction::Delete => "MergeDelete",
        MergeAction::InsertAll => "InsertAll",
        MergeAction::Insert { .. } => "MergeInsert",
    }
    merge_kind, MERGE_KINDS: MergeKind {
        MergeKind::Matched => "Matched",
        MergeKind::NotMatched => "NotMatched",
        MergeKind::NotMatchedBySource => "NotMatchedBySource",
    }
    set_option, SET_OPTIONS: SetOption {
        SetOption::List => "List",
        SetOption::Show { .. } => "Show",
        SetOption::Give { .. } => "Give",
        SetOption::Reset { .. } => "Reset",
    }
    choices, CHOICES: WidgetChoices {
        WidgetChoices::None => "ChoicesNone",
        WidgetChoices::List(_) => "ChoicesList",
        WidgetChoices::Query(_) => "ChoicesQuery",
    }
    restore_point, RESTORE_POINTS: RestorePoint {
        RestorePoint::Version(_) => "Version",
        RestorePoint::Timestamp(_) => "Timestamp",
    }
}

/// Every label there is.
pub const LABELS: &[&[&str]] = &[
    STATEMENTS,
    TABLE_CHANGES,
    COLUMN_CHANGES,
    COLUMN_PLACES,
    MERGE_ACTIONS,
    MERGE_KINDS,
    SET_OPTIONS,
    CHOICES,
    RESTORE_POINTS,
];

/// The labels of the variants that a statement is made of.
pub fn label(of: &Statement) -> Vec<&'static str> {
    let mut labels = vec![statement(of)];
    match of {
        Statement::AlterTable(alter) => {
            labels.push(table_change(&alter.change));
            match &alter.change {
                TableChange::AddColumns(added) => labels.extend(added.iter().map(|added| column_place(&added.place))),
                TableChange::AlterColumn(alter) => labels.push(column_change(&alter.change)),
                _ => {}
            }
        }
        Statement::Merge(merge) => {
            labels.extend(
                merge.clauses.iter().flat_map(|clause| [merge_kind(&clause.kind), merge_action(&clause.action)]),
            );
        }
        Statement::Set(option) => labels.push(set_option(option)),
        Statement::CreateWidget(widget) => labels.push(choices(&widget.choices)),
        Statement::Restore(restore) => labels.push(restore_point(&restore.to)),
        _ => {}
    }
    labels
}
