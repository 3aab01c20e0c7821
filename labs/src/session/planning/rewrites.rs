//! Spells out what DataFusion's planner does not read: `WITH ROLLUP`, `MINUS`, `LIKE ANY (..)`, `(a, b) IN ((..))`,
//! `grouping_id()` and `json:path`.
//!
//! It comes after the columns got their names, which are those of what the author wrote.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArguments, GroupByExpr, Ident, JsonPathElem,
    ObjectName, Query, Select, SelectItem, SetExpr, SetOperator, UnaryOperator, Value, ValueWithSpan, VisitMut,
    VisitorMut, visit_expressions,
};

use super::calls::build::{Argument, ArgumentExpr, binary, call, not, text, values};
use super::literals::cast;
use super::single_values;
use super::{grouping, grouping_sets};
use crate::dialect;

/// Rewrites every expression and query below a node.
pub fn rewrite(node: &mut impl VisitMut) {
    super::tuples::rewrite(node);
    let _ = node.visit(&mut Rewriter { keys: Vec::new() });
}

struct Rewriter {
    /// The grouping keys of the SELECTs around, the innermost last.
    keys: Vec<Vec<Expr>>,
}

impl VisitorMut for Rewriter {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        spell_out_minus(&mut query.body);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        grouping_sets::spell_out(&mut select.group_by, &select.projection);
        without_total_of_nothing(select);
        self.keys.push(grouping_sets::grouping_keys(&select.group_by));
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &mut Select) -> ControlFlow<()> {
        self.keys.pop();
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let next = match expr {
            Expr::Like { escape_char, pattern, .. } | Expr::ILike { escape_char, pattern, .. } => {
                spell_out_escape(escape_char, pattern);
                like_several(expr)
            }
            Expr::UnaryOp { op: UnaryOperator::BangNot, expr } => Some(not(expr.as_ref().clone())),
            Expr::BinaryOp { left, op, right } => shift(op).map(|name| call(name, vec![*left.clone(), *right.clone()])),
            Expr::InList { expr, list, negated } => {
                in_tuples(expr, list).map(|within| if *negated { not(within) } else { within })
            }
            Expr::JsonAccess { value, path } => {
                json_path(&path.path).map(|path| call("get_json_object", vec![value.as_ref().clone(), text(&path)]))
            }
            Expr::Function(function) => self.function(function),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => negative_literal(expr),
            Expr::Subquery(_) => single_values::gathered(expr),
            Expr::Exists { subquery, negated } if gives_one_row(subquery) => {
                Some(Expr::value(Value::Boolean(!*negated)))
            }
            Expr::Exists { subquery, negated } if let Some(held) = having_of_one_row(subquery) => {
                Some(if *negated { not(held) } else { held })
            }
            // The engine's own NOT IN of a constant does not see a NULL among the rows.
            Expr::InSubquery { expr: value, negated: true, .. } if reads_nothing(value) => {
                let mut within = expr.clone();
                if let Expr::InSubquery { negated, .. } = &mut within {
                    *negated = false;
                }
                Some(not(Expr::Nested(Box::new(within))))
            }
            Expr::Case { operand: Some(operand), conditions, .. } if is_plain(operand) => {
                let operand = operand.as_ref().clone();
                conditions.iter_mut().for_each(|when| {
                    when.condition = binary(operand.clone(), BinaryOperator::Eq, when.condition.clone());
                });
                Some(without_operand(expr.clone()))
            }
            Expr::InSubquery { expr, subquery, negated } if gives_one_row(subquery) => {
                let equal = binary(expr.as_ref().clone(), BinaryOperator::Eq, Expr::Subquery(subquery.clone()));
                Some(if *negated { not(Expr::Nested(Box::new(equal))) } else { equal })
            }
            _ => None,
        };
        if let Some(next) = next {
            *expr = next;
        }
        ControlFlow::Continue(())
    }
}

impl Rewriter {
    fn function(&self, function: &mut Function) -> Option<Expr> {
        let FunctionArguments::List(list) = &mut function.args else { return None };
        match dialect::function_name(&function.name).as_str() {
            "grouping_id" if list.args.is_empty() => {
                let keys = self.keys.last().filter(|keys| !keys.is_empty())?;
                Some(cast(call("grouping", keys.clone()), DataType::BigInt(None)))
            }
            "grouping_id" => {
                function.name = ObjectName::from(vec![Ident::new("grouping")]);
                Some(cast(Expr::Function(function.clone()), DataType::BigInt(None)))
            }
            _ => None,
        }
    }
}

