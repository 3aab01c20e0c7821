//! Brings every way to write a generator to one form, which [`super::table_functions`] plans: a join whose right side is
//! the generator's call, as `CROSS JOIN LATERAL explode(xs) AS e(x)` is read.
//!
//! `LATERAL VIEW [OUTER] explode(xs) e AS x`, `FROM t, LATERAL explode(xs)` and `SELECT explode(xs) AS x` become that.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArguments, Ident, Join, JoinConstraint, JoinOperator, LateralView, ObjectName, Select,
    SelectItem, SelectItemQualifiedWildcardKind, TableAlias, TableFactor, TableWithJoins, Value, ValueWithSpan,
    VisitMut, VisitorMut, WildcardAdditionalOptions,
};

use super::super::functions::generate::Generator;
use super::calls::search;
use super::grouping;
use crate::diagnostic::Diagnostic;
use crate::dialect::{self, build};

/// Rewrites every SELECT below a node.
///
/// # Errors
/// UNSUPPORTED_GENERATOR for one inside another expression, beside another one, or outside the SELECT list.
pub fn rewrite(node: &mut impl VisitMut) -> Result<(), Diagnostic> {
    match node.visit(&mut Rewriter { next: 0 }) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Rewriter {
    next: usize,
}

impl VisitorMut for Rewriter {
    type Break = Diagnostic;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Diagnostic> {
        fold_lateral_items(&mut select.from);
        for view in std::mem::take(&mut select.lateral_views) {
            match lateral_view(view) {
                Ok(generator) => append(&mut select.from, generator),
                Err(diagnostic) => return ControlFlow::Break(diagnostic),
            }
        }
        match outside_the_list(select).and_then(|()| self.list(select)) {
            Err(diagnostic) => ControlFlow::Break(diagnostic),
            Ok(()) => ControlFlow::Continue(()),
        }
    }
}

impl Rewriter {
    /// A generator of the SELECT list.
    fn list(&mut self, select: &mut Select) -> Result<(), Diagnostic> {
        let mut found = false;
        for item in &mut select.projection {
            let Some((call, columns)) = generator_of(item)? else { continue };
            if std::mem::replace(&mut found, true) {
                let message = "Only one generator is allowed in a SELECT list.";
                return Err(Diagnostic::new("UNSUPPORTED_GENERATOR.MULTI_GENERATOR", "42K0E", message)
                    .with_hint("Write the second one as LATERAL VIEW or CROSS JOIN LATERAL."));
            }
            let name = Ident::with_quote('`', format!("__generated_{}", self.next));
            self.next += 1;
            *item = SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(ObjectName::from(vec![name.clone()])),
                WildcardAdditionalOptions::default(),
            );
            append(&mut select.from, call_of(call, Some(build::alias(name, columns))));
        }
        Ok(())
    }
}

/// # Errors
/// When a condition calls a generator.
fn outside_the_list(select: &Select) -> Result<(), Diagnostic> {
    let conditions = [&select.selection, &select.having, &select.qualify];
    if !conditions.into_iter().flatten().any(holds_generator) {
        return Ok(());
    }
    Err(outside())
}

fn outside() -> Diagnostic {
    let message = "A generator may not stand outside the SELECT list and FROM.";
    Diagnostic::new("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", "42K0E", message).with_hint(
        "Explode with LATERAL VIEW, and compare its column; `array_contains(array, value)` looks into an array.",
    )
}

/// The generator's call that an item is, and the names its columns get.
fn generator_of(item: &SelectItem) -> Result<Option<(Function, Vec<Ident>)>, Diagnostic> {
    let (expr, columns) = match item {
        SelectItem::UnnamedExpr(expr) => (expr, Vec::new()),
        SelectItem::ExprWithAlias { expr, alias } => (expr, vec![alias.clone()]),
        SelectItem::ExprWithAliases { expr, aliases } => (expr, aliases.clone()),
        _ => return Ok(None),
    };
    match expr {
        Expr::Function(function) if is_generator(&function.name) => Ok(Some((function.clone(), columns))),
        expr if holds_generator(expr) => {
            let message = "A generator may not stand inside another expression.";
            Err(Diagnostic::new("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS", "42K0E", message)
                .with_hint("Explode in a subquery or with LATERAL VIEW, and calculate with its column."))
        }
        _ if columns.len() > 1 => {
            let message = "Several names are given to one column.";
            Err(Diagnostic::new("NUM_TABLE_VALUE_ALIASES_MISMATCH", "42826", message)
                .with_hint("Only a generator such as posexplode(..) gives several columns."))
        }
        _ => Ok(None),
    }
}

fn is_generator(name: &ObjectName) -> bool {
    let name = dialect::function_name(name);
    name == "stack" || Generator::named(&name).is_some()
}

