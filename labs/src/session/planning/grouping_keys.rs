//! Computes the keys of ROLLUP, CUBE and GROUPING SETS before they are grouped by.
//!
//! The rules behind the planner rewrite expressions, and keep the name of each by an alias. An expression inside a grouping set
//! can have none, so that a rewritten one would no longer be the column that the SELECT above reads.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::{Aggregate, Expr, GroupingSet, LogicalPlan, LogicalPlanBuilder};

/// The plan, in which grouping sets name nothing but columns.
///
/// # Errors
/// When a node cannot be made again.
pub fn computed_first(plan: LogicalPlan) -> Result<LogicalPlan> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        found |= matches!(node, LogicalPlan::Aggregate(aggregate) if !computed_keys(aggregate).is_empty());
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    if !found {
        return Ok(plan);
    }
    let computed = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Aggregate(aggregate) => match computed_keys(&aggregate) {
            keys if keys.is_empty() => Ok(Transformed::no(LogicalPlan::Aggregate(aggregate))),
            keys => over_columns(aggregate, &keys).map(Transformed::yes),
        },
        node => Ok(Transformed::no(node)),
    });
    computed.map(|plan| plan.data)
}

/// The keys of grouping sets that are no columns, each once.
fn computed_keys(aggregate: &Aggregate) -> Vec<Expr> {
    let sets = aggregate.group_expr.iter().filter_map(|key| match key {
        Expr::GroupingSet(GroupingSet::Rollup(keys) | GroupingSet::Cube(keys)) => Some(keys.iter().collect::<Vec<_>>()),
        Expr::GroupingSet(GroupingSet::GroupingSets(sets)) => Some(sets.iter().flatten().collect()),
        _ => None,
    });
    let mut computed: Vec<Expr> = Vec::new();
    for key in sets.flatten().filter(|key| !matches!(key, Expr::Column(_) | Expr::Alias(_))) {
        if !computed.contains(key) {
            computed.push(key.clone());
        }
    }
    computed
}

fn over_columns(aggregate: Aggregate, keys: &[Expr]) -> Result<LogicalPlan> {
    let name = |key: &Expr| key.schema_name().to_string();
    let own = aggregate.input.schema().columns().into_iter().map(Expr::Column);
    let columns = own.chain(keys.iter().map(|key| key.clone().alias(name(key))));
    let input = LogicalPlanBuilder::from(aggregate.input).project(columns)?.build()?;
    let named = |expr: Expr| {
        let is_key = keys.contains(&expr);
        if is_key {
            Transformed::yes(Expr::Column(Column::new_unqualified(name(&expr))))
        } else {
            Transformed::no(expr)
        }
    };
    let grouped = |key: Expr| match key {
        Expr::GroupingSet(_) => key.transform_down(|part| Ok(named(part))).map(|key| key.data),
        key => Ok(key),
    };
    // What grouping() asks for is one of the keys.
    let asked = |expr: Expr| {
        let is_grouping = |part: &Expr| matches!(part, Expr::AggregateFunction(call) if call.func.name() == "grouping");
        expr.transform_down(|part| {
            if is_grouping(&part) { part.map_children(|key| Ok(named(key))) } else { Ok(Transformed::no(part)) }
        })
        .map(|expr| expr.data)
    };
    let group = aggregate.group_expr.into_iter().map(grouped).collect::<Result<_>>()?;
    let asked = aggregate.aggr_expr.into_iter().map(asked).collect::<Result<_>>()?;
    Aggregate::try_new(Arc::new(input), group, asked).map(LogicalPlan::Aggregate)
}
