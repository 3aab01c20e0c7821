//! Aggregates of numbers: percentiles, moments, and averages of DECIMALs.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::super::super::errors::{overflow, raise};
use super::super::arrays::order;
use super::super::rows::{Takes, list_of};
use super::{Aggregate, Group};
use crate::diagnostic::Diagnostic;

use Takes::{Any, Double, Long, Number};

pub static AGGREGATES: &[Aggregate] = &[
    Aggregate::new(&["median"], &[Double], |_| DataType::Float64, |group| interpolated(&sorted(group, 0)?, 0.5)),
    Aggregate::new(
        &["percentile"],
        &[Double, Any, Long],
        |types| one_or_many(types, DataType::Float64),
        |group| {
            let values = weighed(group)?;
            each(group, 1, |share| interpolated(&values, share))
        },
    )
    .optional(1),
    Aggregate::new(
        &["percentile_approx", "approx_percentile"],
        &[Number, Any, Long],
        |types| one_or_many(types, types[0].clone()),
        |group| {
            let values = ordered(group)?;
            each(group, 1, |share| ranked(&values, share))
        },
    )
    .optional(1),
    Aggregate::new(
        &["percentile_cont"],
        &[Double, Double],
        |_| DataType::Float64,
        |group| {
            let (values, share) = (sorted(group, 0)?, share(&group.constant(1)?)?);
            interpolated(&values, if group.order == Some(true) { 1.0 - share } else { share })
        },
    )
    .within_group(),
    Aggregate::new(
        &["percentile_disc"],
        &[Double, Double],
        |_| DataType::Float64,
        |group| {
            let mut values = sorted(group, 0)?;
            if group.order == Some(true) {
                values.reverse();
            }
            let values: Vec<ScalarValue> = values.into_iter().map(|value| ScalarValue::Float64(Some(value))).collect();
            ranked(&values, share(&group.constant(1)?)?)
        },
    )
    .within_group(),
    Aggregate::new(
        &["kurtosis"],
        &[Double],
        |_| DataType::Float64,
        |group| moments(group, |count, [second, _, fourth]| count * fourth / (second * second) - 3.0),
    ),
    Aggregate::new(
        &["skewness"],
        &[Double],
        |_| DataType::Float64,
        |group| moments(group, |count, [second, third, _]| count.sqrt() * third / second.powf(1.5)),
    ),
];

/// The averages of DECIMALs: one that fails where there are too many digits, and one that gives NULL.
pub static AVERAGES: [Aggregate; 2] = [
    Aggregate::new(&["avg"], &[Number], |types| average_type(&types[0]), |group| average(group, false)),
    Aggregate::new(&["try_avg"], &[Number], |types| average_type(&types[0]), |group| average(group, true)),
];

fn numbers(values: Vec<ScalarValue>) -> impl Iterator<Item = f64> {
    values.into_iter().filter_map(|value| match value {
        ScalarValue::Float64(number) => number,
        _ => None,
    })
}

fn sorted(group: &Group<'_>, argument: usize) -> Result<Vec<f64>> {
    let mut values: Vec<f64> = numbers(group.present(argument)?).collect();
    values.sort_by(f64::total_cmp);
    Ok(values)
}

/// As many of each value as its frequency says.
fn weighed(group: &Group<'_>) -> Result<Vec<f64>> {
    if group.columns.len() < 3 {
        return sorted(group, 0);
    }
    let mut values = Vec::new();
    for (value, frequency) in group.values(0)?.into_iter().zip(group.values(2)?) {
        let (ScalarValue::Float64(Some(value)), ScalarValue::Int64(Some(frequency))) = (value, frequency) else {
            continue;
        };
        let Ok(frequency) = usize::try_from(frequency) else {
            return Err(raise(bad_share("a frequency is less than 0")));
        };
        super::super::texts::bounded((values.len() + frequency).saturating_mul(size_of::<f64>()))?;
        values.extend(std::iter::repeat_n(value, frequency));
    }
    values.sort_by(f64::total_cmp);
    Ok(values)
}

/// Values in their order, in their own type.
fn ordered(group: &Group<'_>) -> Result<Vec<ScalarValue>> {
    let mut values = group.present(0)?;
    values.sort_by(order);
    Ok(values)
}

/// One value for one share, an array for an array of shares.
fn one_or_many(types: &[DataType], one: DataType) -> DataType {
    if types.get(1).is_some_and(DataType::is_nested) { list_of(one) } else { one }
}

