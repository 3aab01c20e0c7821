//! Parts of syntax trees.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Function, FunctionArgumentList, FunctionArguments, Ident, ObjectName,
    UnaryOperator, Value,
};

pub use datafusion::sql::sqlparser::ast::{FunctionArg as Argument, FunctionArgExpr as ArgumentExpr};

/// The arguments of a plain call: no window, no filter, no names.
pub fn arguments(function: &Function) -> Option<Vec<Expr>> {
    match &function.args {
        FunctionArguments::List(list) => values(&list.args),
        _ => None,
    }
}

/// Arguments without names.
pub fn values(arguments: &[Argument]) -> Option<Vec<Expr>> {
    let value = |argument: &Argument| match argument {
        Argument::Unnamed(ArgumentExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    arguments.iter().map(value).collect()
}

pub fn argument(expr: Expr) -> Argument {
    Argument::Unnamed(ArgumentExpr::Expr(expr))
}

pub fn call(name: &str, given: Vec<Expr>) -> Expr {
    let args = given.into_iter().map(argument).collect();
    let arguments = FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() };
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(arguments),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// `CASE WHEN .. THEN .. ELSE .. END`
pub fn case(branches: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: branches.into_iter().map(|(condition, result)| CaseWhen { condition, result }).collect(),
        else_result: otherwise.map(Box::new),
    }
}

pub fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::Nested(Box::new(Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }))
}

pub fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) }
}

pub fn text(text: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(text.to_owned()))
}

pub fn zero() -> Expr {
    Expr::value(Value::Number("0".to_owned(), false))
}
