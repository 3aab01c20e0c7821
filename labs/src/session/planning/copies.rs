//! EXCEPT and INTERSECT: their columns have the type that both queries have together, and with ALL they count the copies of a row.
//!
//! DataFusion makes joins of them that leave the left query its types, and that keep or drop every copy of a row at once. Numbered
//! on both sides, the third copy of a row finds only a third one, and the same joins count.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, JoinType, NullEquality, Result};
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, Join, JoinConstraint, LogicalPlan, LogicalPlanBuilder, WindowFunctionDefinition, cast,
};
use datafusion::optimizer::AnalyzerRule;

use super::super::errors::raise;
use super::super::functions::rows::common_type;
use super::common_types::together;
use super::families::{apart, different_columns};

/// The number of a copy among its like.
const COPY: &str = "__copy";

#[derive(Debug)]
pub struct Copies;

impl AnalyzerRule for Copies {
    fn name(&self) -> &str {
        "copies"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Join(join) if is_set_operation(&join) => match join.left.as_ref() {
                LogicalPlan::Distinct(_) if same_types(&join) => Ok(Transformed::no(LogicalPlan::Join(join))),
                LogicalPlan::Distinct(_) => of_shared_types(&join).map(Transformed::yes),
                _ => counted(&join).map(Transformed::yes),
            },
            plan => Ok(Transformed::no(plan)),
        })
        .map(|plan| plan.data)
    }
}

/// Whether a join is what a set operation becomes: all columns of both sides, NULL like NULL, and not done yet. Nothing else makes
/// such a join before the optimizer. The rows of its left side are distinct where ALL is missing.
pub(super) fn is_set_operation(join: &Join) -> bool {
    let width = join.left.schema().fields().len();
    let keyed = join.on.len() == width && join.right.schema().fields().len() == width && join.filter.is_none();
    let done = join.left.schema().fields().iter().any(|field| field.name() == COPY);
    matches!(join.join_type, JoinType::LeftAnti | JoinType::LeftSemi)
        && join.null_equality == NullEquality::NullEqualsNull
        && keyed
        && !done
}

fn same_types(join: &Join) -> bool {
    types(&join.left) == types(&join.right)
}

fn types(side: &LogicalPlan) -> Vec<DataType> {
    side.schema().fields().iter().map(|field| field.data_type().clone()).collect()
}

/// The types of both sides together, by position.
///
/// # Errors
/// INCOMPATIBLE_COLUMN_TYPE for columns that have none together.
fn shared_types(join: &Join) -> Result<Vec<DataType>> {
    let pairs = types(&join.left).into_iter().zip(types(&join.right)).map(|(left, right)| [left, right]);
    let shared = pairs.enumerate().map(|(at, pair)| match apart(&pair) {
        Some((one, other)) => Err(raise(different_columns(at + 1, one, other))),
        None => Ok(shared_type(&pair)),
    });
    shared.collect()
}

/// Rows that are distinct under the shared types, on the left, and their joins.
fn of_shared_types(join: &Join) -> Result<LogicalPlan> {
    let shared = shared_types(join)?;
    let left = typed(&join.left, &shared)?.distinct()?.build()?;
    joined(join, left, typed(&join.right, &shared)?.build()?)
}

fn counted(join: &Join) -> Result<LogicalPlan> {
    let shared = shared_types(join)?;
    let kept: Vec<Expr> = join.left.schema().columns().into_iter().map(Expr::Column).collect();
    let counting = joined(join, numbered(&join.left, &shared)?, numbered(&join.right, &shared)?)?;
    LogicalPlanBuilder::from(counting).project(kept)?.build()
}

/// The set operation's join over other sides, by all of their columns.
fn joined(join: &Join, left: LogicalPlan, right: LogicalPlan) -> Result<LogicalPlan> {
    let columns = |side: &LogicalPlan| side.schema().columns().into_iter().map(Expr::Column);
    let on = columns(&left).zip(columns(&right)).collect();
    let (left, right) = (Arc::new(left), Arc::new(right));
    let constraint = JoinConstraint::On;
    Join::try_new(left, right, on, None, join.join_type, constraint, join.null_equality, false).map(LogicalPlan::Join)
}

/// The type that values have together; of values that have none, that of the first that is not NULL.
pub fn shared_type(types: &[DataType]) -> DataType {
    let pairwise = || types.iter().try_fold(DataType::Null, |one, other| common_type(&one, other));
    let first = || types.iter().find(|one| !one.is_null()).cloned().unwrap_or(DataType::Null);
    together(types).or_else(pairwise).unwrap_or_else(first)
}

/// A side with its columns under the shared types.
fn typed(side: &LogicalPlan, types: &[DataType]) -> Result<LogicalPlanBuilder> {
    let columns = side.schema().columns();
    let typed = columns.iter().zip(side.schema().fields()).zip(types).map(|((column, field), wanted)| {
        let own = Expr::Column(column.clone());
        if field.data_type() == wanted {
            return own;
        }
        cast(own, wanted.clone()).alias_qualified(column.relation.clone(), column.name.clone())
    });
    LogicalPlanBuilder::from(side.clone()).project(typed)
}

/// A side under the shared types, and behind its columns each row's number among its like.
fn numbered(side: &LogicalPlan, types: &[DataType]) -> Result<LogicalPlan> {
    let columns = side.schema().columns();
    let plan = typed(side, types)?;
    let function = WindowFunctionDefinition::WindowUDF(row_number_udwf());
    let number = Expr::from(WindowFunction::new(function, Vec::new()));
    let partition = columns.iter().cloned().map(Expr::Column).collect();
    let number = number.partition_by(partition).build()?;
    let name = number.schema_name().to_string();
    let plan = plan.window([number])?;
    let number = Expr::Column(Column::new_unqualified(name)).alias(COPY);
    plan.project(columns.into_iter().map(Expr::Column).chain([number]))?.build()
}
