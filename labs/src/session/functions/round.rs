//! `round(x [, places])`, halves away from zero, as Spark rounds.
//!
//! A DOUBLE is rounded by the digits that it is printed with, so that 1.005 becomes 1.01; a DECIMAL's type gets the
//! places that are left. Whole numbers are left to datafusion-spark.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, Float32Array, Float64Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Float32Type, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::super::errors::{mismatch, overflow, raise};
use super::super::types::type_name;

/// Most digits after the point that a DOUBLE's own digits are looked at for.
const MAX_PLACES: usize = 20;
const MAX_PRECISION: i64 = 38;

pub fn function() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Round { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Round {
    signature: Signature,
}

impl ScalarUDFImpl for Round {
    fn name(&self) -> &str {
        "round"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let value = match arguments.first() {
            Some(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null) => DataType::Float64,
            Some(number) if number.is_numeric() => number.clone(),
            Some(other) => return Err(raise(mismatch(&format!("round needs a number, not \"{}\"", type_name(other))))),
            None => return Err(raise(mismatch("round needs a number"))),
        };
        match arguments {
            [_] => Ok(vec![value]),
            [_, places] if places.is_integer() || places.is_null() => Ok(vec![value, DataType::Int64]),
            _ => Err(raise(mismatch("round takes a number and the places to keep, a whole number"))),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let places = match arguments.scalar_arguments.get(1) {
            Some(scalar) => places_of(*scalar)?,
            None => Some(0),
        };
        let data_type = rounded_type(arguments.arg_fields[0].data_type(), places.unwrap_or_default());
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
        let Some(rounded) = rounded(&values, data_type, places)? else {
            return datafusion_spark::function::math::round().invoke_with_args(arguments);
        };
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&rounded, 0)?));
        }
        Ok(ColumnarValue::Array(rounded))
    }
}

fn not_constant() -> crate::diagnostic::Diagnostic {
    mismatch("the places of round are the same for all rows: a whole number, not a column")
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

/// `None` for whole numbers.
fn rounded(values: &ArrayRef, data_type: &DataType, places: i64) -> Result<Option<ArrayRef>> {
    let rounded: ArrayRef = match (values.data_type(), data_type) {
        (DataType::Float64, _) => {
            let values = values.as_primitive::<Float64Type>().iter();
            Arc::new(values.map(|value| value.map(|value| double(value, places))).collect::<Float64Array>())
        }
        (DataType::Float32, _) => {
            let round = |value: f32| double(value.to_string().parse().unwrap_or_default(), places) as f32;
            let values = values.as_primitive::<Float32Type>().iter();
            Arc::new(values.map(|value| value.map(round)).collect::<Float32Array>())
        }
        (DataType::Decimal128(_, scale), DataType::Decimal128(..)) => {
            let round =
                |value: i128| decimal(value, i64::from(*scale), places).ok_or_else(|| raise(overflow("decimal")));
            let values = values.as_primitive::<Decimal128Type>().iter().map(|value| value.map(round).transpose());
            Arc::new(values.collect::<Result<Decimal128Array>>()?.with_data_type(data_type.clone()))
        }
        _ => return Ok(None),
    };
    Ok(Some(rounded))
}

/// A number's digits at another scale, halves away from zero; `None` when they are more than a DECIMAL has.
fn decimal(value: i128, scale: i64, places: i64) -> Option<i128> {
    let power = |digits: i64| 10_i128.checked_pow(u32::try_from(digits).ok()?);
    if places >= scale {
        return Some(value);
    }
    // A number of 38 digits is less than half of 10^39.
    let Some(factor) = power(scale.saturating_sub(places)) else { return Some(0) };
    let half = if (value % factor).abs() >= factor / 2 { value.signum() } else { 0 };
    let rounded = (value / factor + half).checked_mul(power(places.saturating_neg().max(0))?)?;
    (rounded.abs() < power(MAX_PRECISION)?).then_some(rounded)
}

fn double(value: f64, places: i64) -> f64 {
    let text = value.abs().to_string();
    let Ok(places) = usize::try_from(places) else { return left_of_the_point(value, places) };
    let Some((whole, fraction)) = text.split_once('.') else { return value };
    if fraction.len() <= places || places > MAX_PLACES {
        return value;
    }
    let (kept, cut) = fraction.split_at(places);
    let digits: u128 = format!("{whole}{kept}").parse().unwrap_or_default();
    let digits = digits + u128::from(cut.as_bytes()[0] >= b'5');
    let rounded: f64 = format!("{digits}e-{places}").parse().unwrap_or(value);
    rounded.copysign(value)
}

fn left_of_the_point(value: f64, places: i64) -> f64 {
    let factor = 10_f64.powi(i32::try_from(places.saturating_neg()).unwrap_or(i32::MAX));
    if factor.is_infinite() { 0.0 } else { (value / factor).round() * factor }
}

#[cfg(test)]
mod tests {
    use super::{decimal, double};

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
            assert_eq!(double(value, places), rounded, "round({value}, {places})");
        }
        assert!(double(f64::NAN, 2).is_nan());
    }

    #[test]
    fn a_decimal_is_rounded_half_away_from_zero() {
        for (value, places, rounded) in
            [(1005, 2, 101), (-1005, 2, -101), (1004, 2, 100), (15_500, -1, 20), (995, 0, 1)]
        {
            assert_eq!(decimal(value, 3, places), Some(rounded), "round({value}e-3, {places})");
        }
        let most = 10_i128.pow(38) - 1;
        assert_eq!(decimal(most, 0, -1), None, "10^38 is no DECIMAL");
        assert_eq!([-38, -39, -100, i64::MIN].map(|places| decimal(most / 10, 0, places)), [Some(0); 4]);
    }
}
