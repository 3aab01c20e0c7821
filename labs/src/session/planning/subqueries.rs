//! IN and EXISTS with a subquery, wherever they are not a condition of WHERE by themselves.
//!
//! DataFusion makes joins of them. Below OR, NOT or CASE such a join says FALSE where the standard says NULL, so that
//! `WHERE id NOT IN (SELECT ..) OR ..` lets rows through for which a NULL in the subquery leaves the answer open; in a SELECT
//! list there is no join at all. Here they become scalar subqueries: of all the values as an array, and of their number.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, DataFusionError, Result};
use datafusion::functions_aggregate::array_agg::array_agg_udaf;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr::{Exists, InSubquery, ScalarFunction};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Aggregate, Expr, ExprSchemable, Filter, LogicalPlan, LogicalPlanBuilder, Subquery, cast, lit,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::errors::{mismatch_of, raise};
use super::super::functions::in_set;
use super::super::types::type_name;
use super::comparisons::compared_as;
use super::nodes::rewrite_expressions;
use super::operators::read_as;

#[derive(Debug)]
pub struct Subqueries;

impl AnalyzerRule for Subqueries {
    fn name(&self) -> &str {
        "subqueries"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Filter(filter) => conditions(filter),
            LogicalPlan::Aggregate(aggregate) => below(aggregate),
            plan => rewrite_expressions(plan, scalar),
        })
        .map(|plan| plan.data)
    }
}

/// Computes the subqueries of an aggregation before it, because DataFusion joins none inside one.
fn below(aggregate: Aggregate) -> Result<Transformed<LogicalPlan>> {
    let rewritten = rewrite_expressions(LogicalPlan::Aggregate(aggregate), scalar)?;
    let LogicalPlan::Aggregate(aggregate) = rewritten.data else { return Ok(rewritten) };
    let mut subqueries: Vec<Expr> = Vec::new();
    let mut taken_out = |expr: Expr| {
        let name = expr.schema_name().to_string();
        let replaced = expr.transform_up(|expr| match expr {
            Expr::ScalarSubquery(subquery) => {
                let name = format!("__subquery_{}", subqueries.len());
                subqueries.push(Expr::ScalarSubquery(subquery).alias(&name));
                Ok(Transformed::yes(Expr::Column(Column::new_unqualified(name))))
            }
            expr => Ok(Transformed::no(expr)),
        })?;
        Ok(if replaced.transformed { replaced.data.alias(name) } else { replaced.data })
    };
    let keys = aggregate.group_expr.clone().into_iter().map(&mut taken_out).collect::<Result<Vec<Expr>>>()?;
    let values = aggregate.aggr_expr.clone().into_iter().map(&mut taken_out).collect::<Result<Vec<Expr>>>()?;
    if subqueries.is_empty() {
        return Ok(Transformed::new_transformed(LogicalPlan::Aggregate(aggregate), rewritten.transformed));
    }
    let columns = aggregate.input.schema().columns().into_iter().map(Expr::Column);
    let columns: Vec<Expr> = columns.chain(subqueries).collect();
    let input = LogicalPlanBuilder::from(Arc::unwrap_or_clone(aggregate.input)).project(columns)?.build()?;
    let plan = LogicalPlan::Aggregate(Aggregate::try_new(Arc::new(input), keys, values)?);
    Ok(Transformed::yes(plan))
}

/// Leaves the conditions that DataFusion's joins get right.
fn conditions(filter: Filter) -> Result<Transformed<LogicalPlan>> {
    let schema = filter.input.schema().clone();
    let mut changed = false;
    let conditions = split_conjunction_owned(filter.predicate).into_iter().map(|condition| {
        if is_join(&condition) {
            let typed = with_one_type(condition, &schema)?;
            changed |= typed.transformed;
            return Ok(typed.data);
        }
        let rewritten = condition.transform_up(|expr| scalar(expr, &schema))?;
        changed |= rewritten.transformed;
        Ok(rewritten.data)
    });
    let conditions = conditions.collect::<Result<Vec<Expr>>>()?;
    let predicate = conjunction(conditions).unwrap_or_else(|| lit(true));
    let plan = LogicalPlan::Filter(Filter::try_new(predicate, filter.input)?);
    Ok(if changed { Transformed::yes(plan) } else { Transformed::no(plan) })
}

