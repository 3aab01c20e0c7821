//! Conditions that stay where they are: above an aggregate those that read no column, where the aggregate gives a row for no rows;
//! above a scan those that may fail and have others beside them, which keep rows from them.
//!
//! DataFusion 55.2 moves `HAVING (SELECT 1) > 2` below `sum(a)`, which then sums no rows and gives one. A condition on columns
//! that are grouped by may go below, since the groups that it drops are made of no other rows; DataFusion itself leaves the
//! columns of grouping sets alone.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Aggregate, Expr, GroupingSet, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{Optimizer, OptimizerConfig, OptimizerRule};

use super::guarded::may_fail;

/// DataFusion's rules, of which the one that moves filters leaves these.
pub fn logical_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let kept = |rule: Arc<dyn OptimizerRule + Send + Sync>| {
        if rule.name() == "push_down_filter" { Arc::new(PushDown { rule }) } else { rule }
    };
    Optimizer::new().rules.into_iter().map(kept).collect()
}

#[derive(Debug)]
struct PushDown {
    rule: Arc<dyn OptimizerRule + Send + Sync>,
}

impl OptimizerRule for PushDown {
    fn name(&self) -> &str {
        self.rule.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.rule.apply_order()
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        if let LogicalPlan::Filter(filter) = &plan
            && let LogicalPlan::Aggregate(aggregate) = filter.input.as_ref()
            && gives_a_row_for_no_rows(aggregate)
            && split_conjunction(&filter.predicate).into_iter().any(|part| part.column_refs().is_empty())
        {
            return Ok(Transformed::no(plan));
        }
        if let LogicalPlan::Filter(filter) = &plan
            && let LogicalPlan::TableScan(scan) = filter.input.as_ref()
            && let parts = split_conjunction(&filter.predicate)
            && parts.len() > 1
            && parts.into_iter().any(|part| may_fail(part, &scan.projected_schema))
        {
            return Ok(Transformed::no(plan));
        }
        self.rule.rewrite(plan, config)
    }
}

fn gives_a_row_for_no_rows(aggregate: &Aggregate) -> bool {
    match aggregate.group_expr.as_slice() {
        [] => true,
        [Expr::GroupingSet(GroupingSet::Rollup(_) | GroupingSet::Cube(_))] => true,
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets.iter().any(Vec::is_empty),
        _ => false,
    }
}
