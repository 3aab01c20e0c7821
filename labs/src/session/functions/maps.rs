//! Functions of maps and structs. A map keeps the order in which its keys came; a key stands in it once.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue};

use super::super::errors::{mismatch, mismatch_of, raise, unexpected};
use super::super::types::type_name;
use super::rows::{Function, Gives, Row, Takes, common_type, list_of, map_of, parameter, scalars};
use super::texts::{index_of_zero, truth};
use crate::diagnostic::Diagnostic;

use Takes::{Any, Array as List, Key, Map, OnlyText, Text};

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["map", "__map"], &[Any], Gives::By(literal_type), literal).variadic().sees_nulls(),
    Function::new(&["map_keys"], &[Map], Gives::By(|types| Ok(list_of(parameter(&types[0], 0)))), |row| {
        Ok(SingleRowListArrayBuilder::new(row.entries(0).0).build_list_scalar())
    }),
    Function::new(&["map_values"], &[Map], Gives::By(|types| Ok(list_of(parameter(&types[0], 1)))), |row| {
        Ok(SingleRowListArrayBuilder::new(row.entries(0).1).build_list_scalar())
    }),
    Function::new(&["map_entries"], &[Map], Gives::By(entries_type), entries),
    Function::new(
        &["map_from_arrays"],
        &[List, List],
        Gives::By(|types| Ok(map_of(parameter(&types[0], 0), parameter(&types[1], 0)))),
        |row| {
            let (keys, values) = (row.elements(0)?, row.elements(1)?);
            if keys.len() != values.len() {
                return Err(raise(mismatch("the arrays of keys and of values have different lengths")));
            }
            map(row.gives, keys.into_iter().zip(values).collect())
        },
    ),
    Function::new(&["map_from_entries"], &[List], Gives::By(from_entries_type), from_entries),
    Function::new(&["map_concat"], &[Takes::SameMap], Gives::Like(0), |row| {
        let mut pairs = Vec::new();
        for at in 0..row.len() {
            pairs.extend(pairs_of(row, at)?);
        }
        map(row.gives, pairs)
    })
    .variadic(),
    Function::new(&["map_contains_key"], &[Map, Key], Gives::Boolean, |row| {
        truth(scalars(&row.entries(0).0)?.contains(&row.value(1)?))
    }),
    Function::new(
        &["str_to_map"],
        &[OnlyText, OnlyText, OnlyText],
        Gives::By(|_| Ok(map_of(DataType::Utf8, DataType::Utf8))),
        str_to_map,
    )
    .optional(2),
    Function::new(&["element_at"], &[Takes::Collection, Any], Gives::By(item_type), |row| element_at(row, false)),
    Function::new(&["__map_field"], &[Map, Text], Gives::By(item_type), map_field),
    Function::new(&["try_element_at"], &[Takes::Collection, Any], Gives::By(item_type), |row| element_at(row, true)),
];

/// A map of pairs.
///
/// # Errors
/// NULL_MAP_KEY, DUPLICATED_MAP_KEY.
pub fn map(data_type: &DataType, pairs: Vec<(ScalarValue, ScalarValue)>) -> Result<ScalarValue> {
    let DataType::Map(entries, _) = data_type else { return Err(raise(mismatch("this is no map"))) };
    let (key_type, value_type) = (parameter(data_type, 0), parameter(data_type, 1));
    let mut seen = std::collections::HashSet::new();
    for (key, _) in &pairs {
        if key.is_null() {
            let diagnostic = Diagnostic::new("NULL_MAP_KEY", "2200E", "Cannot use null as map key.");
            return Err(raise(
                diagnostic.with_hint("Leave entries with a NULL key away, or give them a key with coalesce."),
            ));
        }
        if !seen.insert(key.clone()) {
            let message = format!("Duplicate map key {key} was found, please check the input data.");
            let diagnostic = Diagnostic::new("DUPLICATED_MAP_KEY", "23505", message);
            return Err(raise(diagnostic.with_hint("Give each key once.")));
        }
    }
    let length = pairs.len();
    let (keys, values): (Vec<ScalarValue>, Vec<ScalarValue>) = pairs.into_iter().unzip();
    let keys = super::rows::assembled(keys, &key_type)?;
    let values = super::rows::assembled(values, &value_type)?;
    let DataType::Struct(fields) = entries.data_type() else { return Err(raise(mismatch("this is no map"))) };
    let columns = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
    let map = MapArray::try_new(entries.clone(), OffsetBuffer::from_lengths([length]), columns, None, false)?;
    Ok(ScalarValue::Map(Arc::new(map)))
}

fn pairs_of(row: &Row<'_>, argument: usize) -> Result<Vec<(ScalarValue, ScalarValue)>> {
    let (keys, values) = row.entries(argument);
    Ok(scalars(&keys)?.into_iter().zip(scalars(&values)?).collect())
}

/// `map(k1, v1, k2, v2)`: keys have one type, values too.
fn literal_type(types: &[DataType]) -> Result<DataType> {
    if !types.len().is_multiple_of(2) {
        return Err(raise(super::rows::wrong_number("map", types.len())));
    }
    let common = |from: usize| {
        let mut parts = types.iter().skip(from).step_by(2);
        let first = parts.next().cloned().unwrap_or(DataType::Null);
        parts.try_fold(first, |common, other| common_type(&common, other))
    };
    let different = |kind: &str, what: &str| {
        Err(raise(mismatch_of(kind, &format!("the {what} of a map should all have one type"))))
    };
    match (common(0), common(1)) {
        (Some(key), Some(value)) => Ok(map_of(key, value)),
        (None, _) => different("CREATE_MAP_KEY_DIFF_TYPES", "keys"),
        (_, None) => different("CREATE_MAP_VALUE_DIFF_TYPES", "values"),
    }
}

