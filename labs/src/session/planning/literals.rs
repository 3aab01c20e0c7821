//! Makes literals and session functions mean what they mean in Databricks, before DataFusion's planner sees them.
//!
//! `5` is an INT (BIGINT when it does not fit), `1e3` a DOUBLE, `1.5` stays a DECIMAL; `a BETWEEN b AND c` becomes two
//! comparisons; `current_user()` and its like become values.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, GroupByExpr, LimitClause, ObjectName, OrderByKind, Query, Select, TimezoneInfo, TypedString,
    UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut, WindowFrameBound, WindowType,
};
use datafusion::sql::sqlparser::tokenizer::Location;

use super::super::functions::{arithmetic, text_times};
use super::relative_times;
use crate::diagnostic::Diagnostic;
use crate::dialect;

/// Rewrites every expression below a node.
pub fn rewrite(node: &mut impl VisitMut, user_name: &str, schema: &str) {
    super::calls::rewrite(node);
    let _ = node.visit(&mut Rewriter { plain: HashSet::new(), user_name, schema });
}

struct Rewriter<'a> {
    /// Numbers that are no values: LIMIT, ordinals, interval amounts, window bounds, places of round.
    plain: HashSet<Location>,
    user_name: &'a str,
    /// The current schema.
    schema: &'a str,
}

impl Rewriter<'_> {
    fn keep(&mut self, expr: &Expr) {
        match expr {
            Expr::Value(value) => drop(self.plain.insert(value.span.start)),
            Expr::UnaryOp { expr, .. } => self.keep(expr),
            _ => {}
        }
    }

    /// The places of `round(x, 2)`, `bround`, `ceil` and `floor` decide about its type, so they stay a constant that the planner sees.
    fn keep_places(&mut self, function: &Function) {
        let FunctionArguments::List(list) = &function.args else { return };
        if matches!(dialect::function_name(&function.name).as_str(), "round" | "bround" | "__ceil" | "__floor")
            && let [_, FunctionArg::Unnamed(FunctionArgExpr::Expr(places))] = list.args.as_slice()
        {
            self.keep(places);
        }
    }

    fn keep_bound(&mut self, bound: &WindowFrameBound) {
        if let WindowFrameBound::Preceding(Some(amount)) | WindowFrameBound::Following(Some(amount)) = bound {
            self.keep(amount);
        }
    }
}

impl VisitorMut for Rewriter<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, .. }) => {
                limit.iter().for_each(|limit| self.keep(limit));
                offset.iter().for_each(|offset| self.keep(&offset.value));
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                self.keep(offset);
                self.keep(limit);
            }
            None => {}
        }
        if let Some(order) = &query.order_by
            && let OrderByKind::Expressions(keys) = &order.kind
        {
            keys.iter().for_each(|key| self.keep(&key.expr));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if let GroupByExpr::Expressions(keys, _) = &select.group_by {
            keys.iter().for_each(|key| self.keep(key));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(whole) = negative(expr) {
            *expr = whole;
        }
        if let Expr::Function(function) = expr {
            self.keep_places(function);
        }
        match expr {
            Expr::Interval(interval) => self.keep(&interval.value),
            Expr::Function(Function { over: Some(WindowType::WindowSpec(spec)), .. }) => {
                if let Some(frame) = &mut spec.window_frame {
                    quote_interval(&mut frame.start_bound);
                    frame.end_bound.iter_mut().for_each(quote_interval);
                    let (start, end) = (frame.start_bound.clone(), frame.end_bound.clone());
                    self.keep_bound(&start);
                    end.iter().for_each(|end| self.keep_bound(end));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let next = match expr {
            Expr::Value(value) if !self.plain.contains(&value.span.start) => number(value),
            Expr::Between { expr, negated, low, high } => Some(between(expr, low, high, *negated)),
            Expr::Function(function) => self.session_function(function),
            Expr::UnaryOp { op: UnaryOperator::BitwiseNot, expr } => {
                Some(super::calls::build::call(arithmetic::COMPLEMENT, vec![expr.as_ref().clone()]))
            }
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } if !is_constant(expr) => {
                Some(super::calls::build::call(arithmetic::NEGATE, vec![expr.as_ref().clone()]))
            }
            _ => None,
        };
        if let Some(next) = next {
            *expr = next;
        }
        ControlFlow::Continue(())
    }
}

impl Rewriter<'_> {
    fn session_function(&self, function: &Function) -> Option<Expr> {
        let no_arguments = match &function.args {
            FunctionArguments::None => true,
            FunctionArguments::List(list) => list.args.is_empty(),
            FunctionArguments::Subquery(_) => false,
        };
        if !no_arguments || function.over.is_some() {
            return None;
        }
        let text = |text: &str| Some(Expr::value(Value::SingleQuotedString(text.to_owned())));
        match function.name.to_string().to_lowercase().as_str() {
            "current_user" | "user" | "session_user" => text(self.user_name),
            "current_database" | "current_schema" => text(self.schema),
            "current_catalog" => text("workspace"),
            "current_timezone" => text("Etc/UTC"),
            "version" => text(concat!("Sandbar ", env!("CARGO_PKG_VERSION"))),
            "curdate" => Some(Expr::Function(named(function, "current_date"))),
            "current_timestamp" | "now" | "getdate" => {
                Some(cast(Expr::Function(named(function, "now")), DataType::Timestamp(None, TimezoneInfo::None)))
            }
            _ => None,
        }
    }
}

fn named(function: &Function, name: &str) -> Function {
    let mut now = function.clone();
    now.name = ObjectName::from(vec![name.into()]);
    now
}

/// `INTERVAL 2 DAYS` as a window's bound: DataFusion reads the number of days as a text only.
fn quote_interval(bound: &mut WindowFrameBound) {
    if let WindowFrameBound::Preceding(Some(expr)) | WindowFrameBound::Following(Some(expr)) = bound
        && let Expr::Interval(interval) = expr.as_mut()
        && let Expr::Value(ValueWithSpan { value, .. }) = interval.value.as_mut()
        && let Value::Number(digits, _) = value
    {
        *value = Value::SingleQuotedString(std::mem::take(digits));
    }
}

/// `-5` as one number, so that the smallest INT and BIGINT have their own types.
fn negative(expr: &Expr) -> Option<Expr> {
    let Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } = expr else { return None };
    let Expr::Value(ValueWithSpan { value: Value::Number(digits, long), span }) = inner.as_ref() else { return None };
    let digits = format!("-{digits}");
    digits.parse::<i64>().ok()?;
    Some(Expr::Value(ValueWithSpan { value: Value::Number(digits, *long), span: *span }))
}

