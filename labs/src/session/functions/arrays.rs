//! Functions of arrays. A position counts from 1, or from -1 at the end, save in `get`, which counts from 0.

use std::cmp::Ordering;

use datafusion::arrow::array::{Array, ArrayRef, make_comparator};
use datafusion::arrow::compute::{SortOptions, concat};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue};

use super::super::errors::raise;
use super::rows::{Function, Gives, Row, Takes, list_of, parameter, scalars};
use super::texts::{bounded, index_of_zero, int, text, truth};
use crate::diagnostic::Diagnostic;

use Takes::{Any, Common, Element, Int, SameArray};

pub static FUNCTIONS: &[Function] = &[
    Function::new(
        &["array"],
        &[Common],
        Gives::By(|types| Ok(list_of(types.first().cloned().unwrap_or(DataType::Null)))),
        |row| list(row, (0..row.len()).map(|at| row.value(at)).collect::<Result<_>>()?),
    )
    .variadic()
    .sees_nulls(),
    Function::new(&["size", "cardinality"], &[Takes::Collection], Gives::Int, size).sees_nulls(),
    Function::new(&["array_size"], &[Takes::Array], Gives::Int, |row| int(row.list(0).len())),
    Function::new(&["array_contains"], &[Takes::Array, Element], Gives::Boolean, contains),
    Function::new(&["array_position"], &[Takes::Array, Element], Gives::Long, position),
    Function::new(&["array_distinct"], &[Takes::Array], Gives::Like(0), |row| list(row, distinct(row.elements(0)?))),
    Function::new(&["array_remove"], &[Takes::Array, Element], Gives::Like(0), |row| {
        let removed = row.value(1)?;
        list(row, kept(row.elements(0)?, |element| element != &removed))
    }),
    Function::new(&["array_compact"], &[Takes::Array], Gives::Like(0), |row| {
        list(row, kept(row.elements(0)?, |element| !element.is_null()))
    }),
    Function::new(&["array_append"], &[Takes::Array, Element], Gives::Like(0), |row| added(row, false)).sees_nulls(),
    Function::new(&["array_prepend"], &[Takes::Array, Element], Gives::Like(0), |row| added(row, true)).sees_nulls(),
    Function::new(&["array_insert"], &[Takes::Array, Int, Element], Gives::Like(0), insert).sees_nulls(),
    Function::new(&["array_union"], &[SameArray, SameArray], Gives::Like(0), |row| {
        list(row, distinct([row.elements(0)?, row.elements(1)?].concat()))
    }),
    Function::new(&["array_intersect"], &[SameArray, SameArray], Gives::Like(0), |row| {
        let other = row.elements(1)?;
        list(row, distinct(kept(row.elements(0)?, |element| other.contains(element))))
    }),
    Function::new(&["array_except"], &[SameArray, SameArray], Gives::Like(0), |row| {
        let other = row.elements(1)?;
        list(row, distinct(kept(row.elements(0)?, |element| !other.contains(element))))
    }),
    Function::new(&["arrays_overlap"], &[SameArray, SameArray], Gives::Boolean, overlap),
    Function::new(&["array_join"], &[Takes::Array, Takes::OnlyText, Takes::OnlyText], Gives::Text, join).optional(1),
    Function::new(&["array_max"], &[Takes::Array], Gives::ElementOf(0), |row| extreme(row, Ordering::Greater)),
    Function::new(&["array_min"], &[Takes::Array], Gives::ElementOf(0), |row| extreme(row, Ordering::Less)),
    Function::new(&["array_repeat"], &[Any, Int], Gives::By(|types| Ok(list_of(types[0].clone()))), repeat)
        .sees_nulls(),
    Function::new(&["sort_array"], &[Takes::Array, Takes::Boolean], Gives::Like(0), sort).optional(1),
    Function::new(&["reverse"], &[Takes::TextOrArray], Gives::Like(0), reverse),
    Function::new(&["concat"], &[Takes::TextOrArray], Gives::By(concatenated), concatenate).variadic(),
    Function::new(&["slice"], &[Takes::Array, Int, Int], Gives::Like(0), slice),
    Function::new(&["flatten"], &[Takes::Array], Gives::ElementOf(0), flatten),
    Function::new(&["get"], &[Takes::Array, Int], Gives::ElementOf(0), |row| {
        Ok(usize::try_from(row.int(1)).ok().and_then(|at| at_place(&row.list(0), at)).unwrap_or(ScalarValue::Null))
    }),
    Function::new(&["arrays_zip"], &[Takes::Array], Gives::By(zipped), zip).variadic(),
];

pub fn list(row: &Row<'_>, values: Vec<ScalarValue>) -> Result<ScalarValue> {
    Ok(ScalarValue::List(ScalarValue::new_list(&values, &parameter(row.gives, 0), true)))
}

fn at_place(items: &ArrayRef, at: usize) -> Option<ScalarValue> {
    if at < items.len() { ScalarValue::try_from_array(items, at).ok() } else { None }
}

