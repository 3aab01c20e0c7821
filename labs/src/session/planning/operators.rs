//! Operators with Databricks' meaning: `/` gives DOUBLE, whole numbers do not wrap, a text is read as what stands beside it.
//!
//! Follows ANSI's rules for texts: beside a whole number a text is a BIGINT, beside any other number a DOUBLE, beside a
//! date, a timestamp or a boolean (in comparisons) the same; two texts are calculated with as DOUBLEs and compared as texts.

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, TableReference};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr, RawFieldAccessExpr};
use datafusion::logical_expr::{Expr, ExprSchemable, GetFieldAccess, cast, lit};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::engine;
use super::super::errors::raise;
use super::super::functions::conversion::is_text;
use super::super::functions::intervals::{self, Operation};
use super::super::functions::{arithmetic, decimals, difference, element};
use super::super::types::{timestamp, type_name};
use super::calls::neighbours::WITH_TYPE_OF;
use super::comparisons::with_one_type;
use super::families;
use super::fields::{field_of, has_fields};
use crate::diagnostic::Diagnostic;

#[derive(Debug)]
pub struct Operators;

impl ExprPlanner for Operators {
    fn plan_binary_op(&self, raw: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        if matches!(&raw.op, BinaryOperator::Custom(name) if name == WITH_TYPE_OF) {
            let target = raw.right.get_type(schema)?;
            return Ok(PlannerResult::Planned(cast(raw.left, target)));
        }
        let (Ok(left), Ok(right)) = (raw.left.get_type(schema), raw.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(raw));
        };
        let (raw, left, right) = with_texts_read(raw, left, right);
        let (raw, left, right) = with_hours_of_a_date(raw, left, right);
        if let Some(diagnostic) = families::misused(&raw.op, &left, &right) {
            return Err(raise(diagnostic));
        }
        let (raw, left, right) = with_floats_widened(raw, left, right);
        let (raw, left, right) =
            if is_comparison(&raw.op) { with_one_type(raw, left, right) } else { (raw, left, right) };
        let raw = match with_intervals(raw, &left, &right) {
            PlannerResult::Original(raw) => raw,
            planned => return Ok(planned),
        };
        if raw.op == BinaryOperator::StringConcat {
            // The library's own leaves a NULL array out, and prints no value beside another that is no text.
            return Ok(as_function("concat", raw, &left, &right));
        }
        if is_decimal(&left) != is_decimal(&right) || is_decimal(&left) {
            return Ok(of_decimals(raw, &left, &right));
        }
        Ok(match &raw.op {
            BinaryOperator::Minus if is_time(&left) && is_time(&right) => {
                PlannerResult::Planned(called(difference::function(), vec![raw.left, raw.right]))
            }
            BinaryOperator::Divide if left.is_numeric() && right.is_numeric() && !exact(&left, &right) => {
                planned(arithmetic::divide(), raw, &DataType::Float64)
            }
            BinaryOperator::MyIntegerDivide if left.is_integer() && right.is_integer() => {
                planned(arithmetic::integer_divide(), raw, &DataType::Int64)
            }
            BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply
                if left.is_signed_integer() && right.is_signed_integer() =>
            {
                let wider = if left.primitive_width() >= right.primitive_width() { left } else { right };
                planned(arithmetic::checked(&raw.op), raw, &wider)
            }
            BinaryOperator::Custom(name) => as_function(&name.clone(), raw, &left, &right),
            BinaryOperator::Modulo if left.is_numeric() && right.is_numeric() => as_function("mod", raw, &left, &right),
            _ => PlannerResult::Original(raw),
        })
    }

    /// `s.a.b`: fields of a STRUCT and keys of a MAP have no case here.
    fn plan_compound_identifier(
        &self,
        field: &Field,
        qualifier: Option<&TableReference>,
        nested_names: &[String],
    ) -> Result<PlannerResult<Vec<Expr>>> {
        let mut data_type = field.data_type().clone();
        let mut expr = Expr::Column(Column::from((qualifier, field)));
        for name in nested_names {
            match field_of(expr, &data_type, name) {
                Some(found) => (expr, data_type) = found,
                None => return Ok(PlannerResult::Original(Vec::new())),
            }
        }
        Ok(PlannerResult::Planned(expr))
    }

    /// `array[i]` counts from 0; what is in square brackets behind a map is its key.
    fn plan_field_access(
        &self,
        raw: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        let key = match &raw.field_access {
            GetFieldAccess::ListIndex { key } => key.as_ref().clone(),
            GetFieldAccess::NamedStructField { name } => lit(name.clone()),
            GetFieldAccess::ListRange { .. } => return Ok(PlannerResult::Original(raw)),
        };
        let own = raw.expr.get_type(schema);
        if let (Ok(own), Expr::Literal(ScalarValue::Utf8(Some(name)), _)) = (&own, &key)
            && has_fields(own)
        {
            return Ok(match field_of(raw.expr.clone(), own, name) {
                Some((field, _)) => PlannerResult::Planned(field),
                None => PlannerResult::Original(raw),
            });
        }
        let function = match own {
            Ok(DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..)) => {
                check_index(&key, schema)?;
                Some(element::item())
            }
            Ok(DataType::Map(..)) => engine::scalar_function("element_at"),
            Ok(given) if !given.is_null() && !has_fields(&given) => return Err(raise(nothing_inside(&given))),
            _ => None,
        };
        Ok(match function {
            Some(function) => PlannerResult::Planned(called(function, vec![raw.expr, key])),
            None => PlannerResult::Original(raw),
        })
    }
}

