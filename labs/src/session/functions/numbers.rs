//! Functions of numbers: whole ones do not wrap, logarithms of what has none are NULL.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::super::errors::{divide_by_zero, overflow, raise, unexpected};
use super::arrays::order;
use super::rows::{Function, Gives, Row, Takes, common_type, digits};
use super::texts::text;
use crate::diagnostic::Diagnostic;

use Takes::{Double, Int, Long, Number};

type Curve = fn(f64) -> f64;

const fn curve(names: &'static [&'static str], body: super::rows::Body) -> Function {
    Function::new(names, &[Double], Gives::Double, body)
}

fn on(row: &Row<'_>, curve: Curve) -> Result<ScalarValue> {
    double(curve(row.double(0)))
}

pub fn double(value: f64) -> Result<ScalarValue> {
    Ok(ScalarValue::Float64(Some(value)))
}

fn long(value: i64) -> Result<ScalarValue> {
    Ok(ScalarValue::Int64(Some(value)))
}

pub static FUNCTIONS: &[Function] = &[
    curve(&["sqrt"], |row| on(row, f64::sqrt)),
    curve(&["cbrt"], |row| on(row, f64::cbrt)),
    curve(&["exp"], |row| on(row, f64::exp)),
    curve(&["expm1"], |row| on(row, f64::exp_m1)),
    curve(&["ln"], |row| logarithm(row.double(0), f64::ln)),
    curve(&["log10"], |row| logarithm(row.double(0), f64::log10)),
    curve(&["log2"], |row| logarithm(row.double(0), f64::log2)),
    curve(&["log1p"], |row| if row.double(0) <= -1.0 { Ok(ScalarValue::Null) } else { on(row, f64::ln_1p) }),
    Function::new(&["log"], &[Double, Double], Gives::Double, log).optional(1),
    Function::new(&["pow", "power"], &[Double, Double], Gives::Double, |row| double(row.double(0).powf(row.double(1)))),
    curve(&["sin"], |row| on(row, f64::sin)),
    curve(&["cos"], |row| on(row, f64::cos)),
    curve(&["tan"], |row| on(row, f64::tan)),
    curve(&["cot"], |row| on(row, |angle| angle.tan().recip())),
    curve(&["sec"], |row| on(row, |angle| angle.cos().recip())),
    curve(&["csc"], |row| on(row, |angle| angle.sin().recip())),
    curve(&["asin"], |row| on(row, f64::asin)),
    curve(&["acos"], |row| on(row, f64::acos)),
    curve(&["atan"], |row| on(row, f64::atan)),
    Function::new(&["atan2"], &[Double, Double], Gives::Double, |row| double(row.double(0).atan2(row.double(1)))),
    curve(&["sinh"], |row| on(row, f64::sinh)),
    curve(&["cosh"], |row| on(row, f64::cosh)),
    curve(&["tanh"], |row| on(row, f64::tanh)),
    curve(&["asinh"], |row| on(row, f64::asinh)),
    curve(&["acosh"], |row| on(row, f64::acosh)),
    curve(&["atanh"], |row| on(row, f64::atanh)),
    curve(&["degrees"], |row| on(row, f64::to_degrees)),
    curve(&["radians"], |row| on(row, f64::to_radians)),
    curve(&["rint"], |row| on(row, f64::round_ties_even)),
    curve(&["sign", "signum"], |row| on(row, |value| if value == 0.0 { value } else { value.signum() })),
    Function::new(&["hypot"], &[Double, Double], Gives::Double, |row| double(row.double(0).hypot(row.double(1)))),
    Function::new(&["pi"], &[], Gives::Double, |_| double(std::f64::consts::PI)),
    Function::new(&["e"], &[], Gives::Double, |_| double(std::f64::consts::E)),
    Function::new(&["isnan"], &[Double], Gives::Boolean, |row| {
        Ok(ScalarValue::Boolean(Some(!row.is_null(0) && row.double(0).is_nan())))
    })
    .sees_nulls(),
    Function::new(&["nanvl"], &[Double, Double], Gives::Double, |row| {
        row.value(usize::from(!row.is_null(0) && row.double(0).is_nan()))
    })
    .sees_nulls(),
    Function::new(&["abs"], &[Number], Gives::Like(0), abs),
    Function::new(&["positive"], &[Number], Gives::Like(0), |row| row.value(0)),
    Function::new(&["ceil", "ceiling"], &[Number], Gives::By(whole_type), |row| whole(row, f64::ceil, 1)),
    Function::new(&["floor"], &[Number], Gives::By(whole_type), |row| whole(row, f64::floor, -1)),
    Function::new(&["greatest"], &[Takes::Common, Takes::Common, Takes::Common], Gives::Like(0), |row| {
        extreme(row, true)
    })
    .variadic()
    .sees_nulls(),
    Function::new(&["least"], &[Takes::Common, Takes::Common, Takes::Common], Gives::Like(0), |row| {
        extreme(row, false)
    })
    .variadic()
    .sees_nulls(),
    Function::new(&["factorial"], &[Int], Gives::Long, factorial),
    Function::new(&["bin"], &[Long], Gives::Text, |row| text(format!("{:b}", row.long(0)))),
    Function::new(&["conv"], &[Takes::Text, Int, Int], Gives::Text, conv),
    Function::new(&["width_bucket"], &[Double, Double, Double, Long], Gives::Long, width_bucket),
    Function::new(&["shiftleft"], &[Number, Int], Gives::Like(0), |row| {
        shifted(row, i32::wrapping_shl, i64::wrapping_shl)
    }),
    Function::new(&["shiftright"], &[Number, Int], Gives::Like(0), |row| {
        shifted(row, i32::wrapping_shr, i64::wrapping_shr)
    }),
    Function::new(&["shiftrightunsigned"], &[Number, Int], Gives::Like(0), |row| {
        let int = |value: i32, by| value.cast_unsigned().wrapping_shr(by).cast_signed();
        shifted(row, int, |value, by| value.cast_unsigned().wrapping_shr(by).cast_signed())
    }),
    Function::new(&["bit_count"], &[Takes::Any], Gives::By(bits_type), bit_count),
    Function::new(&["getbit", "bit_get"], &[Number, Int], Gives::By(|_| Ok(DataType::Int8)), get_bit),
];

