//! The elements of all rows' arrays or maps in one column, and back.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, ListArray, UInt32Array, new_empty_array, new_null_array,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::{cast, take, take_arrays};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use datafusion::logical_expr::LambdaArgument;

use super::super::rows::parameter;

/// Where the elements of each row stand in a column of all of them. NULL rows have none.
pub struct Spread {
    pub lengths: Vec<usize>,
    pub nulls: Option<NullBuffer>,
}

impl Spread {
    /// For each element the row that it is of.
    pub fn rows(&self) -> UInt32Array {
        let rows = self.lengths.iter().zip(0_u32..);
        UInt32Array::from_iter_values(rows.flat_map(|(length, row)| std::iter::repeat_n(row, *length)))
    }

    /// For each element its place in its row, from 0.
    pub fn places(&self) -> ArrayRef {
        let places = self.lengths.iter().flat_map(|length| 0..i32::try_from(*length).unwrap_or(i32::MAX));
        Arc::new(Int32Array::from_iter_values(places))
    }

    pub fn offsets(&self) -> OffsetBuffer<i32> {
        OffsetBuffer::from_lengths(self.lengths.iter().copied())
    }

    /// A lambda's results for all elements.
    pub fn call(&self, lambda: &LambdaArgument, arguments: &[ArrayRef], gives: &DataType) -> Result<ArrayRef> {
        let size: usize = self.lengths.iter().sum();
        if size == 0 {
            return Ok(new_empty_array(gives));
        }
        let rows = self.rows();
        call(lambda, arguments, |captured| Ok(take_arrays(captured, &rows, None)?), size)
    }

    /// The same with `true`, `false` or NULL.
    pub fn test(&self, lambda: &LambdaArgument, arguments: &[ArrayRef]) -> Result<BooleanArray> {
        let results = cast(&self.call(lambda, arguments, &DataType::Boolean)?, &DataType::Boolean)?;
        Ok(results.as_boolean().clone())
    }

    /// Elements as one array a row.
    pub fn list(&self, elements: ArrayRef) -> Result<ArrayRef> {
        let field = Arc::new(Field::new_list_field(elements.data_type().clone(), true));
        Ok(Arc::new(ListArray::try_new(field, self.offsets(), elements, self.nulls.clone())?))
    }

    /// What is left when only some elements are kept.
    pub fn kept(&self, keep: &BooleanArray) -> (Self, UInt32Array) {
        let (mut lengths, mut kept, mut at) = (Vec::with_capacity(self.lengths.len()), Vec::new(), 0_u32);
        for length in &self.lengths {
            let before = kept.len();
            for _ in 0..*length {
                let index = at as usize;
                if keep.is_valid(index) && keep.value(index) {
                    kept.push(at);
                }
                at += 1;
            }
            lengths.push(kept.len() - before);
        }
        (Self { lengths, nulls: self.nulls.clone() }, UInt32Array::from(kept))
    }
}

/// A lambda's results for a number of rows.
pub fn call(
    lambda: &LambdaArgument,
    arguments: &[ArrayRef],
    spread: impl FnOnce(&[ArrayRef]) -> Result<Vec<ArrayRef>>,
    size: usize,
) -> Result<ArrayRef> {
    let arguments: Vec<Box<dyn Fn() -> Result<ArrayRef>>> =
        arguments.iter().cloned().map(|argument| Box::new(move || Ok(argument.clone())) as Box<_>).collect();
    let arguments: Vec<&dyn Fn() -> Result<ArrayRef>> = arguments.iter().map(AsRef::as_ref).collect();
    lambda.evaluate(&arguments, spread)?.into_array(size)
}

/// The elements of all arrays of a column.
pub fn of_lists(lists: &ArrayRef) -> Result<(Spread, ArrayRef)> {
    let lists = lists.as_list::<i32>();
    let lengths = (0..lists.len()).map(|row| if lists.is_valid(row) { lists.value_length(row) as usize } else { 0 });
    let spread = Spread { lengths: lengths.collect(), nulls: lists.nulls().cloned() };
    let starts = lists.value_offsets();
    let places = spread.lengths.iter().zip(starts).flat_map(|(length, start)| {
        let start = start.cast_unsigned();
        start..start + u32::try_from(*length).unwrap_or(0)
    });
    let elements = take(lists.values(), &UInt32Array::from_iter_values(places), None)?;
    Ok((spread, elements))
}

/// The keys and values of all maps of a column.
pub fn of_maps(maps: &ArrayRef) -> Result<(Spread, ArrayRef, ArrayRef)> {
    let maps = maps.as_map();
    let lengths = (0..maps.len()).map(|row| if maps.is_valid(row) { maps.value_length(row) as usize } else { 0 });
    let spread = Spread { lengths: lengths.collect(), nulls: maps.nulls().cloned() };
    let places = spread.lengths.iter().zip(maps.value_offsets()).flat_map(|(length, start)| {
        let start = start.cast_unsigned();
        start..start + u32::try_from(*length).unwrap_or(0)
    });
    let places = UInt32Array::from_iter_values(places);
    Ok((spread, take(maps.keys(), &places, None)?, take(maps.values(), &places, None)?))
}

/// NULLs of a type.
pub fn nulls(data_type: &DataType, count: usize) -> ArrayRef {
    new_null_array(data_type, count)
}

/// The type of an array's elements.
pub fn element(list: &DataType) -> DataType {
    parameter(list, 0)
}
