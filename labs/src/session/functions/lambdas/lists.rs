//! Lambdas over the elements of arrays.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::super::rows::{Takes, list_of};
use super::spread::{Spread, element, of_lists};
use super::{Call, Function, condition};

pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "transform",
        takes: &[Takes::Array],
        lambdas: (1, 1),
        parameters: |types| vec![vec![element(&types[0]), DataType::Int32]],
        gives: |_, results| Ok(list_of(results[0].clone())),
        body: |call| {
            let (spread, elements) = of_lists(&call.values[0])?;
            let places = spread.places();
            spread.list(spread.call(call.lambdas[0], &[elements, places], &element(call.gives))?)
        },
    },
    Function {
        name: "filter",
        takes: &[Takes::Array],
        lambdas: (1, 1),
        parameters: |types| vec![vec![element(&types[0]), DataType::Int32]],
        gives: |types, results| condition("filter", &results[0]).map(|()| types[0].clone()),
        body: |call| {
            let (spread, elements) = of_lists(&call.values[0])?;
            let keep = spread.test(call.lambdas[0], &[elements.clone(), spread.places()])?;
            let (spread, kept) = spread.kept(&keep);
            spread.list(take(&elements, &kept, None)?)
        },
    },
    Function {
        name: "exists",
        takes: &[Takes::Array],
        lambdas: (1, 1),
        parameters: |types| vec![vec![element(&types[0])]],
        gives: |_, results| condition("exists", &results[0]).map(|()| DataType::Boolean),
        body: |call| tested(call, true),
    },
    Function {
        name: "forall",
        takes: &[Takes::Array],
        lambdas: (1, 1),
        parameters: |types| vec![vec![element(&types[0])]],
        gives: |_, results| condition("forall", &results[0]).map(|()| DataType::Boolean),
        body: |call| tested(call, false),
    },
    Function {
        name: "zip_with",
        takes: &[Takes::Array, Takes::Array],
        lambdas: (1, 1),
        parameters: |types| vec![vec![element(&types[0]), element(&types[1])]],
        gives: |_, results| Ok(list_of(results[0].clone())),
        body: zip_with,
    },
];

/// Whether one element passes (`wanted` true) or none fails (`wanted` false); NULL when a NULL decides.
fn tested(call: &Call<'_>, wanted: bool) -> Result<ArrayRef> {
    let (spread, elements) = of_lists(&call.values[0])?;
    let results = spread.test(call.lambdas[0], &[elements])?;
    let mut at = 0;
    let row = |(row, length): (usize, &usize)| {
        let own = at..at + length;
        at += length;
        if spread.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        if own.clone().any(|at| results.is_valid(at) && results.value(at) == wanted) {
            return Some(wanted);
        }
        if own.clone().any(|at| results.is_null(at)) { None } else { Some(!wanted) }
    };
    Ok(Arc::new(spread.lengths.iter().enumerate().map(row).collect::<BooleanArray>()))
}

/// The shorter array goes on with NULLs.
fn zip_with(call: &Call<'_>) -> Result<ArrayRef> {
    let (one, elements) = of_lists(&call.values[0])?;
    let (other, others) = of_lists(&call.values[1])?;
    let nulls = datafusion::arrow::buffer::NullBuffer::union(one.nulls.as_ref(), other.nulls.as_ref());
    let is_null = |row: usize| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
    let longest = one.lengths.iter().zip(&other.lengths).map(|(one, other)| *one.max(other));
    let lengths: Vec<usize> = longest.enumerate().map(|(row, length)| if is_null(row) { 0 } else { length }).collect();
    let padded = |side: &Spread, values: &ArrayRef| {
        let (mut places, mut start) = (Vec::new(), 0);
        for (own, length) in side.lengths.iter().zip(&lengths) {
            places.extend((0..*length).map(|at| if at < *own { u32::try_from(start + at).ok() } else { None }));
            start += own;
        }
        take(values, &UInt32Array::from(places), None)
    };
    let arguments = [padded(&one, &elements)?, padded(&other, &others)?];
    let spread = Spread { lengths: lengths.clone(), nulls: nulls.clone() };
    spread.list(spread.call(call.lambdas[0], &arguments, &element(call.gives))?)
}
