//! Conditions that stay where they are: above an aggregate those that read no column, where the aggregate gives a row for no rows;
//! above a scan those that may fail. Where filters meet on their way down, what may fail is put behind the others.
//!
//! DataFusion 55.2 moves `HAVING (SELECT 1) > 2` below `sum(a)`, which then sums no rows and gives one. A condition on columns
//! that are grouped by may go below, since the groups that it drops are made of no other rows; DataFusion itself leaves the
//! columns of grouping sets alone.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{Aggregate, Expr, Filter, GroupingSet, LogicalPlan, lit};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{Optimizer, OptimizerConfig, OptimizerRule};

use super::guarded::conditions;
use super::may_fail::may_fail;

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
        match plan {
            LogicalPlan::Filter(outer) if matches!(outer.input.as_ref(), LogicalPlan::Filter(_)) => {
                self.rewrite(merged(outer)?, config).map(|plan| Transformed::yes(plan.data))
            }
            LogicalPlan::Filter(filter) if matches!(filter.input.as_ref(), LogicalPlan::TableScan(_)) => {
                self.towards_scan(filter, config)
            }
            plan => self.rule.rewrite(plan, config),
        }
    }
}

impl PushDown {
    /// Moves those conditions into a scan that cannot fail.
    fn towards_scan(&self, filter: Filter, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let parts = split_conjunction(&filter.predicate).into_iter().cloned();
        let (risky, safe): (Vec<Expr>, Vec<Expr>) = parts.partition(|part| may_fail(part, filter.input.schema()));
        if risky.is_empty() || safe.is_empty() {
            let plan = LogicalPlan::Filter(filter);
            return if risky.is_empty() { self.rule.rewrite(plan, config) } else { Ok(Transformed::no(plan)) };
        }
        let alone = Filter::try_new(all(safe), filter.input)?;
        let moved = self.rule.rewrite(LogicalPlan::Filter(alone), config)?;
        moved.map_data(|plan| {
            let (kept, input) = match plan {
                LogicalPlan::Filter(kept) => (Some(kept.predicate), kept.input),
                plan => (None, Arc::new(plan)),
            };
            let predicate = all(kept.into_iter().chain(risky));
            Filter::try_new(predicate, input).map(LogicalPlan::Filter)
        })
    }
}

/// A filter above a filter as one: what may fail is put behind the conditions of both.
fn merged(outer: Filter) -> Result<LogicalPlan> {
    let LogicalPlan::Filter(inner) = outer.input.as_ref() else { return Ok(LogicalPlan::Filter(outer)) };
    let parts = split_conjunction(&inner.predicate).into_iter().chain(split_conjunction(&outer.predicate));
    let predicate = conditions(parts.cloned().collect(), inner.input.schema());
    Filter::try_new(predicate, Arc::clone(&inner.input)).map(LogicalPlan::Filter)
}

fn all(parts: impl IntoIterator<Item = Expr>) -> Expr {
    conjunction(parts).unwrap_or_else(|| lit(true))
}

fn gives_a_row_for_no_rows(aggregate: &Aggregate) -> bool {
    match aggregate.group_expr.as_slice() {
        [] => true,
        [Expr::GroupingSet(GroupingSet::Rollup(_) | GroupingSet::Cube(_))] => true,
        [Expr::GroupingSet(GroupingSet::GroupingSets(sets))] => sets.iter().any(Vec::is_empty),
        _ => false,
    }
}
