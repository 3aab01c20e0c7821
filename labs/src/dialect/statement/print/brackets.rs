//! Brackets where a tree reads back as another one without them.
//!
//! A tree from the parser has them already, as [`Expr::Nested`] and [`SetExpr::Query`]; one that a program has changed
//! may not.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, GroupByExpr, Query, Select, SetExpr, SetOperator, Subscript, UnaryOperator, Value, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::Precedence;

use crate::dialect::build;

use super::shape::{Shape, last, precedence, shape, weakest_at_left, weakest_at_right};

/// Puts them into everything below a node.
pub struct Brackets;

impl VisitorMut for Brackets {
    type Break = ();

    /// From the inside out: an operand already has its own brackets when it is looked at.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        operands(expr);
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if let GroupByExpr::Expressions(keys, modifiers) = &mut select.group_by
            && !modifiers.is_empty()
            && let Some(key) = keys.last_mut()
        {
            before_with(key);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        combined(&mut query.body);
        ControlFlow::Continue(())
    }
}

fn enclose(expr: &mut Expr) {
    let inner = std::mem::replace(expr, Expr::Tuple(Vec::new()));
    *expr = Expr::Nested(Box::new(inner));
}

/// An operand before something of this precedence.
fn before(expr: &mut Expr, precedence: u8) {
    if weakest_at_right(expr) < precedence {
        enclose(expr);
    }
}

/// An operand that is read with this precedence.
fn read_with(expr: &mut Expr, precedence: u8) {
    if weakest_at_left(expr) <= precedence {
        enclose(expr);
    }
}

/// An operand that nothing but names, literals, calls and brackets may be. What stands behind a call with a dot in its
/// name would belong to the part behind the dot.
fn closed(expr: &mut Expr) {
    let is_open = match expr {
        Expr::Collate { .. } => true,
        Expr::Function(function) => function.name.0.len() > 1,
        _ => !matches!(shape(expr), Shape::Closed),
    };
    if is_open {
        enclose(expr);
    }
}

/// Brackets around the operands of an expression that need them.
fn operands(expr: &mut Expr) {
    match shape(expr) {
        Shape::Closed => closed_operands(expr),
        Shape::Prefix { precedence, .. } => prefixed(expr, precedence),
        Shape::Infix { precedence, .. } => infix_operands(expr, precedence),
    }
}

fn prefixed(expr: &mut Expr, own: u8) {
    let Expr::UnaryOp { op, expr } = expr else { return };
    read_with(expr, own);
    if *op == UnaryOperator::Not && begins_with_exists(expr) {
        enclose(expr);
    }
}

/// What stands to the left and right of an operator that binds with this precedence.
fn infix_operands(expr: &mut Expr, own: u8) {
    match expr {
        Expr::BinaryOp { left, right, .. }
        | Expr::IsDistinctFrom(left, right)
        | Expr::IsNotDistinctFrom(left, right)
        | Expr::AtTimeZone { timestamp: left, time_zone: right }
        | Expr::AnyOp { left, right, .. }
        | Expr::AllOp { left, right, .. }
        | Expr::Like { expr: left, pattern: right, .. }
        | Expr::ILike { expr: left, pattern: right, .. }
        | Expr::SimilarTo { expr: left, pattern: right, .. }
        | Expr::RLike { expr: left, pattern: right, .. } => {
            before(left, own);
            read_with(right, own);
        }
        Expr::Between { expr: left, low, high, .. } => {
            before(left, own);
            read_with(low, own);
            before(low, precedence(Precedence::And));
            read_with(high, own);
        }
        other => left_operand(other, own),
    }
}

/// What stands to the left of an operator without an operand to its right.
fn left_operand(expr: &mut Expr, own: u8) {
    match expr {
        Expr::IsNull(left)
        | Expr::IsNotNull(left)
        | Expr::IsTrue(left)
        | Expr::IsNotTrue(left)
        | Expr::IsFalse(left)
        | Expr::IsNotFalse(left)
        | Expr::IsUnknown(left)
        | Expr::IsNotUnknown(left)
        | Expr::InList { expr: left, .. }
        | Expr::InSubquery { expr: left, .. }
        | Expr::InUnnest { expr: left, .. }
        | Expr::Cast { kind: CastKind::DoubleColon, expr: left, .. }
        | Expr::JsonAccess { value: left, .. } => before(left, own),
        _ => {}
    }
}

