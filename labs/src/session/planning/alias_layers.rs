//! A SELECT list whose aliases stand on each other too often to be written out, as layers: each computes some of the aliases
//! beside the columns of the layer below.
//!
//! `SELECT x + 1 AS a, a + a AS b FROM t WHERE x > 0` becomes
//! `SELECT a, a + a AS b FROM (SELECT *, x + 1 AS a FROM t WHERE x > 0) AS t`.

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, Select, SelectItem, SetExpr, TableWithJoins, WildcardAdditionalOptions,
};

use super::using_joins::name_of;
use super::{grouping, select_nothing};
use crate::dialect::build;

/// Layers on each other that the planner has the stack for.
const MAX_LAYERS: usize = 64;

/// Spells a SELECT out, given for each item the earlier items whose aliases it reads. `None` for one that reads several
/// relations, aggregates, has windows or a star: its columns could not be read through a layer, or would be computed otherwise.
pub fn layered(select: &Select, reads: &[Vec<usize>]) -> Option<Select> {
    let name = relation(select)?;
    let mut levels: Vec<usize> = Vec::with_capacity(reads.len());
    for read in reads {
        levels.push(read.iter().map(|at| levels[*at] + 1).max().unwrap_or(0));
    }
    let top_level = levels.iter().max().copied().filter(|levels| *levels < MAX_LAYERS)?;
    let is_read = |at: usize| reads.iter().any(|read| read.contains(&at));
    let mut top = select.clone();
    for level in 0..=top_level {
        let items = (0..levels.len()).filter(|at| levels[*at] == level && is_read(*at));
        let items: Vec<SelectItem> = items.map(|at| select.projection[at].clone()).collect();
        if !items.is_empty() {
            top.from = layer(&name, std::mem::take(&mut top.from), top.selection.take(), items)?;
        }
    }
    for (at, item) in top.projection.iter_mut().enumerate().filter(|(at, _)| is_read(*at)) {
        if let SelectItem::ExprWithAlias { expr, alias } = item {
            *expr = Expr::Identifier(select_alias(&select.projection[at]).unwrap_or_else(|| alias.clone()));
        }
    }
    Some(top)
}

fn select_alias(item: &SelectItem) -> Option<Ident> {
    if let SelectItem::ExprWithAlias { alias, .. } = item { Some(alias.clone()) } else { None }
}

/// What the one relation of a SELECT that can be layered is called.
fn relation(select: &Select) -> Option<Ident> {
    let plain = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty())
        && select.having.is_none()
        && select.qualify.is_none()
        && select.lateral_views.is_empty();
    let single = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            !grouping::is_aggregate_or_window(expr)
        }
        _ => false,
    };
    if !plain || !select.projection.iter().all(single) {
        return None;
    }
    match select.from.as_slice() {
        [] => Some(Ident::new("__aliases")),
        [table] if table.joins.is_empty() => name_of(&table.relation),
        _ => None,
    }
}

/// `(SELECT *, items FROM from WHERE condition) AS name`
fn layer(
    name: &Ident,
    from: Vec<TableWithJoins>,
    condition: Option<Expr>,
    items: Vec<SelectItem>,
) -> Option<Vec<TableWithJoins>> {
    let mut query = select_nothing();
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let star = (!from.is_empty()).then(|| SelectItem::Wildcard(WildcardAdditionalOptions::default()));
    select.projection = star.into_iter().chain(items).collect();
    select.from = from;
    select.selection = condition;
    Some(build::derived(query, build::alias(name.clone(), Vec::new())))
}
