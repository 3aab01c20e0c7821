//! `ALTER TABLE`: what changes.

use super::{ColumnSpec, TableName};
use crate::diagnostic::Position;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTable {
    pub table: TableName,
    pub change: TableChange,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableChange {
    AddColumns(Vec<AddedColumn>),
    SetProperties(Vec<(String, String)>),
    UnsetProperties {
        keys: Vec<String>,
        if_exists: bool,
    },
    AddConstraint(NewConstraint),
    DropConstraint {
        name: String,
        if_exists: bool,
    },
    AlterColumn(AlterColumn),
    /// `RENAME TO name`
    Rename(TableName),
    /// `CLUSTER BY (columns)`, or NONE
    ClusterBy(Vec<String>),
    /// Refused without column mapping, but only for a table that is there.
    RenameColumn {
        from: String,
        position: Position,
        to: String,
    },
    DropColumns(Vec<(String, Position)>),
}

/// `ADD CONSTRAINT name CHECK (condition)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConstraint {
    pub name: String,
    pub position: Position,
    /// As written.
    pub condition: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterColumn {
    pub column: String,
    pub position: Position,
    pub change: ColumnChange,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnChange {
    Comment(String),
    SetNotNull,
    DropNotNull,
    /// The default's text.
    SetDefault(String),
    DropDefault,
    Move(ColumnPlace),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedColumn {
    pub column: ColumnSpec,
    pub place: ColumnPlace,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnPlace {
    Last,
    First,
    After(String),
}