/// NULL has no size in ANSI mode.
fn size(row: &Row<'_>) -> Result<ScalarValue> {
    if row.is_null(0) {
        return Ok(ScalarValue::Null);
    }
    int(if matches!(row.data_type(0), DataType::Map(..)) { row.entries(0).0.len() } else { row.list(0).len() })
}

/// NULL when the value is not there but might be one of the NULLs.
fn contains(row: &Row<'_>) -> Result<ScalarValue> {
    let (elements, wanted) = (row.elements(0)?, row.value(1)?);
    if elements.iter().any(|element| is_same(element, &wanted)) {
        return truth(true);
    }
    if elements.iter().any(ScalarValue::is_null) { Ok(ScalarValue::Null) } else { truth(false) }
}

fn position(row: &Row<'_>) -> Result<ScalarValue> {
    let wanted = row.value(1)?;
    let at = row.elements(0)?.iter().position(|element| is_same(element, &wanted));
    Ok(ScalarValue::Int64(Some(at.and_then(|at| i64::try_from(at + 1).ok()).unwrap_or(0))))
}

/// Whether two values of one type are equal; the zeros of a floating number are.
fn is_same(one: &ScalarValue, other: &ScalarValue) -> bool {
    match (one, other) {
        (ScalarValue::Float64(Some(one)), ScalarValue::Float64(Some(other))) if *one == 0.0 => *other == 0.0,
        (ScalarValue::Float32(Some(one)), ScalarValue::Float32(Some(other))) if *one == 0.0 => *other == 0.0,
        (one, other) => one == other,
    }
}

fn distinct(values: Vec<ScalarValue>) -> Vec<ScalarValue> {
    let mut seen = std::collections::HashSet::new();
    kept(values, |value| seen.insert(value.clone()))
}

fn kept(mut values: Vec<ScalarValue>, keep: impl FnMut(&ScalarValue) -> bool) -> Vec<ScalarValue> {
    values.retain(keep);
    values
}

fn added(row: &Row<'_>, first: bool) -> Result<ScalarValue> {
    if row.is_null(0) {
        return Ok(ScalarValue::Null);
    }
    let mut elements = row.elements(0)?;
    elements.insert(if first { 0 } else { elements.len() }, row.value(1)?);
    list(row, elements)
}

/// Places between the end and the new element are NULLs.
fn insert(row: &Row<'_>) -> Result<ScalarValue> {
    if row.is_null(0) || row.is_null(1) {
        return Ok(ScalarValue::Null);
    }
    let (mut elements, place) = (row.elements(0)?, row.int(1));
    let far = place.unsigned_abs() as usize;
    bounded(far)?;
    let null = ScalarValue::try_from(&parameter(row.gives, 0))?;
    match place {
        0 => return Err(raise(index_of_zero())),
        1.. => {
            elements.resize(elements.len().max(far - 1), null);
            elements.insert(far - 1, row.value(2)?);
        }
        _ => {
            let missing = (far - 1).saturating_sub(elements.len());
            elements.splice(0..0, std::iter::repeat_n(null, missing));
            elements.insert(elements.len() + 1 - far, row.value(2)?);
        }
    }
    list(row, elements)
}

fn overlap(row: &Row<'_>) -> Result<ScalarValue> {
    let (one, other) = (row.elements(0)?, row.elements(1)?);
    if one.iter().any(|element| !element.is_null() && other.contains(element)) {
        return truth(true);
    }
    let unknown = one.iter().chain(&other).any(ScalarValue::is_null) && !one.is_empty() && !other.is_empty();
    if unknown { Ok(ScalarValue::Null) } else { truth(false) }
}

/// NULLs are left away, or replaced.
fn join(row: &Row<'_>) -> Result<ScalarValue> {
    let printed = super::conversion::convert(&row.list(0), &DataType::Utf8, false)?;
    let parts = scalars(&printed)?.into_iter().filter_map(|part| match part {
        ScalarValue::Utf8(Some(part)) => Some(part),
        _ if row.len() > 2 => Some(row.text(2).to_owned()),
        _ => None,
    });
    text(parts.collect::<Vec<String>>().join(row.text(1)))
}

fn extreme(row: &Row<'_>, wanted: Ordering) -> Result<ScalarValue> {
    let mut best = ScalarValue::Null;
    for element in kept(row.elements(0)?, |element| !element.is_null()) {
        if best.is_null() || order(&element, &best) == wanted {
            best = element;
        }
    }
    Ok(best)
}

fn repeat(row: &Row<'_>) -> Result<ScalarValue> {
    if row.is_null(1) {
        return Ok(ScalarValue::Null);
    }
    let (value, times) = (row.value(0)?, usize::try_from(row.int(1)).unwrap_or(0));
    bounded(times.saturating_mul(value.size()))?;
    list(row, vec![value; times])
}

/// NULLs are the smallest.
fn sort(row: &Row<'_>) -> Result<ScalarValue> {
    let mut elements = row.elements(0)?;
    elements.sort_by(order);
    if row.len() > 1 && !row.boolean(1) {
        elements.reverse();
    }
    list(row, elements)
}

