//! Calls that are another expression: `int('5')` a cast, `if(c, a, b)` a CASE, `extract(YEAR FROM d)` the function `year`.
//!
//! Columns have their names by then, so nothing of this is seen in a result. A branch that CASE does not reach is not
//! computed. What is put in is called by its internal name (`__item`) where a call of the same name means more.

pub mod build;
mod conditions;
pub mod neighbours;
pub mod search;
mod times;

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CeilFloorKind, DuplicateTreatment, Expr, Function, FunctionArguments, Ident,
    NullTreatment, ObjectName, TrimWhereField, UnaryOperator, Value, VisitMut, VisitorMut,
};

use crate::dialect::function_name;

use build::{arguments, call, case, not, text};

/// Rewrites every call below a node.
pub fn rewrite(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Calls);
}

struct Calls;

impl VisitorMut for Calls {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let next = match expr {
            Expr::Function(function) => of_function(function),
            _ => of_syntax(expr),
        };
        if let Some(next) = next {
            *expr = next;
        }
        ControlFlow::Continue(())
    }
}

/// Names that mean what another name means.
const SYNONYMS: &[(&str, &str)] = &[
    ("nvl", "coalesce"),
    ("ifnull", "coalesce"),
    ("mean", "avg"),
    ("std", "stddev"),
    ("stddev_samp", "stddev"),
    ("variance", "var_samp"),
    ("sha", "sha1"),
    ("datepart", "date_part"),
    ("to_unix_timestamp", "unix_timestamp"),
    ("dateadd", "date_add"),
];

/// Functions that are called by the name of a type.
const CASTS: &[&str] = &[
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "float",
    "double",
    "decimal",
    "string",
    "binary",
    "date",
    "timestamp",
];

/// Functions that are planned like operators, because a number that is written beside a DECIMAL has its own digits only.
const FORGIVING: &[&str] = &["try_add", "try_subtract", "try_multiply", "try_divide", "try_mod", "mod", "pmod"];

/// Functions whose type is narrower than the engine's.
const NARROW: &[(&str, &str)] =
    &[("row_number", "INT"), ("rank", "INT"), ("dense_rank", "INT"), ("ntile", "INT"), ("grouping", "TINYINT")];

fn of_function(function: &mut Function) -> Option<Expr> {
    let mut name = function_name(&function.name);
    if let Some((_, meant)) = SYNONYMS.iter().find(|(synonym, _)| *synonym == name) {
        (*meant).clone_into(&mut name);
        rename(function, meant);
    }
    if name == "listagg" || name == "string_agg" {
        if !function.within_group.is_empty() {
            rename(function, "__listagg");
        }
        return None;
    }
    if name == "map" {
        // DataFusion has a grammar of its own for it.
        rename(function, "__map");
        return None;
    }
    if name == "count" {
        return count_of_several(function);
    }
    if let Some((_, data_type)) = NARROW.iter().find(|(narrow, _)| *narrow == name) {
        return Some(super::literals::cast_to_named(Expr::Function(function.clone()), data_type));
    }
    let given = arguments(function)?;
    if let ("lag" | "lead", [_, _, default]) = (name.as_str(), given.as_slice()) {
        return neighbours::with_default(function, default);
    }
    if let [value] = given.as_slice()
        && CASTS.contains(&name.as_str())
    {
        return Some(super::literals::cast_to_named(value.clone(), &name));
    }
    if matches!(name.as_str(), "ceil" | "ceiling" | "floor") && given.len() == 2 {
        rename(function, if name == "floor" { "__floor" } else { "__ceil" });
    }
    if matches!(name.as_str(), "round" | "bround" | "ceil" | "ceiling" | "floor") {
        fold_places(function);
        return None;
    }
    if let ("negative", [value]) = (name.as_str(), given.as_slice()) {
        return Some(call(super::super::functions::arithmetic::NEGATE, vec![value.clone()]));
    }
    if matches!(name.as_str(), "first_value" | "last_value" | "first" | "last" | "any_value") {
        ignore_nulls(function);
        return None;
    }
    if FORGIVING.contains(&name.as_str())
        && let [one, other] = given.as_slice()
    {
        return Some(build::binary(one.clone(), BinaryOperator::Custom(name), other.clone()));
    }
    conditions::of(&name, &given).or_else(|| times::of(&name, &given))
}

fn rename(function: &mut Function, name: &str) {
    function.name = ObjectName::from(vec![Ident::new(name)]);
}

/// `last_value(x, true) OVER ..` as `last_value(x) IGNORE NULLS OVER ..`.
fn ignore_nulls(function: &mut Function) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    let flag = match list.args.get(1) {
        Some(build::Argument::Unnamed(build::ArgumentExpr::Expr(Expr::Value(value)))) => {
            value.value == Value::Boolean(true)
        }
        _ => return,
    };
    if function.over.is_some() {
        list.args.truncate(1);
        function.null_treatment = if flag { Some(NullTreatment::IgnoreNulls) } else { function.null_treatment };
    }
}

/// `count(DISTINCT a, b)` counts pairs without a NULL.
fn count_of_several(function: &mut Function) -> Option<Expr> {
    let given = arguments(function)?;
    let FunctionArguments::List(list) = &mut function.args else { return None };
    if given.len() < 2 {
        return None;
    }
    let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    let known = given.iter().map(|value| Expr::IsNotNull(Box::new(value.clone())));
    let known = known.reduce(|all, next| build::binary(all, BinaryOperator::And, next))?;
    let row = if distinct { structure(&given) } else { Expr::value(Value::Number("1".to_owned(), false)) };
    list.args = vec![build::argument(case(vec![(known, row)], None))];
    None
}