fn logarithm(value: f64, curve: Curve) -> Result<ScalarValue> {
    if value <= 0.0 { Ok(ScalarValue::Null) } else { double(curve(value)) }
}

/// `log(x)` is the natural one, `log(base, x)` that of a base.
fn log(row: &Row<'_>) -> Result<ScalarValue> {
    if row.len() == 1 {
        return logarithm(row.double(0), f64::ln);
    }
    if row.double(0) <= 0.0 || row.double(1) <= 0.0 {
        return Ok(ScalarValue::Null);
    }
    double(row.double(1).ln() / row.double(0).ln())
}

fn abs(row: &Row<'_>) -> Result<ScalarValue> {
    let too_large = |what: &str| raise(overflow(what));
    Ok(match row.value(0)? {
        ScalarValue::Int8(Some(value)) => {
            ScalarValue::Int8(Some(value.checked_abs().ok_or_else(|| too_large("byte"))?))
        }
        ScalarValue::Int16(Some(value)) => {
            ScalarValue::Int16(Some(value.checked_abs().ok_or_else(|| too_large("short"))?))
        }
        ScalarValue::Int32(Some(value)) => {
            ScalarValue::Int32(Some(value.checked_abs().ok_or_else(|| too_large("integer"))?))
        }
        ScalarValue::Int64(Some(value)) => {
            ScalarValue::Int64(Some(value.checked_abs().ok_or_else(|| too_large("long"))?))
        }
        ScalarValue::Float32(Some(value)) => ScalarValue::Float32(Some(value.abs())),
        ScalarValue::Float64(Some(value)) => ScalarValue::Float64(Some(value.abs())),
        ScalarValue::Decimal128(Some(value), precision, scale) => {
            ScalarValue::Decimal128(Some(value.abs()), precision, scale)
        }
        other => other,
    })
}

/// A BIGINT, or a DECIMAL without places and with room for one digit more.
fn whole_type(arguments: &[DataType]) -> Result<DataType> {
    Ok(match arguments.first() {
        Some(DataType::Decimal128(precision, scale)) => {
            let digits = i16::from(*precision) - i16::from(*scale) + 1;
            DataType::Decimal128(u8::try_from(digits.clamp(1, 38)).unwrap_or(38), 0)
        }
        _ => DataType::Int64,
    })
}

/// The next whole number upwards (`direction` 1) or downwards (-1).
fn whole(row: &Row<'_>, curve: Curve, direction: i128) -> Result<ScalarValue> {
    match (row.value(0)?, row.gives) {
        (ScalarValue::Decimal128(Some(value), _, scale), DataType::Decimal128(precision, _)) => {
            let factor = 10_i128.pow(u32::from(scale.unsigned_abs()));
            let rest = value % factor;
            let step = if rest.signum() == direction { direction } else { 0 };
            Ok(ScalarValue::Decimal128(Some(value / factor + step), *precision, 0))
        }
        (ScalarValue::Float32(Some(value)), _) => from_double(curve(f64::from(value))),
        (ScalarValue::Float64(Some(value)), _) => from_double(curve(value)),
        (number, _) => number.cast_to(&DataType::Int64),
    }
}

