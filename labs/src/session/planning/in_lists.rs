//! Keeps DataFusion from merging lists of values, which loses NULLs.
//!
//! Its simplifier makes `k IN (1)` of `k IN (1) AND k NOT IN (NULL)`, FALSE of `k IN (1, 2) AND k IN (3, 4)` and TRUE of
//! `k NOT IN (1, 2) OR k NOT IN (3, 4)`. With a NULL in a list or in `k` all three are NULL. It merges what is compared
//! only where both sides are the same expression, so each comparison of a plan gets an expression of its own: its value,
//! through a function that gives back what it is given. A plan with one list is left alone, so files can still be skipped.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::expr::{InList, ScalarFunction};
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, LogicalPlan, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, lit,
};
use datafusion::optimizer::AnalyzerRule;

use super::nodes::rewrite_expressions;

#[derive(Debug)]
pub struct InLists;

impl AnalyzerRule for InLists {
    fn name(&self) -> &str {
        "in_lists"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        if !may_merge(&plan)? {
            return Ok(plan);
        }
        let mut number = 0;
        let plan = plan.transform_up_with_subqueries(|node| {
            rewrite_expressions(node, |expr, _| Ok(told_apart(expr, &mut number)))
        })?;
        Ok(plan.data)
    }
}

/// Whether two lists may meet. Two equalities may become one list.
fn may_merge(plan: &LogicalPlan) -> Result<bool> {
    let (mut lists, mut equalities) = (0, 0);
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                match expr {
                    Expr::InList(_) => lists += 1,
                    Expr::BinaryExpr(binary) if compared(binary).is_some() => equalities += 1,
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(lists + equalities / 2 > 1)
}

/// The side of `value = constant` or `value <> constant` that is not constant.
fn compared(binary: &BinaryExpr) -> Option<&Expr> {
    if !matches!(binary.op, Operator::Eq | Operator::NotEq) {
        return None;
    }
    match (is_constant(&binary.left), is_constant(&binary.right)) {
        (false, true) => Some(&binary.left),
        (true, false) => Some(&binary.right),
        _ => None,
    }
}

fn is_constant(expr: &Expr) -> bool {
    !expr.any_column_refs() && !expr.contains_outer()
}

fn told_apart(expr: Expr, number: &mut i64) -> Transformed<Expr> {
    match expr {
        Expr::InList(InList { expr, list, negated }) if !is_constant(&expr) => {
            let expr = Box::new(occurrence(*expr, number));
            Transformed::yes(Expr::InList(InList { expr, list, negated }))
        }
        Expr::BinaryExpr(mut binary) if compared(&binary).is_some() => {
            let side = if is_constant(&binary.left) { &mut binary.right } else { &mut binary.left };
            **side = occurrence(std::mem::take(side), number);
            Transformed::yes(Expr::BinaryExpr(binary))
        }
        expr => Transformed::no(expr),
    }
}

fn occurrence(value: Expr, number: &mut i64) -> Expr {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> =
        LazyLock::new(|| Arc::new(ScalarUDF::from(Occurrence { signature: Signature::any(2, Volatility::Immutable) })));
    *number += 1;
    Expr::ScalarFunction(ScalarFunction::new_udf(FUNCTION.clone(), vec![value, lit(*number)]))
}

/// `occurrence(value, number)`: the value. The number tells the occurrences of a value in a plan apart.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Occurrence {
    signature: Signature,
}

impl ScalarUDFImpl for Occurrence {
    fn name(&self) -> &str {
        "occurrence"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        exec_err!("the type of an occurrence is that of its field")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(arguments.arg_fields[0].clone())
    }

    fn invoke_with_args(&self, mut arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(arguments.args.swap_remove(0))
    }
}
