//! Expressions that are one column to the planner though they are two: it leaves casts out of a name, and reads `count(*)` as
//! `count(1)`.
//!
//! Only a query that failed for such names is changed: each cast in it, and the constant of each `count`, is put into a
//! call that does nothing but have its text in its name.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArguments, Query, Value, Visit, VisitMut, Visitor, VisitorMut,
};

use super::calls::build::{argument, arguments, call, text};
use crate::diagnostic::Diagnostic;
use crate::dialect::function_name;

const NAME: &str = "__as";

/// Gives whether there was anything to tell apart, so that planning is worth another try.
pub fn tell_apart_failed(query: &mut Query, diagnostic: &Diagnostic) -> bool {
    diagnostic.class == "COLUMN_ALREADY_EXISTS" && tell_apart(query)
}

/// The same for a plan whose groups have namesakes, which only fail later.
pub fn tell_apart_groups(query: &mut Query, plan: &LogicalPlan) -> bool {
    let found = plan.apply_with_subqueries(|node| {
        let LogicalPlan::Aggregate(aggregate) = node else { return Ok(TreeNodeRecursion::Continue) };
        let mut names = HashSet::new();
        let all = aggregate.group_expr.iter().chain(&aggregate.aggr_expr);
        let repeated = all.map(|expr| expr.schema_name().to_string()).any(|name| !names.insert(name));
        Ok(if repeated { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    matches!(found, Ok(TreeNodeRecursion::Stop)) && tell_apart(query)
}

fn tell_apart(query: &mut Query) -> bool {
    if Visit::visit(&*query, &mut Done).is_break() {
        return false;
    }
    let mut put = Put { found: false };
    let _ = VisitMut::visit(query, &mut put);
    put.found
}

/// Finds what an earlier try put in.
struct Done;

impl Visitor for Done {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(function) if function_name(&function.name) == NAME => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

struct Put {
    found: bool,
}

impl VisitorMut for Put {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Cast { .. } => {
                *expr = named(expr.clone());
                self.found = true;
            }
            Expr::Function(function) => self.found |= name_constant(function),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// `count(1)`, so that it is not `count(*)`.
fn name_constant(function: &mut Function) -> bool {
    let given = arguments(function);
    let Some([Expr::Value(value)]) = given.as_deref() else { return false };
    if function_name(&function.name) != "count" || matches!(value.value, Value::Null) {
        return false;
    }
    let constant = named(Expr::Value(value.clone()));
    if let FunctionArguments::List(list) = &mut function.args {
        list.args = vec![argument(constant)];
    }
    true
}

fn named(expr: Expr) -> Expr {
    let name = text(&expr.to_string());
    call(NAME, vec![expr, name])
}
