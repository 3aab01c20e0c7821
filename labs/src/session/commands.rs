//! What each statement does: one file a statement, [`execute`] chooses.

mod alter_column;
pub mod alter_table;
mod analyze;
mod auto_compact;
mod cluster_by;
mod constraint;
pub mod create_table;
mod create_table_like;
mod create_view;
mod create_widget;
mod default_word;
mod delete;
pub mod describe_detail;
mod describe_history;
mod describe_table;
mod drop_table;
mod existing;
mod explain;
mod function;
mod functions;
mod insert;
mod merge;
mod merge_outcome;
mod merge_plan;
mod optimize;
mod predicate;
mod query;
mod rename_table;
mod restore;
pub mod rewrite;
mod rewritten;
mod schema;
mod set_option;
mod show;
mod target;
mod truncate;
mod update;
mod vacuum;
mod variable;
mod z_order;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::dialect::{Lexed, Statement};
use crate::evidence::StatementFacts;
use crate::outcome::TableCommit;
use crate::relation::{Column, Relation};

use super::{Session, catalog};

type Result<T> = std::result::Result<T, Diagnostic>;

/// What a statement gives back.
#[derive(Debug, Default)]
pub struct Output {
    pub relation: Relation,
    pub total_rows: u64,
    pub notes: Vec<String>,
    pub commits: Vec<TableCommit>,
}

impl Output {
    pub fn of(relation: Relation) -> Self {
        Self { total_rows: relation.rows.len() as u64, relation, ..Self::default() }
    }

    /// One row of counts.
    pub fn counts<const N: usize>(counts: [(&str, usize); N]) -> Self {
        let columns = counts.iter().map(|(name, _)| Column::new(*name, "BIGINT")).collect();
        let row = counts.iter().map(|(_, count)| Value::from(*count)).collect();
        Self::of(Relation { columns, rows: vec![row] })
    }

    pub fn with_commit(mut self, commit: TableCommit) -> Self {
        self.commits.push(commit);
        self
    }

    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// What a statement is, from its syntax alone.
pub fn facts(statement: &Statement, lexed: &Lexed) -> StatementFacts {
    let mut facts = StatementFacts {
        kind: statement.kind(),
        target: statement.target(),
        parameters_read: lexed.parameters_read.iter().cloned().collect(),
        ..StatementFacts::default()
    };
    match statement {
        Statement::Merge(merge) => {
            facts.features.merge_clauses = merge.clauses.iter().map(crate::dialect::MergeClause::label).collect();
            facts.features.schema_evolution = merge.schema_evolution;
        }
        Statement::AlterTable(alter) => {
            facts.features.schema_evolution = matches!(alter.change, crate::dialect::TableChange::AddColumns(_));
        }
        Statement::DescribeHistory { .. } => facts.features.describes_history = true,
        _ => {}
    }
    facts
}

/// Runs one statement. `parameters` are the values that it bound.
pub async fn execute(
    session: &mut Session,
    statement: &Statement,
    lexed: &Lexed,
    facts: &mut StatementFacts,
    parameters: BTreeMap<String, String>,
) -> Result<Output> {
    if let Some(target) = stored_target(session, statement) {
        facts.target = Some(target);
    }
    let output = dispatch(session, statement, lexed, facts, parameters).await?;
    auto_compact::after(session, statement, output).await
}

/// The full name of what a statement is about, where that is not in the schema `default`.
fn stored_target(session: &Session, statement: &Statement) -> Option<String> {
    let name = statement.relation()?;
    let temporary = matches!(statement, Statement::CreateView(create) if create.temporary)
        || matches!(session.find(name), Ok(Some(catalog::Found::View(_))));
    let written = session.written(name).ok().filter(|_| !temporary)?;
    (catalog::split(&written).0 != catalog::SCHEMA).then_some(written)
}

async fn dispatch(
    session: &mut Session,
    statement: &Statement,
    lexed: &Lexed,
    facts: &mut StatementFacts,
    parameters: BTreeMap<String, String>,
) -> Result<Output> {
    match statement {
        Statement::Query(query) => query::run(session, query, lexed, facts).await,
        Statement::CreateTable(create) => create_table::run(session, create, lexed, facts).await,
        Statement::CreateView(create) => create_view::run(session, create, lexed, facts, parameters).await,
        Statement::CreateWidget(create) => create_widget::run(session, create, lexed, facts).await,
        Statement::RemoveWidget(name) => create_widget::remove(session, name),
        Statement::DropTable(drop) => drop_table::table(session, drop).await,
        Statement::DropView(drop) => drop_table::view(session, drop),
        Statement::Insert(insert) => insert::run(session, insert, lexed, facts).await,
        Statement::Update(update) => update::run(session, update, lexed, facts).await,
        Statement::Delete(delete) => delete::run(session, delete, lexed, facts).await,
        Statement::Merge(merge) => merge::run(session, merge, lexed, facts).await,
        Statement::AlterTable(alter) => alter_table::run(session, alter).await,
        Statement::Restore(restore) => restore::run(session, restore, lexed, facts).await,
        Statement::CreateTableLike(create) => create_table_like::run(session, create).await,
        Statement::Truncate { table } => truncate::run(session, table, lexed, facts).await,
        Statement::Optimize(optimize) => optimize::run(session, optimize, lexed, facts).await,
        Statement::Vacuum(vacuum) => vacuum::run(session, vacuum).await,
        Statement::Analyze { table, columns } => analyze::run(session, table, columns),
        Statement::Set(set) => set_option::run(session, set),
        Statement::DescribeHistory { table, limit } => describe_history::run(session, table, *limit).await,
        Statement::DescribeDetail { table } => describe_detail::run(session, table).await,
        Statement::DescribeTable { table, extended } => {
            describe_table::run(session, table, *extended, lexed, facts).await
        }
        Statement::DescribeQuery(query) => describe_table::query(session, query, lexed, facts).await,
        Statement::ShowTables { schema, pattern } => show::tables(session, schema.as_deref(), pattern.as_deref()),
        Statement::ShowViews { schema, pattern } => show::views(session, schema.as_deref(), pattern.as_deref()),
        Statement::ShowSchemas { pattern } => Ok(show::schemas(session, pattern.as_deref())),
        Statement::ShowPartitions { table } => show::partitions(session, table),
        Statement::ShowTblproperties { table, key } => show::properties(session, table, key.as_deref()),
        Statement::ShowCreateTable { table } => show::create_table(session, table),
        Statement::ShowColumns { table } => show::columns(session, table, lexed, facts).await,
        Statement::ShowFunctions(asked) => functions::list(session, asked),
        Statement::DescribeFunction { name, extended } => functions::describe(session, name, *extended).await,
        Statement::Explain(query) => explain::run(session, query, lexed, facts).await,
        Statement::Use(name) => schema::choose(session, name),
        Statement::UseCatalog { catalog } => schema::choose_catalog(session, catalog),
        Statement::CreateSchema(create) => schema::create(session, create),
        Statement::DropSchema(drop) => schema::drop(session, drop).await,
        Statement::CreateFunction(create) => function::create(session, create).await,
        Statement::DropFunction(drop) => function::drop(session, drop),
        Statement::DeclareVariable(declare) => variable::declare(session, declare).await,
        Statement::SetVariables(assignments) => variable::set(session, assignments, lexed, facts).await,
        Statement::DropVariable { name, if_exists } => variable::drop(session, name, *if_exists),
        Statement::DescribeSchema(name) => schema::describe(session, name),
    }
}
