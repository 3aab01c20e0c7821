//! How arguments are read: Spark's implicit casts in ANSI mode.
//!
//! A text is read as what a function needs; a number, a date or a boolean is printed where a text is needed; a number
//! becomes another kind of number. Everything else is a mismatch.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields};

use super::super::super::errors::mismatch_of;
use super::super::super::types::{timestamp, type_name};
use super::super::conversion::is_text;
use super::super::interval_parts;
use super::Takes;
use crate::diagnostic::Diagnostic;

/// The types that arguments are cast to.
pub fn coerced(name: &str, takes: &[Takes], given: &[DataType]) -> Result<Vec<DataType>, Diagnostic> {
    let joins_arrays = given.iter().any(is_list);
    let joins_bytes = name == "concat" && !given.is_empty() && given.iter().all(is_binary);
    let joined = |takes: &Takes| match takes {
        Takes::TextOrArray if joins_arrays => Takes::SameArray,
        Takes::TextOrArray if joins_bytes => Takes::Binary,
        other => *other,
    };
    let takes: Vec<Takes> = takes.iter().map(joined).collect();
    let takes = takes.as_slice();
    let (takes_all, given_all) = (takes, given);
    let common = common_of(name, takes, given)?;
    let array = array_of(name, takes, given)?;
    let map = map_in_common(name, takes, given)?;
    let mut types: Vec<DataType> = Vec::with_capacity(given.len());
    for (at, (takes, given)) in takes.iter().zip(given).enumerate() {
        let data_type = match takes {
            Takes::Common => common.clone(),
            Takes::Array | Takes::SameArray if array.is_some() => array.clone(),
            Takes::Element => array.as_ref().map(element),
            Takes::Number => number_type(given, takes_all, given_all),
            Takes::SameMap => map.clone(),
            Takes::Key => Some(key_of(name, types.first(), given)?),
            // What a part of an INTERVAL is, `planning::spans` says.
            Takes::Timestamp if matches!(given, DataType::Interval(_)) && interval_parts::of(name).is_some() => {
                Some(given.clone())
            }
            takes => read_as(*takes, given),
        };
        types.push(data_type.ok_or_else(|| unreadable(name, at, *takes, given))?);
    }
    Ok(types)
}

/// The type of all arguments that share one.
fn common_of(name: &str, takes: &[Takes], given: &[DataType]) -> Result<Option<DataType>, Diagnostic> {
    let mut shared = takes.iter().zip(given).filter(|(takes, _)| **takes == Takes::Common).map(|(_, given)| given);
    let Some(first) = shared.next() else { return Ok(None) };
    let mut common = plain(first);
    for given in shared {
        common = common_type(&common, given).ok_or_else(|| different(name, takes, &common, given))?;
    }
    Ok(Some(common))
}

/// The type of the array that elements and other arrays are compared with, when there are any.
fn array_of(name: &str, takes: &[Takes], given: &[DataType]) -> Result<Option<DataType>, Diagnostic> {
    if !takes.iter().any(|takes| matches!(takes, Takes::Element | Takes::SameArray)) {
        return Ok(None);
    }
    let all = takes;
    let mut item: Option<DataType> = None;
    for (takes, given) in takes.iter().zip(given) {
        let part = match takes {
            Takes::Array | Takes::SameArray if is_list(given) || given.is_null() => element(given),
            Takes::Array | Takes::SameArray => return Err(no_array(name, all, given)),
            Takes::Element => plain(given),
            _ => continue,
        };
        item = Some(match item {
            Some(item) => unread_type(&item, &part).ok_or_else(|| different(name, all, &item, &part))?,
            None => part,
        });
    }
    Ok(item.map(list_of))
}

