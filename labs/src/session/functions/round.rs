//! `round(x [, places])`, halves away from zero, as Spark rounds; `bround`, halves to the even digit; `ceil` and `floor` to
//! a number of places.
//!
//! A DOUBLE is rounded by the digits that it is printed with, so that 1.005 becomes 1.01; a DECIMAL's type gets the
//! places that are left. Whole numbers are left to datafusion-spark.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, Float32Array, Float64Array, Int64Array};
use datafusion::arrow::compute::{CastOptions, cast, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Float32Type, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::super::errors::{mismatch_of, overflow, raise, unexpected};
use super::super::types::type_name;
use super::rows::{digits, wrong_number};

/// Most digits after the point that a DOUBLE's own digits are looked at for.
const MAX_PLACES: usize = 20;
const MAX_PRECISION: i64 = 38;

/// The functions of this file.
pub fn functions() -> impl Iterator<Item = Arc<ScalarUDF>> {
    [("round", Mode::HalfUp), ("bround", Mode::HalfEven), ("__ceil", Mode::Up), ("__floor", Mode::Down)]
        .into_iter()
        .map(|(name, mode)| {
            let signature = Signature::user_defined(Volatility::Immutable);
            Arc::new(ScalarUDF::from(Round { name, mode, signature }))
        })
}

/// Where a number goes that lies between two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    HalfUp,
    HalfEven,
    Up,
    Down,
}

impl Mode {
    /// What is added to a quotient that was cut, given the rest.
    fn step(self, quotient: i128, rest: i128, factor: i128) -> i128 {
        let away = match self {
            Self::HalfUp => rest.abs() >= factor - rest.abs(),
            Self::HalfEven => match rest.abs().cmp(&(factor - rest.abs())) {
                std::cmp::Ordering::Equal => quotient % 2 != 0,
                order => order.is_gt(),
            },
            Self::Up => rest > 0,
            Self::Down => rest < 0,
        };
        if away { rest.signum() } else { 0 }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Round {
    name: &'static str,
    mode: Mode,
    signature: Signature,
}

impl ScalarUDFImpl for Round {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let value = match arguments.first() {
            Some(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null) => DataType::Float64,
            Some(number) if number.is_numeric() => number.clone(),
            Some(other) => {
                let why = format!("{} needs a number, not \"{}\"", self.name, type_name(other));
                return Err(raise(unexpected(&why)));
            }
            None => return Err(raise(wrong_number(self.name, 0))),
        };
        let value = match (self.mode, value) {
            (Mode::Up | Mode::Down, number) if number.is_integer() => {
                DataType::Decimal128(u8::try_from(digits(&number).map_or(38, |(digits, _)| digits)).unwrap_or(38), 0)
            }
            (Mode::Up | Mode::Down, number) if number.is_floating() => DataType::Decimal128(30, 15),
            (_, number) => number,
        };
        match arguments {
            [_] => Ok(vec![value]),
            [_, places] if places.is_integer() || places.is_null() => Ok(vec![value, DataType::Int64]),
            [_, _] => Err(raise(not_constant())),
            _ => Err(raise(wrong_number(self.name, arguments.len()))),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let value = arguments.arg_fields[0].data_type();
        // Only the type of a DECIMAL depends on the places.
        let places = match arguments.scalar_arguments.get(1) {
            Some(scalar) if matches!(value, DataType::Decimal128(..)) => places_of(*scalar)?,
            _ => Some(0),
        };
        let data_type = rounded_type(value, places.unwrap_or_default());
        Ok(Arc::new(Field::new(self.name(), data_type, true)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let places = match arguments.args.get(1) {
            Some(ColumnarValue::Scalar(scalar)) => places_of(Some(scalar))?,
            Some(ColumnarValue::Array(_)) => return Err(raise(not_constant())),
            None => Some(0),
        };
        let data_type = arguments.return_field.data_type();
        let Some(places) = places else { return Ok(ColumnarValue::Scalar(ScalarValue::try_from(data_type)?)) };
        let scalar = matches!(arguments.args[0], ColumnarValue::Scalar(_));
        let values = arguments.args[0].to_array(if scalar { 1 } else { arguments.number_rows })?;
        let rounded = rounded(&values, data_type, places, self.mode)?;
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&rounded, 0)?));
        }
        Ok(ColumnarValue::Array(rounded))
    }
}

fn not_constant() -> crate::diagnostic::Diagnostic {
    mismatch_of("NON_FOLDABLE_INPUT", "the places of round are the same for all rows: a whole number, not a column")
}

fn places_of(scalar: Option<&ScalarValue>) -> Result<Option<i64>> {
    match scalar.map(|scalar| scalar.cast_to(&DataType::Int64)) {
        Some(Ok(ScalarValue::Int64(places))) => Ok(places),
        _ => Err(raise(not_constant())),
    }
}

/// One digit more before the point, and the places that are left behind it.
fn rounded_type(data_type: &DataType, places: i64) -> DataType {
    let DataType::Decimal128(precision, scale) = data_type else { return data_type.clone() };
    let whole = i64::from(*precision) - i64::from(*scale) + 1;
    let kept = places.clamp(0, i64::from(*scale).max(0));
    let digits = if places < 0 { whole.max(places.saturating_neg().saturating_add(1)) } else { whole + kept };
    let precision = u8::try_from(digits.min(MAX_PRECISION)).unwrap_or(38);
    DataType::Decimal128(precision, i8::try_from(kept).unwrap_or(0))
}

