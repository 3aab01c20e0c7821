//! Refuses syntax that the planner would drop without a word, or that reaches outside the workspace.
//!
//! Invariant: every field of the syntax tree that DataFusion's planner ignores is looked at here. A new version of
//! sqlparser that adds fields must be read for them.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, GroupByWithModifier, Join,
    JoinConstraint, LimitClause, Query, Select, SelectFlavor, SetExpr, SetOperator, SetQuantifier, Spanned,
    TableFactor, Value, Visit, Visitor,
};

use super::super::errors::unresolved_routine;
use super::super::filled;
use super::super::functions::catalogue::{self, Arity};
use super::{foreign, grouping, grouping_sets, intervals, literals, output, tuples, using_joins, windows};
use crate::diagnostic::Diagnostic;
use crate::dialect::{function_name, position};

/// # Errors
/// UNSUPPORTED_FEATURE, with what to use instead.
pub fn check(node: &impl Visit) -> Result<(), Diagnostic> {
    match node.visit(&mut Guard::default()) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}

#[derive(Default)]
struct Guard {
    /// What stands where it can be computed, by its address: comparisons of several columns with a subquery in WHERE, and ROLLUP,
    /// CUBE and GROUPING SETS in GROUP BY.
    in_place: HashSet<*const Expr>,
}

type Flow = ControlFlow<Diagnostic>;

fn refuse(what: &str, instead: &str) -> Flow {
    let message = format!("{what} is not available.");
    ControlFlow::Break(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(instead))
}

/// Names are paired in UNION only.
fn check_set_operations(body: &SetExpr) -> Flow {
    let SetExpr::SetOperation { op, set_quantifier, left, right } = body else { return ControlFlow::Continue(()) };
    let by_name =
        matches!(set_quantifier, SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName);
    if *op != SetOperator::Union && by_name {
        return refuse(&format!("{op} BY NAME"), "Name the columns on both sides in one order.");
    }
    check_set_operations(left)?;
    check_set_operations(right)
}

impl Visitor for Guard {
    type Break = Diagnostic;

