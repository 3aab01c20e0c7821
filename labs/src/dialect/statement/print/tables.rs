//! Tables, views and schemas: made, dropped, described by their columns.

use std::fmt::{Display, Formatter, Result};

use crate::diagnostic::Position;

use super::super::{
    ColumnSpec, CreateSchema, CreateTable, CreateTableLike, CreateView, Creation, DropSchema, DropTable, Optimize,
    Restore, RestorePoint, TableName, Vacuum,
};
use super::spelling::{expression, query};
use super::types::data_type;
use super::words::{clause, kept, list, name, names, placed, properties, text, when};

impl Display for TableName {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let parts: Vec<String> = self.parts.iter().map(|part| name(part)).collect();
        f.write_str(&parts.join("."))
    }
}

impl Display for CreateTable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let verb = match self.creation {
            Creation::New => "CREATE",
            Creation::OrReplace => "CREATE OR REPLACE",
            Creation::Replace => "REPLACE",
        };
        let if_not_exists = when(self.if_not_exists, "IF NOT EXISTS ");
        write!(f, "{verb} TABLE {if_not_exists}{}", self.name)?;
        let columns: Vec<String> = self.columns.iter().map(ColumnSpec::to_string).collect();
        f.write_str(&list("", columns.join(", ")))?;
        f.write_str(&list("PARTITIONED BY", names(&self.partitioned_by)))?;
        f.write_str(&list("CLUSTER BY", names(&self.clustered_by)))?;
        f.write_str(&clause("COMMENT", self.comment.as_deref().map(text)))?;
        if !self.properties.is_empty() {
            write!(f, " TBLPROPERTIES {}", properties(&self.properties))?;
        }
        f.write_str(&clause("AS", self.query.as_deref().map(query)))
    }
}

impl Display for ColumnSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}{}", name(&self.name), data_type(&self.data_type), when(!self.nullable, " NOT NULL"))?;
        f.write_str(&clause("COMMENT", self.comment.as_deref().map(text)))?;
        f.write_str(&clause("DEFAULT", self.default.as_deref().map(kept)))?;
        f.write_str(&list("GENERATED ALWAYS AS", self.generated.as_deref().map_or_else(String::new, kept)))
    }
}

impl Display for CreateTableLike {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { name, if_not_exists, source } = self;
        write!(f, "CREATE TABLE {}{name} LIKE {source}", when(*if_not_exists, "IF NOT EXISTS "))
    }
}

/// The query is printed as its text, which is kept.
impl Display for CreateView {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let replace = when(self.or_replace, "OR REPLACE ");
        let temporary = when(self.temporary, "TEMPORARY ");
        let if_not_exists = when(self.if_not_exists, "IF NOT EXISTS ");
        write!(f, "CREATE {replace}{temporary}VIEW {if_not_exists}{}", self.name)?;
        f.write_str(&list("", names(&self.columns)))?;
        f.write_str(&clause("COMMENT", self.comment.as_deref().map(text)))?;
        write!(f, " AS {}", self.text)
    }
}

/// `[IF EXISTS] name`
impl Display for DropTable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}", when(self.if_exists, "IF EXISTS "), self.name)
    }
}

impl Display for CreateSchema {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let if_not_exists = when(self.if_not_exists, "IF NOT EXISTS ");
        let comment = clause("COMMENT", self.comment.as_deref().map(text));
        write!(f, "CREATE SCHEMA {if_not_exists}{}{comment}", self.name)
    }
}

impl Display for DropSchema {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { name, if_exists, cascade } = self;
        write!(f, "DROP SCHEMA {}{name}{}", when(*if_exists, "IF EXISTS "), when(*cascade, " CASCADE"))
    }
}

impl Display for Restore {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "RESTORE TABLE {} TO ", self.table)?;
        match &self.to {
            RestorePoint::Version(version) => write!(f, "VERSION AS OF {version}"),
            RestorePoint::Timestamp(time) => write!(f, "TIMESTAMP AS OF {}", expression(time)),
        }
    }
}

impl Display for Optimize {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let predicate = clause("WHERE", self.predicate.as_ref().map(expression));
        write!(f, "OPTIMIZE {}{predicate}{}", self.table, list("ZORDER BY", placed(&self.z_order)))
    }
}

/// `ANALYZE TABLE table COMPUTE STATISTICS [FOR COLUMNS names]`
pub fn analyze(table: &TableName, columns: &[(String, Position)], f: &mut Formatter<'_>) -> Result {
    let columns = (!columns.is_empty()).then(|| placed(columns));
    write!(f, "ANALYZE TABLE {table} COMPUTE STATISTICS{}", clause("FOR COLUMNS", columns))
}

impl Display for Vacuum {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "VACUUM {}", self.table)?;
        if let Some(hours) = self.retain_hours {
            write!(f, " RETAIN {hours} HOURS")?;
        }
        f.write_str(when(self.dry_run, " DRY RUN"))
    }
}
