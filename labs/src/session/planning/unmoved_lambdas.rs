//! Rules of the physical optimizer that may not move an expression with a lambda to another input.
//!
//! A physical lambda knows its parameters by their place behind the columns of its input (DataFusion 55.2). A rule that merges two
//! projections rewrites the columns and leaves the parameters, which then mean a column: `FROM VALUES` with a column unread.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::physical_expr::expressions::LambdaExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;

/// Rules that put an expression over another input than it was made for.
const MOVING: &[&str] = &["ProjectionPushdown", "FilterPushdown"];

/// DataFusion's rules, those that move expressions only for plans without lambdas.
pub fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let kept = |rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>| {
        if MOVING.iter().any(|moving| rule.name().starts_with(moving)) {
            Arc::new(WithoutLambdas { rule })
        } else {
            rule
        }
    };
    PhysicalOptimizer::new().rules.into_iter().map(kept).collect()
}

#[derive(Debug)]
struct WithoutLambdas {
    rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>,
}

impl PhysicalOptimizerRule for WithoutLambdas {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        if has_lambda(&plan)? { Ok(plan) } else { self.rule.optimize(plan, config) }
    }

    fn name(&self) -> &str {
        self.rule.name()
    }

    fn schema_check(&self) -> bool {
        self.rule.schema_check()
    }
}

fn has_lambda(plan: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    let mut found = false;
    plan.apply(|node| {
        node.apply_expressions(&mut |expr| {
            found |= expr.exists(|part| Ok(part.downcast_ref::<LambdaExpr>().is_some()))?;
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(found)
}
