//! `(a, b) IN (SELECT x, y ..)` as a condition of WHERE.
//!
//! It becomes EXISTS with one comparison a column. NOT IN lets a row through only if no row of the subquery could be equal, so
//! a comparison that a NULL leaves open counts as equal. Elsewhere than in WHERE the answer may be NULL, and it is refused.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, Query, Select, SelectItem, SetExpr, TableFactor, UnaryOperator, Value, Visit,
    VisitMut, Visitor, VisitorMut,
};

use super::calls::build::binary;
use super::select_nothing;
use crate::diagnostic::Diagnostic;
use crate::dialect::build;

/// What the subquery is called.
const ROW: &str = "__row_of_in";

/// Spells it out in every WHERE below a node.
pub fn rewrite(node: &mut impl VisitMut) {
    let _ = VisitMut::visit(node, &mut Conditions);
}

/// What an error of a query means that holds one: the subquery gives another number of columns.
pub fn explain(diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.message.contains("names given as column alias") {
        let message = "The number of columns in the left hand side of an IN subquery does not match the number of columns in \
                       the output of subquery.";
        return Diagnostic::new("DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", "42K09", message)
            .with_hint("Give the query of IN as many columns as stand in brackets before it.");
    }
    diagnostic
}

/// Whether a query holds one that was spelled out.
pub fn was_here(query: &Query) -> bool {
    Visit::visit(query, &mut Rows).is_break()
}

struct Rows;

impl Visitor for Rows {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Derived { alias: Some(alias), .. } if alias.name.value == ROW => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// The conditions of a WHERE that are parted by AND; of NOT, what stands behind it.
pub fn conditions(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Nested(inner) => conditions(inner),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conditions(left).into_iter().chain(conditions(right)).collect()
        }
        Expr::UnaryOp { op: UnaryOperator::Not | UnaryOperator::BangNot, expr: inner } => {
            std::iter::once(without_brackets(inner)).collect()
        }
        other => vec![other],
    }
}

/// Whether an expression compares several columns with a subquery.
pub fn is_one(expr: &Expr) -> bool {
    matches!(expr, Expr::InSubquery { expr, .. } if matches!(expr.as_ref(), Expr::Tuple(_)))
}

fn without_brackets(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => without_brackets(inner),
        other => other,
    }
}

struct Conditions;

impl VisitorMut for Conditions {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if let Some(condition) = &mut select.selection {
            spell_out(condition, false);
        }
        ControlFlow::Continue(())
    }
}

fn spell_out(expr: &mut Expr, not: bool) {
    match expr {
        Expr::Nested(inner) => spell_out(inner, not),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } if !not => {
            spell_out(left, false);
            spell_out(right, false);
        }
        Expr::UnaryOp { op: UnaryOperator::Not | UnaryOperator::BangNot, expr: inner }
            if !not && is_one(without_brackets(inner)) =>
        {
            spell_out(inner, true);
            *expr = inner.as_ref().clone();
        }
        Expr::InSubquery { expr: columns, subquery, negated } => {
            if let Expr::Tuple(columns) = columns.as_ref() {
                let negated = *negated != not;
                *expr = Expr::Exists { subquery: Box::new(found(columns, subquery, negated)), negated };
            }
        }
        _ => {}
    }
}

/// `SELECT 1 FROM (subquery) AS row (__0, __1) WHERE a = __0 AND b = __1`
fn found(columns: &[Expr], subquery: &Query, or_open: bool) -> Query {
    let name = |at: usize| Ident::new(format!("__{at}"));
    let compared = columns.iter().enumerate().map(|(at, column)| {
        let equal = binary(column.clone(), BinaryOperator::Eq, Expr::Identifier(name(at)));
        if or_open { Expr::IsNotFalse(Box::new(equal)) } else { equal }
    });
    let alias = build::alias(Ident::new(ROW), (0..columns.len()).map(name).collect());
    let mut query = select_nothing();
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![SelectItem::UnnamedExpr(Expr::value(Value::Number("1".to_owned(), false)))];
        select.from = build::derived(subquery.clone(), alias);
        select.selection = compared.reduce(|left, right| binary(left, BinaryOperator::And, right));
    }
    query
}
