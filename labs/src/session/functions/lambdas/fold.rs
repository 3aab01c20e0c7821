//! Lambdas that go from element to element: `aggregate` and an order by comparison.

use std::cmp::Ordering;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::{cast, interleave, take, take_arrays};
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::common::{Result, ScalarValue};

use super::super::super::errors::{raise, unexpected};
use super::super::super::types::type_name;
use super::super::rows::{Takes, assembled, scalars};
use super::spread::{call, element, nulls, of_lists};
use super::{Call, Function};

pub static FUNCTIONS: &[Function] = &[
    aggregate("aggregate"),
    aggregate("reduce"),
    Function {
        name: "array_sort",
        takes: &[Takes::Array],
        lambdas: (0, 1),
        parameters: |types| vec![vec![element(&types[0]), element(&types[0])]],
        gives: |types, results| match results.first() {
            Some(order) if !order.is_integer() => {
                let why =
                    format!("the lambda function of array_sort must give -1, 0 or 1, not \"{}\"", type_name(order));
                Err(raise(unexpected(&why)))
            }
            _ => Ok(types[0].clone()),
        },
        body: sorted,
    },
];

const fn aggregate(name: &'static str) -> Function {
    Function {
        name,
        takes: &[Takes::Array, Takes::Any],
        lambdas: (1, 2),
        parameters: |types| vec![vec![types[1].clone(), element(&types[0])], vec![types[1].clone()]],
        gives: |types, results| {
            let same = results[0] == types[1] || results[0].is_null() || type_name(&results[0]) == type_name(&types[1]);
            if !same {
                let (start, merged) = (type_name(&types[1]), type_name(&results[0]));
                let why = format!(
                    "aggregate starts with \"{start}\", and its lambda function gives \"{merged}\": cast the start"
                );
                return Err(raise(unexpected(&why)));
            }
            Ok(results.last().filter(|_| results.len() > 1).unwrap_or(&types[1]).clone())
        },
        body: folded,
    }
}

/// One step of all rows at a time: rows that have no element left keep what they have.
fn folded(arguments: &Call<'_>) -> Result<ArrayRef> {
    let (spread, elements) = of_lists(&arguments.values[0])?;
    let mut total = arguments.values[1].clone();
    let starts = spread.offsets();
    for step in 0..spread.lengths.iter().copied().max().unwrap_or(0) {
        let active: Vec<u32> =
            spread.lengths.iter().zip(0_u32..).filter(|(length, _)| **length > step).map(|(_, row)| row).collect();
        let places = active.iter().map(|row| starts[*row as usize].cast_unsigned() + u32::try_from(step).unwrap_or(0));
        let next = take(&elements, &UInt32Array::from_iter_values(places), None)?;
        let rows = UInt32Array::from(active.clone());
        let so_far = take(&total, &rows, None)?;
        let merged = call(
            arguments.lambdas[0],
            &[so_far, next],
            |captured| Ok(take_arrays(captured, &rows, None)?),
            active.len(),
        )?;
        total = replaced(&total, &cast(&merged, total.data_type())?, &active)?;
    }
    let empty = spread.nulls.as_ref();
    if let Some(finish) = arguments.lambdas.get(1) {
        let size = total.len();
        total = call(finish, &[total], |captured| Ok(captured.to_vec()), size)?;
    }
    match empty {
        Some(valid) => {
            let none = nulls(total.data_type(), 1);
            let pick: Vec<(usize, usize)> =
                (0..total.len()).map(|row| if valid.is_null(row) { (1, 0) } else { (0, row) }).collect();
            Ok(interleave(&[total.as_ref(), none.as_ref()], &pick)?)
        }
        None => Ok(total),
    }
}

/// `values` with those of some rows replaced.
fn replaced(values: &ArrayRef, by: &ArrayRef, rows: &[u32]) -> Result<ArrayRef> {
    let mut pick: Vec<(usize, usize)> = (0..values.len()).map(|row| (0, row)).collect();
    for (at, row) in rows.iter().enumerate() {
        pick[*row as usize] = (1, at);
    }
    Ok(interleave(&[values.as_ref(), by.as_ref()], &pick)?)
}

/// Ascending with NULLs last, or by a lambda that compares two elements.
fn sorted(arguments: &Call<'_>) -> Result<ArrayRef> {
    let lists = arguments.values[0].as_list::<i32>();
    let mut rows = Vec::with_capacity(lists.len());
    for row in 0..lists.len() {
        if lists.is_null(row) {
            rows.push(ScalarValue::Null);
            continue;
        }
        let elements = scalars(&lists.value(row))?;
        let sorted = match arguments.lambdas.first() {
            None => natural(elements),
            Some(lambda) => compared(elements, |one, other| {
                let at = UInt32Array::from(vec![u32::try_from(row).unwrap_or(0)]);
                let pair = [one.to_array()?, other.to_array()?];
                let result = call(lambda, &pair, |captured| Ok(take_arrays(captured, &at, None)?), 1)?;
                let result = cast(&result, &DataType::Int32)?;
                let result = result.as_primitive::<Int32Type>();
                if result.is_null(0) {
                    return Err(raise(unexpected("the lambda function of array_sort gave NULL")));
                }
                Ok(result.value(0).cmp(&0))
            })?,
        };
        rows.push(ScalarValue::List(ScalarValue::new_list(&sorted, &element(arguments.gives), true)));
    }
    assembled(rows, arguments.gives)
}

fn natural(mut elements: Vec<ScalarValue>) -> Vec<ScalarValue> {
    elements.sort_by(|one, other| match (one.is_null(), other.is_null()) {
        (false, false) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
        (one, other) => one.cmp(&other),
    });
    elements
}

/// A merge sort, so that an order that contradicts itself ends all the same.
fn compared(
    elements: Vec<ScalarValue>,
    order: impl Fn(&ScalarValue, &ScalarValue) -> Result<Ordering> + Copy,
) -> Result<Vec<ScalarValue>> {
    if elements.len() < 2 {
        return Ok(elements);
    }
    let mut left = elements;
    let right = left.split_off(left.len() / 2);
    let (left, right) = (compared(left, order)?, compared(right, order)?);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let next = if order(one, other)?.is_gt() { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left.chain(right));
    Ok(merged)
}
