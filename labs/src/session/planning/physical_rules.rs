//! Rules of the physical optimizer that take an expression to another input than it was made for.
//!
//! The one that moves filters looks for their columns by name (DataFusion 55.2), and finds those of the other side of a join:
//! it is left out. Filters were moved by their plan before. A physical lambda knows its parameters by their place behind the columns of its input (DataFusion 55.2). A rule that merges two
//! projections rewrites the columns and leaves the parameters, which then mean a column: `FROM VALUES` with a column unread.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::physical_expr::expressions::LambdaExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;

use super::forgetful::Forgets;

/// Its name goes on with when it is applied.
const FILTERS: &str = "FilterPushdown";
const PROJECTIONS: &str = "ProjectionPushdown";

/// DataFusion's rules without the one that moves filters, and with the one that moves projections for plans without lambdas
/// only.
pub fn physical_rules() -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let kept = |rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>| {
        if rule.name() == PROJECTIONS { Arc::new(WithoutLambdas { rule }) } else { rule }
    };
    let rules = PhysicalOptimizer::new().rules.into_iter();
    let rules = rules.filter(|rule| !rule.name().starts_with(FILTERS)).map(kept);
    let first: Arc<dyn PhysicalOptimizerRule + Send + Sync> = Arc::new(Forgets);
    let rules = std::iter::once(first).chain(rules);
    rules.chain([Arc::new(YieldingJoins) as Arc<dyn PhysicalOptimizerRule + Send + Sync>]).collect()
}

/// Lets joins that make many rows of few give way now and then, so that a statement can be given up: DataFusion does that where
/// rows are read only.
#[derive(Debug)]
struct YieldingJoins;

impl PhysicalOptimizerRule for YieldingJoins {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let joins = |node: Arc<dyn ExecutionPlan>| {
            Ok(match node.name() {
                "CrossJoinExec" | "NestedLoopJoinExec" | "HashJoinExec" => {
                    Transformed::yes(Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>)
                }
                _ => Transformed::no(node),
            })
        };
        plan.transform_up(joins).map(|plan| plan.data)
    }

    fn name(&self) -> &str {
        "yielding_joins"
    }

    fn schema_check(&self) -> bool {
        true
    }
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
