//! `array[i]` and `map[key]`.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::super::errors::raise;
use super::columnar::over_arrays;
use crate::diagnostic::Diagnostic;

/// `__item(array, index)`: the element at an index from 0; INVALID_ARRAY_INDEX when there is none, NULL when one is NULL.
pub fn item() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> =
        LazyLock::new(|| Arc::new(ScalarUDF::from(Item { signature: Signature::any(2, Volatility::Immutable) })));
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Item {
    signature: Signature,
}

impl ScalarUDFImpl for Item {
    fn name(&self) -> &str {
        "__item"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match &arguments[0] {
            DataType::List(element) | DataType::LargeList(element) | DataType::FixedSizeList(element, _) => {
                Ok(element.data_type().clone())
            }
            other => exec_err!("{other} has no elements"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |sides| items(&sides[0], &sides[1]))
    }
}

fn items(arrays: &ArrayRef, indexes: &ArrayRef) -> Result<ArrayRef> {
    let element = match arrays.data_type() {
        DataType::List(element) | DataType::LargeList(element) | DataType::FixedSizeList(element, _) => element.clone(),
        other => return exec_err!("{other} has no elements"),
    };
    let lists = cast(arrays, &DataType::LargeList(element))?;
    let lists = lists.as_list::<i64>();
    let indexes = cast(indexes, &DataType::Int64)?;
    let offsets = lists.value_offsets();
    let chosen = indexes.as_primitive::<Int64Type>().iter().enumerate().map(|(row, index)| {
        let Some(index) = index.filter(|_| lists.is_valid(row)) else { return Ok(None) };
        let length = offsets[row + 1] - offsets[row];
        if (0..length).contains(&index) {
            Ok(u32::try_from(offsets[row] + index).ok())
        } else {
            Err(raise(out_of_bounds(index, length)))
        }
    });
    let chosen: UInt32Array = chosen.collect::<Result<Vec<_>>>()?.into();
    Ok(take(lists.values(), &chosen, None)?)
}

fn out_of_bounds(index: i64, length: i64) -> Diagnostic {
    let message = format!("The index {index} is out of bounds. The array has {length} elements.");
    Diagnostic::new("INVALID_ARRAY_INDEX", "22003", message).with_hint(
        "Indexes in square brackets start at 0. Use `get(array, index)` to get NULL for one that is not there.",
    )
}
