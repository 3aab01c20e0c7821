//! Another source for a MERGE, under the names that the MERGE uses.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Ident, TableAlias, TableFactor, visit_expressions};

use super::super::statement::MergeAction;
use super::super::{Merge, Statement, build};
use super::{output, read_merge};

/// What becomes of a statement that is to read another source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It is no MERGE into that table.
    None,
    /// The MERGE with the other source.
    Replaced(String),
    /// Which column of the source is which cannot be told.
    Unclear,
}

/// The MERGE into `target` with a table of these columns in the place of its source, whose alias it keeps. `named` knows the
/// columns of tables and views by their names.
///
/// Where the source calls its columns otherwise, the table's are called so: each by the column of the target that the MERGE
/// compares it with or writes it to. What the MERGE does not read may be called anything.
pub fn with_source(
    sql: &str,
    target: &str,
    (table, columns): (&str, &[&str]),
    named: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Source {
    let Some(mut merge) = read_merge(sql).filter(|merge| merge.target.name().eq_ignore_ascii_case(target)) else {
        return Source::None;
    };
    let Some((alias, own)) = names_of(&merge.source, named) else { return Source::Unclear };
    let Some(called) = called(&merge, &alias.name.value, &own, columns) else { return Source::Unclear };
    let same = called.iter().zip(columns).all(|(name, column)| name.eq_ignore_ascii_case(column));
    let called = if same { Vec::new() } else { called.into_iter().map(Ident::new).collect() };
    merge.source = build::relation(vec![Ident::new(table.to_lowercase())], Some(build::alias(alias.name, called)));
    Source::Replaced(Statement::Merge(Box::new(merge)).to_string())
}

/// A source's alias and the names of its columns.
fn names_of(source: &TableFactor, named: &dyn Fn(&str) -> Option<Vec<String>>) -> Option<(TableAlias, Vec<String>)> {
    let alias = match source {
        TableFactor::Table { name, alias, args: None, .. } => {
            alias.clone().unwrap_or(build::alias(name.0.last()?.as_ident()?.clone(), Vec::new()))
        }
        TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. } | TableFactor::Function { alias, .. } => {
            alias.clone()?
        }
        _ => return None,
    };
    if !alias.columns.is_empty() {
        let given = alias.columns.iter().map(|column| column.name.value.clone()).collect();
        return Some((alias, given));
    }
    Some((alias, output::names(source, named)?))
}

/// What the source calls each of the columns; `None` where it reads one of which that cannot be told.
fn called(merge: &Merge, alias: &str, own: &[String], columns: &[&str]) -> Option<Vec<String>> {
    let by_star = merge.clauses.iter().any(|it| matches!(it.action, MergeAction::InsertAll | MergeAction::UpdateAll));
    let names = Names { alias, own, columns };
    let mut called: Vec<Option<String>> =
        columns.iter().map(|column| own.iter().find(|name| name.eq_ignore_ascii_case(column)).cloned()).collect();
    if by_star && called.iter().any(Option::is_none) {
        return None;
    }
    let is_called =
        |called: &[Option<String>], name: &str| called.iter().flatten().any(|known| known.eq_ignore_ascii_case(name));
    for (name, column) in names.uses(merge) {
        let place = columns.iter().position(|known| known.eq_ignore_ascii_case(&column));
        if let Some(place) = place.filter(|place| called[*place].is_none() && !is_called(&called, &name)) {
            called[place] = Some(name);
        }
    }
    let left = own.iter().filter(|name| !is_called(&called, name));
    let (read, unread): (Vec<&String>, Vec<&String>) = left.partition(|name| names.reads(merge, name));
    let mut unread = unread.into_iter().cloned();
    let spare =
        |(place, name): (usize, Option<String>)| name.or_else(|| unread.next()).unwrap_or_else(|| format!("__{place}"));
    read.is_empty().then(|| called.into_iter().enumerate().map(spare).collect())
}

/// The names that columns can be known by.
struct Names<'a> {
    /// The source's.
    alias: &'a str,
    own: &'a [String],
    /// Those of the table that stands in, which are the target's.
    columns: &'a [&'a str],
}