/// As Java casts: the nearest BIGINT there is.
fn from_double(value: f64) -> Result<ScalarValue> {
    long(value as i64)
}

/// NULLs do not count; NaN is the largest number.
fn extreme(row: &Row<'_>, largest: bool) -> Result<ScalarValue> {
    let mut best = ScalarValue::Null;
    for argument in (0..row.len()).filter(|argument| row.has(*argument)) {
        let value = row.value(argument)?;
        let found = order(&value, &best);
        if best.is_null() || if largest { found.is_gt() } else { found.is_lt() } {
            best = value;
        }
    }
    Ok(best)
}

/// NULL below 0 and above 20, where a BIGINT ends.
fn factorial(row: &Row<'_>) -> Result<ScalarValue> {
    match row.int(0) {
        number @ 0..=20 => long((1..=i64::from(number)).product()),
        _ => Ok(ScalarValue::Null),
    }
}

/// Digits up to the first that the base does not have, in another base. A base below 0 prints a sign.
fn conv(row: &Row<'_>) -> Result<ScalarValue> {
    let (from, to) = (row.int(1), row.int(2));
    let bases = 2..=36_u32;
    if !(2..=36).contains(&from) || !bases.contains(&to.unsigned_abs()) {
        return Ok(ScalarValue::Null);
    }
    let value = row.text(0).trim();
    let (negative, digits) = value.strip_prefix('-').map_or((false, value), |digits| (true, digits));
    let from = from.unsigned_abs();
    let known: Vec<u32> = digits.chars().map_while(|digit| digit.to_digit(from)).collect();
    if value.is_empty() {
        return Ok(ScalarValue::Null);
    }
    let mut number: u64 = 0;
    for digit in known {
        let next = number.checked_mul(u64::from(from)).and_then(|number| number.checked_add(u64::from(digit)));
        number = next.ok_or_else(|| raise(overflow("conv")))?;
    }
    let number = if negative { number.wrapping_neg() } else { number };
    let signed = to < 0 && number.cast_signed() < 0;
    let mut rest = if signed { number.cast_signed().unsigned_abs() } else { number };
    let (mut out, base) = (Vec::new(), u64::from(to.unsigned_abs()));
    loop {
        let digit = char::from_digit(u32::try_from(rest % base).unwrap_or(0), to.unsigned_abs()).unwrap_or('0');
        out.push(digit.to_ascii_uppercase());
        rest /= base;
        if rest == 0 {
            break;
        }
    }
    out.extend(signed.then_some('-'));
    text(out.into_iter().rev().collect::<String>())
}

/// NULL for a range that is empty, or fewer than one bucket.
fn width_bucket(row: &Row<'_>) -> Result<ScalarValue> {
    let (value, low, high, buckets) = (row.double(0), row.double(1), row.double(2), row.long(3));
    let usable =
        buckets > 0 && buckets != i64::MAX && low != high && value.is_finite() && low.is_finite() && high.is_finite();
    if !usable {
        return Ok(ScalarValue::Null);
    }
    let (below, beyond) = if low < high { (value < low, value >= high) } else { (value > low, value <= high) };
    if below {
        return long(0);
    }
    if beyond {
        return long(buckets + 1);
    }
    long((buckets as f64 * (value - low) / (high - low)) as i64 + 1)
}

fn shifted(row: &Row<'_>, int: fn(i32, u32) -> i32, long: fn(i64, u32) -> i64) -> Result<ScalarValue> {
    let by = row.int(1).cast_unsigned();
    Ok(match row.value(0)? {
        ScalarValue::Int64(Some(value)) => ScalarValue::Int64(Some(long(value, by))),
        other => match other.cast_to(&DataType::Int32)? {
            ScalarValue::Int32(Some(value)) => ScalarValue::Int32(Some(int(value, by))),
            other => other,
        },
    })
}

/// # Errors
/// DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE for what is neither a whole number nor a BOOLEAN.
fn bits_type(types: &[DataType]) -> Result<DataType> {
    if types[0].is_integer() || matches!(types[0], DataType::Boolean | DataType::Null) {
        return Ok(DataType::Int32);
    }
    let given = super::super::types::type_name(&types[0]);
    let why = format!("argument 1 must be a whole number or a BOOLEAN, but it has the type \"{given}\"");
    Err(raise(unexpected(&why)))
}

