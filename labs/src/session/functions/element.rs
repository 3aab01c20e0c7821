//! `array[i]`, `map[key]`, and `array.field` of an array of structs.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array, make_array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields as StructFields, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::super::errors::raise;
use super::super::types::type_name;
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

/// `__fields(array, name)`: the field of each of its structs; NULL for a struct that is NULL. Planning it fails with
/// FIELD_NOT_FOUND for structs without the field, and with INVALID_EXTRACT_BASE_FIELD_TYPE for what is no array of structs.
pub fn fields() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> =
        LazyLock::new(|| Arc::new(ScalarUDF::from(Fields { signature: Signature::any(2, Volatility::Immutable) })));
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Fields {
    signature: Signature,
}

impl ScalarUDFImpl for Fields {
    fn name(&self) -> &str {
        "__fields"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("the type comes from the name of the field")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let Some(ScalarValue::Utf8(Some(name))) = arguments.scalar_arguments[1] else {
            return internal_err!("the name of a field is a constant");
        };
        let base = &arguments.arg_fields[0];
        let fields = match base.data_type() {
            DataType::List(item) => match item.data_type() {
                DataType::Struct(fields) => fields,
                _ => return Err(raise(no_fields(base))),
            },
            _ => return Err(raise(no_fields(base))),
        };
        let found = fields.iter().find(|field| field.name() == name);
        let Some(field) = found else { return Err(raise(no_field(fields, name))) };
        Ok(Arc::new(Field::new(self.name(), DataType::new_list(field.data_type().clone(), true), true)))
    }

    fn invoke_with_args(&self, mut arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = match arguments.args.pop() {
            Some(ColumnarValue::Scalar(ScalarValue::Utf8(Some(name)))) => name,
            _ => return exec_err!("the name of a field is a constant"),
        };
        over_arrays(&arguments, |sides| fields_of_items(&sides[0], &name))
    }
}

fn no_field(fields: &StructFields, name: &str) -> Diagnostic {
    let known: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name())).collect();
    let text = format!("No such struct field `{name}` in {}.", known.join(", "));
    Diagnostic::new("FIELD_NOT_FOUND", "42704", text).with_hint("DESCRIBE TABLE shows the fields of a STRUCT.")
}

fn no_fields(base: &Field) -> Diagnostic {
    let text = format!(
        "Can't extract a value from \"{}\". Need a complex type [STRUCT, ARRAY, MAP] but got \"{}\".",
        base.name(),
        type_name(base.data_type())
    );
    Diagnostic::new("INVALID_EXTRACT_BASE_FIELD_TYPE", "42000", text)
        .with_hint("Only a STRUCT has fields: name the column alone, or its table before it.")
}

fn fields_of_items(lists: &ArrayRef, name: &str) -> Result<ArrayRef> {
    let (lists, structs) = (lists.as_list::<i32>(), lists.as_list::<i32>().values().as_struct());
    let Some(values) = structs.column_by_name(name) else { return exec_err!("no field {name}") };
    // A struct that is NULL hides whatever its fields hold.
    let nulls = NullBuffer::union(structs.nulls(), values.nulls());
    let values = make_array(values.to_data().into_builder().nulls(nulls).build()?);
    let item = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(item, lists.offsets().clone(), values, lists.nulls().cloned())?))
}