impl Names<'_> {
    /// The columns of the source, each with a column of the target that it is compared with or written to.
    fn uses(&self, merge: &Merge) -> Vec<(String, String)> {
        let mut uses = Vec::new();
        self.compared(&merge.on, &mut uses);
        let written = |(column, value): (&String, &Expr)| Some((self.of_source(value)?, column.clone()));
        for clause in &merge.clauses {
            match &clause.action {
                MergeAction::Insert { columns, values } => {
                    uses.extend(columns.iter().map(|(column, _)| column).zip(values).filter_map(written));
                }
                MergeAction::Update(assignments) => {
                    uses.extend(assignments.iter().map(|set| (&set.column, &set.value)).filter_map(written));
                }
                MergeAction::UpdateAll | MergeAction::InsertAll | MergeAction::Delete => {}
            }
        }
        uses
    }

    /// What a condition says is equal: `t.sku = s.code`.
    fn compared(&self, condition: &Expr, uses: &mut Vec<(String, String)>) {
        match condition {
            Expr::Nested(condition) => self.compared(condition, uses),
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                self.compared(left, uses);
                self.compared(right, uses);
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq | BinaryOperator::Spaceship, right } => {
                let pair = |one, other| Some((self.of_source(one)?, self.of_target(other)?));
                uses.extend(pair(left, right).or_else(|| pair(right, left)));
            }
            _ => {}
        }
    }

    /// The only column that an expression reads, where that is one of the source's: `s.code`, `trim(s.code)`, or `code` where only
    /// the source has it.
    fn of_source(&self, value: &Expr) -> Option<String> {
        let mut read: Vec<Option<String>> = Vec::new();
        let _ = visit_expressions(value, |part| {
            match part {
                Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => read.push(None),
                Expr::Identifier(name) => read.push(self.is_own(&name.value).then(|| name.value.to_lowercase())),
                Expr::CompoundIdentifier(path) => read.push(self.in_source(path).map(str::to_lowercase)),
                _ => {}
            }
            ControlFlow::<()>::Continue(())
        });
        let first = read.first()?.clone()?;
        read.iter().all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    fn in_source<'n>(&self, path: &'n [Ident]) -> Option<&'n str> {
        match path {
            [.., relation, column] if relation.value.eq_ignore_ascii_case(self.alias) => Some(&column.value),
            _ => None,
        }
    }

    /// Whether the MERGE reads a column of the source.
    fn reads(&self, merge: &Merge, name: &str) -> bool {
        let is_it = |part: &Expr| match part {
            Expr::Identifier(found) => found.value.eq_ignore_ascii_case(name),
            Expr::CompoundIdentifier(path) => {
                self.in_source(path).is_some_and(|found| found.eq_ignore_ascii_case(name))
            }
            _ => false,
        };
        let holds = |expr: &Expr| {
            visit_expressions(expr, |part| if is_it(part) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
                .is_break()
        };
        let in_action = |action: &MergeAction| match action {
            MergeAction::Insert { values, .. } => values.iter().any(&holds),
            MergeAction::Update(assignments) => assignments.iter().any(|set| holds(&set.value)),
            MergeAction::UpdateAll | MergeAction::InsertAll | MergeAction::Delete => false,
        };
        holds(&merge.on)
            || merge
                .clauses
                .iter()
                .any(|clause| clause.condition.as_ref().is_some_and(&holds) || in_action(&clause.action))
    }

    fn of_target(&self, value: &Expr) -> Option<String> {
        match value {
            value if self.of_source(value).is_some() => None,
            Expr::Identifier(name) => Some(name.value.clone()),
            Expr::CompoundIdentifier(path) => path.last().map(|column| column.value.clone()),
            _ => None,
        }
    }

    fn is_own(&self, name: &str) -> bool {
        let own = self.own.iter().any(|own| own.eq_ignore_ascii_case(name));
        own && !self.columns.iter().any(|column| column.eq_ignore_ascii_case(name))
    }
}