/// The total of grouping sets is over no rows where there are none, and then Spark gives no row for it.
fn without_total_of_nothing(select: &mut Select) {
    let GroupByExpr::Expressions(keys, _) = &select.group_by else { return };
    if !keys.iter().any(|key| grouping_sets::sets_of(key).is_some()) {
        return;
    }
    let mut rows = call("count", Vec::new());
    if let Expr::Function(Function { args: FunctionArguments::List(list), .. }) = &mut rows {
        list.args.push(Argument::Unnamed(ArgumentExpr::Wildcard));
    }
    let zero = Expr::value(Value::Number("0".to_owned(), false));
    let any = binary(rows, BinaryOperator::Gt, zero);
    select.having = Some(match select.having.take() {
        Some(having) => binary(Expr::Nested(Box::new(having)), BinaryOperator::And, any),
        None => any,
    });
}

/// A column or a constant: computed twice it is the same.
fn is_plain(value: &Expr) -> bool {
    match value {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) => true,
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_plain(expr),
        _ => false,
    }
}

/// `CASE x WHEN ..` whose conditions compare already.
fn without_operand(mut case: Expr) -> Expr {
    if let Expr::Case { operand, .. } = &mut case {
        *operand = None;
    }
    case
}

/// Whether an expression is a constant.
fn reads_nothing(expr: &Expr) -> bool {
    let name = |expr: &Expr| match expr {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    visit_expressions(expr, name).is_continue()
}

/// `EXISTS (SELECT .. HAVING condition)` of an aggregate over all rows: whether its one row meets the condition.
fn having_of_one_row(query: &Query) -> Option<Expr> {
    let mut query = query.clone();
    if query.limit_clause.is_some() {
        return None;
    }
    query.order_by = None;
    let SetExpr::Select(select) = query.body.as_mut() else { return None };
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    if !ungrouped || select.qualify.is_some() {
        return None;
    }
    let having = select.having.take().filter(grouping::is_aggregate)?;
    select.projection = vec![SelectItem::UnnamedExpr(having)];
    Some(call("coalesce", vec![Expr::Subquery(Box::new(query)), Expr::value(Value::Boolean(false))]))
}

/// Whether a query is an aggregate over all rows, which gives one row whatever there is.
fn gives_one_row(query: &Query) -> bool {
    let SetExpr::Select(select) = query.body.as_ref() else { return false };
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    let whole = select.having.is_none() && select.qualify.is_none() && query.limit_clause.is_none();
    let aggregated = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => grouping::is_aggregate(expr),
        _ => false,
    };
    ungrouped && whole && select.projection.len() == 1 && select.projection.iter().all(aggregated)
}

/// `-1::string`: the minus belongs to the number.
fn negative_literal(operand: &Expr) -> Option<Expr> {
    let Expr::Cast { kind: CastKind::DoubleColon, expr, .. } = operand else { return None };
    if !matches!(expr.as_ref(), Expr::Value(value) if matches!(value.value, Value::Number(..))) {
        return None;
    }
    let mut cast = operand.clone();
    if let Expr::Cast { expr, .. } = &mut cast {
        **expr = Expr::UnaryOp { op: UnaryOperator::Minus, expr: expr.clone() };
    }
    Some(cast)
}

/// `a MINUS b` is `a EXCEPT b`.
fn spell_out_minus(body: &mut SetExpr) {
    if let SetExpr::SetOperation { op, left, right, .. } = body {
        if *op == SetOperator::Minus {
            *op = SetOperator::Except;
        }
        spell_out_minus(left);
        spell_out_minus(right);
    }
}

/// `a << b`, which counts as Java's does.
fn shift(op: &BinaryOperator) -> Option<&'static str> {
    match op {
        BinaryOperator::PGBitwiseShiftLeft => Some("shiftleft"),
        BinaryOperator::PGBitwiseShiftRight => Some("shiftright"),
        _ => None,
    }
}

