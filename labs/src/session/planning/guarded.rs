//! AND, OR and FILTER guard what stands behind them, row by row.
//!
//! Spark computes the right side of `d <> 0 AND 10 / d > 3` only for rows whose left side leaves it open. DataFusion 55.2 computes it
//! for a whole batch unless few rows pass, puts the conditions of a subquery behind those around it, and makes AND and OR of a
//! CASE of truth values. So when the optimizer is done, what may fail is put into a CASE, whose branch is computed for
//! the rows only that reach it. Of conditions joined by AND or OR those that cannot fail go first, the others as they were written:
//! the optimizer sorts conditions, so those of a WHERE are numbered before it.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::Session;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::utils::{split_binary, split_binary_owned};
use datafusion::logical_expr::{
    BinaryExpr, Case, Cast, ColumnarValue, Expr, ExprSchemable, Filter, LogicalPlan, Operator, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility, binary_expr, lit,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};

use super::super::functions::conversion::is_text;
use super::nodes::map_named;

/// Numbers conditions, see [`numbered`].
const NUMBERED: &str = "__numbered";

/// Numbers those conditions of a WHERE that may fail, where there are several of them or several WHEREs, of inner queries first.
/// One that compares two relations, or holds a subquery, is left alone, so that a join can be made of it.
#[derive(Debug)]
pub struct Numbering;

impl AnalyzerRule for Numbering {
    fn name(&self) -> &str {
        "numbering"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let (mut next, mut filters) = (0, 0);
        plan.apply_with_subqueries(|node| {
            filters += usize::from(matches!(node, LogicalPlan::Filter(_)));
            Ok(TreeNodeRecursion::Continue)
        })?;
        let few = if filters > 1 { 1 } else { 2 };
        let number = |node: LogicalPlan| match node {
            LogicalPlan::Filter(filter) => conditions(filter, few, &mut next),
            node => Ok(Transformed::no(node)),
        };
        plan.transform_up_with_subqueries(number).map(|plan| plan.data)
    }
}

fn conditions(filter: Filter, few: usize, next: &mut i64) -> Result<Transformed<LogicalPlan>> {
    let schema = Arc::clone(filter.input.schema());
    let counts = |part: &Expr| {
        let relations: HashSet<_> = part.column_refs().into_iter().map(|column| column.relation.clone()).collect();
        relations.len() < 2 && !asks_another_query(part) && may_fail(part, &schema)
    };
    let parts = split_binary(&filter.predicate, Operator::And);
    if parts.into_iter().filter(|part| counts(part)).count() < few {
        return Ok(Transformed::no(LogicalPlan::Filter(filter)));
    }
    let parts = split_binary_owned(filter.predicate, Operator::And).into_iter().map(|part| {
        if !counts(&part) {
            return part;
        }
        *next += 1;
        numbered().call(vec![lit(*next), part])
    });
    let predicate = parts.reduce(|left, right| binary_expr(left, Operator::And, right)).unwrap_or_else(|| lit(true));
    Filter::try_new(predicate, filter.input).map(LogicalPlan::Filter).map(Transformed::yes)
}

fn asks_another_query(part: &Expr) -> bool {
    let asks = |expr: &Expr| {
        let subquery =
            matches!(expr, Expr::InSubquery(_) | Expr::Exists(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_));
        Ok(subquery || matches!(expr, Expr::OuterReferenceColumn(..)))
    };
    part.exists(asks).unwrap_or(true)
}

/// A condition behind its number. It gives the condition.
fn numbered() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        let signature = Signature::any(2, Volatility::Immutable);
        Arc::new(ScalarUDF::from(NumberedCondition { signature }))
    });
    Arc::clone(&FUNCTION)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct NumberedCondition {
    signature: Signature,
}

impl ScalarUDFImpl for NumberedCondition {
    fn name(&self) -> &str {
        NUMBERED
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, mut arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(arguments.args.swap_remove(1))
    }
}

/// A condition without its number, and the number; those without one come last.
fn unnumbered(expr: Expr) -> (i64, Expr) {
    match expr {
        Expr::ScalarFunction(mut call) if call.func.name() == NUMBERED && call.args.len() == 2 => {
            let condition = call.args.swap_remove(1);
            match call.args.first() {
                Some(Expr::Literal(ScalarValue::Int64(Some(number)), _)) => (*number, condition),
                _ => (i64::MAX, condition),
            }
        }
        expr => (i64::MAX, expr),
    }
}

/// DataFusion's planner, given guarded plans.
#[derive(Debug)]
pub struct GuardedPlanner;

#[async_trait]
impl QueryPlanner for GuardedPlanner {
    async fn create_physical_plan(&self, plan: &LogicalPlan, session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let guarded = plan.clone().transform_down_with_subqueries(|node| match node {
            // Its filters stand above it, too; there they only choose files.
            LogicalPlan::TableScan(_) => Ok(Transformed::no(node)),
            node => map_named(node, |expr, schema| expr.transform_down(|expr| guard(expr, schema))),
        });
        DefaultPhysicalPlanner::default().create_physical_plan(&guarded?.data, session).await
    }
}

