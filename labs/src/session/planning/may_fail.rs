//! Whether computing an expression may end in an error for some row.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{BinaryExpr, Cast, Expr, ExprSchemable};

use super::super::functions::conversion::is_text;

/// Functions that have a value for every argument of their types; of others it is not known.
const TOTAL: &[&str] = &[
    "__in_set",
    "btrim",
    "char_length",
    "contains",
    "day",
    "dayofmonth",
    "endswith",
    "isnan",
    "isnotnull",
    "isnull",
    "length",
    "lower",
    "ltrim",
    "month",
    "quarter",
    "rtrim",
    "size",
    "startswith",
    "trim",
    "upper",
    "year",
];

/// Whether the value of some row may be an error.
pub fn may_fail(expr: &Expr, schema: &DFSchema) -> bool {
    let fails = |part: &Expr| {
        Ok(match part {
            Expr::Alias(_) | Expr::Column(_) | Expr::Literal(..) | Expr::ScalarSubquery(_) => false,
            Expr::Not(_) | Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::IsTrue(_) | Expr::IsNotTrue(_) => false,
            Expr::IsFalse(_) | Expr::IsNotFalse(_) | Expr::IsUnknown(_) | Expr::IsNotUnknown(_) => false,
            Expr::Like(_) | Expr::Between(_) | Expr::InList(_) | Expr::Case(_) | Expr::TryCast(_) => false,
            Expr::BinaryExpr(BinaryExpr { op, .. }) => !op.supports_propagation() && !op.is_logic_operator(),
            Expr::ScalarFunction(call) => !TOTAL.contains(&call.func.name()),
            // A whole number that is written is a cast until it is computed.
            Expr::Cast(Cast { expr, .. }) if matches!(expr.as_ref(), Expr::Literal(..)) => false,
            Expr::Cast(Cast { expr, field }) => {
                !expr.get_type(schema).is_ok_and(|from| always_fits(&from, field.data_type()))
            }
            _ => true,
        })
    };
    expr.exists(fails).unwrap_or(true)
}

fn always_fits(from: &DataType, to: &DataType) -> bool {
    let wider = from.is_integer() && to.is_integer() && from.primitive_width() <= to.primitive_width();
    let floats = (from.is_integer() || from.is_floating()) && *to == DataType::Float64;
    from == to || wider || floats || is_text(to)
}
