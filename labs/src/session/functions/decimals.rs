//! Arithmetic of DECIMALs whose result does not have the type that arrow gives it.
//!
//! Types follow Spark's `DecimalPrecision` with precision loss allowed: a result of more than 38 digits gives up digits
//! behind the point, but keeps six of them; what is cut off is rounded half up.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, i256};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::errors::{divide_by_zero, overflow, raise};
use super::columnar::over_arrays;
use crate::diagnostic::Diagnostic;

const MAX_PRECISION: i16 = 38;
/// Digits behind the point that a result keeps when it has too many.
const MIN_SCALE: i16 = 6;

/// Precision and scale.
pub type Size = (u8, i8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// The whole part of a quotient, a BIGINT.
    WholeDivide,
    Remainder,
}

impl Operation {
    fn of(op: &BinaryOperator) -> Option<Self> {
        Some(match op {
            BinaryOperator::Plus => Self::Add,
            BinaryOperator::Minus => Self::Subtract,
            BinaryOperator::Multiply => Self::Multiply,
            BinaryOperator::Divide => Self::Divide,
            BinaryOperator::MyIntegerDivide => Self::WholeDivide,
            BinaryOperator::Modulo => Self::Remainder,
            _ => return None,
        })
    }

    /// The exact result's precision and scale; for a quotient, those of the digits that are kept.
    fn exact(self, left: Size, right: Size) -> (i16, i16) {
        let ((p1, s1), (p2, s2)) = ((i16::from(left.0), i16::from(left.1)), (i16::from(right.0), i16::from(right.1)));
        match self {
            Self::Add | Self::Subtract => {
                let scale = s1.max(s2);
                ((p1 - s1).max(p2 - s2) + scale + 1, scale)
            }
            Self::Multiply => (p1 + p2 + 1, s1 + s2),
            Self::WholeDivide => (MAX_PRECISION, 0),
            Self::Divide => {
                let scale = MIN_SCALE.max(s1 + p2 + 1);
                (p1 - s1 + s2 + scale, scale)
            }
            Self::Remainder => {
                let scale = s1.max(s2);
                ((p1 - s1).min(p2 - s2) + scale, scale)
            }
        }
    }
}

/// The function for an operator, when arrow's own gives another type: always for `/`, `div` and `%`, else for results of more than 38
/// digits. It takes two DECIMALs.
///
/// # Errors
/// The function's: DIVIDE_BY_ZERO, NUMERIC_VALUE_OUT_OF_RANGE when a result does not fit.
pub fn function(op: &BinaryOperator, left: Size, right: Size) -> Option<Arc<ScalarUDF>> {
    let operation = Operation::of(op)?;
    let (precision, _) = operation.exact(left, right);
    let own = matches!(operation, Operation::Divide | Operation::WholeDivide | Operation::Remainder)
        || precision > MAX_PRECISION;
    own.then(|| Arc::new(ScalarUDF::from(Decimals { operation, signature: Signature::any(2, Volatility::Immutable) })))
}

/// Brings a size within 38 digits.
fn fitted((precision, scale): (i16, i16)) -> Size {
    let (precision, scale) = if precision <= MAX_PRECISION {
        (precision, scale)
    } else {
        let whole = precision - scale;
        (MAX_PRECISION, (MAX_PRECISION - whole).max(scale.min(MIN_SCALE)))
    };
    (u8::try_from(precision).unwrap_or(38), i8::try_from(scale).unwrap_or(0))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Decimals {
    operation: Operation,
    signature: Signature,
}

fn size(data_type: &DataType) -> Result<Size> {
    match data_type {
        DataType::Decimal128(precision, scale) => Ok((*precision, *scale)),
        other => datafusion::common::exec_err!("{other} is no DECIMAL"),
    }
}

impl ScalarUDFImpl for Decimals {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Add => "__decimal_add",
            Operation::Subtract => "__decimal_subtract",
            Operation::Multiply => "__decimal_multiply",
            Operation::Divide => "__decimal_divide",
            Operation::WholeDivide => "__decimal_div",
            Operation::Remainder => "__decimal_remainder",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let (precision, scale) = fitted(self.operation.exact(size(&arguments[0])?, size(&arguments[1])?));
        if self.operation == Operation::WholeDivide {
            return Ok(DataType::Int64);
        }
        Ok(DataType::Decimal128(precision, scale))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |sides| self.apply(&sides[0], &sides[1]))
    }
}