/// # Errors
/// DATATYPE_MISMATCH for what is no whole number.
fn check_index(key: &Expr, schema: &DFSchema) -> Result<()> {
    match key.get_type(schema) {
        Ok(given) if !given.is_integer() && !given.is_null() => {
            let text = format!(
                "Cannot resolve the expression due to data type mismatch: the index of an array requires the \"INTEGRAL\" \
                 type, however it has the type \"{}\".",
                type_name(&given)
            );
            let diagnostic = Diagnostic::new("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "42K09", text);
            Err(raise(diagnostic.with_hint("The elements of an array are counted from 0: array[0] is the first.")))
        }
        _ => Ok(()),
    }
}

/// A part of a value that has none.
fn nothing_inside(given: &DataType) -> Diagnostic {
    let text = format!("Can't extract a value from a \"{}\": a complex type is needed.", type_name(given));
    Diagnostic::new("INVALID_EXTRACT_BASE_FIELD_TYPE", "42000", text)
        .with_hint("Only a STRUCT, a MAP and an ARRAY have parts: s.field, m['key'], a[0].")
}

/// `interval * number` and `interval / number`; intervals are compared by their length, so that 24 hours are a day.
fn with_intervals(mut raw: RawBinaryExpr, left: &DataType, right: &DataType) -> PlannerResult<RawBinaryExpr> {
    let is_interval = |data_type: &DataType| matches!(data_type, DataType::Interval(_));
    let is_number = |data_type: &DataType| data_type.is_numeric() || data_type.is_null();
    let scaled = |operation: Operation, interval: Expr, number: Expr, of: &DataType| {
        let of = if of.is_integer() || of.is_null() { DataType::Int64 } else { DataType::Float64 };
        PlannerResult::Planned(called(intervals::function(operation), vec![interval, cast(number, of)]))
    };
    match &raw.op {
        BinaryOperator::Multiply if is_interval(left) && is_number(right) => {
            scaled(Operation::Times, raw.left, raw.right, right)
        }
        BinaryOperator::Multiply if is_number(left) && is_interval(right) => {
            scaled(Operation::Times, raw.right, raw.left, left)
        }
        BinaryOperator::Divide if is_interval(left) && is_number(right) => {
            scaled(Operation::Divided, raw.left, raw.right, right)
        }
        op if is_comparison(op) && is_interval(left) && is_interval(right) => {
            let normal = |side: Expr| called(intervals::function(Operation::Normal), vec![side]);
            (raw.left, raw.right) = (normal(raw.left), normal(raw.right));
            PlannerResult::Original(raw)
        }
        _ => PlannerResult::Original(raw),
    }
}

/// A FLOAT beside any other number is a DOUBLE, and so is the other.
fn with_floats_widened(mut raw: RawBinaryExpr, left: DataType, right: DataType) -> (RawBinaryExpr, DataType, DataType) {
    let (one, other) = (left == DataType::Float32, right == DataType::Float32);
    if one == other || !left.is_numeric() || !right.is_numeric() || !is_arithmetic(&raw.op) && !is_comparison(&raw.op) {
        return (raw, left, right);
    }
    raw.left = cast(raw.left, DataType::Float64);
    raw.right = cast(raw.right, DataType::Float64);
    (raw, DataType::Float64, DataType::Float64)
}

/// A date that hours are added to is its first moment.
fn with_hours_of_a_date(
    mut raw: RawBinaryExpr,
    left: DataType,
    right: DataType,
) -> (RawBinaryExpr, DataType, DataType) {
    let moves = matches!(raw.op, BinaryOperator::Plus | BinaryOperator::Minus);
    if moves && left == DataType::Date32 && is_of_hours(&raw.right) {
        raw.left = cast(raw.left, timestamp());
        return (raw, timestamp(), right);
    }
    if raw.op == BinaryOperator::Plus && right == DataType::Date32 && is_of_hours(&raw.left) {
        raw.right = cast(raw.right, timestamp());
        return (raw, left, timestamp());
    }
    (raw, left, right)
}

/// Whether it is an interval that reaches below days.
fn is_of_hours(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(interval)), _) => interval.nanoseconds != 0,
        Expr::Literal(ScalarValue::IntervalDayTime(Some(interval)), _) => interval.milliseconds != 0,
        Expr::Negative(inner) => is_of_hours(inner),
        Expr::BinaryExpr(sum) => is_of_hours(&sum.left) || is_of_hours(&sum.right),
        Expr::ScalarFunction(function) => function.args.iter().any(is_of_hours),
        _ => false,
    }
}

