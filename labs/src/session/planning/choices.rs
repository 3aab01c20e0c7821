//! The type of a CASE whose results differ, for what is planned over it: `CASE WHEN c THEN 1 ELSE 2L END + 1` adds BIGINTs.
//!
//! DataFusion's planner takes the first result's type, and widens the others when all is planned. Where they differ, the query is
//! planned again with calls of [`choice`] in place of its CASEs, which become CASEs again in the plan.

use std::ops::ControlFlow;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::sql::sqlparser::ast::{self, VisitMut, VisitorMut};

use super::super::functions::choice::{self, CHOICE, CHOICE_OF};
use super::calls::build::call;
use super::nodes::rewrite_expressions;
use super::set_types::differ;

/// Whether a plan holds a CASE whose results have different types.
pub fn mixed(plan: &LogicalPlan) -> bool {
    let mut found = false;
    let walked = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            // Schemas are merged for the few that hold a CASE only.
            let holds_case = expr.exists(|part| Ok(matches!(part, Expr::Case(_))))?;
            found = holds_case && mixed_in(expr, &merge_schema(&node.inputs()));
            Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
    });
    walked.is_ok() && found
}

/// Whether an expression holds one.
pub fn mixed_in(expr: &Expr, schema: &DFSchema) -> bool {
    let found = expr.exists(|part| {
        let Expr::Case(case) = part else { return Ok(false) };
        let results = case.when_then_expr.iter().map(|(_, then)| then).chain(&case.else_expr);
        let mut types = results.filter_map(|result| result.get_type(schema).ok()).filter(|given| !given.is_null());
        let Some(first) = types.next() else { return Ok(false) };
        Ok(types.any(|other| differ(&first, &other)))
    });
    found.unwrap_or(false)
}

/// Puts a call in place of every CASE below a node; whether there was one.
pub fn spell(node: &mut impl VisitMut) -> bool {
    let mut cases = Cases { found: false };
    let _ = node.visit(&mut cases);
    cases.found
}

struct Cases {
    found: bool,
}

impl VisitorMut for Cases {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut ast::Expr) -> ControlFlow<()> {
        if let ast::Expr::Case { operand, conditions, else_result, .. } = expr {
            let name = if operand.is_some() { CHOICE_OF } else { CHOICE };
            let operand = operand.take().map(|operand| *operand);
            let branches = std::mem::take(conditions).into_iter().flat_map(|case| [case.condition, case.result]);
            let otherwise = else_result.take().map(|otherwise| *otherwise);
            *expr = call(name, operand.into_iter().chain(branches).chain(otherwise).collect());
            self.found = true;
        }
        ControlFlow::Continue(())
    }
}

/// Puts the CASEs back.
///
/// # Errors
/// When a result has no type.
pub fn restored(plan: LogicalPlan) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|node| rewrite_expressions(node, choice::restored)).map(|plan| plan.data)
}

/// Puts the CASEs of an expression back.
///
/// # Errors
/// When a result has no type.
pub fn restored_in(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    expr.transform_up(|part| choice::restored(part, schema)).map(|expr| expr.data)
}
