//! `ALTER TABLE`

use std::fmt::{Display, Formatter, Result};

use super::super::{AddedColumn, AlterColumn, AlterTable, ColumnChange, ColumnPlace, NewConstraint, TableChange};
use super::words::{kept, name, names, placed, properties, text, texts, when};

impl Display for AlterTable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "ALTER TABLE {} {}", self.table, self.change)
    }
}

impl Display for TableChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::AddColumns(added) => {
                let added: Vec<String> = added.iter().map(AddedColumn::to_string).collect();
                write!(f, "ADD COLUMNS ({})", added.join(", "))
            }
            Self::SetProperties(set) => write!(f, "SET TBLPROPERTIES {}", properties(set)),
            Self::UnsetProperties { keys, if_exists } => {
                write!(f, "UNSET TBLPROPERTIES {}({})", when(*if_exists, "IF EXISTS "), texts(keys))
            }
            Self::AddConstraint(NewConstraint { name: constraint, condition, .. }) => {
                write!(f, "ADD CONSTRAINT {} CHECK ({})", name(constraint), kept(condition))
            }
            Self::DropConstraint { name: constraint, if_exists } => {
                write!(f, "DROP CONSTRAINT {}{}", when(*if_exists, "IF EXISTS "), name(constraint))
            }
            Self::AlterColumn(AlterColumn { column, change, .. }) => {
                write!(f, "ALTER COLUMN {} {change}", name(column))
            }
            Self::Rename(to) => write!(f, "RENAME TO {to}"),
            Self::ClusterBy(columns) if columns.is_empty() => f.write_str("CLUSTER BY NONE"),
            Self::ClusterBy(columns) => write!(f, "CLUSTER BY ({})", names(columns)),
            Self::RenameColumn { from, to, .. } => write!(f, "RENAME COLUMN {} TO {}", name(from), name(to)),
            Self::DropColumns(columns) => write!(f, "DROP COLUMNS ({})", placed(columns)),
        }
    }
}

impl Display for AddedColumn {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.place {
            ColumnPlace::Last => self.column.fmt(f),
            place => write!(f, "{} {place}", self.column),
        }
    }
}

impl Display for ColumnPlace {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Last => Ok(()),
            Self::First => f.write_str("FIRST"),
            Self::After(column) => write!(f, "AFTER {}", name(column)),
        }
    }
}

impl Display for ColumnChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Comment(comment) => write!(f, "COMMENT {}", text(comment)),
            Self::SetNotNull => f.write_str("SET NOT NULL"),
            Self::DropNotNull => f.write_str("DROP NOT NULL"),
            Self::SetDefault(default) => write!(f, "SET DEFAULT {}", kept(default)),
            Self::DropDefault => f.write_str("DROP DEFAULT"),
            Self::Move(place) => place.fmt(f),
        }
    }
}