/// The type that maps are read as that become one.
fn map_in_common(name: &str, takes: &[Takes], given: &[DataType]) -> Result<Option<DataType>, Diagnostic> {
    let mut maps = takes.iter().zip(given).filter(|(takes, _)| **takes == Takes::SameMap).map(|(_, given)| given);
    let Some(first) = maps.next() else { return Ok(None) };
    let mut common = first.clone();
    for given in std::iter::once(first).chain(maps) {
        let is_map = given.is_null() || matches!(given, DataType::Map(..));
        let wider = common_type(&common, given).filter(|_| is_map);
        common = wider.ok_or_else(|| different(name, takes, &common, given))?;
    }
    Ok(Some(if common.is_null() { map_of(DataType::Null, DataType::Null) } else { common }))
}

/// The type of a map's keys, for a value that is compared with them.
fn key_of(name: &str, map: Option<&DataType>, given: &DataType) -> Result<DataType, Diagnostic> {
    let key = map.map_or(DataType::Null, |map| key_and_value(map).0);
    match unread_type(&key, given) {
        Some(_) => Ok(key),
        None => Err(different(name, &[Takes::Key], &key, given)),
    }
}

fn read_as(takes: Takes, given: &DataType) -> Option<DataType> {
    match takes {
        Takes::Any => Some(plain(given)),
        Takes::TextOrBinary if is_binary(given) => Some(DataType::Binary),
        Takes::TextOrTexts if is_list(given) => is_atomic(&element(given)).then(|| list_of(DataType::Utf8)),
        Takes::Text | Takes::TextOrBinary | Takes::TextOrArray | Takes::TextOrTexts => {
            is_atomic(given).then_some(DataType::Utf8)
        }
        Takes::OnlyText => (is_text(given) || given.is_null()).then_some(DataType::Utf8),
        Takes::Instant => (matches!(given, DataType::Timestamp(..)) || given.is_null()).then(timestamp),
        Takes::Binary => (is_binary(given) || is_text(given) || given.is_null()).then_some(DataType::Binary),
        Takes::Days => (is_count_of_days(given) || is_text(given) || given.is_null()).then_some(DataType::Int32),
        Takes::Int => from_number(given, DataType::Int32),
        Takes::Long => from_number(given, DataType::Int64),
        Takes::Double => from_number(given, DataType::Float64),
        Takes::Boolean => {
            (given == &DataType::Boolean || is_text(given) || given.is_null()).then_some(DataType::Boolean)
        }
        Takes::Date => (is_time(given) || is_text(given) || given.is_null()).then_some(DataType::Date32),
        Takes::Timestamp => (is_time(given) || is_text(given) || given.is_null()).then(timestamp),
        Takes::Array | Takes::SameArray if given.is_null() => Some(list_of(DataType::Null)),
        Takes::Array | Takes::SameArray => is_list(given).then(|| list_of(element(given))),
        Takes::Map if given.is_null() => Some(map_of(DataType::Null, DataType::Null)),
        Takes::Map => matches!(given, DataType::Map(..)).then(|| given.clone()),
        Takes::Collection if matches!(given, DataType::Map(..)) => Some(given.clone()),
        Takes::Collection => (is_list(given) || given.is_null()).then(|| list_of(element(given))),
        Takes::Number | Takes::Common | Takes::Element | Takes::SameMap | Takes::Key => None,
    }
}

/// A text beside a whole number is a BIGINT, else a DOUBLE; a NULL is what stands beside it.
fn number_type(given: &DataType, takes: &[Takes], all: &[DataType]) -> Option<DataType> {
    if given.is_numeric() {
        return Some(given.clone());
    }
    let numbers = takes.iter().zip(all).filter(|(takes, _)| **takes == Takes::Number).map(|(_, given)| given);
    let beside = numbers.into_iter().find(|given| given.is_numeric());
    match beside {
        Some(number) if given.is_null() => Some(number.clone()),
        Some(number) if is_text(given) && number.is_integer() => Some(DataType::Int64),
        _ => (is_text(given) || given.is_null()).then_some(DataType::Float64),
    }
}

/// A whole number that a DATE moves by: Spark takes no BIGINT.
pub fn is_count_of_days(given: &DataType) -> bool {
    matches!(given, DataType::Int8 | DataType::Int16 | DataType::Int32)
}

fn from_number(given: &DataType, to: DataType) -> Option<DataType> {
    (given.is_numeric() || is_text(given) || given.is_null()).then_some(to)
}

