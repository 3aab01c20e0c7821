//! Lateral column aliases: `SELECT price * qty AS total, total * 0.2 AS tax`. A name that is no column of FROM may be an
//! alias to its left in the same SELECT list; it stands for that expression.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, Select, SelectItem, VisitMut, VisitorMut};

use crate::diagnostic::Diagnostic;

/// Puts the expression in place of one name that could not be resolved, in the `nth` SELECT that has such an alias to the
/// left of it. Gives `false` when there is no such SELECT.
pub fn expand(query: &mut Query, name: &str, nth: usize) -> bool {
    query.visit(&mut Expand { name, remaining: nth }).is_break()
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
}

impl VisitorMut for Expand<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let found = select
            .projection
            .iter()
            .position(|item| matches!(item, SelectItem::ExprWithAlias { alias, .. } if alias.value == self.name));
        let Some(at) = found else { return ControlFlow::Continue(()) };
        let (left, right) = select.projection.split_at_mut(at + 1);
        let Some(SelectItem::ExprWithAlias { expr, .. }) = left.last() else { return ControlFlow::Continue(()) };
        let mut substitute = Substitute { name: self.name, expr, done: false };
        let mut items = right.to_vec();
        for item in &mut items {
            let _ = item.visit(&mut substitute);
        }
        if !substitute.done {
            return ControlFlow::Continue(());
        }
        if self.remaining > 0 {
            self.remaining -= 1;
            return ControlFlow::Continue(());
        }
        right.clone_from_slice(&items);
        ControlFlow::Break(())
    }
}

struct Substitute<'a> {
    name: &'a str,
    expr: &'a Expr,
    done: bool,
}

impl VisitorMut for Substitute<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if matches!(expr, Expr::Identifier(ident) if ident.value == self.name) {
            *expr = Expr::Nested(Box::new(self.expr.clone()));
            self.done = true;
        }
        ControlFlow::Continue(())
    }
}
