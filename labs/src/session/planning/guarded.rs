//! AND, OR, CASE and FILTER guard what stands behind them, row by row.
//!
//! Spark computes the right side of `d <> 0 AND 10 / d > 3` only for rows whose left side leaves it open. DataFusion 55.2
//! computes it for a whole batch unless few rows pass, puts what is cheap before what is dear (a CAST before an RLIKE), makes
//! AND and OR of a CASE of truth values, and computes common parts ahead. So before the optimizer sees it, what may fail
//! is put behind its guards in one expression that the optimizer does not look into, [`Lazy`]:
//!
//! - Of the conditions of a WHERE or ON those that may fail on one relation become one, behind those that cannot fail,
//!   which stay beside it, too, to choose files and to join by. A row whose guard is NULL is kept away as well.
//! - AND and OR elsewhere keep their three answers; those that cannot fail go first, the others as they were written.
//! - What an aggregate with FILTER computes is computed for the rows that it counts.
//!
//! When the optimizer is done, each becomes a CASE, whose branch is computed for the rows only that reach it.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::Session;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, TableReference};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::utils::{conjunction, merge_schema, split_binary_owned};
use datafusion::logical_expr::{BinaryExpr, Case, Expr, ExprSchemable, Filter, LogicalPlan, Operator, lit};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use super::lazy::{Lazy, in_order, reading_all, when};
use super::may_fail::may_fail;
use super::nodes::map_named;

/// Puts what may fail behind its guards.
#[derive(Debug)]
pub struct Guards;

impl AnalyzerRule for Guards {
    fn name(&self) -> &str {
        "guards"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::TableScan(_) => Ok(Transformed::no(node)),
            LogicalPlan::Filter(filter) => {
                let schema = Arc::clone(filter.input.schema());
                let predicate = guarded(filter.predicate, &schema)?;
                Filter::try_new(predicate, filter.input).map(LogicalPlan::Filter).map(Transformed::yes)
            }
            LogicalPlan::Join(mut join) => {
                let Some(filter) = join.filter.take() else { return Ok(Transformed::no(LogicalPlan::Join(join))) };
                let schema = merge_schema(&[&join.left, &join.right]);
                join.filter = Some(guarded(filter, &schema)?);
                Ok(Transformed::yes(LogicalPlan::Join(join)))
            }
            node => map_named(node, values),
        })
        .map(|plan| plan.data)
    }
}

fn guarded(predicate: Expr, schema: &DFSchema) -> Result<Expr> {
    let parts = split_binary_owned(predicate, Operator::And).into_iter().map(|part| Ok(values(part, schema)?.data));
    Ok(conditions(parts.collect::<Result<_>>()?, schema))
}

type Relations = HashSet<Option<TableReference>>;

fn relations(part: &Expr) -> Relations {
    part.column_refs().into_iter().map(|column| column.relation.clone()).collect()
}

/// The conditions of a WHERE or ON as one: those that may fail on one relation are behind their guards. What compares two
/// relations, or holds a subquery, is left alone, so that a join can be made of it.
pub fn conditions(parts: Vec<Expr>, schema: &DFSchema) -> Expr {
    let everything: Relations = parts.iter().flat_map(relations).collect();
    let alone = everything.len() < 2;
    let (mut kept, mut groups): (Vec<Expr>, Vec<(Relations, Vec<Expr>)>) = (Vec::new(), Vec::new());
    for part in parts.into_iter().flat_map(unfolded) {
        let reads = if alone { everything.clone() } else { relations(&part) };
        if reads.len() > 1 || asks_another_query(&part) || !may_fail(&part, schema) {
            push(&mut kept, part);
        } else if let Some((_, group)) = groups.iter_mut().find(|(known, _)| *known == reads) {
            push(group, part);
        } else {
            groups.push((reads, vec![part]));
        }
    }
    let guards = |reads: &Relations, part: &Expr| {
        let steady = !part.is_volatile() && !asks_another_query(part) && !may_fail(part, schema);
        steady && relations(part).is_subset(reads)
    };
    let groups = groups.into_iter().map(|(reads, group)| {
        let mut all: Vec<Expr> = kept.iter().filter(|part| guards(&reads, part)).cloned().collect();
        all.extend(group);
        if all.len() == 1 { all.swap_remove(0) } else { Lazy::All.call(all) }
    });
    let groups: Vec<Expr> = groups.collect();
    conjunction(kept.into_iter().chain(groups)).unwrap_or_else(|| lit(true))
}

/// A condition that was put behind its guards, as one and the others again.
fn unfolded(part: Expr) -> Vec<Expr> {
    match (Lazy::of(&part), part) {
        (Some(Lazy::All), Expr::ScalarFunction(call)) => call.args,
        (_, part) => vec![part],
    }
}

fn push(parts: &mut Vec<Expr>, part: Expr) {
    if part.is_volatile() || !parts.contains(&part) {
        parts.push(part);
    }
}

fn asks_another_query(part: &Expr) -> bool {
    let asks = |expr: &Expr| {
        let subquery =
            matches!(expr, Expr::InSubquery(_) | Expr::Exists(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_));
        Ok(subquery || matches!(expr, Expr::OuterReferenceColumn(..)))
    };
    part.exists(asks).unwrap_or(true)
}

