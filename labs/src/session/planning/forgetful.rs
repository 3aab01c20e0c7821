//! Outer joins and grouping sets fill columns with NULL that were constant before.
//!
//! DataFusion 55.2 still takes them for constant behind the join or the aggregate, and leaves out the sorts of what is ordered or
//! parted by them: `ORDER BY o.status` behind a LEFT JOIN of the open orders. What is below is hidden from it here.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{JoinType, Result, Statistics, internal_err};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions,
    SendableRecordBatchStream,
};

/// Hides the inputs that are filled with NULLs.
#[derive(Debug)]
pub struct Forgets;

impl PhysicalOptimizerRule for Forgets {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let hidden = filled(&node);
            if !hidden.contains(&true) {
                return Ok(Transformed::no(node));
            }
            let children = node.children().into_iter().zip(hidden);
            let children = children.map(|(child, hidden)| if hidden { Hidden::over(child) } else { child.clone() });
            let recomputed = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
            node.clone().replace_children(children.collect(), recomputed).map(Transformed::yes)
        })
        .map(|plan| plan.data)
    }

    fn name(&self) -> &str {
        "forgets"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Which inputs of a node it fills with NULLs.
fn filled(node: &Arc<dyn ExecutionPlan>) -> Vec<bool> {
    if let Some(aggregate) = node.downcast_ref::<AggregateExec>() {
        return vec![aggregate.group_expr().has_grouping_set()];
    }
    let of_join = node.downcast_ref::<HashJoinExec>().map(|join| *join.join_type());
    let of_join = of_join.or_else(|| node.downcast_ref::<NestedLoopJoinExec>().map(|join| *join.join_type()));
    let of_join = of_join.or_else(|| node.downcast_ref::<SortMergeJoinExec>().map(|join| join.join_type()));
    match of_join {
        Some(JoinType::Left) => vec![false, true],
        Some(JoinType::Right) => vec![true, false],
        Some(JoinType::Full) => vec![true, true],
        _ => Vec::new(),
    }
}

/// Rows as they come, of which nothing is known.
#[derive(Debug)]
struct Hidden {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl Hidden {
    fn over(input: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        let unknown = EquivalenceProperties::new(input.schema());
        let properties = PlanProperties::clone(input.properties()).with_eq_properties(unknown);
        Arc::new(Self { input: input.clone(), properties: Arc::new(properties) })
    }
}

impl DisplayAs for Hidden {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hidden")
    }
}

impl ExecutionPlan for Hidden {
    fn name(&self) -> &str {
        "Hidden"
    }

    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.as_slice() {
            [input] => Ok(Self::over(input)),
            _ => internal_err!("Hidden has one input"),
        }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        match inputs {
            [input] => Ok(input.clone()),
            _ => internal_err!("Hidden has one input"),
        }
    }
}
