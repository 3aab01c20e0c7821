//! `lag` and `lead` whose default is no constant, which DataFusion does not take.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArgumentClause, FunctionArguments, NullTreatment, UnaryOperator, Value,
};

use super::build::{argument, arguments, binary, call, case};

/// `a <operator> b` is `a` with the type of `b`.
pub const WITH_TYPE_OF: &str = "__with_type_of";

/// `lag(x, 1, d)` as `CASE WHEN lag(true, 1) IS NULL THEN d ELSE lag(x, 1) END`; `None` for a constant.
pub fn with_default(function: &Function, default: &Expr) -> Option<Expr> {
    if is_constant(default) {
        return None;
    }
    let value = arguments(function)?.swap_remove(0);
    let default = binary(default.clone(), BinaryOperator::Custom(WITH_TYPE_OF.to_owned()), value);
    let mut plain = function.clone();
    let FunctionArguments::List(list) = &mut plain.args else { return None };
    list.args.truncate(2);
    let clause = FunctionArgumentClause::IgnoreOrRespectNulls(NullTreatment::IgnoreNulls);
    // Then the value is NULL where there is no such row, and nowhere else.
    if plain.null_treatment == Some(NullTreatment::IgnoreNulls) || list.clauses.contains(&clause) {
        return Some(call("coalesce", vec![Expr::Function(plain), default]));
    }
    let mut row = plain.clone();
    if let FunctionArguments::List(list) = &mut row.args {
        list.args[0] = argument(Expr::value(Value::Boolean(true)));
    }
    let none = Expr::IsNull(Box::new(Expr::Function(row)));
    Some(case(vec![(none, default)], Some(Expr::Function(plain))))
}

fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Value(_) => true,
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => is_constant(expr),
        _ => false,
    }
}
