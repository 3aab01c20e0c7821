//! Puts Spark's casts in place of arrow's, after DataFusion has decided which casts a plan needs.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::{Cast, ScalarFunction, TryCast};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::super::functions::conversion;
use super::super::struct_fields;
use super::nodes::rewrite_expressions;
use super::relative_times;

#[derive(Debug)]
pub struct Casts;

impl AnalyzerRule for Casts {
    fn name(&self) -> &str {
        "casts"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| rewrite_expressions(plan, |expr, schema| Ok(replaced(expr, schema))))
            .map(|plan| plan.data)
    }
}

fn replaced(expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
    let (value, to, forgiving) = match &expr {
        Expr::Cast(Cast { expr, field }) => (expr, field.data_type(), false),
        Expr::TryCast(TryCast { expr, field }) => (expr, field.data_type(), true),
        _ => return Transformed::no(expr),
    };
    if value.get_type(schema).is_ok_and(|from| !struct_fields::same_order(&from, to)) {
        let function = conversion::positional(to.clone(), forgiving);
        return Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![value.as_ref().clone()])));
    }
    if let Expr::Literal(ScalarValue::Utf8(Some(text)), _) = value.as_ref()
        && let Some(time) = relative_times::meant(text, to)
    {
        return Transformed::yes(converted(time, to, forgiving));
    }
    // DataFusion casts literals while it plans, also in a branch that no row reaches.
    let literal = matches!(value.as_ref(), Expr::Literal(..));
    let special = |from: DataType| {
        conversion::is_special(&from, to) || literal && conversion::is_text(&from) && !conversion::is_text(to)
    };
    if !value.get_type(schema).is_ok_and(special) {
        return Transformed::no(expr);
    }
    Transformed::yes(converted(value.as_ref().clone(), to, forgiving))
}

fn converted(value: Expr, to: &DataType, forgiving: bool) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(conversion::function(to.clone(), forgiving), vec![value]))
}
