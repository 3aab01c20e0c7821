//! Aggregates that pick, count or join values.

use std::collections::HashMap;
use std::collections::HashSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::super::super::errors::{invalid_cast, raise};
use super::super::arrays::order;
use super::super::rows::{Takes, list_of};
use super::super::texts::text;
use super::{Aggregate, Group};

use Takes::{Any, Boolean, Double, Text};

pub static AGGREGATES: &[Aggregate] = &[
    Aggregate::new(&["first", "first_value", "any_value"], &[Any, Boolean], first_type, |group| edge(group, true))
        .optional(1),
    Aggregate::new(&["last", "last_value"], &[Any, Boolean], first_type, |group| edge(group, false)).optional(1),
    Aggregate::new(
        &["count_if"],
        &[Boolean],
        |_| DataType::Int64,
        |group| {
            let counted = group.values(0)?.iter().filter(|value| **value == ScalarValue::Boolean(Some(true))).count();
            long(counted)
        },
    ),
    Aggregate::new(
        &["approx_count_distinct"],
        &[Any, Double],
        |_| DataType::Int64,
        |group| long(group.present(0)?.into_iter().collect::<HashSet<_>>().len()),
    )
    .optional(1),
    Aggregate::new(
        &["bool_and", "every"],
        &[Boolean],
        |_| DataType::Boolean,
        |group| {
            let values = group.present(0)?;
            Ok(ScalarValue::Boolean((!values.is_empty()).then(|| values.iter().all(is_true))))
        },
    ),
    Aggregate::new(
        &["bool_or", "some", "any"],
        &[Boolean],
        |_| DataType::Boolean,
        |group| {
            let values = group.present(0)?;
            Ok(ScalarValue::Boolean((!values.is_empty()).then(|| values.iter().any(is_true))))
        },
    ),
    Aggregate::new(&["min_by"], &[Any, Any], first_type, |group| by(group, false)),
    Aggregate::new(&["max_by"], &[Any, Any], first_type, |group| by(group, true)),
    Aggregate::new(&["mode"], &[Any], first_type, mode),
    Aggregate::new(
        &["collect_list", "array_agg"],
        &[Any],
        |types| list_of(types[0].clone()),
        |group| Ok(list(group, group.present(0)?)),
    ),
    // The first two values of a scalar subquery, also NULLs: one too many is enough to say so.
    Aggregate::new(
        &["__gather"],
        &[Any],
        |types| list_of(types[0].clone()),
        |group| {
            let mut values = group.values(0)?;
            values.truncate(2);
            Ok(list(group, values))
        },
    ),
    Aggregate::new(
        &["collect_set"],
        &[Any],
        |types| list_of(types[0].clone()),
        |group| {
            let mut seen = HashSet::new();
            Ok(list(group, group.present(0)?.into_iter().filter(|value| seen.insert(value.clone())).collect()))
        },
    ),
    Aggregate::new(&["listagg", "string_agg"], &[Text, Text], |_| DataType::Utf8, joined).optional(1),
    Aggregate::new(&["__listagg"], &[Any, Text, Text], |_| DataType::Utf8, joined_in_order).optional(1).within_group(),
];

pub static EXTREMES: [Aggregate; 2] = [
    Aggregate::new(&["max"], &[Any], first_type, |group| {
        Ok(group.present(0)?.into_iter().max_by(order).unwrap_or(ScalarValue::Null))
    }),
    Aggregate::new(&["min"], &[Any], first_type, |group| {
        Ok(group.present(0)?.into_iter().min_by(order).unwrap_or(ScalarValue::Null))
    }),
];

fn first_type(types: &[DataType]) -> DataType {
    types.first().cloned().unwrap_or(DataType::Null)
}

fn long(count: usize) -> Result<ScalarValue> {
    Ok(ScalarValue::Int64(i64::try_from(count).ok()))
}

fn is_true(value: &ScalarValue) -> bool {
    *value == ScalarValue::Boolean(Some(true))
}

fn list(group: &Group<'_>, values: Vec<ScalarValue>) -> ScalarValue {
    ScalarValue::List(ScalarValue::new_list(&values, &super::super::rows::parameter(group.gives, 0), true))
}

/// The first or last value; NULLs count unless they are to be ignored.
fn edge(group: &Group<'_>, first: bool) -> Result<ScalarValue> {
    let ignores = group.ignore_nulls || is_true(&group.constant(1)?);
    let column = &group.columns[0];
    let wanted = |at: &usize| !ignores || column.is_valid(*at);
    let at = if first { (0..column.len()).find(wanted) } else { (0..column.len()).rev().find(wanted) };
    at.map_or(Ok(ScalarValue::Null), |at| ScalarValue::try_from_array(column, at))
}

/// The first argument of the row whose second one is the smallest or largest; rows without a second do not count.
fn by(group: &Group<'_>, largest: bool) -> Result<ScalarValue> {
    let (values, keys) = (group.values(0)?, group.values(1)?);
    let mut best: Option<(ScalarValue, ScalarValue)> = None;
    for (value, key) in values.into_iter().zip(keys).filter(|(_, key)| !key.is_null()) {
        let better = best.as_ref().is_none_or(|(_, known)| match order(&key, known) {
            std::cmp::Ordering::Less => !largest,
            // Of equal ones the last is taken for the largest, the first for the smallest.
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Greater => largest,
        });
        if better {
            best = Some((value, key));
        }
    }
    Ok(best.map_or(ScalarValue::Null, |(value, _)| value))
}

/// The value that is there most often, of several the smallest.
fn mode(group: &Group<'_>) -> Result<ScalarValue> {
    let mut counts: HashMap<ScalarValue, usize> = HashMap::new();
    for value in group.present(0)? {
        *counts.entry(value).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by(|(value, count), (other, other_count)| count.cmp(other_count).then_with(|| order(other, value)));
    Ok(most.map_or(ScalarValue::Null, |(value, _)| value))
}

/// NULL when there is nothing to join.
fn joined(group: &Group<'_>) -> Result<ScalarValue> {
    join(group.values(0)?, &group.constant(1)?)
}

/// The column that orders stands in front.
fn joined_in_order(group: &Group<'_>) -> Result<ScalarValue> {
    let mut rows: Vec<(ScalarValue, ScalarValue)> = group.values(0)?.into_iter().zip(group.values(1)?).collect();
    rows.sort_by(|(key, _), (other, _)| order(key, other));
    if group.order == Some(true) {
        rows.reverse();
    }
    join(rows.into_iter().map(|(_, value)| value).collect(), &group.constant(2)?)
}

fn join(values: Vec<ScalarValue>, mark: &ScalarValue) -> Result<ScalarValue> {
    let mark = match mark {
        ScalarValue::Utf8(Some(mark)) => mark.as_str(),
        ScalarValue::Utf8(None) | ScalarValue::Null => "",
        other => return Err(raise(invalid_cast(&other.to_string(), "BINARY", "STRING"))),
    };
    let parts: Vec<String> = values
        .into_iter()
        .filter_map(|value| match value {
            ScalarValue::Utf8(text) => text,
            _ => None,
        })
        .collect();
    if parts.is_empty() { Ok(ScalarValue::Null) } else { text(parts.join(mark)) }
}
