//! Operators with Databricks' meaning: `/` gives DOUBLE, whole numbers do not wrap, a string next to a number is read as one.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, cast};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::functions::arithmetic;

#[derive(Debug)]
pub struct Operators;

impl ExprPlanner for Operators {
    fn plan_binary_op(&self, raw: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let (Ok(left), Ok(right)) = (raw.left.get_type(schema), raw.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(raw));
        };
        Ok(match &raw.op {
            BinaryOperator::Divide if is_divisible(&left) && is_divisible(&right) && !exact(&left, &right) => {
                planned(arithmetic::divide(), raw, &DataType::Float64)
            }
            BinaryOperator::MyIntegerDivide if left.is_integer() && right.is_integer() => {
                planned(arithmetic::integer_divide(), raw, &DataType::Int64)
            }
            BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply
                if left.is_signed_integer() && right.is_signed_integer() =>
            {
                let wider = if left.primitive_width() >= right.primitive_width() { left } else { right };
                planned(arithmetic::checked(&raw.op), raw, &wider)
            }
            op if is_arithmetic(op) || is_comparison(op) => PlannerResult::Original(with_numbers(raw, &left, &right)),
            _ => PlannerResult::Original(raw),
        })
    }
}

fn planned(
    function: std::sync::Arc<datafusion::logical_expr::ScalarUDF>,
    raw: RawBinaryExpr,
    data_type: &DataType,
) -> PlannerResult<RawBinaryExpr> {
    let arguments = vec![cast(raw.left, data_type.clone()), cast(raw.right, data_type.clone())];
    PlannerResult::Planned(Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments)))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

fn is_divisible(data_type: &DataType) -> bool {
    data_type.is_numeric() || is_text(data_type) || data_type.is_null()
}

fn is_decimal(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..)
    )
}

/// Whether a division stays a DECIMAL: a decimal with a decimal or a whole number.
fn exact(left: &DataType, right: &DataType) -> bool {
    let either = is_decimal(left) || is_decimal(right);
    either && [left, right].iter().all(|side| is_decimal(side) || side.is_integer())
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    matches!(op, BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Modulo)
}

fn is_comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq, Spaceship};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq | Spaceship)
}

/// A string next to a number is read as a number: BIGINT next to a whole number, else DOUBLE.
fn with_numbers(mut raw: RawBinaryExpr, left: &DataType, right: &DataType) -> RawBinaryExpr {
    let number = |other: &DataType| if other.is_integer() { DataType::Int64 } else { DataType::Float64 };
    if is_text(left) && right.is_numeric() {
        raw.left = cast(raw.left, number(right));
    } else if is_text(right) && left.is_numeric() {
        raw.right = cast(raw.right, number(left));
    }
    raw
}
