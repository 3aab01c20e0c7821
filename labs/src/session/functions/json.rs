//! Functions of JSON texts. What is no JSON gives NULL, as Spark's permissive mode does.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use serde_json::{Map, Value};

use super::super::errors::{mismatch_of, raise};
use super::super::types::{arrow_type_named, type_name};
use super::conversion::convert;
use super::json_text;
use super::maps::map;
use super::rows::{Function, Gives, Row, Takes, parameter, scalars};
use super::texts::{int, text};
use crate::diagnostic::Diagnostic;

use Takes::{Any, OnlyText, Text};

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["get_json_object"], &[OnlyText, OnlyText], Gives::Text, get_json_object),
    Function::new(&["json_array_length"], &[OnlyText], Gives::Int, |row| match json_text::read(row.text(0)) {
        Some(Value::Array(items)) => int(items.len()),
        _ => Ok(ScalarValue::Null),
    }),
    Function::new(&["json_object_keys"], &[OnlyText], Gives::By(|_| Ok(super::rows::list_of(DataType::Utf8))), |row| {
        match json_text::read(row.text(0)) {
            Some(Value::Object(fields)) => Ok(super::regular::texts(fields.keys().map(String::as_str))),
            _ => Ok(ScalarValue::Null),
        }
    }),
    Function::new(&["to_json"], &[Any], Gives::By(json_type), |row| {
        let mut json = String::new();
        write(&row.value(0)?, &mut json)?;
        text(json)
    }),
    Function::new(&["from_json"], &[OnlyText, Text], Gives::ByConstants(schema), from_json),
    Function::new(&["schema_of_json"], &[OnlyText], Gives::Text, |row| match json_text::read(row.text(0)) {
        Some(value) => text(inferred(&value)),
        None => text("STRING"),
    }),
];

/// # Errors
/// DATATYPE_MISMATCH.INVALID_JSON_SCHEMA: JSON is made of structs, maps and arrays.
fn json_type(types: &[DataType]) -> Result<DataType> {
    if types[0].is_nested() || types[0].is_null() {
        return Ok(DataType::Utf8);
    }
    let why = format!("to_json takes a STRUCT, a MAP or an ARRAY, not \"{}\"", type_name(&types[0]));
    Err(raise(mismatch_of("INVALID_JSON_SCHEMA", &why)))
}

/// `$.a.b[0]['c']`; a text comes without quotes, everything else as JSON.
fn get_json_object(row: &Row<'_>) -> Result<ScalarValue> {
    let (Some(value), Some(steps)) = (json_text::read(row.text(0)), steps(row.text(1))) else {
        return Ok(ScalarValue::Null);
    };
    let mut found = vec![&value];
    for step in &steps {
        found = found.into_iter().flat_map(|value| step.of(value)).collect();
    }
    match found.as_slice() {
        [] | [Value::Null] => Ok(ScalarValue::Null),
        [Value::String(found)] => text(found.as_str()),
        [other] => text(other.to_string()),
        several => text(Value::Array(several.iter().copied().cloned().collect()).to_string()),
    }
}

enum Step {
    Field(String),
    Item(usize),
    /// `[*]`
    Every,
}

impl Step {
    fn of<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        match self {
            Self::Field(name) => value.get(name).into_iter().collect(),
            Self::Item(at) => value.get(at).into_iter().collect(),
            Self::Every => value.as_array().into_iter().flatten().collect(),
        }
    }
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = inside.split_once(']')?;
            let quoted = step.strip_prefix('\'').and_then(|step| step.strip_suffix('\''));
            steps.push(match quoted {
                Some(name) => Step::Field(name.to_owned()),
                None if step == "*" => Step::Every,
                None => Step::Item(step.parse().ok()?),
            });
            rest = after;
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Field(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    Some(steps)
}

/// A value as JSON. A field that is NULL is left away; a DECIMAL keeps its digits.
fn write(value: &ScalarValue, out: &mut String) -> Result<()> {
    match value {
        value if value.is_null() => out.push_str("null"),
        ScalarValue::Struct(fields) => {
            let named = fields.column_names().into_iter().zip(fields.columns());
            let values = named.map(|(name, column)| Ok((name.to_owned(), ScalarValue::try_from_array(column, 0)?)));
            let values = values.collect::<Result<Vec<_>>>()?;
            write_object(values.into_iter().filter(|(_, value)| !value.is_null()), out)?;
        }
        ScalarValue::Map(maps) => {
            let entries = maps.value(0);
            let keys = scalars(&convert(entries.column(0), &DataType::Utf8, false)?)?;
            let keys = keys.into_iter().map(|key| key.to_string());
            write_object(keys.zip(scalars(entries.column(1))?), out)?;
        }
        ScalarValue::List(list) => {
            out.push('[');
            for (at, item) in scalars(&list.value(0))?.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write(item, out)?;
            }
            out.push(']');
        }
        other => out.push_str(&plain(other)?),
    }
    Ok(())
}

fn write_object(fields: impl Iterator<Item = (String, ScalarValue)>, out: &mut String) -> Result<()> {
    out.push('{');
    for (at, (name, value)) in fields.enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        out.push_str(&Value::String(name).to_string());
        out.push(':');
        write(&value, out)?;
    }
    out.push('}');
    Ok(())
}

