//! Casts that Spark does otherwise than arrow: between texts, dates, timestamps and numbers.
//!
//! A text is read as a date, a timestamp or a truth value in all of Spark's forms, a timestamp is printed as Spark prints it and counts
//! seconds as a number, a DOUBLE is printed as Java prints it, a DECIMAL that is too small is named. Every other cast is arrow's.

use std::sync::Arc;

use chrono::DateTime;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::compute::{CastOptions, cast, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Field, FieldRef, Float32Type, Float64Type, TimestampMicrosecondType,
};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::diagnostic::Diagnostic;

use super::super::errors::{from_conversion, invalid_cast, mismatch, raise};
use super::super::struct_fields::{self, Pairing};
use super::super::types::{timestamp, type_name};
use super::columnar::over_arrays;
use super::{decimal_texts, nested_text, text_times};

/// Whether a cast is one of those.
pub fn is_special(from: &DataType, to: &DataType) -> bool {
    let time = |data_type: &DataType| matches!(data_type, DataType::Timestamp(_, Some(_)));
    match (from, to) {
        (from, DataType::Date32) => is_text(from) || from.is_numeric(),
        (from, DataType::Boolean) => is_text(from) || from.is_decimal(),
        (DataType::Boolean, DataType::Decimal128(..)) => true,
        (from, DataType::Float32 | DataType::Float64) if is_text(from) => true,
        // More digits than a DOUBLE counts exactly: arrow rounds them and their quotient.
        (DataType::Decimal128(precision, _), DataType::Float32 | DataType::Float64) => *precision > 15,
        (from, to) if time(to) => is_text(from) || from.is_numeric(),
        (from, to) if time(from) => is_text(to) || to.is_numeric(),
        (from, DataType::Decimal128(precision, scale)) => is_text(from) || may_not_fit(from, *precision, *scale),
        (from, to) => is_text(to) && (from.is_floating() || nested_text::is_nested(from)),
    }
}

/// Whether a number may be too large for a DECIMAL.
fn may_not_fit(from: &DataType, precision: u8, scale: i8) -> bool {
    let room = i16::from(precision) - i16::from(scale);
    match from {
        DataType::Decimal128(precision, scale) => room < i16::from(*precision) - i16::from(*scale),
        DataType::Int8 => room < 3,
        DataType::Int16 => room < 5,
        DataType::Int32 => room < 10,
        DataType::Int64 => room < 19,
        other => other.is_floating(),
    }
}

pub fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// The cast as a function; `forgiving` gives NULL for what does not fit.
pub fn function(to: DataType, forgiving: bool) -> Arc<ScalarUDF> {
    conversion(to, forgiving, None)
}

/// The cast as a function that pairs the fields of STRUCTs by position.
pub fn positional(to: DataType, forgiving: bool) -> Arc<ScalarUDF> {
    conversion(to, forgiving, Some(Pairing::Position))
}

/// Whether a value may become NULL: a DOUBLE that is no number has no DECIMAL, and a time far away no text.
fn loses_values(from: &DataType, to: &DataType) -> bool {
    from.is_floating() && to.is_decimal() || matches!(from, DataType::Timestamp(..)) && is_text(to)
}

fn conversion(to: DataType, forgiving: bool, pairing: Option<Pairing>) -> Arc<ScalarUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(ScalarUDF::from(Conversion { to, forgiving, pairing, signature }))
}

