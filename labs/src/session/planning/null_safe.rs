//! `a <=> b` between two relations as two comparisons with `=`, which never give NULL: both are NULL or none is, and both are the
//! same where NULL is put a value in place of.
//!
//! A join of DataFusion 55.2 has one meaning of NULL for all of its keys, and several joins that are brought together get that of
//! the topmost: `<=>` beside `=` found rows by a NULL, or lost them.

use std::collections::HashSet;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result, ScalarValue};
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, LogicalPlan, Operator, cast, lit};
use datafusion::optimizer::AnalyzerRule;

use super::super::functions::rows::common_type;

#[derive(Debug)]
pub struct NullSafe;

impl AnalyzerRule for NullSafe {
    fn name(&self) -> &str {
        "null_safe"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|node| {
            if !matches!(node, LogicalPlan::Join(_) | LogicalPlan::Filter(_)) || !compares_null_safely(&node)? {
                return Ok(Transformed::no(node));
            }
            let schema = merge_schema(&node.inputs());
            node.map_expressions(|expr| conjuncts(expr, &schema))
        })
        .map(|plan| plan.data)
    }
}

/// Whether a node has a `<=>` at all.
fn compares_null_safely(node: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    node.apply_expressions(|expr| {
        let is_it = |part: &Expr| matches!(part, Expr::BinaryExpr(both) if both.op == Operator::IsNotDistinctFrom);
        found |= expr.exists(|part| Ok(is_it(part)))?;
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

/// The parts of a condition that are joined by AND; elsewhere `<=>` is no key of a join.
fn conjuncts(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
            let (left, right) = (conjuncts(*left, schema)?, conjuncts(*right, schema)?);
            let changed = left.transformed || right.transformed;
            let both = left.data.and(right.data);
            Ok(if changed { Transformed::yes(both) } else { Transformed::no(both) })
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::IsNotDistinctFrom, right }) => {
            Ok(match two_comparisons(&left, &right, schema) {
                Some(both) => Transformed::yes(both),
                None => Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op: Operator::IsNotDistinctFrom, right })),
            })
        }
        expr => Ok(Transformed::no(expr)),
    }
}

/// `None` for what one relation alone decides, and for types that have no value to put in place of NULL.
fn two_comparisons(left: &Expr, right: &Expr, schema: &DFSchema) -> Option<Expr> {
    let (of_left, of_right) = (relations(left), relations(right));
    if of_left.is_empty()
        || of_right.is_empty()
        || !of_left.is_disjoint(&of_right)
        || left.is_volatile()
        || right.is_volatile()
    {
        return None;
    }
    let shared = common_type(&left.get_type(schema).ok()?, &right.get_type(schema).ok()?)?;
    let default = ScalarValue::new_default(&shared).ok().filter(|_| !shared.is_nested() && !shared.is_null())?;
    let filled = |side: &Expr| coalesce(vec![cast(side.clone(), shared.clone()), lit(default.clone())]);
    let same = filled(left).eq(filled(right));
    Some(left.clone().is_null().eq(right.clone().is_null()).and(same))
}

/// The relations whose columns an expression reads.
fn relations(expr: &Expr) -> HashSet<String> {
    expr.column_refs().into_iter().filter_map(|Column { relation, .. }| Some(relation.as_ref()?.to_string())).collect()
}