/// An operator that a function computes.
fn as_function(name: &str, raw: RawBinaryExpr, left: &DataType, right: &DataType) -> PlannerResult<RawBinaryExpr> {
    let Some(function) = engine::scalar_function(name) else { return PlannerResult::Original(raw) };
    let arguments = vec![narrowed(raw.left, left, right), narrowed(raw.right, right, left)];
    PlannerResult::Planned(called(function, arguments))
}

/// A whole number beside a DECIMAL, as a DECIMAL of its own digits.
fn narrowed(expr: Expr, data_type: &DataType, beside: &DataType) -> Expr {
    match digits(&expr, data_type) {
        Some((precision, scale)) if data_type.is_integer() && is_decimal(beside) => {
            cast(expr, DataType::Decimal128(precision, scale))
        }
        _ => expr,
    }
}

/// An operator beside a DECIMAL: whole numbers are read as DECIMALs of their digits, other numbers make it a DOUBLE's.
fn of_decimals(mut raw: RawBinaryExpr, left: &DataType, right: &DataType) -> PlannerResult<RawBinaryExpr> {
    match raw.op.clone() {
        BinaryOperator::Custom(name) if name == "mod" => raw.op = BinaryOperator::Modulo,
        BinaryOperator::Custom(name) => return as_function(&name, raw, left, right),
        _ => {}
    }
    if raw.op == BinaryOperator::Divide && left.is_numeric() && right.is_numeric() && !exact(left, right) {
        return planned(arithmetic::divide(), raw, &DataType::Float64);
    }
    let (Some(for_left), Some(for_right)) = (digits(&raw.left, left), digits(&raw.right, right)) else {
        let remainder = raw.op == BinaryOperator::Modulo && left.is_numeric() && right.is_numeric();
        return if remainder { as_function("mod", raw, left, right) } else { PlannerResult::Original(raw) };
    };
    if !is_arithmetic(&raw.op) {
        return PlannerResult::Original(raw);
    }
    let sized = |side: Expr, own: &DataType, (precision, scale)| match own {
        DataType::Decimal128(..) => side,
        _ => cast(side, DataType::Decimal128(precision, scale)),
    };
    raw.left = sized(raw.left, left, for_left);
    raw.right = sized(raw.right, right, for_right);
    match decimals::function(&raw.op, for_left, for_right) {
        Some(function) => PlannerResult::Planned(called(function, vec![raw.left, raw.right])),
        None => PlannerResult::Original(raw),
    }
}