fn each(group: &Group<'_>, argument: usize, value: impl Fn(f64) -> Result<ScalarValue>) -> Result<ScalarValue> {
    match group.constant(argument)? {
        ScalarValue::List(shares) => {
            let shares = super::super::rows::scalars(shares.values())?;
            let values = shares.iter().map(|one| value(share(one)?)).collect::<Result<Vec<_>>>()?;
            if group.columns[0].len() == group.columns[0].null_count() {
                return Ok(ScalarValue::Null);
            }
            let item = super::super::rows::parameter(group.gives, 0);
            Ok(ScalarValue::List(ScalarValue::new_list(&values, &item, true)))
        }
        ScalarValue::Null => Ok(ScalarValue::Null),
        one => value(share(&one)?),
    }
}

fn share(value: &ScalarValue) -> Result<f64> {
    match value.cast_to(&DataType::Float64) {
        Ok(ScalarValue::Float64(Some(share))) if (0.0..=1.0).contains(&share) => Ok(share),
        Ok(ScalarValue::Float64(None)) if value.is_null() => Ok(0.0),
        _ => Err(raise(bad_share("the percentage must be between 0.0 and 1.0"))),
    }
}

fn bad_share(why: &str) -> Diagnostic {
    let text = format!("Cannot resolve the expression due to data type mismatch: {why}.");
    Diagnostic::new("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "42K09", text)
        .with_hint("0.5 is the median, 0.9 the 90th percentile.")
}

/// Between two values in proportion; NULL of none.
fn interpolated(values: &[f64], share: f64) -> Result<ScalarValue> {
    let Some(last) = values.len().checked_sub(1) else { return Ok(ScalarValue::Null) };
    let place = share * last as f64;
    let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
    let above = place - place.floor();
    super::super::numbers::double(if low == high { low } else { (1.0 - above) * low + above * high })
}

/// The first value that at least this share of all is not above.
fn ranked(values: &[ScalarValue], share: f64) -> Result<ScalarValue> {
    let rank = (share * values.len() as f64).ceil() as usize;
    Ok(values.get(rank.saturating_sub(1)).cloned().unwrap_or(ScalarValue::Null))
}

/// A value from the sums of the second, third and fourth powers of what lies between values and their mean. NULL when all
/// values are the same.
fn moments(group: &Group<'_>, value: fn(f64, [f64; 3]) -> f64) -> Result<ScalarValue> {
    let values: Vec<f64> = numbers(group.present(0)?).collect();
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let power = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>();
    let powers = [power(2), power(3), power(4)];
    if values.is_empty() || powers[0] == 0.0 {
        return Ok(ScalarValue::Null);
    }
    super::super::numbers::double(value(count, powers))
}

/// Four digits more, all of them after the point.
fn average_type(number: &DataType) -> DataType {
    match number {
        DataType::Decimal128(precision, scale) => DataType::Decimal128((precision + 4).min(38), (scale + 4).min(38)),
        _ => DataType::Float64,
    }
}

/// The exact average, rounded half up.
fn average(group: &Group<'_>, forgiving: bool) -> Result<ScalarValue> {
    let DataType::Decimal128(precision, scale) = group.gives else { return Ok(ScalarValue::Null) };
    let (mut sum, mut count, mut places) = (0_i128, 0_i128, *scale);
    for value in group.present(0)? {
        if let ScalarValue::Decimal128(Some(value), _, scale) = value {
            sum = sum.checked_add(value).ok_or_else(|| raise(overflow("decimal")))?;
            (count, places) = (count + 1, scale);
        }
    }
    if count == 0 {
        return Ok(ScalarValue::Null);
    }
    let factor = 10_i128.pow(u32::from((scale - places).unsigned_abs()));
    let quotient = sum.checked_mul(factor).map(|sum| {
        let half = if (sum % count).abs() * 2 >= count { sum.signum() } else { 0 };
        sum / count + half
    });
    let limit = 10_i128.checked_pow(u32::from(*precision)).unwrap_or(i128::MAX);
    match quotient.filter(|quotient| quotient.abs() < limit) {
        Some(quotient) => Ok(ScalarValue::Decimal128(Some(quotient), *precision, *scale)),
        None if forgiving => Ok(ScalarValue::Null),
        None => Err(raise(overflow("decimal"))),
    }
}
