//! Rows of JSON values as arrow batches: the way back of [`super::rows`], for data sets and probes.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_empty_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::relation::Relation;

use super::types::arrow_type_named;

/// A relation as one batch, with its columns' names and types.
///
/// # Errors
/// When a type is unknown, a row has another number of values, or a value does not fit its type.
pub fn batch(relation: &Relation) -> Result<RecordBatch, Diagnostic> {
    let mut fields = Vec::new();
    for column in &relation.columns {
        fields.push(Field::new(&column.name, arrow_type_named(&column.type_name)?, column.nullable));
    }
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    if let Some(row) = relation.rows.iter().find(|row| row.len() != schema.fields().len()) {
        return Err(misfit(&format!("A row has {} values for {} columns.", row.len(), schema.fields().len())));
    }
    let column = |at: usize| {
        let values = relation.rows.iter().map(|row| &row[at]);
        array(values, schema.field(at).data_type())
            .map_err(|why| misfit(&format!("Column {}: {why}.", schema.field(at).name())))
    };
    let columns = (0..schema.fields().len()).map(column).collect::<Result<Vec<ArrayRef>, Diagnostic>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(relation.rows.len()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(|error| misfit(&error.to_string()))
}

fn misfit(message: &str) -> Diagnostic {
    Diagnostic::new("INVALID_DATA_SET", "22000", message)
}

fn array<'a>(values: impl Iterator<Item = &'a Value>, data_type: &DataType) -> Result<ArrayRef, String> {
    let scalars = values.map(|value| scalar(value, data_type)).collect::<Result<Vec<ScalarValue>, String>>()?;
    if scalars.is_empty() {
        return Ok(new_empty_array(data_type));
    }
    let array = ScalarValue::iter_to_array(scalars).map_err(|error| error.to_string())?;
    // Lists and maps come back with their own names for items.
    if array.data_type() == data_type { Ok(array) } else { cast(&array, data_type).map_err(|error| error.to_string()) }
}

fn scalar(value: &Value, data_type: &DataType) -> Result<ScalarValue, String> {
    let misfit = || format!("{value} is no {}", super::types::type_name(data_type));
    match (value, data_type) {
        (Value::Null, _) => ScalarValue::try_from(data_type).map_err(|error| error.to_string()),
        (Value::Array(items), DataType::List(item)) => {
            let items = array(items.iter(), item.data_type())?;
            let offsets = datafusion::arrow::buffer::OffsetBuffer::from_lengths([items.len()]);
            let list = datafusion::arrow::array::ListArray::new(item.clone(), offsets, items, None);
            Ok(ScalarValue::List(Arc::new(list)))
        }
        (Value::Object(map), DataType::Struct(fields)) => {
            let column = |field: &Arc<Field>| {
                array(std::iter::once(map.get(field.name()).unwrap_or(&Value::Null)), field.data_type())
            };
            let columns = fields.iter().map(column).collect::<Result<Vec<ArrayRef>, String>>()?;
            Ok(ScalarValue::Struct(Arc::new(datafusion::arrow::array::StructArray::new(fields.clone(), columns, None))))
        }
        (Value::Object(map), DataType::Map(entries, _)) => mapping(map, entries),
        (Value::Number(number), DataType::Float64) => Ok(ScalarValue::Float64(number.as_f64())),
        (Value::Number(number), DataType::Float32) => {
            Ok(ScalarValue::Float32(number.as_f64().map(|value| value as f32)))
        }
        (Value::Bool(value), DataType::Boolean) => Ok(ScalarValue::Boolean(Some(*value))),
        (Value::String(text), _) => ScalarValue::try_from_string(text.clone(), data_type).map_err(|_| misfit()),
        (Value::Number(number), _) => ScalarValue::try_from_string(number.to_string(), data_type).map_err(|_| misfit()),
        _ => Err(misfit()),
    }
}

fn mapping(map: &serde_json::Map<String, Value>, entries: &Arc<Field>) -> Result<ScalarValue, String> {
    let DataType::Struct(pair) = entries.data_type() else { return Err("a map without keys and values".to_owned()) };
    let keys: Vec<Value> = map.keys().map(|key| Value::String(key.clone())).collect();
    let columns = vec![array(keys.iter(), pair[0].data_type())?, array(map.values(), pair[1].data_type())?];
    let structs = datafusion::arrow::array::StructArray::new(pair.clone(), columns, None);
    let offsets = datafusion::arrow::buffer::OffsetBuffer::from_lengths([map.len()]);
    let array = datafusion::arrow::array::MapArray::new(entries.clone(), offsets, structs, None, false);
    Ok(ScalarValue::Map(Arc::new(array)))
}

/// A value within a sentence: texts without quotes.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
