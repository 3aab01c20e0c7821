//! A column named without its table, where it is that column: a lambda may have a parameter of the name, and a subquery's own
//! relations come first.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, VisitorMut};

/// Gives every expression that is the bare name to a function.
pub struct BareName<'a, F> {
    name: &'a str,
    act: F,
    /// Lambdas with such a parameter and subqueries around.
    hidden: usize,
}

impl<'a, F: FnMut(&mut Expr)> BareName<'a, F> {
    /// The name in lower case.
    pub fn new(name: &'a str, act: F) -> Self {
        Self { name, act, hidden: 0 }
    }

    fn is_bound_by(&self, expr: &Expr) -> bool {
        let Expr::Lambda(lambda) = expr else { return false };
        lambda.params.iter().any(|parameter| parameter.name.value == self.name)
    }
}

impl<F: FnMut(&mut Expr)> VisitorMut for BareName<'_, F> {
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
        self.hidden += usize::from(self.is_bound_by(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.is_bound_by(expr) {
            self.hidden -= 1;
        } else if self.hidden == 0 && matches!(expr, Expr::Identifier(ident) if ident.value == self.name) {
            (self.act)(expr);
        }
        ControlFlow::Continue(())
    }
}
