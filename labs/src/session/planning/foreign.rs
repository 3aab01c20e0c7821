//! What DataFusion reads of other dialects and Databricks does not: each is refused, with what to write.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArgumentClause, FunctionArguments, Subscript,
};

use super::grouping;
use crate::dialect::function_name;

/// What there is, and what to use instead.
type Foreign = (&'static str, &'static str);

/// A clause of a call that would be left unread.
pub fn clause(function: &Function) -> Option<Foreign> {
    let orders = |clause: &FunctionArgumentClause| matches!(clause, FunctionArgumentClause::OrderBy(_));
    if matches!(&function.args, FunctionArguments::List(list) if list.clauses.iter().any(orders)) {
        let instead = "Write listagg(x, ',') WITHIN GROUP (ORDER BY k), or sort_array(collect_list(struct(k, x))).";
        return Some(("ORDER BY among the arguments of a function", instead));
    }
    if function.over.is_some() && function.filter.is_some() {
        return Some(("FILTER of a window", "Write sum(CASE WHEN condition THEN x END) OVER (..)."));
    }
    if function.over.is_some() || grouping::aggregates(function) {
        return None;
    }
    if function.filter.is_some() {
        return Some(("FILTER behind a function that is no aggregate", "Use CASE WHEN .. THEN .. END."));
    }
    let named = function_name(&function.name);
    (function.null_treatment.is_some() && !ORDERED.contains(&named.as_str()))
        .then_some(("IGNORE NULLS behind a function that is no aggregate", "Use coalesce, or filter the rows."))
}

/// Functions that take IGNORE NULLS without being aggregates of the engine.
const ORDERED: &[&str] = &["first", "last", "any_value", "first_value", "last_value", "nth_value", "lag", "lead"];

/// An expression of another dialect.
pub fn syntax(expr: &Expr) -> Option<Foreign> {
    Some(match expr {
        Expr::Function(function) if function_name(&function.name) == "unnest" => ("unnest()", "Use explode(array)."),
        Expr::Array(_) => ("An array in square brackets", "Write array(1, 2)."),
        Expr::CompoundFieldAccess { access_chain, .. }
            if access_chain.iter().any(|step| matches!(step, AccessExpr::Subscript(Subscript::Slice { .. }))) =>
        {
            ("A slice in square brackets", "Write slice(array, start, length), which counts from 1.")
        }
        Expr::BinaryOp { op, .. } if is_regex(op) => ("~", "Write RLIKE with a regular expression."),
        Expr::AnyOp { .. } => ("A comparison with ANY or SOME", "Use IN, exists(array, x -> ..) or array_contains."),
        Expr::AllOp { .. } => {
            ("A comparison with ALL", "Compare with (SELECT max(..) ..), or use forall(array, x -> ..).")
        }
        Expr::AtTimeZone { .. } => ("AT TIME ZONE", "Use from_utc_timestamp(ts, zone) or to_utc_timestamp(ts, zone)."),
        _ => return None,
    })
}

fn is_regex(op: &BinaryOperator) -> bool {
    use BinaryOperator as Op;
    matches!(op, Op::PGRegexMatch | Op::PGRegexIMatch | Op::PGRegexNotMatch | Op::PGRegexNotIMatch)
}