/// The digits of a DECIMAL, or that a whole number has as one: those that are written, or those of its type.
fn digits(side: &Expr, data_type: &DataType) -> Option<decimals::Size> {
    let literal = match side {
        Expr::Cast(inner) => inner.expr.as_ref(),
        other => other,
    };
    match (literal, data_type) {
        (_, DataType::Decimal128(precision, scale)) => Some((*precision, *scale)),
        (Expr::Literal(ScalarValue::Int64(Some(number)), _), whole) if whole.is_signed_integer() => {
            let digits = number.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
            Some((u8::try_from(digits).ok()?, 0))
        }
        (_, DataType::Int8) => Some((3, 0)),
        (_, DataType::Int16) => Some((5, 0)),
        (_, DataType::Int32) => Some((10, 0)),
        (_, DataType::Int64) => Some((20, 0)),
        _ => None,
    }
}

fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Timestamp(..))
}

pub fn called(function: std::sync::Arc<datafusion::logical_expr::ScalarUDF>, arguments: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments))
}

fn planned(
    function: std::sync::Arc<datafusion::logical_expr::ScalarUDF>,
    raw: RawBinaryExpr,
    data_type: &DataType,
) -> PlannerResult<RawBinaryExpr> {
    let arguments = vec![cast(raw.left, data_type.clone()), cast(raw.right, data_type.clone())];
    PlannerResult::Planned(Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments)))
}

fn is_decimal(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..)
    )
}

/// Whether a division stays a DECIMAL: a decimal with a decimal or a whole number.
fn exact(left: &DataType, right: &DataType) -> bool {
    let either = is_decimal(left) || is_decimal(right);
    either && [left, right].iter().all(|side| is_decimal(side) || side.is_integer())
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Divide, Minus, Modulo, Multiply, MyIntegerDivide, Plus};
    matches!(op, Plus | Minus | Multiply | Divide | Modulo | MyIntegerDivide)
}

fn is_of_bits(op: &BinaryOperator) -> bool {
    matches!(op, BinaryOperator::BitwiseAnd | BinaryOperator::BitwiseOr | BinaryOperator::BitwiseXor)
}

fn is_comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq, Spaceship};
    matches!(op, Eq | NotEq | Lt | LtEq | Gt | GtEq | Spaceship)
}

/// Casts a text, and an untyped NULL that is calculated with, to the type that the operator and the other side give it.
fn with_texts_read(mut raw: RawBinaryExpr, left: DataType, right: DataType) -> (RawBinaryExpr, DataType, DataType) {
    let (for_left, for_right) = (read_as(&raw.op, &left, &right), read_as(&raw.op, &right, &left));
    if let Some(data_type) = &for_left {
        raw.left = cast(raw.left, data_type.clone());
    }
    if let Some(data_type) = &for_right {
        raw.right = cast(raw.right, data_type.clone());
    }
    (raw, for_left.unwrap_or(left), for_right.unwrap_or(right))
}

/// The type that a side is read as, when it is not its own.
pub fn read_as(op: &BinaryOperator, side: &DataType, other: &DataType) -> Option<DataType> {
    let untyped = is_text(side) || side.is_null() && is_arithmetic(op);
    if !untyped || !is_arithmetic(op) && !is_comparison(op) && !is_of_bits(op) {
        return None;
    }
    match other {
        other if other.is_integer() && *op == BinaryOperator::MyIntegerDivide => Some(DataType::Int64),
        other if other.is_integer() && side.is_null() && *op == BinaryOperator::Divide => Some(DataType::Float64),
        other if is_decimal(other) && side.is_null() => Some(other.clone()),
        other if other.is_integer() => Some(DataType::Int64).filter(|_| is_text(side)),
        other if other.is_numeric() => Some(DataType::Float64).filter(|_| is_text(side)),
        other if is_text(other) || other.is_null() => calculated_as(op),
        DataType::Date32 if side.is_null() && matches!(op, BinaryOperator::Plus) => Some(DataType::Int32),
        // What a moment is less, or less a moment, is one like it.
        DataType::Date32 | DataType::Timestamp(..) if *op == BinaryOperator::Minus => Some(other.clone()),
        DataType::Boolean | DataType::Date32 | DataType::Timestamp(..) if is_comparison(op) => Some(other.clone()),
        _ => None,
    }
}

/// What two texts are calculated with as.
fn calculated_as(op: &BinaryOperator) -> Option<DataType> {
    match op {
        BinaryOperator::MyIntegerDivide => Some(DataType::Int64),
        op if is_arithmetic(op) => Some(DataType::Float64),
        _ => None,
    }
}
