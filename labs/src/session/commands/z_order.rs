//! The order of ZORDER BY: rows whose values in several columns are close lie close to one another.
//!
//! Each column's values are replaced by their ranks (NULL first, equal values alike), and the bits of a row's ranks are
//! woven into one key, most significant first: a walk along a Z-shaped curve through the columns' space.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::row::{RowConverter, SortField};

use super::super::errors::internal;
use super::Result;

/// The given rows of a batch in Z-order of some columns; rows with equal keys keep their order.
///
/// # Errors
/// When a column's type has no order.
pub fn order(batch: &RecordBatch, rows: &[usize], columns: &[usize]) -> Result<Vec<usize>> {
    let ranks = columns.iter().map(|column| ranks(batch, rows, *column)).collect::<Result<Vec<_>>>()?;
    let mut keyed: Vec<(Vec<u8>, usize)> =
        rows.iter().enumerate().map(|(at, row)| (woven(ranks.iter().map(|ranks| ranks[at])), *row)).collect();
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

/// For each of the rows, how many smaller values its column holds among them.
fn ranks(batch: &RecordBatch, rows: &[usize], column: usize) -> Result<Vec<u32>> {
    let values = batch.column(column).clone();
    let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())]).map_err(internal)?;
    let keys = converter.convert_columns(&[values]).map_err(internal)?;
    let mut sorted: Vec<usize> = (0..rows.len()).collect();
    sorted.sort_by(|one, other| keys.row(rows[*one]).cmp(&keys.row(rows[*other])));
    let mut ranks = vec![0; rows.len()];
    let mut rank = 0;
    for pair in sorted.windows(2) {
        rank += u32::from(keys.row(rows[pair[0]]) != keys.row(rows[pair[1]]));
        ranks[pair[1]] = rank;
    }
    Ok(ranks)
}

/// The bits of several numbers, taken in turn from the most significant on.
fn woven(numbers: impl Iterator<Item = u32> + Clone) -> Vec<u8> {
    let mut key = Vec::new();
    let mut bits = 0;
    for bit in (0..u32::BITS).rev() {
        for number in numbers.clone() {
            if bits % 8 == 0 {
                key.push(0);
            }
            if let Some(last) = key.last_mut() {
                *last |= u8::from(number >> bit & 1 == 1) << (7 - bits % 8);
            }
            bits += 1;
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Int32Array};

    use super::*;

    #[test]
    fn a_square_is_walked_quarter_by_quarter() {
        let side = |values: Vec<i32>| -> ArrayRef { Arc::new(Int32Array::from(values)) };
        let x: Vec<i32> = (0..16).map(|at| at % 4).collect();
        let y: Vec<i32> = (0..16).map(|at| at / 4).collect();
        let batch = RecordBatch::try_from_iter([("x", side(x)), ("y", side(y))]).unwrap();
        let rows: Vec<usize> = (0..16).collect();
        let order = order(&batch, &rows, &[1, 0]).unwrap();
        assert_eq!(order, [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
    }

    #[test]
    fn equal_values_keep_their_order_and_nulls_come_first() {
        let values: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None, Some(7), Some(3)]));
        let batch = RecordBatch::try_from_iter([("a", values)]).unwrap();
        assert_eq!(order(&batch, &[0, 1, 2, 3], &[0]).unwrap(), [1, 3, 0, 2]);
    }
}
