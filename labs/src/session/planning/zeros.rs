//! What is sorted, and what windows are parted and ordered by, where it is a floating number: `-0.0` and `0.0` are one value there as
//! everywhere. arrow's order is that of the bits.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Sort, SortExpr, lit};
use datafusion::optimizer::AnalyzerRule;

use super::nodes::rewrite_expressions;

#[derive(Debug)]
pub struct Zeros;

impl AnalyzerRule for Zeros {
    fn name(&self) -> &str {
        "zeros"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::Sort(Sort { expr, input, fetch }) => {
                let schema = input.schema().clone();
                let expr = expr.into_iter().map(|key| sorted(key, &schema)).collect();
                Ok(Transformed::yes(LogicalPlan::Sort(Sort { expr, input, fetch })))
            }
            LogicalPlan::Window(_) => rewrite_expressions(node, windowed),
            node => Ok(Transformed::no(node)),
        })
        .map(|plan| plan.data)
    }
}

fn sorted(key: SortExpr, schema: &DFSchema) -> SortExpr {
    SortExpr { expr: one_zero(key.expr, schema), ..key }
}

fn windowed(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::WindowFunction(mut window) = expr else { return Ok(Transformed::no(expr)) };
    let params = &mut window.params;
    params.partition_by =
        std::mem::take(&mut params.partition_by).into_iter().map(|key| one_zero(key, schema)).collect();
    params.order_by = std::mem::take(&mut params.order_by).into_iter().map(|key| sorted(key, schema)).collect();
    Ok(Transformed::yes(Expr::WindowFunction(window)))
}

/// A number whose zero has no sign; any other value as it is.
fn one_zero(expr: Expr, schema: &DFSchema) -> Expr {
    match expr.get_type(schema) {
        Ok(given) if given.is_floating() => expr + lit(0.0_f32),
        _ => expr,
    }
}
