//! Lateral column aliases: `SELECT price * qty AS total, total * 0.2 AS tax`. A name that is no column of FROM may be an
//! alias to its left in the same SELECT list; it stands for that expression. What is random in it is drawn once, see [`draws`].
//!
//! Where FROM can be planned by itself, its columns are known, and all aliases of the list are put in from left to right.
//! Elsewhere one name is put in after the other, as the planner misses them.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, VisitMut, VisitorMut, visit_expressions,
};

use super::super::clock::Watch;
use super::bare_names::BareName;
use super::draws;
use super::output::MARK;
use crate::diagnostic::Diagnostic;
use crate::dialect::position;

/// Expressions that a SELECT list may have once its aliases are put in.
const MAX_EXPRESSIONS: usize = 20_000;

/// Puts in all aliases of the first SELECT that has one of this name, reads it to the right, and whose FROM has no such column.
/// Gives `false` when there is none whose FROM `columns` knows.
///
/// # Errors
/// AMBIGUOUS_LATERAL_COLUMN_ALIAS; UNSUPPORTED_FEATURE when an expression is random and cannot be written in again, or when
/// the list would grow too long.
pub fn expand_all(
    query: &mut Query,
    name: &str,
    columns: &dyn Fn(&Select) -> Option<HashSet<String>>,
    watch: &Watch,
) -> Result<bool, Diagnostic> {
    match query.visit(&mut ExpandAll { name, columns, watch }) {
        ControlFlow::Break(done) => done.map(|()| true),
        ControlFlow::Continue(()) => Ok(false),
    }
}

struct ExpandAll<'a> {
    name: &'a str,
    columns: &'a dyn Fn(&Select) -> Option<HashSet<String>>,
    watch: &'a Watch,
}

impl VisitorMut for ExpandAll<'_> {
    type Break = Result<(), Diagnostic>;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Self::Break> {
        let at = select.projection.iter().position(|item| alias_of(item) == Some(self.name));
        let read = at.is_some_and(|at| select.projection[at + 1..].iter().any(|item| reads(item, self.name)));
        let columns = if read { (self.columns)(select) } else { None };
        match columns.filter(|columns| !columns.contains(self.name)) {
            Some(columns) => ControlFlow::Break(put_in_all(&mut select.projection, &columns, self.watch)),
            None => ControlFlow::Continue(()),
        }
    }
}

fn put_in_all(items: &mut [SelectItem], columns: &HashSet<String>, watch: &Watch) -> Result<(), Diagnostic> {
    // Where each alias is; several places where it is not clear which is meant.
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    let mut size = 0;
    for at in 0..items.len() {
        let (left, right) = items.split_at_mut(at);
        let Some(item) = right.first_mut() else { continue };
        for ident in names_of(item) {
            let place = match places.get(&ident.value).map(Vec::as_slice) {
                Some([place]) => *place,
                Some(several) if reads(item, &ident.value) => return Err(ambiguous(&ident, several.len())),
                _ => continue,
            };
            if let Some(SelectItem::ExprWithAlias { expr, .. }) = left.get_mut(place) {
                put_in(expr, &ident.value, std::slice::from_mut(item), watch)?;
            }
        }
        size += count(item);
        if size > MAX_EXPRESSIONS {
            return Err(too_long());
        }
        if let Some(name) = alias_of(item).and_then(|name| name.split(MARK).next())
            && !columns.contains(name)
        {
            places.entry(name.to_owned()).or_default().push(at);
        }
    }
    Ok(())
}

/// The bare names in an item, each once.
fn names_of(item: &SelectItem) -> Vec<Ident> {
    let mut names: Vec<Ident> = Vec::new();
    let _ = visit_expressions(item, |expr| {
        if let Expr::Identifier(ident) = expr
            && !names.iter().any(|name| name.value == ident.value)
        {
            names.push(ident.clone());
        }
        ControlFlow::<()>::Continue(())
    });
    names
}

fn count(item: &SelectItem) -> usize {
    let mut count = 0;
    let _ = visit_expressions(item, |_| {
        count += 1;
        ControlFlow::<()>::Continue(())
    });
    count
}

fn alias_of(item: &SelectItem) -> Option<&str> {
    if let SelectItem::ExprWithAlias { alias, .. } = item { Some(&alias.value) } else { None }
}

fn ambiguous(reader: &Ident, matches: usize) -> Diagnostic {
    let message = format!("Lateral column alias `{}` is ambiguous and has {matches} matches.", reader.value);
    let diagnostic = Diagnostic::new("AMBIGUOUS_LATERAL_COLUMN_ALIAS", "42702", message)
        .with_hint("Give each column to the left a name of its own.");
    match reader.span.start {
        start if start.line > 0 => diagnostic.at(position(start)),
        _ => diagnostic,
    }
}

fn too_long() -> Diagnostic {
    let message = "The aliases of the SELECT list stand on each other too often.";
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
        .with_hint("Compute some of them in a subquery: SELECT .. FROM (SELECT *, a + b AS c FROM t).")
}

/// Puts the expression in place of one name that could not be resolved, in the `nth` SELECT that has such an alias to the
/// left of it. Gives `false` when there is no such SELECT.
///
/// # Errors
/// UNSUPPORTED_FEATURE when the expression is random and cannot be written in again.
pub fn expand(query: &mut Query, name: &str, nth: usize, watch: &Watch) -> Result<bool, Diagnostic> {
    match query.visit(&mut Expand { name, remaining: nth, watch }) {
        ControlFlow::Break(done) => done.map(|()| true),
        ControlFlow::Continue(()) => Ok(false),
    }
}

/// The name that a diagnostic says cannot be resolved.
pub fn unresolved(diagnostic: &Diagnostic) -> Option<String> {
    if !diagnostic.class.starts_with("UNRESOLVED_COLUMN") {
        return None;
    }
    diagnostic.message.split('`').nth(1).map(str::to_lowercase)
}

struct Expand<'a> {
    name: &'a str,
    remaining: usize,
    watch: &'a Watch,
}

impl VisitorMut for Expand<'_> {
    type Break = Result<(), Diagnostic>;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Self::Break> {
        let found = select.projection.iter().position(|item| alias_of(item) == Some(self.name));
        let Some(at) = found else { return ControlFlow::Continue(()) };
        let (left, right) = select.projection.split_at_mut(at + 1);
        let Some(SelectItem::ExprWithAlias { expr, .. }) = left.last_mut() else { return ControlFlow::Continue(()) };
        if !right.iter().any(|item| reads(item, self.name)) {
            return ControlFlow::Continue(());
        }
        if self.remaining > 0 {
            self.remaining -= 1;
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(put_in(expr, self.name, right, self.watch))
    }
}

/// Puts an alias's expression in place of its name in items to the right.
fn put_in(expr: &mut Expr, name: &str, items: &mut [SelectItem], watch: &Watch) -> Result<(), Diagnostic> {
    let readers = || items.iter().filter(|item| reads(item, name));
    if readers().next().is_none() {
        return Ok(());
    }
    let random = draws::fix(expr, watch)?;
    for item in readers().filter(|_| random) {
        if let SelectItem::UnnamedExpr(reader) | SelectItem::ExprWithAlias { expr: reader, .. } = item {
            draws::check_reader(reader)?;
        }
    }
    for item in items {
        let put = |place: &mut Expr| *place = Expr::Nested(Box::new(expr.clone()));
        let _ = item.visit(&mut BareName::new(name, put));
    }
    Ok(())
}

fn reads(item: &SelectItem, name: &str) -> bool {
    let mut search = BareName::new(name, |_| ());
    let _ = item.clone().visit(&mut search);
    search.found
}