fn rounded(values: &ArrayRef, data_type: &DataType, places: i64, mode: Mode) -> Result<ArrayRef> {
    Ok(match (values.data_type(), data_type) {
        (DataType::Float64, _) => {
            let values = values.as_primitive::<Float64Type>().iter();
            Arc::new(values.map(|value| value.map(|value| double(value, places, mode))).collect::<Float64Array>())
        }
        (DataType::Float32, _) => {
            let round = |value: f32| double(value.to_string().parse().unwrap_or_default(), places, mode) as f32;
            let values = values.as_primitive::<Float32Type>().iter();
            Arc::new(values.map(|value| value.map(round)).collect::<Float32Array>())
        }
        (DataType::Decimal128(_, scale), DataType::Decimal128(..)) => {
            let round =
                |value: i128| decimal(value, i64::from(*scale), places, mode).ok_or_else(|| raise(overflow("decimal")));
            let values = values.as_primitive::<Decimal128Type>().iter().map(|value| value.map(round).transpose());
            Arc::new(values.collect::<Result<Decimal128Array>>()?.with_data_type(data_type.clone()))
        }
        _ => whole(values, data_type, places, mode)?,
    })
}

/// Whole numbers lose digits only before the point.
fn whole(values: &ArrayRef, data_type: &DataType, places: i64, mode: Mode) -> Result<ArrayRef> {
    let numbers = cast(values, &DataType::Int64)?;
    let round = |value: i64| {
        let rounded = decimal(i128::from(value), 0, places, mode).and_then(|rounded| i64::try_from(rounded).ok());
        rounded.ok_or_else(|| raise(overflow("long")))
    };
    let rounded = numbers.as_primitive::<Int64Type>().iter().map(|value| value.map(round).transpose());
    let rounded = rounded.collect::<Result<Int64Array>>()?;
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(&rounded, data_type, &options).map_err(|_| raise(overflow("integer")))
}

/// A number's digits at another scale; `None` when they are more than a DECIMAL has.
pub fn decimal(value: i128, scale: i64, places: i64, mode: Mode) -> Option<i128> {
    let power = |digits: i64| 10_i128.checked_pow(u32::try_from(digits).ok()?);
    if places >= scale {
        return Some(value);
    }
    let Some(factor) = power(scale.saturating_sub(places)) else {
        // A number of 38 digits is less than half of 10^39.
        return matches!(mode, Mode::HalfUp | Mode::HalfEven).then_some(0);
    };
    let (quotient, rest) = (value / factor, value % factor);
    let rounded = (quotient + mode.step(quotient, rest, factor)).checked_mul(power(places.saturating_neg().max(0))?)?;
    (rounded.abs() < power(MAX_PRECISION)?).then_some(rounded)
}

/// A number rounded by the digits that it is printed with. No zero has a sign.
pub fn double(value: f64, places: i64, mode: Mode) -> f64 {
    rounded_by_digits(value, places, mode) + 0.0
}

fn rounded_by_digits(value: f64, places: i64, mode: Mode) -> f64 {
    let text = value.abs().to_string();
    let Ok(places) = usize::try_from(places) else { return left_of_the_point(value, places, mode) };
    let Some((whole, fraction)) = text.split_once('.') else { return value };
    if fraction.len() <= places || places > MAX_PLACES {
        return value;
    }
    let (kept, cut) = fraction.split_at(places);
    let digits: u128 = format!("{whole}{kept}").parse().unwrap_or_default();
    let even = mode == Mode::HalfEven && cut.trim_end_matches('0') == "5";
    let up = if even { digits % 2 == 1 } else { cut.as_bytes()[0] >= b'5' };
    let rounded: f64 = format!("{}e-{places}", digits + u128::from(up)).parse().unwrap_or(value);
    rounded.copysign(value)
}

fn left_of_the_point(value: f64, places: i64, mode: Mode) -> f64 {
    let factor = 10_f64.powi(i32::try_from(places.saturating_neg()).unwrap_or(i32::MAX));
    let quotient = value / factor;
    let rounded = if mode == Mode::HalfEven { quotient.round_ties_even() } else { quotient.round() };
    if factor.is_infinite() { 0.0 } else { rounded * factor }
}

#[cfg(test)]
mod tests {
    use super::{Mode, decimal, double};

    #[test]
    fn a_double_is_rounded_by_the_digits_it_is_printed_with() {
        for (value, places, rounded) in [
            (1.005, 2, 1.01),
            (20.895, 2, 20.9),
            (-2.5, 0, -3.0),
            (0.5, 0, 1.0),
            (0.499_999_999_999_999_94, 0, 0.0),
            (19.99 * 1.05, 2, 20.99),
            (1e300, 2, 1e300),
            (1e-7, 2, 0.0),
            (125.0, -1, 130.0),
            (7.0, 3, 7.0),
        ] {
            assert_eq!(double(value, places, Mode::HalfUp), rounded, "round({value}, {places})");
        }
        assert!(double(f64::NAN, 2, Mode::HalfUp).is_nan());
        for (value, places) in [(-0.4, 0), (-0.04, 1), (-0.0, 2), (-4.0, -1)] {
            assert!(double(value, places, Mode::HalfUp).is_sign_positive(), "round({value}, {places})");
        }
    }

    #[test]
    fn a_decimal_is_rounded_half_away_from_zero() {
        for (value, places, rounded) in
            [(1005, 2, 101), (-1005, 2, -101), (1004, 2, 100), (15_500, -1, 20), (995, 0, 1)]
        {
            assert_eq!(decimal(value, 3, places, Mode::HalfUp), Some(rounded), "round({value}e-3, {places})");
        }
        let most = 10_i128.pow(38) - 1;
        assert_eq!(decimal(most, 0, -1, Mode::HalfUp), None, "10^38 is no DECIMAL");
        assert_eq!([-38, -39, -100, i64::MIN].map(|places| decimal(most / 10, 0, places, Mode::HalfUp)), [Some(0); 4]);
    }
}
