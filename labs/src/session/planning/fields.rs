//! `value.field`: of a STRUCT, of a MAP by its key, and of an array of STRUCTs.

use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::functions::core::get_field;
use datafusion::logical_expr::{Expr, lit};

use super::super::engine;
use super::super::functions::element;
use super::operators::called;

/// Whether a text in square brackets is the name of a field.
pub fn has_fields(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(item) => matches!(item.data_type(), DataType::Struct(_)),
        other => matches!(other, DataType::Struct(_)),
    }
}

/// A field of a STRUCT, the value of a MAP, or the fields of an array's STRUCTs, with its type.
pub fn field_of(value: Expr, data_type: &DataType, name: &str) -> Option<(Expr, DataType)> {
    match data_type {
        DataType::Struct(fields) => field_named(fields, name)
            .map(|found| (called(get_field(), vec![value, lit(found.name().clone())]), found.data_type().clone())),
        DataType::List(item) if let DataType::Struct(fields) = item.data_type() => {
            let (name, gives) = match field_named(fields, name) {
                Some(found) => (found.name().as_str(), DataType::new_list(found.data_type().clone(), true)),
                None => (name, DataType::Null),
            };
            Some((called(element::fields(), vec![value, lit(name.to_owned())]), gives))
        }
        DataType::Map(entries, _) => match (entries.data_type(), engine::scalar_function("__map_field")) {
            (DataType::Struct(pair), Some(function)) => {
                Some((called(function, vec![value, lit(name.to_owned())]), pair[1].data_type().clone()))
            }
            _ => None,
        },
        // Says that there are none: what a planner says itself is not listened to.
        _ => Some((called(element::fields(), vec![value, lit(name.to_owned())]), DataType::Null)),
    }
}

/// A field by its name, in any case; the same case wins.
fn field_named<'a>(fields: &'a Fields, name: &str) -> Option<&'a Field> {
    let same = fields.iter().find(|field| field.name() == name);
    same.or_else(|| fields.iter().find(|field| field.name().eq_ignore_ascii_case(name))).map(AsRef::as_ref)
}
