//! Intervals multiplied and divided by numbers, and brought to the form in which equal lengths are equal.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, IntervalMonthDayNanoArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, Float64Type, Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit,
};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::super::errors::{overflow, raise};
use super::columnar::over_arrays;
use crate::diagnostic::Diagnostic;

const NANOS_A_DAY: i128 = 24 * 60 * 60 * 1_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// By a number, rounded half up.
    Times,
    Divided,
    /// `24 hours` as `1 day`.
    Normal,
}

/// Takes an interval, and but for [`Operation::Normal`] a number; NULL when one is NULL.
///
/// # Errors
/// The function's: ARITHMETIC_OVERFLOW, INTERVAL_DIVIDED_BY_ZERO.
pub fn function(operation: Operation) -> Arc<ScalarUDF> {
    let arguments = if operation == Operation::Normal { 1 } else { 2 };
    let signature = Signature::any(arguments, Volatility::Immutable);
    Arc::new(ScalarUDF::from(Intervals { operation, signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Intervals {
    operation: Operation,
    signature: Signature,
}

impl ScalarUDFImpl for Intervals {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Times => "__interval_times",
            Operation::Divided => "__interval_divided",
            Operation::Normal => "__interval_normal",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Interval(IntervalUnit::MonthDayNano))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |sides| computed(self.operation, sides))
    }
}

fn computed(operation: Operation, sides: &[ArrayRef]) -> Result<ArrayRef> {
    let intervals = cast(&sides[0], &DataType::Interval(IntervalUnit::MonthDayNano))?;
    let intervals = intervals.as_primitive::<IntervalMonthDayNanoType>();
    let numbers = sides.get(1).map(Numbers::of).transpose()?;
    let one = |(row, interval): (usize, Option<IntervalMonthDayNano>)| {
        let Some(interval) = interval else { return Ok(None) };
        let Some(numbers) = &numbers else { return Ok(normal(interval)) };
        let Some(number) = numbers.at(row) else { return Ok(None) };
        if operation == Operation::Divided && number.is_zero() {
            return Err(raise(divided_by_zero()));
        }
        let scaled =
            |amount: i128| if operation == Operation::Times { number.times(amount) } else { number.divides(amount) };
        let length = i128::from(interval.days) * NANOS_A_DAY + i128::from(interval.nanoseconds);
        let parts = scaled(i128::from(interval.months)).zip(scaled(length / 1000));
        let parts = parts.and_then(|(months, micros)| {
            of_parts(months, micros / (NANOS_A_DAY / 1000), micros % (NANOS_A_DAY / 1000))
        });
        parts.map(Some).ok_or_else(|| raise(overflow("interval")))
    };
    let computed: Result<IntervalMonthDayNanoArray> = intervals.iter().enumerate().map(one).collect();
    Ok(Arc::new(computed?))
}

fn of_parts(months: i128, days: i128, micros: i128) -> Option<IntervalMonthDayNano> {
    let nanos = i64::try_from(micros * 1000).ok()?;
    Some(IntervalMonthDayNano::new(i32::try_from(months).ok()?, i32::try_from(days).ok()?, nanos))
}

/// Whole days, and of the rest what is less than a day.
fn normal(interval: IntervalMonthDayNano) -> Option<IntervalMonthDayNano> {
    let length = i128::from(interval.days) * NANOS_A_DAY + i128::from(interval.nanoseconds);
    let days = i32::try_from(length.div_euclid(NANOS_A_DAY)).ok()?;
    Some(IntervalMonthDayNano::new(interval.months, days, i64::try_from(length.rem_euclid(NANOS_A_DAY)).ok()?))
}

/// The numbers beside intervals: whole ones, or DOUBLEs.
struct Numbers {
    values: ArrayRef,
    whole: bool,
}

impl Numbers {
    fn of(values: &ArrayRef) -> Result<Self> {
        let whole = values.data_type().is_integer() || values.data_type().is_null();
        Ok(Self { values: cast(values, if whole { &DataType::Int64 } else { &DataType::Float64 })?, whole })
    }

    fn at(&self, row: usize) -> Option<Number> {
        if self.values.is_null(row) {
            return None;
        }
        Some(match self.whole {
            true => Number::Whole(i128::from(self.values.as_primitive::<Int64Type>().value(row))),
            false => Number::Double(self.values.as_primitive::<Float64Type>().value(row)),
        })
    }
}

#[derive(Clone, Copy)]
enum Number {
    Whole(i128),
    Double(f64),
}

impl Number {
    fn is_zero(self) -> bool {
        match self {
            Self::Whole(number) => number == 0,
            Self::Double(number) => number == 0.0,
        }
    }

    fn times(self, amount: i128) -> Option<i128> {
        match self {
            Self::Whole(number) => amount.checked_mul(number),
            Self::Double(number) => rounded(amount as f64 * number),
        }
    }

    fn divides(self, amount: i128) -> Option<i128> {
        match self {
            Self::Whole(number) => {
                let up = (amount % number).unsigned_abs() * 2 >= number.unsigned_abs();
                let away = if (amount < 0) == (number < 0) { 1 } else { -1 };
                Some(amount / number + if up { away } else { 0 })
            }
            Self::Double(number) => rounded(amount as f64 / number),
        }
    }
}

fn rounded(number: f64) -> Option<i128> {
    number.is_finite().then(|| number.round() as i128)
}

fn divided_by_zero() -> Diagnostic {
    Diagnostic::new("INTERVAL_DIVIDED_BY_ZERO", "22012", "Division by zero of an interval.")
        .with_hint("Test the divisor with CASE or NULLIF.")
}

/// Spark has it, the engine has not.
pub fn no_aggregate() -> Diagnostic {
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", "Intervals cannot be added up here.")
        .with_hint("Add up numbers, and multiply by a unit: sum(days) * INTERVAL 1 DAY.")
}
