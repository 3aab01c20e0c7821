//! Lateral column aliases: `SELECT price * qty AS total, total * 0.2 AS tax`. A name that is no column of FROM may be an
//! alias to its left in the same SELECT list; it stands for that expression. What is random in it is drawn once, see [`draws`].
//!
//! Where FROM can be planned by itself, its columns are known, and all aliases of the list are put in from left to right; a list
//! that would grow long is spelled out in [`alias_layers`].
//! Elsewhere one name is put in after the other, as the planner misses them.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Query, Select, SelectItem, TableWithJoins, VisitMut, VisitorMut, visit_expressions,
};

use super::super::clock::Watch;
use super::bare_names::BareName;
use super::output::MARK;
use super::using_joins::name_of;
use super::{alias_layers, draws};
use crate::diagnostic::Diagnostic;
use crate::dialect::position;

/// Expressions that a SELECT list may have once its aliases are put in.
const MAX_EXPRESSIONS: usize = 20_000;
/// From so many on it is layered, where that is possible.
const LAYERED_ABOVE: usize = 100;

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
        let relations = relations_of(select);
        let name = (self.name, &relations);
        let read = at.is_some_and(|at| select.projection[at + 1..].iter().any(|item| reads(item, name)));
        let columns = if read { (self.columns)(select) } else { None };
        match columns.filter(|columns| !columns.contains(self.name)) {
            Some(columns) => ControlFlow::Break(put_in_all(select, &columns, self.watch)),
            None => ControlFlow::Continue(()),
        }
    }
}

fn put_in_all(select: &mut Select, columns: &HashSet<String>, watch: &Watch) -> Result<(), Diagnostic> {
    let relations = relations_of(select);
    let reads = reads_of(&select.projection, (columns, &relations))?;
    let size = size_of(&select.projection, &reads);
    if (size > LAYERED_ABOVE || captures_one(&select.projection, &reads, &relations))
        && !select.projection.iter().any(|item| is_random(item, watch))
        && let Some(layered) = alias_layers::layered(select, &reads)
    {
        *select = layered;
        return Ok(());
    }
    if size > MAX_EXPRESSIONS {
        return Err(too_long());
    }
    for (at, read) in reads.iter().enumerate() {
        let (left, right) = select.projection.split_at_mut(at);
        for place in read {
            if let (Some(SelectItem::ExprWithAlias { expr, alias }), Some(item)) =
                (left.get_mut(*place), right.first_mut())
            {
                put_in(expr, (&alias.value, &relations), std::slice::from_mut(item), watch)?;
            }
        }
    }
    Ok(())
}

/// For each item the places of the aliases to its left that it reads, as often as it reads them.
fn reads_of(
    items: &[SelectItem],
    (columns, relations): (&HashSet<String>, &HashSet<String>),
) -> Result<Vec<Vec<usize>>, Diagnostic> {
    // Where each alias is; several places where it is not clear which is meant.
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut all = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let mut read = Vec::new();
        for ident in names_of(item) {
            let times = times_read(item, (&ident.value, relations));
            match places.get(ident.value.as_str()).map(Vec::as_slice) {
                Some([place]) => read.extend(std::iter::repeat_n(*place, times)),
                Some(several) if times > 0 => return Err(ambiguous(&ident, several.len())),
                _ => {}
            }
        }
        all.push(read);
        let name = alias_of(item).and_then(|name| name.split(MARK).next());
        if let Some(name) = name.filter(|name| !columns.contains(*name)) {
            places.entry(name).or_default().push(at);
        }
    }
    Ok(all)
}

/// Whether a lambda's parameter would take the place of a column that an alias reads.
fn captures_one(items: &[SelectItem], reads: &[Vec<usize>], relations: &HashSet<String>) -> bool {
    items.iter().zip(reads).any(|(item, read)| {
        read.iter().any(|place| match &items[*place] {
            SelectItem::ExprWithAlias { expr, alias } => captures(item, (&alias.value, relations), expr),
            _ => false,
        })
    })
}