fn guard(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        // Its parameters are found by their place, which a CASE around them would change.
        Expr::Lambda(_) | Expr::HigherOrderFunction(_) => Ok(Transformed::new(expr, false, TreeNodeRecursion::Jump)),
        Expr::BinaryExpr(BinaryExpr { op: op @ (Operator::And | Operator::Or), .. }) => {
            let parts = split_binary(&expr, op);
            if parts.len() < 2 || !parts.into_iter().any(|part| may_fail(part, schema)) {
                return Ok(Transformed::no(expr));
            }
            let parts = split_binary_owned(expr, op);
            let guarded = joined(parts, op, schema)?;
            Ok(Transformed::new(guarded, true, TreeNodeRecursion::Jump))
        }
        Expr::ScalarFunction(call) if call.func.name() == NUMBERED => {
            Ok(Transformed::yes(unnumbered(Expr::ScalarFunction(call)).1))
        }
        Expr::AggregateFunction(call) => Ok(only_filtered(call, schema)),
        expr => Ok(Transformed::no(expr)),
    }
}

/// What cannot fail, then the others by their numbers, each behind those before it.
fn joined(parts: Vec<Expr>, op: Operator, schema: &DFSchema) -> Result<Expr> {
    let (mut risky, mut safe) = (Vec::new(), Vec::new());
    for part in parts {
        let (number, part) = unnumbered(part);
        let is_risky = may_fail(&part, schema);
        let part = part.transform_down(|part| guard(part, schema))?.data;
        if is_risky { risky.push((number, part)) } else { safe.push(part) }
    }
    risky.sort_by_key(|(number, _)| *number);
    let safe = safe.into_iter().reduce(|left, right| binary_expr(left, op, right));
    let parts: Vec<Expr> = safe.into_iter().chain(risky.into_iter().map(|(_, part)| part)).collect();
    let guarded = parts.into_iter().rev().reduce(|rest, part| in_order(part, op, rest));
    Ok(guarded.unwrap_or_else(|| lit(op == Operator::And)))
}

/// `part AND CASE WHEN part IS FALSE THEN FALSE ELSE rest END`, and the same for OR.
fn in_order(part: Expr, op: Operator, rest: Expr) -> Expr {
    let decides = op == Operator::Or;
    let decided = if decides { Expr::IsTrue(Box::new(part.clone())) } else { Expr::IsFalse(Box::new(part.clone())) };
    binary_expr(part, op, when(decided, lit(decides), Some(rest)))
}

/// The arguments of `sum(x) FILTER (WHERE c)` that may fail are computed for the rows that are counted.
fn only_filtered(mut call: AggregateFunction, schema: &DFSchema) -> Transformed<Expr> {
    let Some(filter) = call.params.filter.clone() else { return Transformed::no(Expr::AggregateFunction(call)) };
    let mut changed = false;
    for argument in call.params.args.iter_mut().filter(|argument| may_fail(argument, schema)) {
        *argument = when(filter.as_ref().clone(), std::mem::take(argument), None);
        changed = true;
    }
    let expr = Expr::AggregateFunction(call);
    if changed { Transformed::yes(expr) } else { Transformed::no(expr) }
}

fn when(condition: Expr, then: Expr, otherwise: Option<Expr>) -> Expr {
    Expr::Case(Case::new(None, vec![(Box::new(condition), Box::new(then))], otherwise.map(Box::new)))
}

/// Whether the value of some row may be an error. A lambda is said not to fail, so that it is left where it is.
pub fn may_fail(expr: &Expr, schema: &DFSchema) -> bool {
    let is_lambda = |part: &Expr| Ok(matches!(part, Expr::Lambda(_) | Expr::HigherOrderFunction(_)));
    let fails = |part: &Expr| {
        Ok(match part {
            Expr::Alias(_) | Expr::Column(_) | Expr::Literal(..) | Expr::ScalarSubquery(_) => false,
            Expr::Not(_) | Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::IsTrue(_) | Expr::IsNotTrue(_) => false,
            Expr::IsFalse(_) | Expr::IsNotFalse(_) | Expr::IsUnknown(_) | Expr::IsNotUnknown(_) => false,
            Expr::Like(_) | Expr::Between(_) | Expr::InList(_) | Expr::Case(_) | Expr::TryCast(_) => false,
            Expr::BinaryExpr(BinaryExpr { op, .. }) => !op.supports_propagation() && !op.is_logic_operator(),
            // A whole number that is written is a cast until it is computed.
            Expr::Cast(Cast { expr, .. }) if matches!(expr.as_ref(), Expr::Literal(..)) => false,
            Expr::Cast(Cast { expr, field }) => {
                !expr.get_type(schema).is_ok_and(|from| always_fits(&from, field.data_type()))
            }
            _ => true,
        })
    };
    !expr.exists(is_lambda).unwrap_or(true) && expr.exists(fails).unwrap_or(true)
}

fn always_fits(from: &DataType, to: &DataType) -> bool {
    let wider = from.is_integer() && to.is_integer() && from.primitive_width() <= to.primitive_width();
    let floats = (from.is_integer() || from.is_floating()) && *to == DataType::Float64;
    from == to || wider || floats || is_text(to)
}
