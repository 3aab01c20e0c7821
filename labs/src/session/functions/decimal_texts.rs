//! Texts and DOUBLEs as DECIMALs: `'1e2'` is 100, and a DOUBLE is the number that its shortest text shows; and DECIMALs as DOUBLEs.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Float64Type};
use datafusion::common::Result;

use super::super::errors::{invalid_cast, raise};
use super::super::types::type_name;
use super::conversion::is_text;
use crate::diagnostic::Diagnostic;

/// Why a text is no DECIMAL of a size.
#[derive(Debug, PartialEq, Eq)]
enum Unfit {
    NoNumber,
    TooLarge,
}

/// Texts or DOUBLEs as DECIMALs of a type; `forgiving` gives NULL for what does not fit. A DOUBLE that is no number is NULL.
///
/// # Errors
/// CAST_INVALID_INPUT, NUMERIC_VALUE_OUT_OF_RANGE.
pub fn read(values: &ArrayRef, to: &DataType, precision: u8, scale: i8, forgiving: bool) -> Result<Decimal128Array> {
    let one = |text: &str| match decimal(text.trim(), precision, scale) {
        Ok(number) => Ok(Some(number)),
        Err(_) if forgiving => Ok(None),
        Err(Unfit::NoNumber) => Err(raise(invalid_cast(text, "STRING", &type_name(to)))),
        Err(Unfit::TooLarge) => Err(raise(out_of_range(text, to))),
    };
    let read: Result<Vec<Option<i128>>> = if is_text(values.data_type()) {
        let texts = cast(values, &DataType::Utf8)?;
        texts.as_string::<i32>().iter().map(|text| text.map_or(Ok(None), one)).collect()
    } else {
        let numbers = cast(values, &DataType::Float64)?;
        let numbers = numbers.as_primitive::<Float64Type>().iter();
        let finite = numbers.map(|number| number.filter(|number| number.is_finite()));
        finite.map(|number| number.map_or(Ok(None), |number| one(&number.to_string()))).collect()
    };
    Ok(Decimal128Array::from(read?).with_precision_and_scale(precision, scale)?)
}

/// DECIMALs of that scale as the nearest DOUBLEs. Where both parts of the fraction are exact, so is their quotient's rounding.
///
/// # Errors
/// When arrow cannot print them.
pub fn nearest_doubles(values: &ArrayRef, scale: i8) -> Result<Float64Array> {
    const EXACT: u128 = 1 << f64::MANTISSA_DIGITS;
    let texts = std::cell::OnceCell::new();
    let power = 10_f64.powi(i32::from(scale));
    let digits = values.as_primitive::<Decimal128Type>();
    let double = |(at, value): (usize, Option<i128>)| match value {
        Some(value) if value.unsigned_abs() <= EXACT && (0..=22).contains(&scale) => Ok(Some(value as f64 / power)),
        Some(_) => {
            let texts: &StringArray = match texts.get() {
                Some(texts) => texts,
                None => {
                    let printed = cast(values, &DataType::Utf8)?.as_string::<i32>().clone();
                    texts.get_or_init(|| printed)
                }
            };
            Ok(texts.value(at).parse().ok())
        }
        None => Ok(None),
    };
    digits.iter().enumerate().map(double).collect()
}

pub fn out_of_range(value: &str, to: &DataType) -> Diagnostic {
    let message = format!("The value {value} cannot be represented as {}.", type_name(to));
    Diagnostic::new("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", "22003", message)
        .with_hint("Use a wider DECIMAL, or `try_cast` to get NULL.")
}

/// `-12.5e3`, rounded half up at the last place, as a number of such places.
fn decimal(text: &str, precision: u8, scale: i8) -> Result<i128, Unfit> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent: i64 = exponent.parse().map_err(|_| Unfit::NoNumber)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Unfit::NoNumber);
    }
    let shift = exponent.saturating_add(i64::from(scale)).saturating_sub(i64::try_from(fraction.len()).unwrap_or(0));
    let number = shifted(digits.trim_start_matches('0'), shift).ok_or(Unfit::TooLarge)?;
    let limit = 10_i128.checked_pow(u32::from(precision)).ok_or(Unfit::TooLarge)?;
    match number {
        number if number >= limit => Err(Unfit::TooLarge),
        number => Ok(if negative { -number } else { number }),
    }
}

/// Digits times a power of ten, rounded half up.
fn shifted(digits: &str, shift: i64) -> Option<i128> {
    if digits.is_empty() {
        return Some(0);
    }
    let Ok(dropped) = usize::try_from(shift.saturating_neg()) else {
        let power = 10_i128.checked_pow(u32::try_from(shift).ok()?)?;
        return digits.parse::<i128>().ok()?.checked_mul(power);
    };
    if dropped > digits.len() {
        return Some(0);
    }
    let (kept, rest) = digits.split_at(digits.len() - dropped);
    let kept = if kept.is_empty() { 0 } else { kept.parse::<i128>().ok()? };
    let up = rest.bytes().next().is_some_and(|digit| digit >= b'5');
    kept.checked_add(i128::from(up))
}

#[cfg(test)]
mod tests {
    use super::{Unfit, decimal};

    #[test]
    fn a_text_is_rounded_half_up_at_the_last_place() {
        for (text, precision, scale, wanted) in [
            ("1e2", 5, 0, 100),
            ("1.5E1", 5, 1, 150),
            ("-0.05", 3, 1, -1),
            ("0.049", 3, 1, 0),
            (".5", 1, 0, 1),
            ("5.", 1, 0, 5),
            ("+1e-40", 38, 2, 0),
            ("1e30", 38, 0, 10_i128.pow(30)),
            ("0e99", 1, 0, 0),
        ] {
            assert_eq!(decimal(text, precision, scale), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_told_from_what_is_too_large() {
        for text in ["", "-", ".", "abc", "1e", "1e1.5", "1 2", "--1"] {
            assert_eq!(decimal(text, 5, 0), Err(Unfit::NoNumber), "{text}");
        }
        for text in ["99999.5", "1e5", "1e400", "-123456"] {
            assert_eq!(decimal(text, 5, 0), Err(Unfit::TooLarge), "{text}");
        }
    }
}