fn literal(row: &Row<'_>) -> Result<ScalarValue> {
    let (key_type, value_type) = (parameter(row.gives, 0), parameter(row.gives, 1));
    let pair = |at: usize| Ok((row.value(at)?.cast_to(&key_type)?, row.value(at + 1)?.cast_to(&value_type)?));
    map(row.gives, (0..row.len()).step_by(2).map(pair).collect::<Result<_>>()?)
}

fn entry(map: &DataType) -> DataType {
    let fields = vec![Field::new("key", parameter(map, 0), false), Field::new("value", parameter(map, 1), true)];
    DataType::Struct(fields.into())
}

fn entries_type(types: &[DataType]) -> Result<DataType> {
    Ok(list_of(entry(&types[0])))
}

fn entries(row: &Row<'_>) -> Result<ScalarValue> {
    let DataType::Struct(fields) = parameter(row.gives, 0) else { return Ok(ScalarValue::Null) };
    let (keys, values) = row.entries(0);
    let entries: ArrayRef = Arc::new(StructArray::try_new(fields, vec![keys, values], None)?);
    Ok(SingleRowListArrayBuilder::new(entries).build_list_scalar())
}

fn from_entries_type(types: &[DataType]) -> Result<DataType> {
    match parameter(&types[0], 0) {
        DataType::Struct(fields) if fields.len() == 2 => {
            Ok(map_of(fields[0].data_type().clone(), fields[1].data_type().clone()))
        }
        _ => Err(raise(unexpected("map_from_entries needs an array of structs of a key and a value"))),
    }
}

/// NULL when one of the entries is.
fn from_entries(row: &Row<'_>) -> Result<ScalarValue> {
    let entries = row.list(0);
    let Some(entries) = entries.as_struct_opt() else { return Ok(ScalarValue::Null) };
    if entries.null_count() > 0 {
        return Ok(ScalarValue::Null);
    }
    map(row.gives, scalars(entries.column(0))?.into_iter().zip(scalars(entries.column(1))?).collect())
}

fn str_to_map(row: &Row<'_>) -> Result<ScalarValue> {
    let mark = |at: usize, default: &'static str| if row.len() > at { row.text(at) } else { default };
    let pairs = super::regular::compiled(row.name, mark(1, ","))?;
    let parts = super::regular::compiled(row.name, mark(2, ":"))?;
    let text = |text: Option<&str>| ScalarValue::Utf8(text.map(str::to_owned));
    let pair = |pair: &str| {
        let mut parts = parts.splitn(pair, 2);
        (text(parts.next()), text(parts.next()))
    };
    map(row.gives, pairs.split(row.text(0)).map(pair).collect())
}

/// # Errors
/// DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE for a position that is no whole number, or a key that the map's are not like.
fn item_type(types: &[DataType]) -> Result<DataType> {
    let wanted = match &types[0] {
        map @ DataType::Map(..) if common_type(&parameter(map, 0), &types[1]).is_some() => {
            return Ok(parameter(map, 1));
        }
        list @ DataType::List(_) if types[1].is_integer() || types[1].is_null() => return Ok(parameter(list, 0)),
        map @ DataType::Map(..) => type_name(&parameter(map, 0)),
        _ => "INT".to_owned(),
    };
    let why = format!("argument 2 must be \"{wanted}\", but it has the type \"{}\"", type_name(&types[1]));
    Err(raise(unexpected(&why)))
}

/// The element at a position from 1 or from the end, or the value of a key; NULL for a key that is not there.
fn element_at(row: &Row<'_>, forgiving: bool) -> Result<ScalarValue> {
    if matches!(row.data_type(0), DataType::Map(..)) {
        return value_of(row);
    }
    let ScalarValue::Int64(Some(index)) = row.value(1)?.cast_to(&DataType::Int64)? else {
        return Err(raise(mismatch("an array's position is a whole number")));
    };
    let items = row.list(0);
    let back = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    let at = if index > 0 { back.checked_sub(1) } else { items.len().checked_sub(back) };
    match at.filter(|at| *at < items.len()) {
        _ if index == 0 => Err(raise(index_of_zero())),
        Some(at) => ScalarValue::try_from_array(&items, at),
        None if forgiving => Ok(ScalarValue::Null),
        None => Err(raise(out_of_bounds(index, items.len()))),
    }
}

fn out_of_bounds(index: i64, size: usize) -> Diagnostic {
    let message = format!("The index {index} is out of bounds. The array has {size} elements.");
    Diagnostic::new("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "22003", message)
        .with_hint("Use `try_element_at` to get NULL for an index that is not there.")
}

/// `map.key`: a name that no quotes guard has no case; the same case wins.
fn map_field(row: &Row<'_>) -> Result<ScalarValue> {
    let (keys, values) = row.entries(0);
    let (keys, wanted) = (scalars(&keys)?, row.text(1));
    let text = |key: &ScalarValue| key.try_as_str().flatten().unwrap_or_default().to_owned();
    let same = keys.iter().position(|key| text(key) == wanted);
    match same.or_else(|| keys.iter().position(|key| text(key).eq_ignore_ascii_case(wanted))) {
        Some(at) => ScalarValue::try_from_array(&values, at),
        None => Ok(ScalarValue::Null),
    }
}

fn value_of(row: &Row<'_>) -> Result<ScalarValue> {
    let (keys, values) = row.entries(0);
    let wanted = row.value(1)?.cast_to(keys.data_type())?;
    match scalars(&keys)?.iter().position(|key| key == &wanted) {
        Some(at) => ScalarValue::try_from_array(&values, at),
        None => Ok(ScalarValue::Null),
    }
}
