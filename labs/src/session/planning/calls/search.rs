//! Looking for calls in expressions.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Function, Query, Visit, Visitor};

/// Whether an expression calls a function that is looked for, its own subqueries apart.
pub fn holds(expr: &Expr, wanted: impl Fn(&Function) -> bool) -> bool {
    expr.visit(&mut Search { wanted, queries: 0 }).is_break()
}

struct Search<F> {
    wanted: F,
    /// Subqueries around.
    queries: usize,
}

impl<F: Fn(&Function) -> bool> Visitor for Search<F> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) if self.queries == 0 && (self.wanted)(function) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}