fn is_atomic(given: &DataType) -> bool {
    is_text(given)
        || is_binary(given)
        || given.is_numeric()
        || given.is_null()
        || is_time(given)
        || given == &DataType::Boolean
}

fn is_binary(given: &DataType) -> bool {
    matches!(given, DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_))
}

fn is_time(given: &DataType) -> bool {
    matches!(given, DataType::Date32 | DataType::Timestamp(..))
}

fn is_list(given: &DataType) -> bool {
    matches!(given, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..))
}

/// Texts and lists in the one form that rows are read in.
fn plain(given: &DataType) -> DataType {
    match given {
        given if is_text(given) => DataType::Utf8,
        given if is_binary(given) => DataType::Binary,
        given if is_list(given) => list_of(element(given)),
        other => other.clone(),
    }
}

/// The type of a list's elements.
pub fn element(list: &DataType) -> DataType {
    match list {
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            plain(field.data_type())
        }
        _ => DataType::Null,
    }
}

pub fn list_of(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

pub fn map_of(key: DataType, value: DataType) -> DataType {
    let entries = Fields::from(vec![Field::new("key", key, false), Field::new("value", value, true)]);
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries), false)), false)
}

/// The types of a map's keys and values.
pub fn key_and_value(map: &DataType) -> (DataType, DataType) {
    if let DataType::Map(entries, _) = map
        && let DataType::Struct(fields) = entries.data_type()
        && let [key, value] = fields.as_ref()
    {
        return (key.data_type().clone(), value.data_type().clone());
    }
    (DataType::Null, DataType::Null)
}

/// A part of an argument's type: of an array 0 its elements, of a map 0 its keys and 1 its values.
pub fn parameter(data_type: &DataType, at: usize) -> DataType {
    match (data_type, at) {
        (DataType::Map(..), 0) => key_and_value(data_type).0,
        (DataType::Map(..), _) => key_and_value(data_type).1,
        (list, _) => element(list),
    }
}

/// The type that values of two types are both read as; `None` when there is none.
pub fn common_type(one: &DataType, other: &DataType) -> Option<DataType> {
    let (one, other) = (plain(one), plain(other));
    match (&one, &other) {
        (one, other) if one == other => Some(one.clone()),
        (DataType::Null, known) | (known, DataType::Null) => Some(known.clone()),
        (text, number) | (number, text) if is_text(text) && number.is_integer() => Some(DataType::Int64),
        (text, number) | (number, text) if is_text(text) && number.is_numeric() => Some(DataType::Float64),
        (text, other) | (other, text) if is_text(text) && is_atomic(other) => Some(other.clone()),
        (one, other) if one.is_numeric() && other.is_numeric() => wider_number(one, other),
        (DataType::Date32, time @ DataType::Timestamp(..)) | (time @ DataType::Timestamp(..), DataType::Date32) => {
            Some(time.clone())
        }
        (one, other) if is_list(one) && is_list(other) => common_type(&element(one), &element(other)).map(list_of),
        (DataType::Map(..), DataType::Map(..)) => {
            let ((key, value), (other_key, other_value)) = (key_and_value(&one), key_and_value(&other));
            Some(map_of(common_type(&key, &other_key)?, common_type(&value, &other_value)?))
        }
        (DataType::Struct(one), DataType::Struct(other)) if one.len() == other.len() => {
            let field = |(one, other): (&Arc<Field>, &Arc<Field>)| {
                Some(Field::new(one.name(), common_type(one.data_type(), other.data_type())?, true))
            };
            one.iter()
                .zip(other)
                .map(field)
                .collect::<Option<Vec<Field>>>()
                .map(|fields| DataType::Struct(fields.into()))
        }
        _ => None,
    }
}

/// The same where no text is read as another type: elements of arrays and keys of maps are compared as they are.
fn unread_type(one: &DataType, other: &DataType) -> Option<DataType> {
    let known = !one.is_null() && !other.is_null();
    if known && is_text(one) != is_text(other) { None } else { common_type(one, other) }
}