/// Values of another type.
///
/// # Errors
/// CAST_INVALID_INPUT, CAST_OVERFLOW, DATATYPE_MISMATCH; arrow's own for casts that are arrow's.
pub fn convert(values: &ArrayRef, to: &DataType, forgiving: bool) -> Result<ArrayRef> {
    let options = CastOptions { safe: forgiving, ..CastOptions::default() };
    let plain = |values: &dyn Array| Ok(cast_with_options(values, to, &options)?);
    let from = values.data_type();
    if !is_special(from, to) {
        return plain(values);
    }
    match (from, to) {
        (from, DataType::Date32) if is_text(from) => {
            let day = |text: &str| text_times::date(text).map(Date32Type::from_naive_date);
            Ok(Arc::new(Date32Array::from(read(values, forgiving, "DATE", day)?)))
        }
        (from, DataType::Boolean) if is_text(from) => {
            Ok(Arc::new(BooleanArray::from(read(values, forgiving, "BOOLEAN", truth)?)))
        }
        (_, DataType::Boolean) => plain(&cast(values, &DataType::Float64)?),
        (DataType::Boolean, _) => convert(&cast(values, &DataType::Int32)?, to, forgiving),
        (from, DataType::Float32 | DataType::Float64) if is_text(from) => plain(&without_suffixes(values)?),
        (DataType::Decimal128(_, scale), DataType::Float32 | DataType::Float64) => {
            plain(&decimal_texts::nearest_doubles(values, *scale)?)
        }
        (from, DataType::Date32) => Err(raise(mismatch(&format!("cannot cast \"{}\" to \"DATE\"", type_name(from))))),
        (from, DataType::Decimal128(precision, scale)) if is_text(from) || from.is_floating() => {
            Ok(Arc::new(decimal_texts::read(values, to, *precision, *scale, forgiving)?))
        }
        (DataType::Timestamp(..), DataType::Decimal128(..)) => plain(&seconds_of_decimals(values)?),
        (_, DataType::Decimal128(..)) => plain(values).map_err(|error| of_written_type(error, to)),
        (from, _) if is_text(from) => {
            let micros = |text: &str| text_times::instant(text).map(|time| time.timestamp_micros());
            plain(&instants(read(values, forgiving, "TIMESTAMP", micros)?))
        }
        (_, DataType::Timestamp(..)) => {
            let seconds = cast(values, &DataType::Float64)?;
            let instant = |seconds: f64| match micros(seconds) {
                None if !forgiving => Err(raise(no_instant(seconds))),
                micros => Ok(micros),
            };
            let read = seconds.as_primitive::<Float64Type>().iter().map(|seconds| seconds.map_or(Ok(None), instant));
            plain(&instants(read.collect::<Result<_>>()?))
        }
        (DataType::Timestamp(..), to) if is_text(to) => plain(&printed(values)?),
        (DataType::Timestamp(..), to) => plain(seconds(values, to.is_integer())?.as_ref()),
        (from, _) if nested_text::is_nested(from) => plain(&nested_text::printed(values)?),
        _ => plain(&doubles(values)),
    }
}

/// The texts that are truth values in Spark; arrow reads `on` and the beginnings of `true`, too.
fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// `1.5d` and `2f` are numbers to Java. Every other text stays as it is, and is told so when it is no number.
fn without_suffixes(texts: &ArrayRef) -> Result<StringArray> {
    Ok(cast(texts, &DataType::Utf8)?.as_string::<i32>().iter().map(|text| text.map(without_suffix)).collect())
}

fn without_suffix(text: &str) -> &str {
    let digits = text.trim().strip_suffix(['d', 'D', 'f', 'F']);
    let is_number = |digits: &&str| digits.ends_with(|end: char| end.is_ascii_digit() || end == '.');
    digits.filter(is_number).unwrap_or(text)
}

/// Arrow's error with the DECIMAL that was asked for.
fn of_written_type(error: DataFusionError, to: &DataType) -> DataFusionError {
    let diagnostic = from_conversion(&error);
    match diagnostic.message.split_once(' ').and_then(|(_, rest)| rest.split_once(" does not fit ")) {
        Some((value, _)) => raise(decimal_texts::out_of_range(value.trim_start_matches("value "), to)),
        None => error,
    }
}

/// Seconds since 1970 in microseconds, where that is an instant.
fn micros(seconds: f64) -> Option<i64> {
    let micros = seconds * 1e6;
    let micros = micros.is_finite().then_some(micros as i64)?;
    DateTime::from_timestamp_micros(micros).map(|_| micros)
}

fn no_instant(seconds: f64) -> Diagnostic {
    let message = format!("The value {seconds} cannot be cast to \"TIMESTAMP\": there is no such instant.");
    Diagnostic::new("CAST_OVERFLOW", "22003", message)
        .with_hint("Use `try_cast` to get NULL for values that do not fit.")
}

fn instants(micros: Vec<Option<i64>>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from(micros).with_timezone("UTC")
}

