//! Statements without brackets, for comparing a tree that lacks them with what its text is read as.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, SetExpr, VisitMut, VisitorMut};

use crate::dialect::{Merge, MergeAction, RestorePoint, Statement, WidgetChoices};

/// The tree without brackets that only group.
pub fn bare(mut statement: Statement) -> Statement {
    match &mut statement {
        Statement::Query(query) | Statement::Explain(query) | Statement::DescribeQuery(query) => strip(query),
        Statement::CreateTable(create) => create.query.iter_mut().for_each(strip),
        Statement::CreateView(create) => strip(&mut create.query),
        Statement::CreateWidget(create) => {
            if let WidgetChoices::Query(query) = &mut create.choices {
                strip(query);
            }
        }
        Statement::Insert(insert) => {
            insert.replace_where.iter_mut().for_each(strip);
            strip(&mut insert.source);
        }
        Statement::Update(update) => {
            update.assignments.iter_mut().for_each(|assignment| strip(&mut assignment.value));
            update.predicate.iter_mut().for_each(strip);
        }
        Statement::Delete(delete) => delete.predicate.iter_mut().for_each(strip),
        Statement::Merge(merge) => bare_merge(merge),
        Statement::Restore(restore) => {
            if let RestorePoint::Timestamp(time) = &mut restore.to {
                strip(time);
            }
        }
        Statement::Optimize(optimize) => optimize.predicate.iter_mut().for_each(strip),
        Statement::SetVariables(set) => set.iter_mut().for_each(|set| set.value.iter_mut().for_each(strip)),
        _ => {}
    }
    statement
}

fn bare_merge(merge: &mut Merge) {
    strip(&mut merge.source);
    strip(&mut merge.on);
    for clause in &mut merge.clauses {
        clause.condition.iter_mut().for_each(strip);
        match &mut clause.action {
            MergeAction::Update(set) => set.iter_mut().for_each(|assignment| strip(&mut assignment.value)),
            MergeAction::Insert { values, .. } => values.iter_mut().for_each(strip),
            MergeAction::UpdateAll | MergeAction::Delete | MergeAction::InsertAll => {}
        }
    }
}

fn strip(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Strip);
}

struct Strip;

impl VisitorMut for Strip {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        while let Expr::Nested(inner) = expr {
            *expr = std::mem::replace(inner, Expr::Tuple(Vec::new()));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        strip_body(&mut query.body);
        ControlFlow::Continue(())
    }
}

fn strip_body(body: &mut Box<SetExpr>) {
    if let SetExpr::SetOperation { left, right, .. } = body.as_mut() {
        strip_body(left);
        strip_body(right);
    }
    while let SetExpr::Query(query) = body.as_mut() {
        let plain = query.with.is_none() && query.order_by.is_none() && query.limit_clause.is_none();
        if !plain {
            return;
        }
        let inner = query.body.clone();
        *body = inner;
    }
}
