//! A name in HAVING that is both an alias of the SELECT list and a column of FROM: `SELECT dept, sum(pay) AS pay .. HAVING pay > 9`.
//!
//! DataFusion takes the column. It means the alias, save where it is grouped by, and inside of an aggregate function.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, Select, SelectItem, VisitMut, VisitorMut};

use super::grouping;
use super::rewrites::grouping_keys;

/// Puts aliased expressions in place of their names in every HAVING below a node; columns got their names before.
pub fn put_aliases(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Selects);
}

struct Selects;

impl VisitorMut for Selects {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let Some(mut having) = select.having.take() else { return ControlFlow::Continue(()) };
        let _ = having.visit(&mut Names { select, hidden: 0 });
        select.having = Some(having);
        ControlFlow::Continue(())
    }
}

struct Names<'a> {
    select: &'a Select,
    /// Aggregates, lambdas and subqueries around.
    hidden: usize,
}

impl Names<'_> {
    fn aliased(&self, name: &str) -> Option<&Expr> {
        let grouped = |key: &Expr| match key {
            Expr::Identifier(ident) => ident.value == name,
            Expr::CompoundIdentifier(path) => path.last().is_some_and(|ident| ident.value == name),
            _ => false,
        };
        if grouping_keys(&self.select.group_by).iter().any(grouped) {
            return None;
        }
        self.select.projection.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } if alias.value == name && !grouping::is_window(expr) => {
                Some(expr)
            }
            _ => None,
        })
    }
}

fn hides(expr: &Expr) -> bool {
    match expr {
        Expr::Function(function) => grouping::aggregates(function),
        Expr::Lambda(_) => true,
        _ => false,
    }
}

impl VisitorMut for Names<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.hidden += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.hidden -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.hidden += usize::from(hides(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if hides(expr) {
            self.hidden -= 1;
        } else if self.hidden == 0
            && let Expr::Identifier(ident) = &*expr
            && let Some(aliased) = self.aliased(&ident.value)
        {
            *expr = Expr::Nested(Box::new(aliased.clone()));
        }
        ControlFlow::Continue(())
    }
}