/// Numbers and booleans as they are printed, everything else as a text.
fn plain(value: &ScalarValue) -> Result<String> {
    if let ScalarValue::TimestampMicrosecond(Some(micros), zone) = value {
        let time = chrono::DateTime::from_timestamp_micros(*micros).unwrap_or_default();
        let mark = if zone.is_some() { "Z" } else { "" };
        return Ok(format!("\"{}{mark}\"", time.format("%Y-%m-%dT%H:%M:%S%.3f")));
    }
    let printed = convert(&value.to_array()?, &DataType::Utf8, false)?;
    let printed = ScalarValue::try_from_array(&printed, 0)?.to_string();
    let bare = value.data_type().is_numeric() && serde_json::from_str::<Value>(&printed).is_ok();
    let bare = bare || value.data_type() == DataType::Boolean;
    Ok(if bare { printed } else { Value::String(printed).to_string() })
}

/// The type that a schema's text names: a type, or the fields of a struct.
fn schema(_: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
    let Some(Some(ScalarValue::Utf8(Some(schema)))) = constants.get(1) else {
        let message = "The schema of from_json must be the same for all rows: a text, not a column.";
        let diagnostic = Diagnostic::new("INVALID_SCHEMA.NON_STRING_LITERAL", "42K07", message);
        return Err(raise(diagnostic.with_hint("Write it as 'id INT, name STRING'.")));
    };
    let named = arrow_type_named(schema).or_else(|_| arrow_type_named(&format!("STRUCT<{schema}>")));
    named.map_err(|_| {
        let message = format!("The input schema '{schema}' is not a valid schema string.");
        let diagnostic = Diagnostic::new("INVALID_SCHEMA.PARSE_ERROR", "42K07", message);
        raise(diagnostic.with_hint("Write it as 'id INT, name STRING', or as a type: 'ARRAY<INT>'."))
    })
}

fn from_json(row: &Row<'_>) -> Result<ScalarValue> {
    match json_text::read(row.text(0)) {
        Some(value) => read(&value, row.gives),
        None if row.text(0).trim().is_empty() => Ok(ScalarValue::Null),
        // A struct of a text that is no JSON has no field.
        None if matches!(row.gives, DataType::Struct(_)) => read(&Value::Object(Map::new()), row.gives),
        None => Ok(ScalarValue::Null),
    }
}

/// A value of a type; NULL where it does not fit.
fn read(value: &Value, data_type: &DataType) -> Result<ScalarValue> {
    let null = || ScalarValue::try_from(data_type);
    match (value, data_type) {
        (Value::Object(object), DataType::Struct(fields)) => {
            let column = |field: &Arc<datafusion::arrow::datatypes::Field>| -> Result<ArrayRef> {
                let value = object.get(field.name()).unwrap_or(&Value::Null);
                let value = read(value, field.data_type())?.to_array()?;
                if value.data_type() == field.data_type() { Ok(value) } else { Ok(cast(&value, field.data_type())?) }
            };
            let columns = fields.iter().map(column).collect::<Result<Vec<_>>>()?;
            Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(fields.clone(), columns, None)?)))
        }
        (Value::Object(object), DataType::Map(..)) => {
            let (key, item) = (parameter(data_type, 0), parameter(data_type, 1));
            let pair = |(name, value): (&String, &Value)| {
                Ok((ScalarValue::Utf8(Some(name.clone())).cast_to(&key)?, read(value, &item)?))
            };
            map(data_type, object.iter().map(pair).collect::<Result<Vec<_>>>()?)
        }
        (Value::Array(items), DataType::List(item)) => {
            let items = items.iter().map(|value| read(value, item.data_type())).collect::<Result<Vec<_>>>()?;
            ScalarValue::List(ScalarValue::new_list(&items, item.data_type(), true)).cast_to(data_type)
        }
        (Value::Null, _) => null(),
        (value, DataType::Utf8) => text(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
        (Value::Bool(truth), DataType::Boolean) => Ok(ScalarValue::Boolean(Some(*truth))),
        (Value::Number(number), kind) if kind.is_numeric() => {
            let whole = kind.is_integer() && !number.is_i64();
            if whole { null() } else { scalar(&number.to_string(), kind) }
        }
        (Value::String(written), DataType::Date32 | DataType::Timestamp(..)) => scalar(written, data_type),
        _ => null(),
    }
}

fn scalar(written: &str, data_type: &DataType) -> Result<ScalarValue> {
    let value = ScalarValue::Utf8(Some(written.to_owned())).to_array()?;
    ScalarValue::try_from_array(&convert(&value, data_type, true)?, 0)
}

/// The type that a JSON value has.
fn inferred(value: &Value) -> String {
    match value {
        Value::Null | Value::String(_) => "STRING".to_owned(),
        Value::Bool(_) => "BOOLEAN".to_owned(),
        Value::Number(number) if number.is_i64() => "BIGINT".to_owned(),
        Value::Number(_) => type_name(&DataType::Float64),
        Value::Array(items) => format!("ARRAY<{}>", common(items)),
        Value::Object(fields) => {
            let fields: BTreeMap<&String, &Value> = fields.iter().collect();
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", inferred(value))).collect();
            format!("STRUCT<{}>", fields.join(", "))
        }
    }
}

/// The type that all values of an array have: numbers of two kinds are DOUBLEs, other values texts.
fn common(items: &[Value]) -> String {
    let mut types: Vec<String> = items.iter().filter(|item| !item.is_null()).map(inferred).collect();
    types.sort();
    types.dedup();
    match types.as_slice() {
        [one] => one.clone(),
        [one, other] if one == "BIGINT" && other == "DOUBLE" => other.clone(),
        _ => "STRING".to_owned(),
    }
}