/// Refuses what does not give one value for each row in an expression of a statement that changes rows.
///
/// # Errors
/// When one calls a generator, an aggregate or a window function.
pub fn check_values<'a>(values: impl IntoIterator<Item = &'a Expr>) -> Result<(), Diagnostic> {
    for value in values {
        if holds_generator(value) {
            return Err(outside());
        }
        if grouping::is_aggregate(value) {
            return Err(Diagnostic::new("DELTA_AGGREGATION_NOT_SUPPORTED", "42903", not_of_one_row("An aggregate"))
                .with_hint(
                    "Calculate it in a subquery, SET a = (SELECT max(a) FROM t), or in the source of a MERGE.",
                ));
        }
        if grouping::is_aggregate_or_window(value) {
            let message = not_of_one_row("A window function");
            return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(
                "Calculate it in the source of a MERGE: USING (SELECT key, row_number() OVER (..) AS n FROM ..).",
            ));
        }
    }
    Ok(())
}

fn not_of_one_row(what: &str) -> String {
    format!("{what} may not stand in the condition or the values of a statement that changes rows.")
}

/// Whether an expression calls a generator, its own subqueries apart.
fn holds_generator(expr: &Expr) -> bool {
    search::holds(expr, |function| is_generator(&function.name))
}

/// A generator's call as a relation.
fn call_of(function: Function, alias: Option<TableAlias>) -> TableFactor {
    let args = match function.args {
        FunctionArguments::List(list) => list.args,
        FunctionArguments::None | FunctionArguments::Subquery(_) => Vec::new(),
    };
    TableFactor::Function { lateral: true, name: function.name, args, with_ordinality: false, alias }
}

fn lateral_view(view: LateralView) -> Result<TableFactor, Diagnostic> {
    let Expr::Function(mut function) = view.lateral_view else {
        let message = format!("LATERAL VIEW needs a generator, not {}.", view.lateral_view);
        return Err(Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", message)
            .with_hint("Write LATERAL VIEW explode(column) alias AS name."));
    };
    if view.outer {
        make_outer(&mut function.name);
    }
    let name = view.lateral_view_name.0.into_iter().next_back().and_then(|part| part.as_ident().cloned());
    let name = name.filter(|name| !name.value.is_empty()).unwrap_or_else(|| Ident::new("__lateral"));
    Ok(call_of(function, Some(build::alias(name, view.lateral_col_alias))))
}

fn make_outer(name: &mut ObjectName) {
    let called = dialect::function_name(name);
    if !called.ends_with("_outer") {
        *name = ObjectName::from(vec![Ident::new(format!("{called}_outer"))]);
    }
}

/// `left JOIN LATERAL generator(..)`: everything so far joined with a generator.
fn append(from: &mut Vec<TableWithJoins>, generator: TableFactor) {
    if from.is_empty() {
        return from.push(TableWithJoins { relation: generator, joins: Vec::new() });
    }
    let mut tables = std::mem::take(from).into_iter();
    let Some(mut whole) = tables.next() else { return };
    whole.joins.extend(tables.map(|table| cross_join(nested(table))));
    whole.joins.push(cross_join(generator));
    from.push(TableWithJoins { relation: nested(whole), joins: Vec::new() });
}

fn nested(table: TableWithJoins) -> TableFactor {
    if table.joins.is_empty() {
        return table.relation;
    }
    TableFactor::NestedJoin { table_with_joins: Box::new(table), alias: None }
}

fn cross_join(relation: TableFactor) -> Join {
    Join { relation, global: false, join_operator: JoinOperator::CrossJoin(JoinConstraint::None) }
}

/// Folds generators that stand behind a comma or in a join, so that each is the last join of a bracket of its own.
fn fold_lateral_items(from: &mut Vec<TableWithJoins>) {
    for table in std::mem::take(from) {
        let TableWithJoins { relation, joins } = table;
        if is_lateral(&relation) {
            append(from, relation);
        } else {
            from.push(TableWithJoins { relation, joins: Vec::new() });
        }
        for mut join in joins {
            if is_lateral(&join.relation) && is_plain(&mut join) {
                let mut before: Vec<TableWithJoins> = from.pop().into_iter().collect();
                append(&mut before, join.relation);
                from.append(&mut before);
            } else if let Some(last) = from.last_mut() {
                last.joins.push(join);
            }
        }
    }
}

fn is_lateral(relation: &TableFactor) -> bool {
    matches!(relation, TableFactor::Function { lateral: true, name, .. } if is_generator(name))
}

/// Whether a join has no condition of its own; a LEFT JOIN makes its generator an outer one.
fn is_plain(join: &mut Join) -> bool {
    let (constraint, outer) = match &join.join_operator {
        JoinOperator::CrossJoin(constraint) | JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
            (constraint, false)
        }
        JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => (constraint, true),
        _ => return false,
    };
    let always = match constraint {
        JoinConstraint::None => true,
        JoinConstraint::On(Expr::Value(ValueWithSpan { value: Value::Boolean(always), .. })) => *always,
        _ => false,
    };
    if let (true, true, TableFactor::Function { name, .. }) = (always, outer, &mut join.relation) {
        make_outer(name);
    }
    always
}
