//! Rewriting the expressions of a plan's node.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// Rewrites every expression of a node from the leaves up, with the schema that they read; each keeps its name.
pub fn rewrite_expressions(
    plan: LogicalPlan,
    mut rewrite: impl FnMut(Expr, &DFSchema) -> Result<Transformed<Expr>>,
) -> Result<Transformed<LogicalPlan>> {
    map_named(plan, |expr, schema| expr.transform_up(|expr| rewrite(expr, schema)))
}

/// Maps every expression of a node, with the schema that they read; each keeps its name.
pub fn map_named(
    plan: LogicalPlan,
    mut map: impl FnMut(Expr, &DFSchema) -> Result<Transformed<Expr>>,
) -> Result<Transformed<LogicalPlan>> {
    let schema = merge_schema(&plan.inputs());
    let names = NamePreserver::new(&plan);
    plan.map_expressions(|expr| {
        let name = names.save(&expr);
        Ok(map(expr, &schema)?.update_data(|expr| name.restore(expr)))
    })
}
