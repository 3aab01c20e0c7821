//! What operators show of an expression to what stands beside it.
//!
//! Precedences are those of [`Grammar`], which the parser reads with. What an operator has to its right is read with
//! its own precedence, so that everything which binds closer is part of it.

use datafusion::sql::sqlparser::ast::{BinaryOperator, CastKind, Expr, UnaryOperator};
use datafusion::sql::sqlparser::dialect::{Dialect, Precedence};

use super::super::super::grammar::Grammar;

/// An expression as an operator beside it sees it.
pub enum Shape<'a> {
    /// A name, a literal, a call, something in brackets.
    Closed,
    /// An operator in front of what it takes, which it reads with this precedence.
    Prefix { operand: &'a Expr, precedence: u8 },
    /// An operator that binds with this precedence; to its right it may have an operand, read with a precedence.
    Infix { left: &'a Expr, precedence: u8, right: Option<(&'a Expr, u8)> },
}

pub fn precedence(of: Precedence) -> u8 {
    Grammar.prec_value(of)
}

pub fn shape(expr: &Expr) -> Shape<'_> {
    let infix = |left, of, right: Option<_>| {
        let precedence = precedence(of);
        Shape::Infix { left, precedence, right: right.map(|right: &Expr| (right, precedence)) }
    };
    match expr {
        Expr::UnaryOp { op, expr } => Shape::Prefix { operand: expr, precedence: unary(*op) },
        Expr::Lambda(lambda) => Shape::Prefix { operand: &lambda.body, precedence: Grammar.prec_unknown() },
        Expr::BinaryOp { left, op, right } => infix(left, binary(op), Some(right)),
        // A query behind ANY and ALL is read on like any operand; everything else has brackets of its own.
        Expr::AnyOp { left, compare_op, right, .. } | Expr::AllOp { left, compare_op, right } => {
            let open = matches!(right.as_ref(), Expr::Subquery(_)).then_some(right);
            infix(left, binary(compare_op), open.map(Box::as_ref))
        }
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
            infix(left, Precedence::Is, Some(right))
        }
        Expr::IsNull(left)
        | Expr::IsNotNull(left)
        | Expr::IsTrue(left)
        | Expr::IsNotTrue(left)
        | Expr::IsFalse(left)
        | Expr::IsNotFalse(left)
        | Expr::IsUnknown(left)
        | Expr::IsNotUnknown(left) => infix(left, Precedence::Is, None),
        Expr::InList { expr: left, .. } | Expr::InSubquery { expr: left, .. } | Expr::InUnnest { expr: left, .. } => {
            infix(left, Precedence::Between, None)
        }
        Expr::Between { expr: left, high, .. } => infix(left, Precedence::Between, Some(high)),
        Expr::Like { expr: left, pattern, escape_char, .. }
        | Expr::ILike { expr: left, pattern, escape_char, .. }
        | Expr::SimilarTo { expr: left, pattern, escape_char, .. } => {
            infix(left, Precedence::Like, escape_char.is_none().then_some(pattern))
        }
        Expr::RLike { expr: left, pattern, .. } => infix(left, Precedence::Like, Some(pattern)),
        Expr::Cast { kind: CastKind::DoubleColon, expr: left, .. } | Expr::JsonAccess { value: left, .. } => {
            infix(left, Precedence::DoubleColon, None)
        }
        Expr::AtTimeZone { timestamp, time_zone } => infix(timestamp, Precedence::AtTz, Some(time_zone)),
        _ => Shape::Closed,
    }
}

fn unary(op: UnaryOperator) -> u8 {
    match op {
        UnaryOperator::Not | UnaryOperator::BangNot => precedence(Precedence::UnaryNot),
        _ => precedence(Precedence::MulDivModOp),
    }
}

fn binary(op: &BinaryOperator) -> Precedence {
    match op {
        BinaryOperator::Or => Precedence::Or,
        BinaryOperator::And => Precedence::And,
        BinaryOperator::Xor => Precedence::Xor,
        BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::StringConcat => Precedence::PlusMinus,
        BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo
        | BinaryOperator::MyIntegerDivide => Precedence::MulDivModOp,
        BinaryOperator::Eq
        | BinaryOperator::NotEq
        | BinaryOperator::Lt
        | BinaryOperator::LtEq
        | BinaryOperator::Gt
        | BinaryOperator::GtEq
        | BinaryOperator::Spaceship => Precedence::Eq,
        BinaryOperator::BitwiseAnd => Precedence::Ampersand,
        BinaryOperator::BitwiseXor | BinaryOperator::PGBitwiseShiftLeft | BinaryOperator::PGBitwiseShiftRight => {
            Precedence::Caret
        }
        BinaryOperator::BitwiseOr => Precedence::Pipe,
        BinaryOperator::Overlaps => Precedence::Between,
        _ => Precedence::PgOther,
    }
}

/// The weakest operator that an operand shows to the left: a reader that asks for more than it stops there.
pub fn weakest_at_left(mut expr: &Expr) -> u8 {
    let mut weakest = u8::MAX;
    while let Shape::Infix { left, precedence, .. } = shape(expr) {
        weakest = weakest.min(precedence);
        expr = left;
    }
    weakest
}

/// The weakest operator that still reads at the right end of an operand: what binds closer becomes part of it.
pub fn weakest_at_right(mut expr: &Expr) -> u8 {
    let mut weakest = u8::MAX;
    while let Shape::Prefix { operand: inner, precedence } | Shape::Infix { right: Some((inner, precedence)), .. } =
        shape(expr)
    {
        weakest = weakest.min(precedence);
        expr = inner;
    }
    weakest
}

/// What an expression's text ends with, looking through the operands that nothing closes.
pub fn last(mut expr: &Expr) -> &Expr {
    while let Shape::Prefix { operand: inner, .. } | Shape::Infix { right: Some((inner, _)), .. } = shape(expr) {
        expr = inner;
    }
    expr
}