/// `LIKE 'a!_b' ESCAPE '!'` is `LIKE 'a\_b'`. A pattern that is no text keeps its ESCAPE, which DataFusion refuses.
fn spell_out_escape(escape: &mut Option<ValueWithSpan>, pattern: &mut Expr) {
    let Some(Value::SingleQuotedString(mark)) = escape.as_ref().map(|escape| &escape.value) else { return };
    let (Expr::Value(written), Some(mark)) = (&mut *pattern, mark.chars().next()) else { return };
    let Value::SingleQuotedString(text) = &written.value else { return };
    let mut spelled = String::new();
    let mut rest = text.chars();
    while let Some(next) = rest.next() {
        match next {
            next if next == mark => spelled.extend(rest.next().into_iter().flat_map(|escaped| ['\\', escaped])),
            '\\' => spelled.push_str("\\\\"),
            next => spelled.push(next),
        }
    }
    written.value = Value::SingleQuotedString(spelled);
    *escape = None;
}

/// `x LIKE ANY (a, b)` is `x LIKE a OR x LIKE b`, SOME is the same, and ALL is with AND. NOT LIKE ANY asks whether one of
/// the patterns does not match.
fn like_several(expr: &Expr) -> Option<Expr> {
    let (Expr::Like { any, pattern, .. } | Expr::ILike { any, pattern, .. }) = expr else { return None };
    let (op, patterns) = match pattern.as_ref() {
        Expr::Tuple(patterns) if *any => (BinaryOperator::Or, patterns.clone()),
        Expr::Nested(pattern) if *any => (BinaryOperator::Or, vec![pattern.as_ref().clone()]),
        Expr::Function(Function { name, args: FunctionArguments::List(list), .. }) => {
            let op = match dialect::function_name(name).as_str() {
                "all" => BinaryOperator::And,
                "some" | "any" => BinaryOperator::Or,
                _ => return None,
            };
            (op, values(&list.args)?)
        }
        _ => return None,
    };
    let one = |chosen: Expr| {
        let mut one = expr.clone();
        if let Expr::Like { any, pattern, .. } | Expr::ILike { any, pattern, .. } = &mut one {
            *any = false;
            **pattern = chosen;
        }
        one
    };
    patterns.into_iter().map(one).reduce(|left, right| binary(left, op.clone(), right))
}

/// `(a, b) IN ((1, 2), (3, 4))` is `(a = 1 AND b = 2) OR (a = 3 AND b = 4)`.
fn in_tuples(expr: &Expr, list: &[Expr]) -> Option<Expr> {
    let Expr::Tuple(columns) = expr else { return None };
    let one = |item: &Expr| {
        let Expr::Tuple(values) = item else { return None };
        if values.len() != columns.len() {
            return None;
        }
        let pairs = columns.iter().cloned().zip(values.iter().cloned());
        let equal = pairs.map(|(column, value)| binary(column, BinaryOperator::Eq, value));
        equal.reduce(|left, right| binary(left, BinaryOperator::And, right))
    };
    let each: Vec<Expr> = list.iter().map(one).collect::<Option<_>>()?;
    each.into_iter().reduce(|left, right| binary(left, BinaryOperator::Or, right))
}

/// The path in the form of `get_json_object`: `$.a['b c'][0]`.
fn json_path(path: &[JsonPathElem]) -> Option<String> {
    let mut text = "$".to_owned();
    for part in path {
        match part {
            JsonPathElem::Dot { key, .. } if key.chars().all(|letter| letter.is_alphanumeric() || letter == '_') => {
                text.push('.');
                text.push_str(key);
            }
            JsonPathElem::Dot { key, .. } => text.push_str(&format!("['{key}']")),
            JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } => text.push_str(&bracket(key)?),
        }
    }
    Some(text)
}

fn bracket(key: &Expr) -> Option<String> {
    match key {
        Expr::Value(ValueWithSpan { value: Value::Number(number, _), .. }) => Some(format!("[{number}]")),
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(key), .. }) => Some(format!("['{key}']")),
        // A number that was given its type already.
        Expr::Cast { expr, .. } => bracket(expr),
        Expr::Wildcard(_) => Some("[*]".to_owned()),
        _ => None,
    }
}
