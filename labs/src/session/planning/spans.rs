//! Spans of time where DataFusion reads them otherwise: a number that bounds a window over dates counts days, and the parts
//! of an INTERVAL are its own, not those of a date.
//!
//! It goes before DataFusion's coercion, which takes the number for months and casts the interval to a date.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, WindowFrameBound, WindowFrameUnits};
use datafusion::optimizer::AnalyzerRule;

use super::super::errors::raise;
use super::super::functions::conversion::is_text;
use super::super::functions::interval_parts;
use super::super::types::type_name;
use super::nodes::rewrite_expressions;
use crate::diagnostic::Diagnostic;

#[derive(Debug)]
pub struct Spans;

impl AnalyzerRule for Spans {
    fn name(&self) -> &str {
        "spans"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| rewrite_expressions(plan, spanned)).map(|plan| plan.data)
    }
}

fn spanned(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    match expr {
        Expr::WindowFunction(mut window) => {
            let changed = bound_by_days(&mut window, schema)?;
            let expr = Expr::WindowFunction(window);
            Ok(if changed { Transformed::yes(expr) } else { Transformed::no(expr) })
        }
        Expr::ScalarFunction(mut call) => {
            let is_interval = |arg: &Expr| matches!(arg.get_type(schema), Ok(DataType::Interval(_)));
            match (interval_parts::of(call.name()), call.args.as_slice()) {
                (Some(part), [value]) if is_interval(value) => {
                    call.func = part;
                    Ok(Transformed::yes(Expr::ScalarFunction(call)))
                }
                _ => Ok(Transformed::no(Expr::ScalarFunction(call))),
            }
        }
        expr => Ok(Transformed::no(expr)),
    }
}

/// Makes numbers that bound a RANGE over dates days; gives whether there was one.
///
/// # Errors
/// DATATYPE_MISMATCH for a number over what no number can be added to.
fn bound_by_days(window: &mut WindowFunction, schema: &DFSchema) -> Result<bool> {
    let frame = &mut window.params.window_frame;
    let ([key], WindowFrameUnits::Range) = (window.params.order_by.as_slice(), frame.units) else { return Ok(false) };
    let ordered_by = key.expr.get_type(schema)?;
    let mut changed = false;
    for bound in [&mut frame.start_bound, &mut frame.end_bound] {
        let (WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value)) = bound else { continue };
        let Some(number) = number(value) else { continue };
        match &ordered_by {
            DataType::Date32 => {
                *value = ScalarValue::Utf8(Some(format!("{number} days")));
                changed = true;
            }
            DataType::Timestamp(..) => return Err(raise(no_number("RANGE_FRAME_INVALID_TYPE", &ordered_by))),
            other if is_text(other) => {
                return Err(raise(no_number("SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE", &ordered_by)));
            }
            _ => {}
        }
    }
    Ok(changed)
}

/// A bound that is a number without a unit.
fn number(bound: &ScalarValue) -> Option<i64> {
    match bound {
        ScalarValue::Utf8(Some(text)) => text.trim().parse().ok(),
        _ => None,
    }
}

fn no_number(class: &str, ordered_by: &DataType) -> Diagnostic {
    let name = type_name(ordered_by);
    let text = format!("A number cannot bound a RANGE over the type \"{name}\".");
    Diagnostic::new(format!("DATATYPE_MISMATCH.{class}"), "42K09", text)
        .with_hint("Count rows with ROWS BETWEEN, or give a TIMESTAMP an INTERVAL: RANGE BETWEEN INTERVAL 2 HOURS PRECEDING AND ..")
}
