//! Another source for a MERGE, under the names that the MERGE uses.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Ident, TableFactor};

use super::super::statement::MergeAction;
use super::super::{Merge, Statement, build};
use super::{output, read_merge};

/// The MERGE with a table of these columns in the place of its source, whose alias it keeps; `None` for another
/// statement, for a MERGE whose source has no alias, and for one that reads a table or view by a name of which `named` knows no
/// columns.
///
/// Where the source calls its columns otherwise, the table's are called so: each by the column of the target that the MERGE
/// compares it with or writes it to, the others in their places.
pub fn with_source(
    sql: &str,
    table: &str,
    columns: &[&str],
    named: &dyn Fn(&str) -> Option<Vec<String>>,
) -> Option<String> {
    let mut merge = read_merge(sql)?;
    let (alias, own) = match &merge.source {
        TableFactor::Table { name, alias, args: None, .. } => {
            let name = name.0.last()?.as_ident()?;
            let own = named(&name.value)?;
            (alias.clone().unwrap_or_else(|| build::alias(name.clone(), Vec::new())), Some(own))
        }
        TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. } | TableFactor::Function { alias, .. } => {
            let own = output::names(&merge.source);
            (alias.clone()?, own.map(|own| own.into_iter().map(|name| name.value).collect()))
        }
        _ => return None,
    };
    let given = alias.columns.iter().map(|column| column.name.value.clone()).collect::<Vec<_>>();
    let own = if given.is_empty() { own } else { Some(given) };
    let called = own.and_then(|own| called(&merge, &alias.name.value, &own, columns)).unwrap_or_default();
    let alias = build::alias(alias.name, called.into_iter().map(Ident::new).collect());
    merge.source = build::relation(vec![Ident::new(table.to_lowercase())], Some(alias));
    Some(Statement::Merge(Box::new(merge)).to_string())
}

/// What the source calls each of the columns; `None` where it calls them the same, or has not as many.
fn called(merge: &Merge, alias: &str, own: &[String], columns: &[&str]) -> Option<Vec<String>> {
    if own.len() != columns.len() {
        return None;
    }
    let names = Names { alias, own, columns };
    let mut called: Vec<Option<&String>> =
        columns.iter().map(|column| own.iter().find(|name| name.eq_ignore_ascii_case(column))).collect();
    for (name, column) in names.uses(merge) {
        let name = own.iter().find(|own| own.eq_ignore_ascii_case(&name));
        let place = columns.iter().position(|known| known.eq_ignore_ascii_case(&column));
        if let (Some(name), Some(place)) = (name, place)
            && called[place].is_none()
            && !called.contains(&Some(name))
        {
            called[place] = Some(name);
        }
    }
    for (place, name) in own.iter().enumerate() {
        if called[place].is_none() && !called.contains(&Some(name)) {
            called[place] = Some(name);
        }
    }
    let left: Vec<&String> = own.iter().filter(|name| !called.contains(&Some(name))).collect();
    let mut left = left.into_iter();
    let called: Vec<String> =
        called.into_iter().map(|name| name.or_else(|| left.next()).cloned()).collect::<Option<_>>()?;
    let same = called.iter().zip(columns).all(|(name, column)| name.eq_ignore_ascii_case(column));
    (!same).then_some(called)
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

    /// The name of a column that is read from the source and nothing else: `s.code`, or `code` where only the source has it.
    fn of_source(&self, value: &Expr) -> Option<String> {
        match value {
            Expr::Cast { expr, .. } | Expr::Nested(expr) => self.of_source(expr),
            Expr::Identifier(name) => self.is_own(&name.value).then(|| name.value.clone()),
            Expr::CompoundIdentifier(path) => match path.as_slice() {
                [.., relation, column] if relation.value.eq_ignore_ascii_case(self.alias) => Some(column.value.clone()),
                _ => None,
            },
            _ => None,
        }
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
