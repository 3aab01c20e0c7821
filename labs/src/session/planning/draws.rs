//! A random number that a lateral alias stands for is drawn once for each row.
//!
//! The alias is written in again wherever it is read, as a call with a seed of its own. A SELECT list that holds such a call more
//! than once computes it below, as a column: a branch that only some rows reach would draw other numbers.

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Projection};
use datafusion::optimizer::AnalyzerRule;
use datafusion::sql::sqlparser::ast::{self, Function, ObjectName, Value, VisitMut, VisitorMut};

use super::super::clock::Watch;
use super::super::filled::is_volatile;
use super::super::functions::random::DRAW;
use super::calls::build::{arguments, call};
use super::grouping;
use crate::diagnostic::Diagnostic;
use crate::dialect::function_name;

/// Makes every random number below an expression one that can be written in twice. Gives whether there was one.
///
/// # Errors
/// UNSUPPORTED_FEATURE for what gives something else each time and takes no seed.
pub fn fix(expr: &mut ast::Expr, watch: &Watch) -> std::result::Result<bool, Diagnostic> {
    let mut fix = Fix { watch, found: false };
    match expr.visit(&mut fix) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(fix.found),
    }
}

/// # Errors
/// UNSUPPORTED_FEATURE for an aggregate or window function, which would read numbers of its own.
pub fn check_reader(expr: &ast::Expr) -> std::result::Result<(), Diagnostic> {
    if grouping::is_aggregate_or_window(expr) {
        Err(refused("An aggregate or window function over it"))
    } else {
        Ok(())
    }
}

fn refused(what: &str) -> Diagnostic {
    let message = format!("{what} cannot be read through an alias of the same SELECT list, because it is random.");
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
        .with_hint("Compute the random value in a subquery: SELECT .. FROM (SELECT *, rand() AS r FROM t).")
}

struct Fix<'a> {
    watch: &'a Watch,
    found: bool,
}

impl VisitorMut for Fix<'_> {
    type Break = Diagnostic;

    fn post_visit_expr(&mut self, expr: &mut ast::Expr) -> ControlFlow<Diagnostic> {
        let ast::Expr::Function(function) = &*expr else { return ControlFlow::Continue(()) };
        let name = function_name(&function.name);
        match name.as_str() {
            DRAW => self.found = true,
            "rand" | "random" => {
                self.found = true;
                *expr = self.seeded(function);
            }
            _ if is_volatile(expr) => return ControlFlow::Break(refused(&format!("A value of {name}()"))),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Fix<'_> {
    fn seeded(&self, function: &Function) -> ast::Expr {
        if arguments(function).is_some_and(|given| !given.is_empty()) {
            let mut function = function.clone();
            function.name = ObjectName::from(vec![DRAW.into()]);
            return ast::Expr::Function(function);
        }
        let seed = (self.watch.seed() >> 1).to_string();
        call(DRAW, vec![ast::Expr::value(Value::Number(seed, false))])
    }
}

#[derive(Debug)]
pub struct Draws;

impl AnalyzerRule for Draws {
    fn name(&self) -> &str {
        "draws"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Projection(projection) => once(projection),
            plan => Ok(Transformed::no(plan)),
        })
        .map(|plan| plan.data)
    }
}

/// Computes below a projection what it would draw more than once.
fn once(projection: Projection) -> Result<Transformed<LogicalPlan>> {
    let mut calls: Vec<Expr> = Vec::new();
    let mut repeated = false;
    for expr in &projection.expr {
        expr.apply(|expr| {
            if is_draw(expr) {
                let known = calls.iter().any(|call| same(call, expr));
                repeated |= known;
                if !known {
                    calls.push(expr.clone());
                }
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    if !repeated {
        return Ok(Transformed::no(LogicalPlan::Projection(projection)));
    }
    let drawn = calls.iter().enumerate().map(|(at, call)| call.clone().alias(name(at)));
    let columns = projection.input.schema().columns().into_iter().map(Expr::Column).chain(drawn);
    let below = LogicalPlanBuilder::from(projection.input.as_ref().clone()).project(columns)?.build()?;
    let plan = LogicalPlan::Projection(projection);
    let names = NamePreserver::new(&plan);
    let read = |expr: Expr| {
        let kept = names.save(&expr);
        let read =
            expr.transform_up(|expr| match calls.iter().position(|call| is_draw(&expr) && same(call, &expr)) {
                Some(at) => Ok(Transformed::yes(Expr::Column(Column::new_unqualified(name(at))))),
                None => Ok(Transformed::no(expr)),
            })?;
        Ok(kept.restore(read.data))
    };
    let LogicalPlan::Projection(projection) = plan else { return Ok(Transformed::no(plan)) };
    let above = projection.expr.into_iter().map(read).collect::<Result<Vec<Expr>>>()?;
    Ok(Transformed::yes(LogicalPlan::Projection(Projection::try_new(above, Arc::new(below))?)))
}

fn name(at: usize) -> String {
    format!("__drawn_{at}")
}

fn is_draw(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(function) if function.name() == DRAW)
}

/// Whether two draws have one seed.
fn same(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::ScalarFunction(one), Expr::ScalarFunction(other)) => one.args == other.args,
        _ => false,
    }
}