/// The places of `round(x, 1 + 1)` as the number that they are, because they decide about its type.
fn fold_places(function: &mut Function) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    if let Some(build::Argument::Unnamed(build::ArgumentExpr::Expr(places))) = list.args.get_mut(1)
        && let Some(folded) = folded(places)
    {
        *places = folded;
    }
}

/// Sums, differences and products of whole numbers.
fn folded(expr: &Expr) -> Option<Expr> {
    fn number(expr: &Expr) -> Option<i64> {
        match expr {
            Expr::Value(value) => match &value.value {
                Value::Number(digits, _) => digits.parse().ok(),
                _ => None,
            },
            Expr::Nested(inner) => number(inner),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr)?.checked_neg(),
            Expr::UnaryOp { op: UnaryOperator::Plus, expr } => number(expr),
            Expr::BinaryOp { left, op, right } => match op {
                BinaryOperator::Plus => number(left)?.checked_add(number(right)?),
                BinaryOperator::Minus => number(left)?.checked_sub(number(right)?),
                BinaryOperator::Multiply => number(left)?.checked_mul(number(right)?),
                BinaryOperator::MyIntegerDivide => number(left)?.checked_div(number(right)?),
                _ => None,
            },
            _ => None,
        }
    }
    let span = datafusion::sql::sqlparser::ast::Spanned::span(expr);
    Some(Expr::Value(Value::Number(number(expr)?.to_string(), false).with_span(span)))
}

/// Expressions with a grammar of their own.
fn of_syntax(expr: &mut Expr) -> Option<Expr> {
    match expr {
        Expr::Trim { expr, trim_where, trim_what, trim_characters } => {
            let letters = trim_what.as_deref().or(trim_characters.as_ref().and_then(|letters| letters.first()));
            let name = match trim_where {
                Some(TrimWhereField::Leading) => "__ltrim",
                Some(TrimWhereField::Trailing) => "__rtrim",
                _ => "trim",
            };
            let given = std::iter::once(expr.as_ref()).chain(letters).cloned().collect();
            Some(call(name, given))
        }
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            let first = substring_for.is_some().then(|| Expr::value(Value::Number("1".to_owned(), false)));
            let from = substring_from.as_deref().cloned().or(first);
            let given = [Some(expr.as_ref().clone()), from, substring_for.as_deref().cloned()];
            Some(call("substring", given.into_iter().flatten().collect()))
        }
        Expr::Position { expr, r#in } => Some(call("locate", vec![expr.as_ref().clone(), r#in.as_ref().clone()])),
        Expr::Overlay { expr, overlay_what, overlay_from, overlay_for } => {
            let given = [Some(expr), Some(overlay_what), Some(overlay_from), overlay_for.as_mut()];
            Some(call("overlay", given.into_iter().flatten().map(|part| part.as_ref().clone()).collect()))
        }
        Expr::Ceil { expr, field } => rounded("ceil", expr, field),
        Expr::Floor { expr, field } => rounded("floor", expr, field),
        Expr::RLike { negated, expr, pattern, .. } => {
            let found = call("rlike", vec![expr.as_ref().clone(), pattern.as_ref().clone()]);
            Some(if *negated { not(found) } else { found })
        }
        Expr::Extract { field, expr, .. } => times::extract(&field.to_string(), expr),
        Expr::CompoundFieldAccess { access_chain, .. } => {
            access_chain.iter_mut().for_each(name_field);
            None
        }
        Expr::Lambda(lambda) => {
            let names: Vec<String> = lambda.params.iter().map(|parameter| parameter.name.value.clone()).collect();
            let _ = lambda.body.visit(&mut Fields { of: &names });
            None
        }
        Expr::Struct { values, fields } if fields.is_empty() => Some(structure(values)),
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => Some(expr.as_ref().clone()),
        _ => None,
    }
}

/// `x.field` in a lambda of `x`: not a column of a table, but a field of its parameter.
struct Fields<'a> {
    of: &'a [String],
}

impl VisitorMut for Fields<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(path) = expr
            && let [first, fields @ ..] = path.as_slice()
            && self.of.contains(&first.value)
        {
            *expr = fields_of(Expr::Identifier(first.clone()), fields);
        }
        ControlFlow::Continue(())
    }
}

/// `root.field.field`, as the planner reads it.
pub fn fields_of(root: Expr, fields: &[Ident]) -> Expr {
    let access_chain = fields.iter().map(|field| AccessExpr::Dot(text(&field.value))).collect();
    Expr::CompoundFieldAccess { root: Box::new(root), access_chain }
}

/// `value.field`, as the planner reads it.
fn name_field(access: &mut AccessExpr) {
    if let AccessExpr::Dot(Expr::Identifier(field)) = access {
        *access = AccessExpr::Dot(text(&field.value));
    }
}

fn rounded(name: &str, expr: &Expr, field: &CeilFloorKind) -> Option<Expr> {
    match field {
        CeilFloorKind::DateTimeField(_) => Some(call(name, vec![expr.clone()])),
        CeilFloorKind::Scale(places) => {
            Some(call(&format!("__{name}"), vec![expr.clone(), Expr::Value(places.clone())]))
        }
    }
}

/// `struct(a, b + 1, c AS d)` with fields `a`, `col2`, `d`.
fn structure(values: &[Expr]) -> Expr {
    let mut given = Vec::with_capacity(values.len() * 2);
    for (at, value) in values.iter().enumerate() {
        let (name, value) = match value {
            Expr::Named { expr, name } => (name.value.clone(), expr.as_ref()),
            Expr::Identifier(ident) => (ident.value.clone(), value),
            Expr::CompoundIdentifier(path) => (path.last().map(|ident| ident.value.clone()).unwrap_or_default(), value),
            _ => (format!("col{}", at + 1), value),
        };
        given.extend([text(&name), value.clone()]);
    }
    call("named_struct", given)
}
