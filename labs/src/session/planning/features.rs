//! Which syntax a statement uses, for labs whose text asks for it by name.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Function, GroupByExpr, Select, Visit, Visitor};

use crate::evidence::Features;

/// Adds what a query or expression uses.
pub fn note(node: &impl Visit, features: &mut Features) {
    let _ = node.visit(&mut Note { features });
}

struct Note<'a> {
    features: &'a mut Features,
}

impl Visitor for Note<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let joined = select.from.len() > 1 || select.from.iter().any(|from| !from.joins.is_empty());
        self.features.join |= joined;
        self.features.group_by |= match &select.group_by {
            GroupByExpr::All(_) => true,
            GroupByExpr::Expressions(keys, _) => !keys.is_empty(),
        };
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.features.window_function |= matches!(expr, Expr::Function(Function { over: Some(_), .. }));
        ControlFlow::Continue(())
    }
}
