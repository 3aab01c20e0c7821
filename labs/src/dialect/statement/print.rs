//! A statement as text of our dialect. The law: the parser reads the text back to the same tree, places aside.
//!
//! What the tree does not hold is not printed: comments, the case of names in expressions, words that change nothing.
//! Where a variant keeps a part as text, that text is printed. A tree that no text has made is printed too, with the
//! brackets that it needs.

mod alter;
mod brackets;
mod data;
mod idents;
mod look;
mod routines;
mod settings;
mod shape;
mod spelling;
mod tables;
mod types;
mod words;

use std::fmt::{Display, Formatter, Result};

use super::Statement;
use spelling::query;
use words::name;

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Query(select) => f.write_str(&query(select)),
            Self::CreateTable(create) => create.fmt(f),
            Self::CreateTableLike(create) => create.fmt(f),
            Self::CreateView(create) => create.fmt(f),
            Self::CreateWidget(create) => create.fmt(f),
            Self::CreateSchema(create) => create.fmt(f),
            Self::CreateFunction(create) => create.fmt(f),
            Self::DropTable(drop) => write!(f, "DROP TABLE {drop}"),
            Self::DropView(drop) => write!(f, "DROP VIEW {drop}"),
            Self::DropSchema(drop) => drop.fmt(f),
            Self::DropFunction(drop) => drop.fmt(f),
            Self::DropVariable { name, if_exists } => settings::drop_variable(name, *if_exists, f),
            Self::RemoveWidget(widget) => write!(f, "REMOVE WIDGET {}", name(widget)),
            Self::Insert(insert) => insert.fmt(f),
            Self::Update(update) => update.fmt(f),
            Self::Delete(delete) => delete.fmt(f),
            Self::Merge(merge) => merge.fmt(f),
            Self::AlterTable(alter) => alter.fmt(f),
            Self::Restore(restore) => restore.fmt(f),
            Self::Truncate { table } => write!(f, "TRUNCATE TABLE {table}"),
            Self::Optimize(optimize) => optimize.fmt(f),
            Self::Vacuum(vacuum) => vacuum.fmt(f),
            Self::Analyze { table, columns } => tables::analyze(table, columns, f),
            Self::Set(option) => option.fmt(f),
            Self::DeclareVariable(declare) => declare.fmt(f),
            Self::SetVariables(set) => settings::variables(set, f),
            Self::Use(schema) => write!(f, "USE SCHEMA {schema}"),
            Self::UseCatalog { catalog } => write!(f, "USE CATALOG {}", name(catalog)),
            Self::Explain(select) => write!(f, "EXPLAIN {}", query(select)),
            Self::DescribeQuery(select) => write!(f, "DESCRIBE QUERY {}", query(select)),
            Self::DescribeTable { table, extended } => look::describe("TABLE", table, *extended, f),
            Self::DescribeFunction { name, extended } => look::describe("FUNCTION", name, *extended, f),
            Self::DescribeHistory { table, limit } => look::history(table, *limit, f),
            Self::DescribeDetail { table } => write!(f, "DESCRIBE DETAIL {table}"),
            Self::DescribeSchema(schema) => write!(f, "DESCRIBE SCHEMA {schema}"),
            Self::ShowTables { schema, pattern } => look::show("TABLES", schema, pattern, f),
            Self::ShowViews { schema, pattern } => look::show("VIEWS", schema, pattern, f),
            Self::ShowSchemas { pattern } => look::show("SCHEMAS", &None, pattern, f),
            Self::ShowFunctions(functions) => functions.fmt(f),
            Self::ShowPartitions { table } => write!(f, "SHOW PARTITIONS {table}"),
            Self::ShowTblproperties { table, key } => look::properties(table, key.as_deref(), f),
            Self::ShowCreateTable { table } => write!(f, "SHOW CREATE TABLE {table}"),
            Self::ShowColumns { table } => write!(f, "SHOW COLUMNS IN {table}"),
        }
    }
}
