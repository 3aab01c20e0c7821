//! Arrow batches as rows of JSON values, by the contract of [`Relation`].

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Map, Number, Value};

use crate::relation::{Column, Relation};

use super::types::type_name;

/// The rows of batches under the given column names.
pub fn relation(names: &[String], schema: &datafusion::arrow::datatypes::Schema, batches: &[RecordBatch]) -> Relation {
    let column = |(name, field): (&String, &std::sync::Arc<datafusion::arrow::datatypes::Field>)| Column {
        name: name.clone(),
        type_name: type_name(field.data_type()),
        nullable: field.is_nullable(),
    };
    let columns = names.iter().zip(schema.fields()).map(column).collect();
    Relation { columns, rows: batches.iter().flat_map(rows).collect() }
}

/// The rows of one batch.
pub fn rows(batch: &RecordBatch) -> Vec<Vec<Value>> {
    let columns: Vec<Vec<Value>> = batch.columns().iter().map(|column| values(column.as_ref())).collect();
    let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
    (0..batch.num_rows())
        .map(|_| columns.iter_mut().map(|column| column.next().unwrap_or(Value::Null)).collect())
        .collect()
}

/// Every value of an array.
fn values(array: &dyn Array) -> Vec<Value> {
    (0..array.len()).map(|row| value(array, row)).collect()
}

/// One value of an array.
pub fn value(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) || array.data_type().is_null() {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        DataType::Int8 => Value::from(array.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => Value::from(array.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => Value::from(array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => Value::from(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => Value::from(array.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => Value::from(array.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => Value::from(array.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => Value::from(array.as_primitive::<UInt64Type>().value(row)),
        DataType::Float32 => single(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => double(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(..) => Value::String(array.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Decimal256(..) => Value::String(array.as_primitive::<Decimal256Type>().value_as_string(row)),
        DataType::Utf8 => Value::String(array.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => Value::String(array.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => Value::String(array.as_string_view().value(row).to_owned()),
        DataType::Binary => Value::String(base64(array.as_binary::<i32>().value(row))),
        DataType::BinaryView => Value::String(base64(array.as_binary_view().value(row))),
        DataType::Timestamp(..) => Value::String(instant(&printed(array, row))),
        DataType::List(_) => Value::Array(values(array.as_list::<i32>().value(row).as_ref())),
        DataType::LargeList(_) => Value::Array(values(array.as_list::<i64>().value(row).as_ref())),
        DataType::FixedSizeList(..) => Value::Array(values(array.as_fixed_size_list().value(row).as_ref())),
        DataType::Struct(_) => structure(array.as_struct(), row),
        DataType::Map(..) => mapping(array.as_map(), row),
        DataType::Dictionary(..) => dictionary(array, row),
        _ => Value::String(printed(array, row)),
    }
}

/// The shortest decimal form of a FLOAT, not the digits of its binary form as a DOUBLE.
fn single(value: f32) -> Value {
    value.to_string().parse().map_or_else(|_| double(f64::from(value)), double)
}

fn double(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => Value::String("NaN".to_owned()),
        None if value > 0.0 => Value::String("Infinity".to_owned()),
        None => Value::String("-Infinity".to_owned()),
    }
}

fn printed(array: &dyn Array, row: usize) -> String {
    let options = FormatOptions::default();
    ArrayFormatter::try_new(array, &options)
        .map_or_else(|_| String::new(), |formatter| formatter.value(row).to_string())
}

/// `2024-01-15T08:30:00.500Z` as Spark prints it: `2024-01-15 08:30:00.5`.
pub fn instant(iso: &str) -> String {
    let text = iso.trim_end_matches('Z').replacen('T', " ", 1);
    match text.split_once('.') {
        Some((seconds, fraction)) => match fraction.trim_end_matches('0') {
            "" => seconds.to_owned(),
            fraction => format!("{seconds}.{fraction}"),
        },
        None => text,
    }
}

fn structure(array: &datafusion::arrow::array::StructArray, row: usize) -> Value {
    let names = array.column_names();
    Value::Object(
        names.iter().zip(array.columns()).map(|(name, column)| ((*name).to_owned(), value(column, row))).collect(),
    )
}

fn mapping(array: &datafusion::arrow::array::MapArray, row: usize) -> Value {
    let entries = array.value(row);
    let (keys, items) = (entries.column(0), entries.column(1));
    let entry = |at: usize| (text(&value(keys, at)), value(items, at));
    Value::Object((0..entries.len()).map(entry).collect::<Map<String, Value>>())
}

/// A value as plain text, strings without quotes.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn dictionary(array: &dyn Array, row: usize) -> Value {
    let dictionary = array.as_any_dictionary();
    let key = dictionary.normalized_keys().get(row).copied().unwrap_or_default();
    value(dictionary.values().as_ref(), key)
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let symbol = ALPHABET[(word >> (18 - 6 * at) & 63) as usize] as char;
            text.push(if at <= chunk.len() { symbol } else { '=' });
        }
    }
    text
}
