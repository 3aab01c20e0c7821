//! Window functions without what they need: OVER, and an order of the rows.

use datafusion::sql::sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArguments, NamedWindowDefinition, NamedWindowExpr, Select, WindowSpec,
    WindowType, visit_expressions,
};
use std::ops::ControlFlow;

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{function_name, position};

/// Functions that are nothing without a window, and whose answer is the order of its rows.
const ORDERED: &[&str] =
    &["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "nth_value"];

/// A call that no window could make right.
pub fn misused(function: &Function) -> Option<Diagnostic> {
    let name = function_name(&function.name);
    if function.over.is_none() && ORDERED.contains(&name.as_str()) {
        let text = format!("Window function {name} requires an OVER clause.");
        let hint = format!("Write {name}(..) OVER (PARTITION BY .. ORDER BY ..).");
        let diagnostic = Diagnostic::new("WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", "42601", text).with_hint(hint);
        return Some(placed(diagnostic, function));
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    if function.over.is_none() || list.duplicate_treatment != Some(DuplicateTreatment::Distinct) {
        return None;
    }
    let text = format!("Distinct window functions are not supported: {name}(DISTINCT ..) OVER (..).");
    let diagnostic = Diagnostic::new("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", "0A000", text)
        .with_hint("Count in a subquery with GROUP BY and join it, or use size(collect_set(x) OVER (..)).");
    Some(placed(diagnostic, function))
}

/// The first call of a SELECT that asks for an order which its window does not have.
pub fn unordered(select: &Select) -> Option<Diagnostic> {
    let found = visit_expressions(select, |expr| match expr {
        Expr::Function(function) if lacks_order(function, &select.named_window) => {
            ControlFlow::Break(placed(no_order(&function_name(&function.name)), function))
        }
        _ => ControlFlow::Continue(()),
    });
    found.break_value()
}

fn lacks_order(function: &Function, named: &[NamedWindowDefinition]) -> bool {
    let ordered = match &function.over {
        Some(WindowType::WindowSpec(spec)) => is_ordered(spec, named),
        Some(WindowType::NamedWindow(name)) => is_ordered_by_name(&name.value, named),
        None => true,
    };
    !ordered && ORDERED.contains(&function_name(&function.name).as_str())
}

fn is_ordered(spec: &WindowSpec, named: &[NamedWindowDefinition]) -> bool {
    let base = spec.window_name.as_ref();
    !spec.order_by.is_empty() || base.is_some_and(|base| is_ordered_by_name(&base.value, named))
}

/// Whether a window of the WINDOW clause has an order. A name that is not there is told by the planner.
fn is_ordered_by_name(name: &str, named: &[NamedWindowDefinition]) -> bool {
    let Some(at) = named.iter().position(|window| window.0.value == name) else { return true };
    match &named[at].1 {
        NamedWindowExpr::WindowSpec(spec) => is_ordered(spec, &named[..at]),
        NamedWindowExpr::NamedWindow(other) => is_ordered_by_name(&other.value, &named[..at]),
    }
}

fn no_order(name: &str) -> Diagnostic {
    let text = format!("Window function {name}() requires window to be ordered, please add ORDER BY clause.");
    Diagnostic::new("_LEGACY_ERROR_TEMP_1037", "42601", text)
        .with_hint(format!("Say what comes first: {name}(..) OVER (PARTITION BY .. ORDER BY ..)."))
}

fn placed(diagnostic: Diagnostic, function: &Function) -> Diagnostic {
    let start = function.name.0.first().and_then(|part| part.as_ident()).map(|ident| ident.span.start);
    let start: Option<Position> = start.filter(|start| start.line > 0).map(position);
    match start {
        Some(start) => diagnostic.at(start),
        None => diagnostic,
    }
}
