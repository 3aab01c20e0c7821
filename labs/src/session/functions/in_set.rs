//! `x IN (query)` where the query's values are gathered in an array: true, false or NULL as the standard says.

use std::collections::HashSet;
use std::slice::from_ref;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::{Row, RowConverter, Rows, SortField};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::columnar::one_zero;

/// `__in_set(value, array)`, both of one type. A NULL array has no elements, so nothing is in it, not even NULL; a NULL value
/// is in no array that is not empty, nor not in it: NULL. A NULL element leaves open what is not found.
pub fn function() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> =
        LazyLock::new(|| Arc::new(ScalarUDF::from(InSet { signature: Signature::any(2, Volatility::Immutable) })));
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct InSet {
    signature: Signature,
}

impl ScalarUDFImpl for InSet {
    fn name(&self) -> &str {
        "__in_set"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { arguments.number_rows };
        let values = arguments.args[0].to_array(rows)?;
        let found = match &arguments.args[1] {
            ColumnarValue::Scalar(ScalarValue::List(list)) => in_one(&values, list)?,
            sets => in_each(&values, &sets.to_array(rows)?)?,
        };
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&found, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(found)))
    }
}

/// What is known of a value when its set is searched.
fn verdict(value_is_null: bool, empty: bool, found: bool, has_null: bool) -> Option<bool> {
    match (empty, value_is_null, found) {
        (true, _, _) => Some(false),
        (false, true, _) => None,
        (false, false, true) => Some(true),
        (false, false, false) => (!has_null).then_some(false),
    }
}

/// Every value in the same set.
fn in_one(values: &ArrayRef, list: &ListArray) -> Result<BooleanArray> {
    let elements = if list.is_valid(0) { list.value(0) } else { list.values().slice(0, 0) };
    let (values_rows, elements_rows) = encoded(values, &elements)?;
    let valid = (0..elements.len()).filter(|at| elements.is_valid(*at));
    let known: HashSet<Row<'_>> = valid.map(|at| elements_rows.row(at)).collect();
    let one = |row: usize| {
        let found = known.contains(&values_rows.row(row));
        verdict(values.is_null(row), elements.is_empty(), found, elements.null_count() > 0)
    };
    Ok((0..values.len()).map(one).collect())
}

/// Each value in the set of its row.
fn in_each(values: &ArrayRef, sets: &ArrayRef) -> Result<BooleanArray> {
    let sets = sets.as_list::<i32>();
    let elements = sets.values();
    let (values_rows, elements_rows) = encoded(values, elements)?;
    let offsets = sets.value_offsets();
    let one = |row: usize| {
        let range = if sets.is_valid(row) { offsets[row] as usize..offsets[row + 1] as usize } else { 0..0 };
        let has_null = range.clone().any(|at| elements.is_null(at));
        let found = range.clone().any(|at| elements.is_valid(at) && elements_rows.row(at) == values_rows.row(row));
        verdict(values.is_null(row), range.is_empty(), found, has_null)
    };
    Ok((0..values.len()).map(one).collect())
}

/// Both sides in arrow's row format, where equal values have equal bytes.
fn encoded(values: &ArrayRef, elements: &ArrayRef) -> Result<(Rows, Rows)> {
    let (values, elements) = (&one_zero(values), &one_zero(elements));
    let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
    Ok((converter.convert_columns(from_ref(values))?, converter.convert_columns(from_ref(elements))?))
}
