//! Functions that choose between values.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Value};

use super::super::super::filled::{is_volatile, reads};
use super::build::{binary, call, case, text, zero};

pub fn of(name: &str, given: &[Expr]) -> Option<Expr> {
    let boxed = |expr: &Expr| Box::new(expr.clone());
    match (name, given) {
        ("if" | "iff", [condition, then, otherwise]) => {
            Some(case(vec![(condition.clone(), then.clone())], Some(otherwise.clone())))
        }
        ("nvl2", [value, then, otherwise]) => {
            Some(case(vec![(Expr::IsNotNull(boxed(value)), then.clone())], Some(otherwise.clone())))
        }
        ("isnull", [value]) => Some(Expr::IsNull(boxed(value))),
        ("isnotnull", [value]) => Some(Expr::IsNotNull(boxed(value))),
        ("equal_null", [one, other]) => Some(Expr::IsNotDistinctFrom(boxed(one), boxed(other))),
        ("zeroifnull", [value]) => Some(call("coalesce", vec![value.clone(), zero()])),
        ("nullif", [value, other]) => null_if(value, other),
        ("nullifzero", [value]) => {
            null_if(value, &zero()).or_else(|| Some(call("nullif", vec![value.clone(), zero()])))
        }
        ("assert_true", [condition, message @ ..]) if message.len() < 2 => {
            let message = message.first().cloned().unwrap_or_else(|| text(&format!("'{condition}' is not true!")));
            let otherwise = call("raise_error", vec![message]);
            Some(case(vec![(condition.clone(), Expr::value(Value::Null))], Some(otherwise)))
        }
        ("decode", [value, rest @ ..]) if rest.len() > 1 => Some(decoded(value, rest)),
        _ => None,
    }
}

/// `nullif` as a CASE, which has the first value's type; the engine's has that of both together. What is random is left to
/// the engine, which computes it once.
fn null_if(value: &Expr, other: &Expr) -> Option<Expr> {
    if reads(value, is_volatile) {
        return None;
    }
    let equal = binary(value.clone(), BinaryOperator::Eq, other.clone());
    Some(case(vec![(equal, Expr::value(Value::Null))], Some(value.clone())))
}

/// `decode(value, 1, 'one', 2, 'two', 'many')`; a NULL finds a NULL.
fn decoded(value: &Expr, rest: &[Expr]) -> Expr {
    let pairs = rest.chunks_exact(2);
    let otherwise = pairs.remainder().first().cloned();
    let branch =
        |pair: &[Expr]| (Expr::IsNotDistinctFrom(Box::new(value.clone()), Box::new(pair[0].clone())), pair[1].clone());
    case(pairs.map(branch).collect(), otherwise)
}
