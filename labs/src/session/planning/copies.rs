//! EXCEPT ALL and INTERSECT ALL count the copies of a row.
//!
//! DataFusion makes joins of them that keep or drop every copy of a row at once. Numbered on both sides, the third copy of a row
//! finds only a third one, and the same joins count.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, JoinType, NullEquality, Result};
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, Join, JoinConstraint, LogicalPlan, LogicalPlanBuilder, WindowFunctionDefinition, cast,
};
use datafusion::optimizer::AnalyzerRule;

use super::common_types::together;

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
            LogicalPlan::Join(join) if is_of_all(&join) => counted(&join).map(Transformed::yes),
            plan => Ok(Transformed::no(plan)),
        })
        .map(|plan| plan.data)
    }
}

/// Whether a join is what a set operation with ALL becomes: all columns of both sides, NULL like NULL, and the rows of the left
/// side not distinct, which they are where ALL is missing. Nothing else makes such a join before the optimizer.
fn is_of_all(join: &Join) -> bool {
    let width = join.left.schema().fields().len();
    let keyed = join.on.len() == width && join.right.schema().fields().len() == width && join.filter.is_none();
    let done = join.left.schema().fields().iter().any(|field| field.name() == COPY);
    matches!(join.join_type, JoinType::LeftAnti | JoinType::LeftSemi)
        && join.null_equality == NullEquality::NullEqualsNull
        && keyed
        && !done
        && !matches!(join.left.as_ref(), LogicalPlan::Distinct(_))
}

fn counted(join: &Join) -> Result<LogicalPlan> {
    let types = |side: &LogicalPlan| -> Vec<DataType> {
        side.schema().fields().iter().map(|field| field.data_type().clone()).collect()
    };
    let shared: Vec<DataType> =
        types(&join.left).into_iter().zip(types(&join.right)).map(|(left, right)| shared(left, &right)).collect();
    let (left, right) = (numbered(&join.left, &shared)?, numbered(&join.right, &shared)?);
    let on = left
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .zip(right.schema().columns().into_iter().map(Expr::Column));
    let on = on.collect();
    let kept: Vec<Expr> = join.left.schema().columns().into_iter().map(Expr::Column).collect();
    let (left, right) = (Arc::new(left), Arc::new(right));
    let constraint = JoinConstraint::On;
    let join = Join::try_new(left, right, on, None, join.join_type, constraint, join.null_equality, false)?;
    LogicalPlanBuilder::from(LogicalPlan::Join(join)).project(kept)?.build()
}

/// The type that the columns of both sides are compared as. Types that have none together fail when they are compared.
fn shared(left: DataType, right: &DataType) -> DataType {
    if &left == right {
        return left;
    }
    together(&[left.clone(), right.clone()]).or_else(|| comparison_coercion(&left, right)).unwrap_or(left)
}

/// A side with its columns under the shared types, and behind them each row's number among its like.
fn numbered(side: &LogicalPlan, types: &[DataType]) -> Result<LogicalPlan> {
    let columns = side.schema().columns();
    let typed = columns.iter().zip(side.schema().fields()).zip(types).map(|((column, field), wanted)| {
        let own = Expr::Column(column.clone());
        if field.data_type() == wanted {
            return own;
        }
        cast(own, wanted.clone()).alias_qualified(column.relation.clone(), column.name.clone())
    });
    let plan = LogicalPlanBuilder::from(side.clone()).project(typed)?;
    let function = WindowFunctionDefinition::WindowUDF(row_number_udwf());
    let number = Expr::from(WindowFunction::new(function, Vec::new()));
    let partition = columns.iter().cloned().map(Expr::Column).collect();
    let number = number.partition_by(partition).build()?;
    let name = number.schema_name().to_string();
    let plan = plan.window([number])?;
    let number = Expr::Column(Column::new_unqualified(name)).alias(COPY);
    plan.project(columns.into_iter().map(Expr::Column).chain([number]))?.build()
}