/// Casts both sides of an IN that the engine would compare as another type.
fn with_one_type(condition: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::InSubquery(InSubquery { expr, subquery, negated }) = condition else {
        return Ok(Transformed::no(condition));
    };
    let columns = subquery.subquery.schema().columns();
    let target = match (columns.as_slice(), expr.get_type(schema)) {
        ([column], Ok(left)) => {
            let right = subquery.subquery.schema().field(0).data_type();
            compared_as(&left, right).map(|target| (Expr::Column(column.clone()), target))
        }
        _ => None,
    };
    let Some((column, target)) = target else {
        return Ok(Transformed::no(Expr::InSubquery(InSubquery { expr, subquery, negated })));
    };
    let name = column.schema_name().to_string();
    let plan = LogicalPlanBuilder::from(subquery.subquery.as_ref().clone());
    let plan = plan.project([cast(column, target.clone()).alias(name)])?.build()?;
    let subquery = subquery.with_plan(Arc::new(plan));
    Ok(Transformed::yes(Expr::InSubquery(InSubquery { expr: Box::new(cast(*expr, target)), subquery, negated })))
}

fn is_join(condition: &Expr) -> bool {
    match condition {
        Expr::InSubquery(found) => !found.negated || found.subquery.outer_ref_columns.is_empty(),
        Expr::Exists(_) => true,
        _ => false,
    }
}

fn scalar(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::InSubquery(found) => in_values(found, schema).map(Transformed::yes),
        Expr::Exists(found) => number(found).map(Transformed::yes),
        expr => Ok(Transformed::no(expr)),
    }
}

/// `__in_set(x, (SELECT array_agg(y) FROM (query)))`
fn in_values(found: InSubquery, schema: &DFSchema) -> Result<Expr> {
    let InSubquery { expr, subquery, negated } = found;
    let columns = subquery.subquery.schema().columns();
    let (Ok([column]), Ok(left)) = (<[Column; 1]>::try_from(columns), expr.get_type(schema)) else {
        return Err(several_columns());
    };
    let right = subquery.subquery.schema().field(0).data_type().clone();
    let shared = shared(&left, &right)?;
    let values = array_agg_udaf().call(vec![cast(Expr::Column(column), shared.clone())]).alias("__values");
    let gathered = aggregated(&subquery, values)?;
    let arguments = vec![cast(*expr, shared), Expr::ScalarSubquery(gathered)];
    let within = Expr::ScalarFunction(ScalarFunction::new_udf(in_set::function(), arguments));
    Ok(if negated { Expr::Not(Box::new(within)) } else { within })
}

/// `(SELECT count(1) FROM (query)) > 0`
fn number(found: Exists) -> Result<Expr> {
    let rows = Expr::ScalarSubquery(aggregated(&found.subquery, count(lit(1_i64)).alias("__rows"))?);
    Ok(if found.negated { rows.eq(lit(0_i64)) } else { rows.gt(lit(0_i64)) })
}

fn aggregated(subquery: &Subquery, aggregate: Expr) -> Result<Subquery> {
    let plan = LogicalPlanBuilder::from(subquery.subquery.as_ref().clone());
    let plan = plan.aggregate(Vec::<Expr>::new(), [aggregate])?.build()?;
    Ok(subquery.with_plan(Arc::new(plan)))
}

/// The type that both sides are compared as.
fn shared(left: &DataType, right: &DataType) -> Result<DataType> {
    if let Some(read) = read_as(&BinaryOperator::Eq, left, right).or_else(|| read_as(&BinaryOperator::Eq, right, left))
    {
        return Ok(read);
    }
    compared_as(left, right).or_else(|| comparison_coercion(left, right)).ok_or_else(|| {
        let why = format!("\"{}\" cannot be compared with \"{}\"", type_name(left), type_name(right));
        raise(mismatch_of("IN_SUBQUERY_DATA_TYPE_MISMATCH", &why))
    })
}

fn several_columns() -> DataFusionError {
    DataFusionError::Plan("Too many columns! The subquery should only return one column".to_owned())
}