    fn pre_visit_query(&mut self, query: &Query) -> Flow {
        if !query.locks.is_empty() {
            return refuse("FOR UPDATE", "Leave it away; nobody else changes your tables.");
        }
        if query.fetch.is_some() {
            return refuse("FETCH", "Use LIMIT.");
        }
        if query.for_clause.is_some() || query.settings.is_some() || query.format_clause.is_some() {
            return refuse("FOR XML, SETTINGS or FORMAT", "Leave it away.");
        }
        if let Some(LimitClause::LimitOffset { limit_by, .. }) = &query.limit_clause
            && !limit_by.is_empty()
        {
            return refuse("LIMIT BY", "Use QUALIFY row_number() OVER (PARTITION BY ..) <= n.");
        }
        match query.body.as_ref() {
            SetExpr::Update(_) | SetExpr::Delete(_) if query.with.is_some() => refuse(
                "WITH before UPDATE or DELETE",
                "Put it into the subquery: DELETE FROM t WHERE id IN (WITH s AS (SELECT ..) SELECT id FROM s).",
            ),
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                refuse("A change of a table inside a query", "Write it as a statement of its own.")
            }
            body => check_set_operations(body),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> Flow {
        if select.selection.as_ref().is_some_and(grouping::is_aggregate_or_window) {
            return ControlFlow::Break(not_in_where());
        }
        if select.from.iter().flat_map(|table| &table.joins).filter_map(condition).any(grouping::is_aggregate_or_window)
        {
            return ControlFlow::Break(not_in_join());
        }
        if let Some(diagnostic) = windows::unordered(select) {
            return ControlFlow::Break(diagnostic);
        }
        let conditions = select.selection.iter().flat_map(tuples::conditions);
        self.in_place.extend(conditions.filter(|condition| tuples::is_one(condition)).map(std::ptr::from_ref));
        let sets = grouping_sets::in_place(&select.group_by);
        if sets.iter().any(|sets| grouping_sets::is_too_much(sets)) {
            let (sets, keys) = (grouping_sets::MOST_SETS, grouping_sets::MOST_KEYS);
            return refuse(
                &format!("A ROLLUP, CUBE or GROUPING SETS of more than {sets} sets or {keys} keys"),
                "Name the sets that you need: GROUPING SETS ((a, b), (a), ()).",
            );
        }
        if sets.iter().any(|sets| filled::reads(sets, filled::is_subquery)) {
            return refuse(
                "A subquery inside ROLLUP, CUBE or GROUPING SETS",
                "Compute it below: FROM (SELECT *, (SELECT ..) AS x FROM t) GROUP BY ROLLUP (x).",
            );
        }
        self.in_place.extend(sets.into_iter().map(std::ptr::from_ref));
        if select.into.is_some() {
            return refuse("SELECT INTO", "Use CREATE TABLE name AS SELECT.");
        }
        if let GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers) = &select.group_by
            && !matches!(
                (&select.group_by, modifiers.as_slice()),
                (_, []) | (GroupByExpr::Expressions(..), [GroupByWithModifier::Rollup | GroupByWithModifier::Cube])
            )
        {
            return refuse(
                "This form of GROUP BY",
                "Use GROUP BY ROLLUP (a, b), CUBE (a, b) or GROUPING SETS ((a), (b)).",
            );
        }
        if matches!(select.distinct, Some(Distinct::On(_))) {
            return refuse("DISTINCT ON", "Use QUALIFY row_number() OVER (PARTITION BY .. ORDER BY ..) = 1.");
        }
        if select.top.is_some() {
            return refuse("TOP", "Use LIMIT.");
        }
        if !select.cluster_by.is_empty() || !select.distribute_by.is_empty() || !select.sort_by.is_empty() {
            return refuse("CLUSTER BY, DISTRIBUTE BY or SORT BY", "Use ORDER BY.");
        }
        let foreign = select.prewhere.is_some()
            || !select.connect_by.is_empty()
            || select.value_table_mode.is_some()
            || select.exclude.is_some()
            || select.select_modifiers.is_some()
            || select.flavor == SelectFlavor::FromFirstNoSelect;
        if foreign {
            return refuse("This form of SELECT", "Write SELECT columns FROM table WHERE condition.");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Flow {
        match factor {
            TableFactor::Table { with_hints, sample, partitions, json_path, index_hints, with_ordinality, .. } => {
                if sample.is_some() {
                    return refuse("TABLESAMPLE", "Use ORDER BY rand() LIMIT n.");
                }
                let hinted = !with_hints.is_empty() || !partitions.is_empty() || !index_hints.is_empty();
                if hinted || json_path.is_some() || *with_ordinality {
                    return refuse("A hint on a table", "Leave it away.");
                }
                ControlFlow::Continue(())
            }
            TableFactor::Derived { sample: Some(_), .. } => refuse("TABLESAMPLE", "Use ORDER BY rand() LIMIT n."),
            TableFactor::Derived { .. } | TableFactor::NestedJoin { .. } | TableFactor::Function { .. } => {
                ControlFlow::Continue(())
            }
            TableFactor::Pivot { .. } => refuse("PIVOT", "Use sum(CASE WHEN .. THEN .. END) for each column."),
            TableFactor::Unpivot { .. } => refuse("UNPIVOT", "Use UNION ALL of one SELECT for each column."),
            _ => refuse("This kind of relation", "Read from a table, a view or a subquery."),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Flow {
        match expr {
            Expr::Value(value) if matches!(value.value, Value::Placeholder(_)) => {
                refuse("A positional parameter", "Name it: :name.")
            }
            expr if tuples::is_one(expr) && !self.in_place.contains(&std::ptr::from_ref(expr)) => refuse(
                "Several columns compared with a subquery, elsewhere than in WHERE,",
                "Use it in WHERE with AND, or join with the subquery and test whether a row was found.",
            ),
            expr if grouping_sets::sets_of(expr).is_some() && !self.in_place.contains(&std::ptr::from_ref(expr)) => {
                let name = expr.to_string();
                ControlFlow::Break(unresolved_routine(name.split(" (").next().unwrap_or_default()))
            }
            Expr::Subquery(query) if gives_several_columns(query) => ControlFlow::Break(several_columns(query)),
            Expr::SimilarTo { .. } => refuse("SIMILAR TO", "Use RLIKE with a regular expression."),
            Expr::Collate { .. } => refuse("COLLATE", "Use lower(..) on both sides to compare without regard to case."),
            Expr::TypedString(typed) if let Some(diagnostic) = literals::misread(typed) => {
                ControlFlow::Break(diagnostic)
            }
            Expr::Value(value) if let Some(diagnostic) = literals::too_precise(&value.value) => {
                ControlFlow::Break(diagnostic)
            }
            Expr::Interval(interval) if let Some(diagnostic) = intervals::misread(interval) => {
                ControlFlow::Break(diagnostic)
            }
            Expr::Function(function) if function_name(&function.name).starts_with("__") => {
                ControlFlow::Break(unresolved_routine(&function.name.to_string()))
            }
            Expr::Function(function) if let Some((what, instead)) = foreign::clause(function) => refuse(what, instead),
            expr if let Some((what, instead)) = foreign::syntax(expr) => refuse(what, instead),
            Expr::Function(function) if let Some(diagnostic) = windows::misused(function) => {
                ControlFlow::Break(diagnostic)
            }
            Expr::Function(function) if let Some(diagnostic) = unusable(function) => ControlFlow::Break(diagnostic),
            Expr::Function(function)
                if function.within_group.len() > 1
                    || !matches!(&function.parameters, datafusion::sql::sqlparser::ast::FunctionArguments::None) =>
            {
                refuse("This form of a function call", "Give its arguments in one pair of brackets.")
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Whether a query names more than one column, a star apart.
fn gives_several_columns(query: &Query) -> bool {
    output::outermost_select(&query.body).is_some_and(|select| select.projection.len() > 1)
}

fn several_columns(query: &Query) -> Diagnostic {
    let number = output::outermost_select(&query.body).map_or(0, |select| select.projection.len());
    let class = "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN";
    let text = format!("Scalar subquery must return only one column, but got {number}.");
    let diagnostic = Diagnostic::new(class, "42823", text).with_hint("Name one column in the subquery's SELECT.");
    match query.span().start {
        start if start.line > 0 => diagnostic.at(position(start)),
        _ => diagnostic,
    }
}

/// The ON of a join.
fn condition(join: &Join) -> Option<&Expr> {
    let constraint = using_joins::constraint(&join.join_operator)?;
    if let JoinConstraint::On(condition) = constraint { Some(condition) } else { None }
}

fn not_in_join() -> Diagnostic {
    let text = "A join's condition is asked of a pair of rows: aggregate and window functions are not allowed in it.";
    Diagnostic::new("UNSUPPORTED_EXPR_FOR_OPERATOR", "42K0E", text)
        .with_hint("Aggregate in a subquery first, and join its rows.")
}

fn not_in_where() -> Diagnostic {
    let text = "A WHERE condition is asked of one row: aggregate and window functions are not allowed in it.";
    Diagnostic::new("INVALID_WHERE_CONDITION", "42903", text)
        .with_hint("Aggregates go into HAVING, window functions into QUALIFY.")
}

/// Forms of functions that Spark has and that are not here, by their number of arguments.
const LONGER_IN_SPARK: &[(&str, usize)] = &[
    ("from_json", 3),
    ("mode", 0),
    ("mode", 2),
    ("ntile", 0),
    ("regexp_instr", 3),
    ("schema_of_json", 2),
    ("to_json", 2),
];

fn longer_form(name: &str) -> Diagnostic {
    let usage = catalogue::find(name).map_or_else(|| name.to_owned(), catalogue::Entry::usage);
    let text = format!("This form of the function `{name}` is not available.");
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", text).with_hint(format!("Write {usage}."))
}

fn wrong_number(function: &Function, name: &str, arity: Arity, given: usize) -> Diagnostic {
    let text = format!("The `{name}` requires {arity} parameters but the actual number is {given}.");
    let diagnostic = Diagnostic::new("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", text);
    let usage = catalogue::find(name).map_or_else(|| name.to_owned(), catalogue::Entry::usage);
    let diagnostic = diagnostic.with_hint(format!("Call it as {usage}; DESCRIBE FUNCTION {name} says what it gives."));
    match function.name.span().start {
        start if start.line > 0 => diagnostic.at(position(start)),
        _ => diagnostic,
    }
}

/// Calls with a wrong number of arguments, and those that DataFusion gives a meaning that they do not have: `count()`, and
/// rows counted from 0.
fn unusable(function: &Function) -> Option<Diagnostic> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let name = function_name(&function.name);
    if let Some(entry) = catalogue::find(&name)
        // LIKE ANY (..) and LIKE SOME (..) read as calls.
        && !matches!(name.as_str(), "any" | "some")
        && let arity = Arity::of(entry)
        && !arity.accepts(list.args.len())
    {
        let longer = LONGER_IN_SPARK.contains(&(name.as_str(), list.args.len()));
        return Some(if longer { longer_form(&name) } else { wrong_number(function, &name, arity, list.args.len()) });
    }
    let star = |arg: &FunctionArg| {
        matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Wildcard | FunctionArgExpr::QualifiedWildcard(_)))
    };
    let plain = matches!(list.args.as_slice(), [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)])
        && list.duplicate_treatment.is_none();
    if name == "count" && list.args.iter().any(star) && !plain {
        let text = "A star in count() stands alone: count(*).";
        let diagnostic = Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", text);
        return Some(
            diagnostic.with_hint("Name the columns: count(DISTINCT a, b) counts different rows without a NULL."),
        );
    }
    let at = match name.as_str() {
        "ntile" => 0,
        "nth_value" => 1,
        _ => return None,
    };
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) = list.args.get(at)? else { return None };
    let zero = matches!(&value.value, Value::Number(digits, _) if digits == "0");
    let text =
        format!("Cannot resolve the expression due to data type mismatch: the number of {name} must be above 0.");
    zero.then(|| Diagnostic::new("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "42K09", text).with_hint("Count from 1."))
}
