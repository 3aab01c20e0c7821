//! Statements without the places of their parts, for comparing what they say.

use crate::diagnostic::Position;
use crate::dialect::*;

pub const NOWHERE: Position = Position { line: 0, column: 0 };

/// The statement with every place forgotten; one that is not forgotten here breaks the law. sqlparser's nodes are equal
/// wherever they stand.
pub fn unplaced(mut statement: Statement) -> Statement {
    use Statement as S;
    relation(&mut statement).map(table);
    match &mut statement {
        S::CreateTable(create) => create.columns.iter_mut().for_each(column),
        S::CreateTableLike(create) => table(&mut create.source),
        S::Insert(Insert { columns, .. })
        | S::Optimize(Optimize { z_order: columns, .. })
        | S::Analyze { columns, .. } => names(columns),
        S::Update(update) => update.assignments.iter_mut().for_each(assignment),
        S::Merge(merge) => merge.clauses.iter_mut().for_each(clause),
        S::AlterTable(alter) => change(&mut alter.change),
        S::CreateFunction(create) => {
            create.body_position = NOWHERE;
            create.parameters.iter_mut().for_each(|parameter| parameter.position = NOWHERE);
        }
        S::Set(SetOption::Give { place, .. }) => *place = NOWHERE,
        S::DeclareVariable(declare) => declare.position = NOWHERE,
        S::SetVariables(set) => set.iter_mut().for_each(|set| set.position = NOWHERE),
        _ => {}
    }
    statement
}

/// The name that a statement is about.
fn relation(statement: &mut Statement) -> Option<&mut TableName> {
    use Statement as S;
    Some(match statement {
        S::CreateTable(CreateTable { name, .. })
        | S::CreateTableLike(CreateTableLike { name, .. })
        | S::CreateView(CreateView { name, .. })
        | S::CreateSchema(CreateSchema { name, .. })
        | S::CreateFunction(CreateFunction { name, .. })
        | S::DropTable(DropTable { name, .. })
        | S::DropView(DropTable { name, .. })
        | S::DropSchema(DropSchema { name, .. })
        | S::DropFunction(DropFunction { name, .. })
        | S::Use(name)
        | S::DescribeSchema(name)
        | S::DescribeFunction { name, .. }
        | S::Insert(Insert { table: name, .. })
        | S::Update(Update { table: name, .. })
        | S::Delete(Delete { table: name, .. })
        | S::AlterTable(AlterTable { table: name, .. })
        | S::Restore(Restore { table: name, .. })
        | S::Optimize(Optimize { table: name, .. })
        | S::Vacuum(Vacuum { table: name, .. })
        | S::Analyze { table: name, .. }
        | S::Truncate { table: name }
        | S::DescribeHistory { table: name, .. }
        | S::DescribeDetail { table: name }
        | S::DescribeTable { table: name, .. }
        | S::ShowPartitions { table: name }
        | S::ShowTblproperties { table: name, .. }
        | S::ShowCreateTable { table: name }
        | S::ShowColumns { table: name } => name,
        S::Merge(merge) => &mut merge.target,
        _ => return None,
    })
}

fn table(name: &mut TableName) {
    name.position = None;
}

fn names(columns: &mut [(String, Position)]) {
    columns.iter_mut().for_each(|(_, position)| *position = NOWHERE);
}

fn column(column: &mut ColumnSpec) {
    column.position = NOWHERE;
}

fn assignment(assignment: &mut Assignment) {
    assignment.position = NOWHERE;
}

fn clause(clause: &mut MergeClause) {
    clause.position = NOWHERE;
    match &mut clause.action {
        MergeAction::Update(set) => set.iter_mut().for_each(assignment),
        MergeAction::Insert { columns, .. } => names(columns),
        MergeAction::UpdateAll | MergeAction::Delete | MergeAction::InsertAll => {}
    }
}

fn change(change: &mut TableChange) {
    match change {
        TableChange::AddColumns(added) => added.iter_mut().for_each(|added| column(&mut added.column)),
        TableChange::AddConstraint(constraint) => constraint.position = NOWHERE,
        TableChange::AlterColumn(alter) => alter.position = NOWHERE,
        TableChange::Rename(to) => table(to),
        TableChange::RenameColumn { position, .. } => *position = NOWHERE,
        TableChange::DropColumns(columns) => names(columns),
        TableChange::SetProperties(_)
        | TableChange::UnsetProperties { .. }
        | TableChange::DropConstraint { .. }
        | TableChange::ClusterBy(_) => {}
    }
}
