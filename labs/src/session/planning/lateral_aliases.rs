//! Lateral column aliases: `SELECT price * qty AS total, total * 0.2 AS tax`. A name that is no column of FROM may be an
//! alias to its left in the same SELECT list; it stands for that expression. What is random in it is drawn once, see [`draws`].

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, Select, SelectItem, VisitMut, VisitorMut};

use super::super::clock::Watch;
use super::bare_names::BareName;
use super::draws;
use crate::diagnostic::Diagnostic;

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
        let found = select
            .projection
            .iter()
            .position(|item| matches!(item, SelectItem::ExprWithAlias { alias, .. } if alias.value == self.name));
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
        ControlFlow::Break(self.substitute(expr, right))
    }
}

impl Expand<'_> {
    fn substitute(&self, expr: &mut Expr, items: &mut [SelectItem]) -> Result<(), Diagnostic> {
        let random = draws::fix(expr, self.watch)?;
        for item in items.iter_mut().filter(|item| reads(item, self.name)) {
            if let (true, SelectItem::UnnamedExpr(reader) | SelectItem::ExprWithAlias { expr: reader, .. }) =
                (random, &*item)
            {
                draws::check_reader(reader)?;
            }
            let put = |place: &mut Expr| *place = Expr::Nested(Box::new(expr.clone()));
            let _ = item.visit(&mut BareName::new(self.name, put));
        }
        Ok(())
    }
}

fn reads(item: &SelectItem, name: &str) -> bool {
    let mut search = BareName::new(name, |_| ());
    let _ = item.clone().visit(&mut search);
    search.found
}
