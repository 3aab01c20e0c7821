//! Lambdas over the entries of maps.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, MapArray, StructArray, UInt32Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::super::super::errors::{mismatch, raise};
use super::super::maps;
use super::super::rows::{Takes, assembled, map_of, parameter, scalars};
use super::spread::{Spread, of_maps};
use super::{Call, Function, condition};

pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "map_filter",
        takes: &[Takes::Map],
        lambdas: (1, 1),
        parameters: entry,
        gives: |types, results| condition("map_filter", &results[0]).map(|()| types[0].clone()),
        body: |call| {
            let (spread, keys, values) = of_maps(&call.values[0])?;
            let keep = spread.test(call.lambdas[0], &[keys.clone(), values.clone()])?;
            let (spread, kept) = spread.kept(&keep);
            assemble(&spread, take(&keys, &kept, None)?, take(&values, &kept, None)?, call.gives)
        },
    },
    Function {
        name: "transform_values",
        takes: &[Takes::Map],
        lambdas: (1, 1),
        parameters: entry,
        gives: |types, results| Ok(map_of(parameter(&types[0], 0), results[0].clone())),
        body: |call| {
            let (spread, keys, values) = of_maps(&call.values[0])?;
            let changed = spread.call(call.lambdas[0], &[keys.clone(), values], &parameter(call.gives, 1))?;
            assemble(&spread, keys, changed, call.gives)
        },
    },
    Function {
        name: "transform_keys",
        takes: &[Takes::Map],
        lambdas: (1, 1),
        parameters: entry,
        gives: |types, results| Ok(map_of(results[0].clone(), parameter(&types[0], 1))),
        body: |call| {
            let (spread, keys, values) = of_maps(&call.values[0])?;
            let changed = spread.call(call.lambdas[0], &[keys, values.clone()], &parameter(call.gives, 0))?;
            checked(&spread, &changed, &values, call.gives)
        },
    },
    Function {
        name: "map_zip_with",
        takes: &[Takes::Map, Takes::Map],
        lambdas: (1, 1),
        parameters: |types| {
            let (one, other) = (&types[0], &types[1]);
            vec![vec![parameter(one, 0), parameter(one, 1), parameter(other, 1)]]
        },
        gives: |types, results| Ok(map_of(parameter(&types[0], 0), results[0].clone())),
        body: zipped,
    },
];

/// The keys of both maps, those of the first in front; a value that a map does not have is NULL.
fn zipped(call: &Call<'_>) -> Result<ArrayRef> {
    let (one, keys, values) = of_maps(&call.values[0])?;
    let (other, other_keys, other_values) = of_maps(&call.values[1])?;
    let nulls = NullBuffer::union(one.nulls.as_ref(), other.nulls.as_ref());
    let (mut lengths, mut found, mut at) = (Vec::new(), Vec::new(), (0, 0));
    for (row, (length, other_length)) in one.lengths.iter().zip(&other.lengths).enumerate() {
        let (own, others) = (scalars(&keys.slice(at.0, *length))?, scalars(&other_keys.slice(at.1, *other_length))?);
        let before = found.len();
        if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
            for (place, key) in own.iter().enumerate() {
                let beside = others.iter().position(|other| other == key).map(|place| at.1 + place);
                found.push((key.clone(), Some(at.0 + place), beside));
            }
            for (place, key) in others.iter().enumerate().filter(|(_, key)| !own.contains(key)) {
                found.push((key.clone(), None, Some(at.1 + place)));
            }
        }
        lengths.push(found.len() - before);
        at = (at.0 + length, at.1 + other_length);
    }
    let spread = Spread { lengths, nulls };
    let place = |place: Option<usize>| place.and_then(|place| u32::try_from(place).ok());
    let ones: UInt32Array = found.iter().map(|(_, one, _)| place(*one)).collect();
    let others: UInt32Array = found.iter().map(|(_, _, other)| place(*other)).collect();
    let keys = assembled(found.into_iter().map(|(key, ..)| key).collect(), &parameter(call.gives, 0))?;
    let arguments = [keys.clone(), take(&values, &ones, None)?, take(&other_values, &others, None)?];
    let results = spread.call(call.lambdas[0], &arguments, &parameter(call.gives, 1))?;
    assemble(&spread, keys, results, call.gives)
}

fn entry(types: &[DataType]) -> Vec<Vec<DataType>> {
    vec![vec![parameter(&types[0], 0), parameter(&types[0], 1)]]
}

fn assemble(spread: &Spread, keys: ArrayRef, values: ArrayRef, gives: &DataType) -> Result<ArrayRef> {
    let DataType::Map(entries, _) = gives else { return Err(raise(mismatch("this is no map"))) };
    let DataType::Struct(fields) = entries.data_type() else { return Err(raise(mismatch("this is no map"))) };
    let columns = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
    Ok(Arc::new(MapArray::try_new(entries.clone(), spread.offsets(), columns, spread.nulls.clone(), false)?))
}

/// Maps whose keys may be NULL or there twice, which is an error.
fn checked(spread: &Spread, keys: &ArrayRef, values: &ArrayRef, gives: &DataType) -> Result<ArrayRef> {
    let mut at = 0;
    let mut maps = Vec::with_capacity(spread.lengths.len());
    for (row, length) in spread.lengths.iter().enumerate() {
        if spread.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            maps.push(datafusion::common::ScalarValue::Null);
            continue;
        }
        let (own_keys, own_values) = (scalars(&keys.slice(at, *length))?, scalars(&values.slice(at, *length))?);
        at += length;
        maps.push(maps::map(gives, own_keys.into_iter().zip(own_values).collect())?);
    }
    let maps = assembled(maps, gives)?;
    debug_assert!(maps.as_map_opt().is_some());
    Ok(maps)
}