fn bit_count(row: &Row<'_>) -> Result<ScalarValue> {
    let value = match row.value(0)? {
        ScalarValue::Boolean(Some(value)) => i64::from(value),
        other => match other.cast_to(&DataType::Int64)? {
            ScalarValue::Int64(Some(value)) => value,
            _ => return Ok(ScalarValue::Null),
        },
    };
    Ok(ScalarValue::Int32(Some(value.count_ones().cast_signed())))
}

fn get_bit(row: &Row<'_>) -> Result<ScalarValue> {
    let at = row.int(1);
    let most = row.data_type(0).primitive_width().unwrap_or(8) * 8 - 1;
    if !usize::try_from(at).is_ok_and(|at| at <= most) {
        let message =
            format!("The value of parameter(s) `pos` in `{}` is invalid: {at} is not between 0 and {most}.", row.name);
        let diagnostic = Diagnostic::new("INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE", "22023", message);
        return Err(raise(diagnostic.with_hint("Bits are counted from 0, the lowest.")));
    }
    let ScalarValue::Int64(Some(value)) = row.value(0)?.cast_to(&DataType::Int64)? else {
        return Ok(ScalarValue::Null);
    };
    Ok(ScalarValue::Int8(Some(i8::try_from(value >> at & 1).unwrap_or(0))))
}

/// `mod`, `pmod` and their forgiving forms.
pub static REMAINDERS: &[Function] = &[
    Function::new(&["mod"], &[Number, Number], Gives::By(remainder_type), |row| remainder(row, false, false)),
    Function::new(&["try_mod"], &[Number, Number], Gives::By(remainder_type), |row| remainder(row, false, true)),
    Function::new(&["pmod"], &[Number, Number], Gives::By(remainder_type), |row| remainder(row, true, false)),
];

fn remainder_type(arguments: &[DataType]) -> Result<DataType> {
    let (one, other) = (&arguments[0], &arguments[1]);
    if let (Some((precision, scale)), Some((other_precision, other_scale))) = (digits(one), digits(other))
        && !(one.is_integer() && other.is_integer())
    {
        let places = scale.max(other_scale);
        let precision = (precision - scale).min(other_precision - other_scale) + places;
        return Ok(DataType::Decimal128(
            u8::try_from(precision.clamp(1, 38)).unwrap_or(38),
            i8::try_from(places).unwrap_or(0),
        ));
    }
    Ok(common_type(one, other).unwrap_or(DataType::Float64))
}

fn remainder(row: &Row<'_>, positive: bool, forgiving: bool) -> Result<ScalarValue> {
    let common = common_type(row.data_type(0), row.data_type(1)).unwrap_or(DataType::Float64);
    let by_zero = || if forgiving { Ok(ScalarValue::Null) } else { Err(raise(divide_by_zero())) };
    let whole = |value: i128, by: i128| match value % by {
        rest if positive && rest < 0 => (rest + by) % by,
        rest => rest,
    };
    match (row.value(0)?.cast_to(&common)?, row.value(1)?.cast_to(&common)?) {
        (ScalarValue::Float64(Some(value)), ScalarValue::Float64(Some(by))) => {
            if by == 0.0 {
                return by_zero();
            }
            let rest = value % by;
            double(if positive && rest < 0.0 { (rest + by) % by } else { rest })
        }
        (ScalarValue::Float32(Some(value)), ScalarValue::Float32(Some(by))) => {
            if by == 0.0 {
                return by_zero();
            }
            let rest = value % by;
            Ok(ScalarValue::Float32(Some(if positive && rest < 0.0 { (rest + by) % by } else { rest })))
        }
        (ScalarValue::Decimal128(_, _, scale), ScalarValue::Decimal128(Some(0), ..)) if scale >= 0 => by_zero(),
        (ScalarValue::Decimal128(Some(value), _, scale), ScalarValue::Decimal128(Some(by), ..)) => {
            ScalarValue::Decimal128(Some(whole(value, by)), 38, scale).cast_to(row.gives)
        }
        (value, by) => {
            let number = |value: ScalarValue| match value.cast_to(&DataType::Int64) {
                Ok(ScalarValue::Int64(Some(value))) => i128::from(value),
                _ => 0,
            };
            let (value, by) = (number(value), number(by));
            if by == 0 {
                return by_zero();
            }
            long(i64::try_from(whole(value, by)).unwrap_or(0))?.cast_to(row.gives)
        }
    }
}