fn wider_number(one: &DataType, other: &DataType) -> Option<DataType> {
    if one.is_floating() || other.is_floating() {
        let single = one == &DataType::Float32 && other == &DataType::Float32;
        return Some(if single { DataType::Float32 } else { DataType::Float64 });
    }
    if one.is_integer() && other.is_integer() {
        return Some(if one.primitive_width() >= other.primitive_width() { one.clone() } else { other.clone() });
    }
    let ((precision, scale), (other_precision, other_scale)) = (digits(one)?, digits(other)?);
    let places = scale.max(other_scale);
    let whole = (precision - scale).max(other_precision - other_scale);
    // Of too many digits, those before the point are kept.
    let places = places.min(38 - whole).max(0);
    Some(DataType::Decimal128(u8::try_from((whole + places).min(38)).ok()?, i8::try_from(places).ok()?))
}

/// The digits and decimal places that a number's type has.
pub fn digits(number: &DataType) -> Option<(i16, i16)> {
    Some(match number {
        DataType::Int8 | DataType::UInt8 => (3, 0),
        DataType::Int16 | DataType::UInt16 => (5, 0),
        DataType::Int32 | DataType::UInt32 => (10, 0),
        DataType::Int64 | DataType::UInt64 => (20, 0),
        DataType::Decimal128(precision, scale) => (i16::from(*precision), i16::from(*scale)),
        _ => return None,
    })
}

fn described(takes: Takes) -> &'static str {
    match takes {
        Takes::Text | Takes::OnlyText | Takes::TextOrBinary | Takes::TextOrArray | Takes::TextOrTexts => "a string",
        Takes::Int | Takes::Long => "a whole number",
        Takes::Days => "an INT",
        Takes::Binary => "bytes or a string",
        Takes::Double | Takes::Number => "a number",
        Takes::Boolean => "true or false",
        Takes::Date => "a date",
        Takes::Timestamp | Takes::Instant => "a timestamp",
        Takes::Array | Takes::SameArray => "an array",
        Takes::Map | Takes::SameMap => "a map",
        Takes::Collection => "an array or a map",
        Takes::Any | Takes::Common | Takes::Element | Takes::Key => "another type",
    }
}

fn unreadable(name: &str, at: usize, takes: Takes, given: &DataType) -> Diagnostic {
    mismatch_of(
        "UNEXPECTED_INPUT_TYPE",
        &format!(
            "argument {} of `{name}` must be {}, but it has the type \"{}\"",
            at + 1,
            described(takes),
            type_name(given)
        ),
    )
}

fn no_array(name: &str, takes: &[Takes], given: &DataType) -> Diagnostic {
    let looks_alone = matches!(name, "array_contains" | "array_position" | "array_append" | "array_prepend");
    let kind = if looks_alone { "UNEXPECTED_INPUT_TYPE" } else { kind_of(name, takes) };
    mismatch_of(kind, &format!("`{name}` needs an array, not \"{}\"", type_name(given)))
}

/// Spark's word for arguments that do not go together.
fn kind_of(name: &str, takes: &[Takes]) -> &'static str {
    let takes = |wanted: Takes| takes.contains(&wanted);
    match name {
        "concat" => "DATA_DIFF_TYPES",
        _ if takes(Takes::Element) => "ARRAY_FUNCTION_DIFF_TYPES",
        _ if takes(Takes::SameArray) => "BINARY_ARRAY_DIFF_TYPES",
        _ if takes(Takes::SameMap) => "MAP_CONCAT_DIFF_TYPES",
        _ if takes(Takes::Key) => "MAP_FUNCTION_DIFF_TYPES",
        _ => "DATA_DIFF_TYPES",
    }
}

fn different(name: &str, takes: &[Takes], one: &DataType, other: &DataType) -> Diagnostic {
    let kind = kind_of(name, takes);
    let (one, other) = (type_name(one), type_name(other));
    mismatch_of(
        kind,
        &format!("the arguments of `{name}` should have one type, but they are \"{one}\" and \"{other}\""),
    )
}