/// The order of ORDER BY: NULLs first, also within a STRUCT or ARRAY, NaN last.
pub fn order(one: &ScalarValue, other: &ScalarValue) -> Ordering {
    match (one.is_null(), other.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) if one.data_type().is_nested() => nested_order(one, other).unwrap_or(Ordering::Equal),
        (false, false) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
    }
}

fn nested_order(one: &ScalarValue, other: &ScalarValue) -> Result<Ordering> {
    let nulls_first = SortOptions { descending: false, nulls_first: true };
    Ok(make_comparator(&one.to_array()?, &other.to_array()?, nulls_first)?(0, 0))
}

fn reverse(row: &Row<'_>) -> Result<ScalarValue> {
    if !row.data_type(0).is_nested() {
        return text(row.text(0).chars().rev().collect::<String>());
    }
    let mut elements = row.elements(0)?;
    elements.reverse();
    list(row, elements)
}

fn concatenated(types: &[DataType]) -> Result<DataType> {
    let kept = |first: &&DataType| first.is_nested() || **first == DataType::Binary;
    Ok(types.first().filter(kept).cloned().unwrap_or(DataType::Utf8))
}

/// Texts one after the other, or bytes, or arrays.
fn concatenate(row: &Row<'_>) -> Result<ScalarValue> {
    if *row.gives == DataType::Binary {
        let parts: Vec<&[u8]> = (0..row.len()).map(|at| row.bytes(at)).collect();
        bounded(parts.iter().map(|part| part.len()).sum())?;
        return Ok(ScalarValue::Binary(Some(parts.concat())));
    }
    if !row.gives.is_nested() {
        let parts: Vec<&str> = (0..row.len()).map(|at| row.text(at)).collect();
        bounded(parts.iter().map(|part| part.len()).sum())?;
        return text(parts.concat());
    }
    let parts: Vec<ArrayRef> = (0..row.len()).map(|at| row.list(at)).collect();
    joined(&parts)
}

/// One array of the elements of several.
fn joined(parts: &[ArrayRef]) -> Result<ScalarValue> {
    bounded(parts.iter().map(|part| part.get_array_memory_size() / 8).sum::<usize>())?;
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    Ok(SingleRowListArrayBuilder::new(concat(&parts)?).build_list_scalar())
}

fn slice(row: &Row<'_>) -> Result<ScalarValue> {
    let (items, start, length) = (row.list(0), row.int(1), row.int(2));
    let wrong = |parameter: &str, why: &str| {
        let message = format!("The value of parameter(s) `{parameter}` in `slice` is invalid: {why}.");
        raise(Diagnostic::new(format!("INVALID_PARAMETER_VALUE.{}", parameter.to_uppercase()), "22023", message))
    };
    if start == 0 {
        return Err(wrong("start", "positions start at 1"));
    }
    let Ok(length) = usize::try_from(length) else { return Err(wrong("length", "it is less than 0")) };
    let back = start.unsigned_abs() as usize;
    let from = if start > 0 { Some(back - 1) } else { items.len().checked_sub(back) };
    let part = match from.filter(|from| *from < items.len()) {
        Some(from) => items.slice(from, length.min(items.len() - from)),
        None => items.slice(0, 0),
    };
    Ok(SingleRowListArrayBuilder::new(part).build_list_scalar())
}

/// NULL when one of the arrays inside is.
fn flatten(row: &Row<'_>) -> Result<ScalarValue> {
    let inner = row.list(0);
    let Some(lists) = datafusion::arrow::array::AsArray::as_list_opt::<i32>(&inner) else {
        return Err(raise(super::super::errors::unexpected("flatten needs an array of arrays")));
    };
    if lists.null_count() > 0 {
        return Ok(ScalarValue::Null);
    }
    let parts: Vec<ArrayRef> = lists.iter().flatten().collect();
    if parts.is_empty() { list(row, Vec::new()) } else { joined(&parts) }
}

/// Structs with fields `0`, `1`, ..: one of each array's elements.
fn zipped(types: &[DataType]) -> Result<DataType> {
    let field = |(at, list): (usize, &DataType)| Field::new(at.to_string(), parameter(list, 0), true);
    Ok(list_of(DataType::Struct(types.iter().enumerate().map(field).collect::<Vec<Field>>().into())))
}

fn zip(row: &Row<'_>) -> Result<ScalarValue> {
    let lists: Vec<ArrayRef> = (0..row.len()).map(|at| row.list(at)).collect();
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    let DataType::Struct(fields) = parameter(row.gives, 0) else { return Ok(ScalarValue::Null) };
    let entry = |at: usize| {
        let values = lists.iter().zip(&fields).map(|(list, field)| match at_place(list, at) {
            Some(value) => Ok(value.to_array()?),
            None => Ok(ScalarValue::try_from(field.data_type())?.to_array()?),
        });
        let values: Vec<ArrayRef> = values.collect::<Result<_>>()?;
        Ok(ScalarValue::Struct(std::sync::Arc::new(datafusion::arrow::array::StructArray::try_new(
            fields.clone(),
            values,
            None,
        )?)))
    };
    list(row, (0..longest).map(entry).collect::<Result<_>>()?)
}