fn read<T>(
    texts: &ArrayRef,
    forgiving: bool,
    target: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<Option<T>>> {
    let one = |text: Option<&str>| match text.map(|text| (text, read(text))) {
        Some((text, None)) if !forgiving => Err(raise(invalid_cast(text, "STRING", target))),
        value => Ok(value.and_then(|(_, value)| value)),
    };
    cast(texts, &DataType::Utf8)?.as_string::<i32>().iter().map(one).collect()
}

/// `2024-02-03 04:05:06.5`
fn printed(values: &ArrayRef) -> Result<StringArray> {
    let micros = cast(values, &timestamp())?;
    let text = |micros: i64| {
        let time = DateTime::from_timestamp_micros(micros)?;
        let text = time.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
        Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
    };
    Ok(micros.as_primitive::<TimestampMicrosecondType>().iter().map(|micros| micros.and_then(text)).collect())
}

/// Seconds since 1970: the whole ones, or with their fraction.
fn seconds(values: &ArrayRef, whole: bool) -> Result<ArrayRef> {
    let micros = cast(values, &timestamp())?;
    let micros = micros.as_primitive::<TimestampMicrosecondType>().iter();
    if whole {
        return Ok(Arc::new(
            micros.map(|micros| micros.map(|micros| micros.div_euclid(1_000_000))).collect::<Int64Array>(),
        ));
    }
    Ok(Arc::new(micros.map(|micros| micros.map(|micros| micros as f64 / 1e6)).collect::<Float64Array>()))
}

/// Seconds since 1970 to the microsecond.
fn seconds_of_decimals(values: &ArrayRef) -> Result<ArrayRef> {
    let micros = cast(values, &timestamp())?;
    let micros = micros.as_primitive::<TimestampMicrosecondType>().iter().map(|micros| micros.map(i128::from));
    Ok(Arc::new(micros.collect::<Decimal128Array>().with_precision_and_scale(20, 6)?))
}

fn doubles(values: &ArrayRef) -> StringArray {
    match values.data_type() {
        DataType::Float32 => {
            let values = values.as_primitive::<Float32Type>().iter();
            values
                .map(|value| value.map(|value| java_text(f64::from(value), &value.to_string(), &format!("{value:e}"))))
                .collect()
        }
        _ => {
            let values = values.as_primitive_opt::<Float64Type>();
            let values = values.into_iter().flatten();
            values.map(|value| value.map(|value| java_text(value, &value.to_string(), &format!("{value:e}")))).collect()
        }
    }
}

/// A number as Java prints it: with a point, and from 10^7 and below 10^-3 with an exponent.
fn java_text(value: f64, plain: &str, scientific: &str) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let with_point = |digits: &str| if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") };
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return with_point(plain);
    }
    match scientific.split_once('e') {
        Some((digits, exponent)) => format!("{}E{exponent}", with_point(digits)),
        None => with_point(plain),
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Conversion {
    to: DataType,
    forgiving: bool,
    /// How the fields of STRUCTs find each other first.
    pairing: Option<Pairing>,
    signature: Signature,
}

impl ScalarUDFImpl for Conversion {
    fn name(&self) -> &str {
        "__cast"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.to.clone())
    }

    /// Like a cast's: what is planned around it was told so.
    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let value = &arguments.arg_fields[0];
        let nullable = self.forgiving || value.is_nullable() || loses_values(value.data_type(), &self.to);
        Ok(Arc::new(Field::new(self.name(), self.to.clone(), nullable)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |values| match self.pairing {
            Some(pairing) => {
                let unlike = |_| {
                    let (from, to) = (type_name(values[0].data_type()), type_name(&self.to));
                    raise(mismatch(&format!("cannot cast \"{from}\" to \"{to}\"")))
                };
                let to = Field::new("value", self.to.clone(), true);
                convert(&struct_fields::pair(&values[0], &to, pairing).map_err(unlike)?, &self.to, self.forgiving)
            }
            None => convert(&values[0], &self.to, self.forgiving),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::java_text;

    #[test]
    fn a_double_is_printed_as_java_prints_it() {
        for (value, text) in [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (-2.5, "-2.5"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (1e20, "1.0E20"),
            (1.5e-5, "1.5E-5"),
            (0.001, "0.001"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(java_text(value, &value.to_string(), &format!("{value:e}")), text);
        }
    }
}
