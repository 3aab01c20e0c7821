//! Aggregates that stand in GROUP BY, by themselves, by their number in the SELECT list, or by their alias.

use std::ops::ControlFlow;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{self, LogicalPlan};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, GroupByExpr, Query, Select, SelectItem, Value, ValueWithSpan, Visit, Visitor,
};

use super::super::engine;
use super::super::errors::no_position;
use super::calls::search;
use super::grouping_sets;
use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{Lexed, column_name, function_name, position};

/// # Errors
/// GROUP_BY_AGGREGATE and GROUP_BY_POS_AGGREGATE, for a SELECT anywhere below a node.
pub fn check(node: &impl Visit, lexed: &Lexed) -> Result<(), Diagnostic> {
    found(node, lexed, false).map_or(Ok(()), Err)
}

/// What an error of a query means: the alias of an aggregate in GROUP BY, or an aggregate beside columns without GROUP BY.
pub fn explain(diagnostic: Diagnostic, query: &Query, lexed: &Lexed) -> Diagnostic {
    if let Some(explained) = by_alias(query, lexed) {
        return explained;
    }
    if diagnostic.class != "MISSING_AGGREGATION" || query.visit(&mut Ungrouped { grouped: false }).is_continue() {
        return diagnostic;
    }
    let text = "The query does not include a GROUP BY clause, and has a column beside an aggregate function.";
    let explained = Diagnostic::new("MISSING_GROUP_BY", "42803", text)
        .with_hint("Add GROUP BY with that column, or write the aggregate with OVER () to keep every row.");
    Diagnostic { position: diagnostic.position, ..explained }
}

/// Looks for a SELECT that aggregates without GROUP BY, in a query where none has one.
struct Ungrouped {
    grouped: bool,
}

impl Visitor for Ungrouped {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.grouped |= !matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let Some(select) = super::output::outermost_select(&query.body).filter(|_| !self.grouped) else {
            return ControlFlow::Continue(());
        };
        let aggregated = |item: &SelectItem| match item {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => is_aggregate(expr),
            _ => false,
        };
        let found = select.projection.iter().any(aggregated) || select.having.as_ref().is_some_and(is_aggregate);
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The first SELECT that groups by the alias of an aggregate. A column of FROM may have that name too, so this explains an
/// error and is none by itself.
fn by_alias(query: &Query, lexed: &Lexed) -> Option<Diagnostic> {
    found(query, lexed, true)
}

/// An alias of an expression around an aggregate is only seen in the plan.
///
/// # Errors
/// GROUP_BY_AGGREGATE.
pub fn check_plan(plan: &LogicalPlan, query: &Query, lexed: &Lexed) -> Result<(), Diagnostic> {
    let aggregates = |expr: &logical_expr::Expr| {
        expr.exists(|part| Ok(matches!(part, logical_expr::Expr::AggregateFunction(_)))).unwrap_or(false)
    };
    let mut grouped = false;
    let _ = plan.apply_with_subqueries(|plan| {
        if let LogicalPlan::Aggregate(aggregate) = plan {
            grouped |= aggregate.group_expr.iter().any(aggregates);
        }
        Ok(if grouped { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    if grouped { Err(by_alias(query, lexed).unwrap_or_else(|| by_itself("one", None))) } else { Ok(()) }
}

fn found(node: &impl Visit, lexed: &Lexed, aliases: bool) -> Option<Diagnostic> {
    node.visit(&mut Keys { lexed, aliases }).break_value()
}

struct Keys<'a> {
    lexed: &'a Lexed,
    aliases: bool,
}

impl Visitor for Keys<'_> {
    type Break = Diagnostic;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Diagnostic> {
        let GroupByExpr::Expressions(keys, _) = &select.group_by else { return ControlFlow::Continue(()) };
        match keys.iter().find_map(|key| self.aggregate_at(select, key)) {
            Some(diagnostic) => ControlFlow::Break(diagnostic),
            None => ControlFlow::Continue(()),
        }
    }
}

impl Keys<'_> {
    fn aggregate_at(&self, select: &Select, key: &Expr) -> Option<Diagnostic> {
        match key {
            Expr::Value(ValueWithSpan { value: Value::Number(digits, _), span }) => {
                let at: usize = digits.parse().ok()?;
                let item = select.projection.get(at.checked_sub(1)?)?;
                let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else {
                    return None;
                };
                is_aggregate(expr).then(|| by_position(at, &column_name(expr, self.lexed)).at(position(span.start)))
            }
            Expr::Identifier(ident) if self.aliases => {
                let aliased = select.projection.iter().find_map(|item| match item {
                    SelectItem::ExprWithAlias { expr, alias } if alias.value == ident.value => Some(expr),
                    _ => None,
                })?;
                let place = Some(position(ident.span.start));
                is_aggregate(aliased).then(|| by_itself(&column_name(aliased, self.lexed), place))
            }
            key if let Some(sets) = grouping_sets::sets_of(key) => {
                sets.iter().flatten().find_map(|key| no_column(select, key).or_else(|| self.aggregate_at(select, key)))
            }
            key => is_aggregate(key).then(|| {
                let name = column_name(key, self.lexed);
                by_itself(&name, self.lexed.position_of(name.split('(').next().unwrap_or_default()))
            }),
        }
    }
}

/// A number in a set that is none of a column; of stars nobody knows yet how many they are.
fn no_column(select: &Select, key: &Expr) -> Option<Diagnostic> {
    let Expr::Value(ValueWithSpan { value: Value::Number(digits, _), span }) = key else { return None };
    let is_counted = |item: &SelectItem| matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. });
    let most = select.projection.len();
    let is_there = digits.parse::<usize>().is_ok_and(|place| (1..=most).contains(&place));
    let missing = !is_there && select.projection.iter().all(is_counted);
    missing.then(|| no_position("GROUP BY", digits, &most.to_string()).at(position(span.start)))
}

fn by_itself(what: &str, place: Option<Position>) -> Diagnostic {
    let message = format!("Aggregate functions are not allowed in GROUP BY, but found {what}.");
    let diagnostic = Diagnostic::new("GROUP_BY_AGGREGATE", "42903", message)
        .with_hint("Group by columns of the rows; a condition on an aggregate goes into HAVING.");
    match place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}

fn by_position(at: usize, what: &str) -> Diagnostic {
    let message = format!(
        "GROUP BY {at} refers to an expression {what} that contains an aggregate function. Aggregate functions are not \
         allowed in GROUP BY."
    );
    Diagnostic::new("GROUP_BY_POS_AGGREGATE", "42903", message)
        .with_hint("Group by the columns beside the aggregate, or write GROUP BY ALL.")
}

/// Whether an expression calls an aggregate, outside of windows and subqueries.
pub fn is_aggregate(expr: &Expr) -> bool {
    search::holds(expr, aggregates)
}

/// Whether an expression calls a window function, outside of subqueries.
pub fn is_window(expr: &Expr) -> bool {
    search::holds(expr, |function| function.over.is_some())
}

/// Whether an expression calls an aggregate or a window function, outside of subqueries.
pub fn is_aggregate_or_window(expr: &Expr) -> bool {
    search::holds(expr, |function| function.over.is_some() || aggregates(function))
}

/// Whether a call is of an aggregate function.
pub fn aggregates(function: &Function) -> bool {
    let known = engine::functions().aggregate_functions();
    function.over.is_none() && known.contains_key(&function_name(&function.name))
}
