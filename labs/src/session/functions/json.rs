//! Functions of JSON texts. What is no JSON gives NULL, as Spark's permissive mode does.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use serde_json::{Map, Value};

use super::super::errors::raise;
use super::super::types::{arrow_type_named, type_name};
use super::conversion::convert;
use super::maps::map;
use super::rows::{Function, Gives, Row, Takes, parameter, scalars};
use super::texts::{int, text};
use crate::diagnostic::Diagnostic;

use Takes::{Any, Text};

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["get_json_object"], &[Text, Text], Gives::Text, get_json_object),
    Function::new(&["json_array_length"], &[Text], Gives::Int, |row| match serde_json::from_str(row.text(0)) {
        Ok(Value::Array(items)) => int(items.len()),
        _ => Ok(ScalarValue::Null),
    }),
    Function::new(&["json_object_keys"], &[Text], Gives::By(|_| Ok(super::rows::list_of(DataType::Utf8))), |row| {
        match serde_json::from_str(row.text(0)) {
            Ok(Value::Object(fields)) => Ok(super::regular::texts(fields.keys().map(String::as_str))),
            _ => Ok(ScalarValue::Null),
        }
    }),
    Function::new(&["to_json"], &[Any], Gives::Text, |row| text(written(&row.value(0)?)?.to_string())),
    Function::new(&["from_json"], &[Text, Text], Gives::ByConstants(schema), from_json),
    Function::new(&["schema_of_json"], &[Text], Gives::Text, |row| match serde_json::from_str(row.text(0)) {
        Ok(value) => text(inferred(&value)),
        Err(_) => text("STRING"),
    }),
];

/// `$.a.b[0]['c']`; a text comes without quotes, everything else as JSON.
fn get_json_object(row: &Row<'_>) -> Result<ScalarValue> {
    let (Ok(value), Some(steps)) = (serde_json::from_str::<Value>(row.text(0)), steps(row.text(1))) else {
        return Ok(ScalarValue::Null);
    };
    match steps.iter().try_fold(&value, |value, step| step.of(value)) {
        None | Some(Value::Null) => Ok(ScalarValue::Null),
        Some(Value::String(found)) => text(found.as_str()),
        Some(other) => text(other.to_string()),
    }
}

enum Step {
    Field(String),
    Item(usize),
}

impl Step {
    fn of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Self::Field(name) => value.get(name),
            Self::Item(at) => value.get(at),
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

/// A value as JSON. A field that is NULL is left away.
fn written(value: &ScalarValue) -> Result<Value> {
    Ok(match value {
        value if value.is_null() => Value::Null,
        ScalarValue::Boolean(Some(truth)) => Value::Bool(*truth),
        ScalarValue::Struct(fields) => Value::Object(object(fields)?),
        ScalarValue::List(list) => {
            Value::Array(scalars(&list.value(0))?.iter().map(written).collect::<Result<Vec<_>>>()?)
        }
        ScalarValue::Map(maps) => {
            let entries = maps.value(0);
            let keys = convert(entries.column(0), &DataType::Utf8, false)?;
            let values = scalars(entries.column(1))?;
            let entry = |(key, value): (ScalarValue, ScalarValue)| Ok((key.to_string(), written(&value)?));
            Value::Object(scalars(&keys)?.into_iter().zip(values).map(entry).collect::<Result<Map<_, _>>>()?)
        }
        ScalarValue::Float64(Some(number)) if number.is_finite() => (*number).into(),
        other => plain(other)?,
    })
}

fn object(fields: &StructArray) -> Result<Map<String, Value>> {
    let mut object = Map::new();
    for (name, column) in fields.column_names().into_iter().zip(fields.columns()) {
        let value = ScalarValue::try_from_array(column, 0)?;
        if !value.is_null() {
            object.insert(name.to_owned(), written(&value)?);
        }
    }
    Ok(object)
}

/// Numbers as they are printed, everything else as a text.
fn plain(value: &ScalarValue) -> Result<Value> {
    if let ScalarValue::TimestampMicrosecond(Some(micros), zone) = value {
        let time = chrono::DateTime::from_timestamp_micros(*micros).unwrap_or_default();
        let mark = if zone.is_some() { "Z" } else { "" };
        return Ok(Value::String(format!("{}{mark}", time.format("%Y-%m-%dT%H:%M:%S%.3f"))));
    }
    let printed = convert(&value.to_array()?, &DataType::Utf8, false)?;
    let printed = ScalarValue::try_from_array(&printed, 0)?.to_string();
    let number = value.data_type().is_numeric().then(|| serde_json::from_str(&printed).ok()).flatten();
    Ok(number.unwrap_or(Value::String(printed)))
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
    match serde_json::from_str::<Value>(row.text(0)) {
        Ok(value) => read(&value, row.gives),
        // A struct of a text that is no JSON has no field.
        Err(_) if matches!(row.gives, DataType::Struct(_)) => read(&Value::Object(Map::new()), row.gives),
        Err(_) => Ok(ScalarValue::Null),
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
        Value::Array(items) => format!("ARRAY<{}>", items.first().map_or("STRING".to_owned(), inferred)),
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", inferred(value))).collect();
            format!("STRUCT<{}>", fields.join(", "))
        }
    }
}
