//! Variants of a statement, made on its tree and printed again: what grading tries beside what a student wrote.

mod mutants;
mod output;
mod source;
#[cfg(test)]
mod tests;

use super::statement::{MergeAction, MergeKind};
use super::{Lexed, Merge, MergeClause, Parameters, Statement, parse};
use crate::diagnostic::Position;

pub use mutants::{Mutant, mutants};
pub use source::{Source, with_source};

/// Characters of a condition that a clause's label repeats.
const MAX_TOLD_CONDITION: usize = 80;

/// A WHEN clause of a MERGE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// `WHEN MATCHED AND s.quantity > 20 THEN UPDATE`
    pub label: String,
    /// Where it begins in the statement.
    pub position: Position,
    /// The MERGE without it.
    pub without: String,
    /// Whether it deletes.
    pub deletes: bool,
    /// The MERGE in which it deletes the row that it acts on; `None` for one that inserts.
    pub deleting: Option<String>,
}

/// The clauses of a MERGE in their order; none for another statement, and for a MERGE that has only one.
pub fn clauses(sql: &str) -> Vec<Clause> {
    let Some(merge) = read_merge(sql).filter(|merge| merge.clauses.len() > 1) else { return Vec::new() };
    let without = |at: usize| {
        let mut rest = merge.clone();
        rest.clauses.remove(at);
        Statement::Merge(Box::new(rest)).to_string()
    };
    let deleting = |at: usize| {
        let mut other = merge.clone();
        other.clauses[at].action = MergeAction::Delete;
        (other.clauses[at].kind != MergeKind::NotMatched).then(|| Statement::Merge(Box::new(other)).to_string())
    };
    let clauses = merge.clauses.iter().enumerate().map(|(at, clause)| Clause {
        label: label(clause),
        position: clause.position,
        without: without(at),
        deletes: matches!(clause.action, MergeAction::Delete),
        deleting: deleting(at),
    });
    clauses.collect()
}

/// What the clause does, with its condition where that is short enough to read in a sentence.
fn label(clause: &MergeClause) -> String {
    let condition = clause.condition.as_ref().map(|condition| format!(" AND {condition}")).unwrap_or_default();
    let told = if condition.chars().count() > MAX_TOLD_CONDITION { " AND …" } else { condition.as_str() };
    format!("WHEN {}{told} THEN {}", clause.kind.words(), clause.action.word())
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