/// What DataFusion's planner negates while it reads it.
fn is_constant(expr: &Expr) -> bool {
    matches!(expr, Expr::Interval(_) | Expr::Value(ValueWithSpan { value: Value::Number(..), .. }))
}

/// Why `DATE '..'` or `TIMESTAMP '..'` is none; `None` for one that is.
pub fn misread(typed: &TypedString) -> Option<Diagnostic> {
    let Value::SingleQuotedString(text) = &typed.value.value else { return None };
    let (name, read) = match &typed.data_type {
        DataType::Date => ("DATE", text_times::date(text).is_some() || relative_times::is_word(text)),
        DataType::Timestamp(..) => ("TIMESTAMP", text_times::instant(text).is_some() || relative_times::is_time(text)),
        _ => return None,
    };
    let message = format!("The value of the typed literal \"{name}\" is invalid: '{text}'.");
    let diagnostic = Diagnostic::new("INVALID_TYPED_LITERAL", "42604", message)
        .with_hint("Write a day that there is: DATE'2024-01-31', TIMESTAMP'2024-01-31 12:00:00'.");
    (!read).then(|| diagnostic.at(dialect::position(typed.value.span.start)))
}

/// Why a number that is written is no DECIMAL: it has more than 38 digits.
pub fn too_precise(value: &Value) -> Option<Diagnostic> {
    let Value::Number(written, _) = value else { return None };
    let (whole, fraction) = written.split_once('.').filter(|_| !written.contains(['e', 'E']))?;
    let precision = if whole.trim_start_matches('0').is_empty() {
        fraction.len()
    } else {
        whole.trim_start_matches('0').len() + fraction.len()
    };
    let message = format!(
        "The number {written} has a precision of {precision} digits, which exceeds the maximum 38 of a DECIMAL."
    );
    let diagnostic = Diagnostic::new("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "22003", message);
    (precision > 38).then(|| diagnostic.with_hint("Write fewer digits, or a DOUBLE: 1.5e0."))
}

fn number(value: &ValueWithSpan) -> Option<Expr> {
    let Value::Number(digits, long) = &value.value else { return None };
    let literal = Expr::Value(value.clone());
    if digits.contains(['e', 'E']) {
        let text = Expr::value(Value::SingleQuotedString(digits.clone()));
        return Some(cast(text, DataType::Double(ExactNumberInfo::None)));
    }
    if digits.contains('.') {
        return None;
    }
    if !long && digits.parse::<i32>().is_ok() {
        return Some(cast(literal, DataType::Int(None)));
    }
    if digits.parse::<i64>().is_ok() {
        return Some(cast(literal, DataType::BigInt(None)));
    }
    let precision = digits.len() as u64;
    let text = Expr::value(Value::SingleQuotedString(digits.clone()));
    Some(cast(text, DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision.min(38), 0))))
}

fn between(value: &Expr, low: &Expr, high: &Expr, negated: bool) -> Expr {
    let compare = |op: BinaryOperator, bound: &Expr| Expr::BinaryOp {
        left: Box::new(value.clone()),
        op,
        right: Box::new(bound.clone()),
    };
    let both = Expr::Nested(Box::new(Expr::BinaryOp {
        left: Box::new(compare(BinaryOperator::GtEq, low)),
        op: BinaryOperator::And,
        right: Box::new(compare(BinaryOperator::LtEq, high)),
    }));
    if negated { Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(both) } } else { both }
}

/// `CAST(expr AS data_type)`
pub fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, array: false, format: None }
}

/// A cast to a type by its printed name.
pub fn cast_to_named(expr: Expr, type_name: &str) -> Expr {
    match dialect::parse_type(type_name) {
        Ok(data_type) => cast(expr, data_type),
        Err(_) => expr,
    }
}
