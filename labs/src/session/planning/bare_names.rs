//! A column named without its table, where it is that column: a lambda may have a parameter of the name, and a subquery's own
//! relations come first. It may be a struct whose fields are read: `s.a` reads the column `s`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, VisitorMut};

use super::calls;

/// Gives every expression that is the bare name, or a path that begins with it, to a function.
pub struct BareName<'a, F> {
    name: &'a str,
    act: F,
    /// Whether `name.field` counts.
    with_fields: bool,
    /// Lambdas with such a parameter and subqueries around.
    hidden: usize,
    /// Whether a subquery has a column of the name, and is not looked into.
    shadows: &'a dyn Fn(&Query) -> bool,
    /// For each query around whether it is hidden.
    queries: Vec<bool>,
}

impl<'a, F: FnMut(&mut Expr)> BareName<'a, F> {
    /// The name in lower case.
    pub fn new(name: &'a str, act: F) -> Self {
        Self { name, act, with_fields: false, hidden: 0, shadows: &|_| true, queries: Vec::new() }
    }

    /// Also where fields of it are read, unless a relation has the name.
    pub fn with_fields(self, with_fields: bool) -> Self {
        Self { with_fields, ..self }
    }

    /// Also in the subqueries that do not have a column of the name.
    pub fn into_queries(self, shadows: &'a dyn Fn(&Query) -> bool) -> Self {
        Self { shadows, ..self }
    }

    fn put(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Identifier(ident) if ident.value == self.name => (self.act)(expr),
            Expr::CompoundIdentifier(path) if self.with_fields => {
                let [first, fields @ ..] = path.as_slice() else { return };
                if first.value == self.name {
                    let mut root = Expr::Identifier(first.clone());
                    (self.act)(&mut root);
                    *expr = calls::fields_of(root, fields);
                }
            }
            _ => {}
        }
    }

    fn is_bound_by(&self, expr: &Expr) -> bool {
        let Expr::Lambda(lambda) = expr else { return false };
        lambda.params.iter().any(|parameter| parameter.name.value == self.name)
    }
}

impl<F: FnMut(&mut Expr)> VisitorMut for BareName<'_, F> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let hides = (self.shadows)(query);
        self.queries.push(hides);
        self.hidden += usize::from(hides);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.hidden -= usize::from(self.queries.pop().unwrap_or_default());
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.hidden += usize::from(self.is_bound_by(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.is_bound_by(expr) {
            self.hidden -= 1;
        } else if self.hidden == 0 {
            self.put(expr);
        }
        ControlFlow::Continue(())
    }
}