/// Whether an item reads a name in a lambda that has a parameter of a name in the expression behind it.
fn captures(item: &SelectItem, name: Named<'_>, expr: &Expr) -> bool {
    let mut names: Vec<Ident> = Vec::new();
    let _ = visit_expressions(expr, |part| {
        match part {
            Expr::Identifier(ident) => names.push(ident.clone()),
            Expr::CompoundIdentifier(path) => names.extend(path.first().cloned()),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    let found = visit_expressions(item, |part| match part {
        Expr::Lambda(lambda)
            if lambda.params.iter().any(|parameter| names.iter().any(|name| name.value == parameter.name.value))
                && reads(&SelectItem::UnnamedExpr(part.clone()), name) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}

fn captured(name: &str) -> Diagnostic {
    let message =
        format!("The alias `{name}` cannot be read in this lambda: a parameter has the name of a column behind it.");
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint("Give the lambda's parameter another name.")
}

/// How many expressions the list has once its aliases are put in.
fn size_of(items: &[SelectItem], reads: &[Vec<usize>]) -> usize {
    let mut sizes: Vec<usize> = Vec::with_capacity(items.len());
    for (item, read) in items.iter().zip(reads) {
        sizes.push(read.iter().fold(count(item), |size, place| size.saturating_add(sizes[*place])));
    }
    sizes.into_iter().fold(0, usize::saturating_add)
}

fn is_random(item: &SelectItem, watch: &Watch) -> bool {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            !matches!(draws::fix(&mut expr.clone(), watch), Ok(false))
        }
        _ => false,
    }
}

/// The bare names in an item, and those that a path begins with, each once.
fn names_of(item: &SelectItem) -> Vec<Ident> {
    let mut names: Vec<Ident> = Vec::new();
    let _ = visit_expressions(item, |expr| {
        let ident = match expr {
            Expr::Identifier(ident) => Some(ident),
            Expr::CompoundIdentifier(path) => path.first(),
            _ => None,
        };
        if let Some(ident) = ident.filter(|ident| !names.iter().any(|name| name.value == ident.value)) {
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
        let relations = relations_of(select);
        let name = (self.name, &relations);
        let (left, right) = select.projection.split_at_mut(at + 1);
        let Some(SelectItem::ExprWithAlias { expr, .. }) = left.last_mut() else { return ControlFlow::Continue(()) };
        if !right.iter().any(|item| reads(item, name)) {
            return ControlFlow::Continue(());
        }
        if self.remaining > 0 {
            self.remaining -= 1;
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(put_in(expr, name, right, self.watch))
    }
}

/// Puts an alias's expression in place of its name in items to the right.
fn put_in(expr: &mut Expr, name: Named<'_>, items: &mut [SelectItem], watch: &Watch) -> Result<(), Diagnostic> {
    let readers = || items.iter().filter(|item| reads(item, name));
    if readers().next().is_none() {
        return Ok(());
    }
    if readers().any(|item| captures(item, name, expr)) {
        return Err(captured(name.0));
    }
    let random = draws::fix(expr, watch)?;
    for item in readers().filter(|_| random) {
        if let SelectItem::UnnamedExpr(reader) | SelectItem::ExprWithAlias { expr: reader, .. } = item {
            draws::check_reader(reader)?;
        }
    }
    for item in items {
        let put = |place: &mut Expr| *place = Expr::Nested(Box::new(expr.clone()));
        let _ = item.visit(&mut bare(name, put));
    }
    Ok(())
}

/// An alias, and the relations of its SELECT.
type Named<'a> = (&'a str, &'a HashSet<String>);

/// Where the alias is read. `t.a` is a column of a relation `t`, also when an alias is called `t`.
fn bare<F: FnMut(&mut Expr)>((name, relations): Named<'_>, act: F) -> BareName<'_, F> {
    BareName::new(name, act).with_fields(!relations.contains(name))
}

/// What the relations of a SELECT are called.
fn relations_of(select: &Select) -> HashSet<String> {
    let joined = |table: &TableWithJoins| table.joins.iter().map(|join| join.relation.clone()).collect::<Vec<_>>();
    let relations = select.from.iter().flat_map(|table| std::iter::once(table.relation.clone()).chain(joined(table)));
    relations.filter_map(|relation| name_of(&relation)).map(|name| name.value).collect()
}

fn reads(item: &SelectItem, name: Named<'_>) -> bool {
    times_read(item, name) > 0
}

fn times_read(item: &SelectItem, name: Named<'_>) -> usize {
    let mut times = 0;
    let _ = item.clone().visit(&mut bare(name, |_| times += 1));
    times
}