/// The ANDs, ORs, CASEs and FILTERs within an expression.
fn values(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    expr.transform_down(|expr| {
        if !may_fail(&expr, schema) {
            return Ok(Transformed::new(expr, false, TreeNodeRecursion::Jump));
        }
        let open = |expr: &Expr| !asks_another_query(expr);
        match expr {
            Expr::BinaryExpr(BinaryExpr { op: op @ (Operator::And | Operator::Or), .. }) if open(&expr) => {
                let parts = split_binary_owned(expr, op);
                let (risky, safe): (Vec<Expr>, Vec<Expr>) = parts.into_iter().partition(|part| may_fail(part, schema));
                let parts = safe.into_iter().chain(risky).map(|part| Ok(values(part, schema)?.data));
                let lazy = if op == Operator::And { Lazy::And } else { Lazy::Or };
                jumped(lazy.call(parts.collect::<Result<_>>()?))
            }
            Expr::Case(ref case) if case.expr.is_none() && open(&expr) && chooses_conditions(case, schema) => {
                let Expr::Case(Case { when_then_expr, else_expr, .. }) = expr else { return Ok(Transformed::no(expr)) };
                let branches = when_then_expr.into_iter().flat_map(|(when, then)| [when, then]).chain(else_expr);
                let parts = branches.map(|part| Ok(values(*part, schema)?.data));
                jumped(Lazy::Case.call(parts.collect::<Result<_>>()?))
            }
            Expr::AggregateFunction(call) => Ok(only_filtered(call, schema)),
            expr => Ok(Transformed::no(expr)),
        }
    })
}

fn chooses_conditions(case: &Case, schema: &DFSchema) -> bool {
    let is_condition = |then: &Expr| then.get_type(schema).is_ok_and(|kind| kind == DataType::Boolean);
    case.when_then_expr.iter().all(|(_, then)| is_condition(then))
}

fn jumped(expr: Expr) -> Result<Transformed<Expr>> {
    Ok(Transformed::new(expr, true, TreeNodeRecursion::Jump))
}

/// The arguments of `sum(x) FILTER (WHERE c)` that may fail are computed for the rows that are counted.
fn only_filtered(mut call: AggregateFunction, schema: &DFSchema) -> Transformed<Expr> {
    let filter = call.params.filter.clone().filter(|filter| !filter.is_volatile());
    let Some(filter) = filter else { return Transformed::no(Expr::AggregateFunction(call)) };
    let mut changed = false;
    for argument in call.params.args.iter_mut().filter(|argument| may_fail(argument, schema)) {
        *argument = when(filter.as_ref().clone(), std::mem::take(argument), None);
        changed = true;
    }
    let expr = Expr::AggregateFunction(call);
    if changed { Transformed::yes(expr) } else { Transformed::no(expr) }
}

/// DataFusion's planner, given plans whose guards are written out.
#[derive(Debug)]
pub struct GuardedPlanner;

#[async_trait]
impl QueryPlanner for GuardedPlanner {
    async fn create_physical_plan(&self, plan: &LogicalPlan, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let guarded = plan.clone().transform_down_with_subqueries(|node| match node {
            // Its filters stand above it, too; there they only choose files.
            LogicalPlan::TableScan(_) => Ok(Transformed::no(node)),
            LogicalPlan::Filter(filter) => {
                let predicate = in_turn(filter.predicate, filter.input.schema())?;
                Filter::try_new(predicate, filter.input).map(LogicalPlan::Filter).map(Transformed::yes)
            }
            LogicalPlan::Join(mut join) if join.filter.is_some() => {
                let schema = merge_schema(&[&join.left, &join.right]);
                join.filter = join.filter.map(|filter| in_turn(filter, &schema)).transpose()?;
                Ok(Transformed::yes(LogicalPlan::Join(join)))
            }
            node => map_named(node, written_out),
        });
        DefaultPhysicalPlanner::default().create_physical_plan(&guarded?.data, session).await
    }
}

/// All conditions of a row, however many relations they read: what cannot fail, then the others, as far as they are needed.
fn in_turn(predicate: Expr, schema: &DFSchema) -> Result<Expr> {
    let mut parts = Vec::new();
    split_binary_owned(predicate, Operator::And).into_iter().flat_map(unfolded).for_each(|part| push(&mut parts, part));
    let (risky, safe): (Vec<Expr>, Vec<Expr>) = parts.into_iter().partition(|part| may_fail(part, schema));
    let parts = conjunction(safe).into_iter().chain(risky).map(|part| Ok(written_out(part, schema)?.data));
    Ok(Lazy::All.expanded(parts.collect::<Result<_>>()?, schema))
}

/// Also what the optimizer has put together itself, and what held a subquery.
fn written_out(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    expr.transform_up(|expr| match (Lazy::of(&expr), expr) {
        (Some(lazy), Expr::ScalarFunction(call)) => Ok(Transformed::yes(lazy.expanded(call.args, schema))),
        (_, Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::And | Operator::Or), right }))
            if may_fail(&right, schema) =>
        {
            Ok(Transformed::yes(in_order(*left, op, *right, schema)))
        }
        (_, Expr::Case(case)) => Ok(reading_all(case, schema)),
        (_, expr) => Ok(Transformed::no(expr)),
    })
}
