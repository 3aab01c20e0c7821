//! `try_add`, `try_subtract`, `try_multiply`, `try_divide`: NULL where the operator fails.
//!
//! Types are those of the operators: whole numbers stay whole, a division is a DOUBLE, a DECIMAL grows as Spark lets it.

use datafusion::arrow::datatypes::{DataType, i256};
use datafusion::common::{Result, ScalarValue};

use super::rows::{Function, Gives, Row, Takes, common_type, digits};

use Takes::Number;

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["try_add"], &[Number, Number], Gives::By(|types| Ok(gives(Operation::Add, types))), |row| {
        of(row, Operation::Add)
    }),
    Function::new(
        &["try_subtract"],
        &[Number, Number],
        Gives::By(|types| Ok(gives(Operation::Subtract, types))),
        |row| of(row, Operation::Subtract),
    ),
    Function::new(
        &["try_multiply"],
        &[Number, Number],
        Gives::By(|types| Ok(gives(Operation::Multiply, types))),
        |row| of(row, Operation::Multiply),
    ),
    Function::new(&["try_divide"], &[Number, Number], Gives::By(|types| Ok(gives(Operation::Divide, types))), |row| {
        of(row, Operation::Divide)
    }),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

const MOST_DIGITS: i16 = 38;
/// Decimal places that a result keeps even where its whole digits leave no room.
const LEAST_PLACES: i16 = 6;

fn gives(operation: Operation, types: &[DataType]) -> DataType {
    let exact = |at: usize| matches!(types[at], DataType::Decimal128(..)) || types[at].is_integer();
    let common = common_type(&types[0], &types[1]).unwrap_or(DataType::Float64);
    match (digits(&types[0]), digits(&types[1])) {
        (Some(one), Some(other)) if matches!(common, DataType::Decimal128(..)) && exact(0) && exact(1) => {
            let (precision, scale) = decimal(operation, one, other);
            DataType::Decimal128(u8::try_from(precision).unwrap_or(38), i8::try_from(scale).unwrap_or(0))
        }
        _ if operation == Operation::Divide => DataType::Float64,
        _ => common,
    }
}

/// The digits and places of a result.
fn decimal(operation: Operation, (p1, s1): (i16, i16), (p2, s2): (i16, i16)) -> (i16, i16) {
    let (precision, scale) = match operation {
        Operation::Add | Operation::Subtract => {
            let scale = s1.max(s2);
            ((p1 - s1).max(p2 - s2) + scale + 1, scale)
        }
        Operation::Multiply => (p1 + p2 + 1, s1 + s2),
        Operation::Divide => {
            let scale = LEAST_PLACES.max(s1 + p2 + 1);
            (p1 - s1 + s2 + scale, scale)
        }
    };
    if precision <= MOST_DIGITS {
        return (precision, scale);
    }
    let whole = precision - scale;
    (MOST_DIGITS, (MOST_DIGITS - whole).max(scale.min(LEAST_PLACES)))
}

fn of(row: &Row<'_>, operation: Operation) -> Result<ScalarValue> {
    let (one, other) = (row.value(0)?, row.value(1)?);
    match row.gives {
        DataType::Decimal128(precision, scale) => {
            let exact = |value: &ScalarValue| match value {
                ScalarValue::Decimal128(Some(digits), _, scale) => Some((i256::from_i128(*digits), *scale)),
                whole => match whole.cast_to(&DataType::Int64) {
                    Ok(ScalarValue::Int64(Some(value))) => Some((i256::from(value), 0)),
                    _ => None,
                },
            };
            let result =
                exact(&one).zip(exact(&other)).and_then(|(one, other)| calculated(operation, one, other, *scale));
            let limit = 10_i128.checked_pow(u32::from(*precision)).unwrap_or(i128::MAX);
            let result = result.and_then(i256::to_i128).filter(|result| result.abs() < limit);
            Ok(ScalarValue::Decimal128(result, *precision, *scale))
        }
        DataType::Float64 | DataType::Float32 => {
            let (ScalarValue::Float64(Some(one)), ScalarValue::Float64(Some(other))) =
                (one.cast_to(&DataType::Float64)?, other.cast_to(&DataType::Float64)?)
            else {
                return Ok(ScalarValue::Null);
            };
            let result = match operation {
                Operation::Add => Some(one + other),
                Operation::Subtract => Some(one - other),
                Operation::Multiply => Some(one * other),
                Operation::Divide => (other != 0.0).then_some(one / other),
            };
            ScalarValue::Float64(result).cast_to(row.gives)
        }
        whole => {
            let (ScalarValue::Int64(Some(one)), ScalarValue::Int64(Some(other))) =
                (one.cast_to(&DataType::Int64)?, other.cast_to(&DataType::Int64)?)
            else {
                return Ok(ScalarValue::Null);
            };
            let result = match operation {
                Operation::Add => one.checked_add(other),
                Operation::Subtract => one.checked_sub(other),
                Operation::Multiply => one.checked_mul(other),
                Operation::Divide => one.checked_div(other),
            };
            Ok(ScalarValue::Int64(result).cast_to(whole).unwrap_or(ScalarValue::Null))
        }
    }
}

/// A result at a scale, rounded half up; `None` for a division by 0 or for more digits than there are.
fn calculated(operation: Operation, (one, s1): (i256, i8), (other, s2): (i256, i8), scale: i8) -> Option<i256> {
    let power = |digits: i8| i256::from_i128(10).checked_pow(u32::try_from(digits).ok()?);
    let (value, divisor) = match operation {
        Operation::Add | Operation::Subtract => {
            let common = s1.max(s2);
            let one = one.checked_mul(power(common - s1)?)?;
            let other = other.checked_mul(power(common - s2)?)?;
            let sum = if operation == Operation::Add { one.checked_add(other)? } else { one.checked_sub(other)? };
            (sum, power(common - scale.min(common))?)
        }
        Operation::Multiply => (one.checked_mul(other)?, power(s1 + s2 - scale.min(s1 + s2))?),
        Operation::Divide => {
            let shift = scale + s2 - s1;
            (one.checked_mul(power(shift.max(0))?)?, other.checked_mul(power((-shift).max(0))?)?)
        }
    };
    let (quotient, rest) = (value.checked_div(divisor)?, value.checked_rem(divisor)?);
    let twice = rest.wrapping_abs().checked_mul(i256::from_i128(2))?;
    let negative = (value < i256::ZERO) != (divisor < i256::ZERO);
    let step = if twice < divisor.wrapping_abs() {
        0
    } else if negative {
        -1
    } else {
        1
    };
    quotient.checked_add(i256::from_i128(step))
}
