//! Scalar subqueries that may find no row or several: `(SELECT name FROM m WHERE m.id = e.mgr)`.
//!
//! DataFusion wants an aggregate in one that reads the query around it, and takes one of constants to be never NULL. So the
//! values are gathered to a list, whose one element is taken where the value is needed: no row gives NULL, and several
//! fail only for a row that meets them.

use datafusion::sql::sqlparser::ast::{Expr, GroupByExpr, Select, SelectItem, SetExpr};

use super::calls::build::call;
use super::grouping;

/// Gathers the values of a scalar subquery without an aggregate; `None` for any other expression.
pub fn gathered(expr: &Expr) -> Option<Expr> {
    let Expr::Subquery(query) = expr else { return None };
    let mut query = query.clone();
    let plain = query.with.is_none() && query.order_by.is_none() && query.limit_clause.is_none();
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    if !plain || !is_plain(select) {
        return None;
    }
    for item in &mut select.projection {
        let (SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. }) = item else {
            return None;
        };
        if is_gathered(value) || grouping::is_aggregate_or_window(value) {
            return None;
        }
        *value = call(GATHER, vec![value.clone()]);
    }
    Some(call("__single", vec![Expr::Subquery(query)]))
}

const GATHER: &str = "__gather";

fn is_gathered(value: &Expr) -> bool {
    matches!(value, Expr::Function(function) if crate::dialect::function_name(&function.name) == GATHER)
}

fn is_plain(select: &Select) -> bool {
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    let unfiltered = select.having.is_none() && select.qualify.is_none() && select.distinct.is_none();
    ungrouped && unfiltered && select.lateral_views.is_empty() && select.projection.len() == 1
}
