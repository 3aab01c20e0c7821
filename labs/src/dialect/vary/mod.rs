//! Variants of a statement, made on its tree and printed again: what grading tries beside what a student wrote.

mod mutants;
mod output;
#[cfg(test)]
mod tests;

use datafusion::sql::sqlparser::ast::{Ident, TableAliasColumnDef, TableFactor};

use super::{Lexed, Merge, Parameters, Statement, build, parse};
use crate::diagnostic::Position;

pub use mutants::{Mutant, mutants};

/// A WHEN clause of a MERGE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// `WHEN MATCHED THEN UPDATE`
    pub label: String,
    /// Where it begins in the statement.
    pub position: Position,
    /// The MERGE without it.
    pub without: String,
}

/// The MERGE with a table of these columns in the place of its source, whose alias it keeps; `None` for another
/// statement, and for a MERGE whose source is a table or view by name, or has no alias. Where the source calls its
/// columns otherwise the table's are called so, each in its place.
pub fn with_source(sql: &str, table: &str, columns: &[&str]) -> Option<String> {
    let mut merge = read_merge(sql)?;
    let alias = match &merge.source {
        TableFactor::Table { args: None, .. } => return None,
        TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. } | TableFactor::Function { alias, .. } => {
            alias.clone()
        }
        _ => None,
    };
    let mut alias = alias?;
    if alias.columns.is_empty()
        && let Some(own) = output::names(&merge.source).filter(|own| are_others(own, columns))
    {
        alias.columns = own.into_iter().map(|name| TableAliasColumnDef { name, data_type: None }).collect();
    }
    merge.source = build::relation(vec![Ident::new(table.to_lowercase())], Some(alias));
    Some(Statement::Merge(Box::new(merge)).to_string())
}

/// Whether names are as many as the columns, and others; one that both have must be in its place.
fn are_others(own: &[Ident], columns: &[&str]) -> bool {
    let place = |name: &Ident| columns.iter().position(|column| column.eq_ignore_ascii_case(&name.value));
    let fits = own.iter().enumerate().all(|(at, name)| place(name).is_none_or(|known| known == at));
    own.len() == columns.len() && fits && own.iter().any(|name| place(name).is_none())
}

/// The clauses of a MERGE in their order; none for another statement, and for a MERGE that has only one.
pub fn clauses(sql: &str) -> Vec<Clause> {
    let Some(merge) = read_merge(sql).filter(|merge| merge.clauses.len() > 1) else { return Vec::new() };
    let without = |at: usize| {
        let mut rest = merge.clone();
        rest.clauses.remove(at);
        Statement::Merge(Box::new(rest)).to_string()
    };
    let clauses = merge.clauses.iter().enumerate().map(|(at, clause)| Clause {
        label: format!("WHEN {} THEN {}", clause.kind.words(), clause.action.word()),
        position: clause.position,
        without: without(at),
    });
    clauses.collect()
}

/// A statement whose parameters are all bound; a text in the place of one would be printed as such.
fn read(sql: &str) -> Option<Statement> {
    parse(&lexed(sql, &Parameters::default())?).ok()
}

/// Around a parameter's name, where its value would stand.
const MARK: char = '\u{2}';

/// A statement whose parameters are texts that [`unmarked`] finds again.
fn read_marked(sql: &str) -> Option<Statement> {
    let names = lexed(sql, &Parameters::unbound())?.parameters_read;
    let marks = names.into_iter().map(|name| (name.clone(), format!("{MARK}{name}{MARK}")));
    parse(&lexed(sql, &Parameters::new(marks))?).ok()
}

/// A printed statement with `:name` in the place of marks.
fn unmarked(text: &str) -> String {
    text.replace(&format!("'{MARK}"), ":").replace(&format!("{MARK}'"), "")
}

fn lexed(sql: &str, parameters: &Parameters) -> Option<Lexed> {
    let limits = crate::sandbox::Limits::default();
    let start = Position { line: 1, column: 1 };
    Lexed::new(sql, start, parameters, limits.max_nesting).ok()
}

fn read_merge(sql: &str) -> Option<Merge> {
    match read(sql)? {
        Statement::Merge(merge) => Some(*merge),
        _ => None,
    }
}