/// Operands of what no operator makes.
fn closed_operands(expr: &mut Expr) {
    match expr {
        Expr::Position { expr, .. } => {
            read_with(expr, precedence(Precedence::Between));
            before(expr, precedence(Precedence::Between));
        }
        Expr::Collate { expr, .. } => closed(expr),
        // `INTERVAL 'text' LIKE ..` would be the interval of the text.
        Expr::Interval(interval) if begins_with_text(&interval.value) => enclose(&mut interval.value),
        Expr::CompoundFieldAccess { root, access_chain } => {
            closed(root);
            // `1.a` is no number.
            let named = matches!(access_chain.first(), Some(AccessExpr::Dot(_)));
            if named && matches!(root.as_ref(), Expr::Value(value) if matches!(value.value, Value::Number(..))) {
                enclose(root);
            }
            for step in access_chain {
                if let AccessExpr::Subscript(Subscript::Index { index }) = step {
                    read_with(index, precedence(Precedence::Colon));
                }
            }
        }
        Expr::Function(function) => last_argument(function),
        _ => {}
    }
}

/// `f(g() IGNORE NULLS)` would say it of `g`.
fn last_argument(function: &mut Function) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    if !matches!(list.clauses.first(), Some(FunctionArgumentClause::IgnoreOrRespectNulls(_))) {
        return;
    }
    let Some(FunctionArg::Named { arg, .. } | FunctionArg::Unnamed(arg)) = list.args.last_mut() else { return };
    if let FunctionArgExpr::Expr(expr) = arg
        && matches!(last(expr), Expr::Function(inner) if inner.over.is_none() && inner.null_treatment.is_none())
    {
        enclose(expr);
    }
}

/// `a::TIMESTAMP WITH ROLLUP` would be read as a type WITH TIME ZONE.
fn before_with(expr: &mut Expr) {
    if let Expr::Cast { kind: CastKind::DoubleColon, data_type: DataType::Timestamp(..), .. } = last(expr) {
        enclose(expr);
    }
}

/// Whether the text begins with EXISTS: NOT before it would become part of it.
fn begins_with_exists(expr: &Expr) -> bool {
    match expr {
        Expr::Exists { negated, .. } => !negated,
        Expr::CompoundFieldAccess { root: first, .. } | Expr::Collate { expr: first, .. } => begins_with_exists(first),
        _ => matches!(shape(expr), Shape::Infix { left, .. } if begins_with_exists(left)),
    }
}

/// Whether an expression of more than a text begins with one.
fn begins_with_text(expr: &Expr) -> bool {
    let is_text =
        |expr: &Expr| matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)));
    match expr {
        Expr::CompoundFieldAccess { root: first, .. } | Expr::Collate { expr: first, .. } => {
            is_text(first) || begins_with_text(first)
        }
        _ => matches!(shape(expr), Shape::Infix { left, .. } if is_text(left) || begins_with_text(left)),
    }
}

/// Whether a bracket behind an expression would belong to its last word.
pub fn opens_a_call(expr: &Expr) -> bool {
    match last(expr) {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Interval(_) | Expr::Collate { .. } => true,
        Expr::Cast { kind, .. } => *kind == CastKind::DoubleColon,
        Expr::CompoundFieldAccess { access_chain, .. } => matches!(access_chain.last(), Some(AccessExpr::Dot(_))),
        Expr::Function(function) => function.args == FunctionArguments::None,
        _ => false,
    }
}

/// Brackets around combined queries that are combined once more.
fn combined(body: &mut SetExpr) {
    let SetExpr::SetOperation { left, op, right, .. } = body else { return };
    combined(left);
    combined(right);
    let own = strength(op);
    // `* EXCEPT` names the columns that are left out.
    let star = *op == SetOperator::Except && left.to_string().ends_with('*');
    if star || matches!(left.as_ref(), SetExpr::SetOperation { op, .. } if strength(op) < own) {
        enclose_query(left);
    }
    if matches!(right.as_ref(), SetExpr::SetOperation { op, .. } if strength(op) <= own) {
        enclose_query(right);
    }
}

/// INTERSECT binds closer than the others.
fn strength(op: &SetOperator) -> u8 {
    u8::from(*op == SetOperator::Intersect)
}

fn enclose_query(part: &mut SetExpr) {
    let nothing =
        SetExpr::Table(Box::new(datafusion::sql::sqlparser::ast::Table { table_name: None, schema_name: None }));
    let body = std::mem::replace(part, nothing);
    *part = SetExpr::Query(Box::new(build::query(body)));
}
