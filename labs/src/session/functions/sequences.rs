//! `sequence(start, stop[, step])`: numbers, dates or timestamps, one step after the other, both ends included.

use chrono::{DateTime, Months, Utc};
use datafusion::arrow::datatypes::{DataType, Date32Type, IntervalUnit};
use datafusion::common::{Result, ScalarValue};

use super::super::errors::{mismatch, mismatch_of, raise};
use super::super::types::timestamp;
use super::arrays::list;
use super::rows::{Function, Gives, Row, Takes, common_type, list_of};
use super::texts::bounded;
use crate::diagnostic::Diagnostic;

use Takes::Any;

pub static FUNCTIONS: &[Function] =
    &[Function::new(&["sequence"], &[Any, Any, Any], Gives::By(sequence_type), sequence).optional(1)];

fn sequence_type(types: &[DataType]) -> Result<DataType> {
    let item = common_type(&types[0], &types[1]);
    match item {
        Some(item) if item.is_integer() => Ok(list_of(item)),
        Some(item @ (DataType::Date32 | DataType::Timestamp(..))) => Ok(list_of(item)),
        _ => {
            let why = "sequence goes from one whole number, date or timestamp to another";
            Err(raise(mismatch_of("SEQUENCE_WRONG_INPUT_TYPES", why)))
        }
    }
}

fn sequence(row: &Row<'_>) -> Result<ScalarValue> {
    let item = super::rows::parameter(row.gives, 0);
    let (start, stop) = (row.value(0)?.cast_to(&item)?, row.value(1)?.cast_to(&item)?);
    match item {
        DataType::Date32 | DataType::Timestamp(..) => times(row, start, stop, &item),
        _ => {
            let number = |value: ScalarValue| match value.cast_to(&DataType::Int64) {
                Ok(ScalarValue::Int64(Some(value))) => Ok(i128::from(value)),
                _ => Err(raise(mismatch("the step of sequence is a whole number, like its start"))),
            };
            let (start, stop) = (number(start)?, number(stop)?);
            let step = if row.len() > 2 {
                number(row.value(2)?)?
            } else if start <= stop {
                1
            } else {
                -1
            };
            check(start, stop, step)?;
            bounded(usize::try_from((stop - start) / step.max(1).max(-step)).unwrap_or(0).saturating_mul(64))?;
            let (mut values, mut at) = (Vec::new(), start);
            while if step > 0 { at <= stop } else { at >= stop } {
                values.push(ScalarValue::Int64(i64::try_from(at).ok()).cast_to(&item)?);
                at += step;
                if step == 0 {
                    break;
                }
            }
            list(row, values)
        }
    }
}

/// A step leads from the start to the stop, and is 0 only where both are the same.
fn check(start: i128, stop: i128, step: i128) -> Result<()> {
    if start == stop || (stop - start).signum() == step.signum() {
        return Ok(());
    }
    let message = format!("Illegal sequence boundaries: {start} to {stop} by {step}.");
    let diagnostic = Diagnostic::new("ILLEGAL_SEQUENCE_BOUNDARIES", "22023", message);
    Err(raise(diagnostic.with_hint("Give a step that leads from the start to the stop.")))
}

/// Months and microseconds from one time to the next; a day without a step.
fn step_of(row: &Row<'_>) -> Result<(i32, i64)> {
    const DAY: i64 = 86_400_000_000;
    if row.len() < 3 {
        return Ok((0, DAY));
    }
    let units = DataType::Interval(IntervalUnit::MonthDayNano);
    match row.value(2)?.cast_to(&units) {
        Ok(ScalarValue::IntervalMonthDayNano(Some(step))) => {
            Ok((step.months, i64::from(step.days) * DAY + step.nanoseconds / 1000))
        }
        _ => Err(raise(mismatch("the step of a sequence of dates is an interval: INTERVAL 1 DAY"))),
    }
}

fn times(row: &Row<'_>, start: ScalarValue, stop: ScalarValue, item: &DataType) -> Result<ScalarValue> {
    let instant = |value: ScalarValue| match value.cast_to(&timestamp()) {
        Ok(ScalarValue::TimestampMicrosecond(Some(micros), _)) => Ok(micros),
        _ => Err(raise(mismatch("sequence goes from one date or timestamp to another"))),
    };
    let (start, stop) = (instant(start)?, instant(stop)?);
    let (mut months, mut micros) = step_of(row)?;
    if row.len() < 3 && stop < start {
        (months, micros) = (0, -micros);
    }
    let direction = i128::from(months) + i128::from(micros);
    check(i128::from(start), i128::from(stop), direction)?;
    let length = micros.unsigned_abs() + u64::from(months.unsigned_abs()) * 28 * 86_400_000_000;
    bounded(usize::try_from(start.abs_diff(stop) / length.max(1)).unwrap_or(usize::MAX).saturating_mul(64))?;
    let mut values = Vec::new();
    for count in 0.. {
        let Some(at) =
            nth(start, months, micros, count).filter(|at| if direction > 0 { *at <= stop } else { *at >= stop })
        else {
            break;
        };
        values.push(if item == &DataType::Date32 {
            let time = DateTime::<Utc>::from_timestamp_micros(at).unwrap_or_default();
            ScalarValue::Date32(Some(Date32Type::from_naive_date(time.date_naive())))
        } else {
            ScalarValue::TimestampMicrosecond(Some(at), Some("UTC".into())).cast_to(item)?
        });
        if direction == 0 {
            break;
        }
    }
    list(row, values)
}

/// The time so many steps after the start; months count from the start, so that its day comes back.
fn nth(start: i64, months: i32, micros: i64, count: i64) -> Option<i64> {
    let time = DateTime::<Utc>::from_timestamp_micros(start)?;
    let months = i64::from(months).checked_mul(count)?;
    let span = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    let time = if months < 0 { time.checked_sub_months(span)? } else { time.checked_add_months(span)? };
    time.timestamp_micros().checked_add(micros.checked_mul(count)?)
}