impl Decimals {
    fn apply(&self, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
        let ((_, s1), (_, s2)) = (size(left.data_type())?, size(right.data_type())?);
        let (precision, scale) = fitted(self.operation.exact(size(left.data_type())?, size(right.data_type())?));
        let (left, right) = (left.as_primitive::<Decimal128Type>(), right.as_primitive::<Decimal128Type>());
        let values = left.iter().zip(right).map(|pair| {
            let (Some(a), Some(b)) = pair else { return Ok(None) };
            let value = self.value((a, s1), (b, s2), scale).map_err(raise)?;
            let fits = value.and_then(i256::to_i128).filter(|value| fits(*value, precision));
            fits.map(Some).ok_or_else(|| raise(out_of_range(precision, scale)))
        });
        let values = values.collect::<Result<Vec<Option<i128>>>>()?;
        if self.operation == Operation::WholeDivide {
            let whole = |value: i128| i64::try_from(value).map_err(|_| raise(overflow("long")));
            let values = values.into_iter().map(|value| value.map(whole).transpose());
            return Ok(Arc::new(values.collect::<Result<Int64Array>>()?));
        }
        let values = Decimal128Array::from(values);
        Ok(Arc::new(values.with_precision_and_scale(precision, scale)?))
    }

    /// The result in units of the last digit of `scale`; `None` when not even 256 bits hold it.
    fn value(
        &self,
        (a, s1): (i128, i8),
        (b, s2): (i128, i8),
        scale: i8,
    ) -> std::result::Result<Option<i256>, Diagnostic> {
        let (a, b) = (i256::from_i128(a), i256::from_i128(b));
        let divides = !matches!(self.operation, Operation::Add | Operation::Subtract | Operation::Multiply);
        if divides && b == i256::ZERO {
            return Err(divide_by_zero());
        }
        let wide = s1.max(s2);
        let aligned = || Some((scaled(a, wide - s1)?, scaled(b, wide - s2)?));
        Ok(match self.operation {
            Operation::Add => aligned().and_then(|(a, b)| a.checked_add(b)).and_then(|sum| rescaled(sum, wide, scale)),
            Operation::Subtract => {
                aligned().and_then(|(a, b)| a.checked_sub(b)).and_then(|rest| rescaled(rest, wide, scale))
            }
            Operation::Multiply => a.checked_mul(b).and_then(|product| rescaled(product, s1 + s2, scale)),
            Operation::Divide => quotient(a, b, i16::from(scale) - i16::from(s1) + i16::from(s2)),
            Operation::WholeDivide => aligned().and_then(|(a, b)| a.checked_div(b)),
            Operation::Remainder => {
                aligned().and_then(|(a, b)| a.checked_rem(b)).and_then(|rest| rescaled(rest, wide, scale))
            }
        })
    }
}

fn power(digits: u32) -> Option<i256> {
    i256::from_i128(10).checked_pow(digits)
}

fn scaled(value: i256, digits: i8) -> Option<i256> {
    value.checked_mul(power(u32::try_from(digits).ok()?)?)
}

/// `a * 10^digits / b`, rounded half up.
fn quotient(a: i256, b: i256, digits: i16) -> Option<i256> {
    let factor = power(u32::from(digits.unsigned_abs()))?;
    if digits >= 0 { divided(a.checked_mul(factor)?, b) } else { divided(a, b.checked_mul(factor)?) }
}

/// Moves the point from one scale to another, rounding half up.
fn rescaled(value: i256, from: i8, to: i8) -> Option<i256> {
    if to >= from { scaled(value, to - from) } else { divided(value, power(u32::try_from(from - to).ok()?)?) }
}

/// A quotient rounded half up, away from zero.
fn divided(a: i256, b: i256) -> Option<i256> {
    let (whole, rest) = (a.checked_div(b)?, a.checked_rem(b)?);
    let twice = rest.checked_abs()?.checked_mul(i256::from_i128(2))?;
    if twice < b.checked_abs()? {
        return Some(whole);
    }
    let negative = (a < i256::ZERO) != (b < i256::ZERO);
    if negative { whole.checked_sub(i256::ONE) } else { whole.checked_add(i256::ONE) }
}

fn fits(value: i128, precision: u8) -> bool {
    10_i128.checked_pow(u32::from(precision)).is_some_and(|limit| value.unsigned_abs() < limit.unsigned_abs())
}

fn out_of_range(precision: u8, scale: i8) -> Diagnostic {
    let message = format!("The result does not fit a DECIMAL({precision},{scale}).");
    Diagnostic::new("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", "22003", message)
        .with_hint("Cast an operand to a DECIMAL of fewer digits, or to DOUBLE.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_spark() {
        let size = |op, left, right| fitted(Operation::of(&op).unwrap().exact(left, right));
        assert_eq!(size(BinaryOperator::Divide, (3, 1), (1, 0)), (8, 6));
        assert_eq!(size(BinaryOperator::Divide, (38, 10), (38, 10)), (38, 6));
        assert_eq!(size(BinaryOperator::Multiply, (38, 18), (38, 18)), (38, 6));
        assert_eq!(size(BinaryOperator::Plus, (38, 10), (38, 10)), (38, 9));
        assert_eq!(size(BinaryOperator::Modulo, (5, 2), (3, 1)), (4, 2));
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let divided = |a, b| divided(i256::from_i128(a), i256::from_i128(b)).unwrap().to_i128().unwrap();
        assert_eq!([divided(5, 2), divided(-5, 2), divided(5, -2), divided(7, 3), divided(-7, -3)], [3, -3, -3, 2, 2]);
    }
}
