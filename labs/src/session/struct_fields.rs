//! Values of STRUCT type brought to the fields of the type that they are to have, before they are cast to it.
//!
//! arrow pairs fields by name where the names agree and by position where they do not. CAST and INSERT pair them by
//! position, whatever they are called; BY NAME pairs them by name, in any case.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};

use crate::diagnostic::Diagnostic;

use super::errors::{internal, schema_mismatch};

type Result<T> = std::result::Result<T, Diagnostic>;

/// How the fields of two STRUCTs find each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pairing {
    Position,
    Name,
}

/// The values with the names and the order of the column's fields; types stay the values' own.
///
/// # Errors
/// DELTA_METADATA_MISMATCH for a field that the column has not, DELTA_INSERT_COLUMN_ARITY_MISMATCH for one that is missing.
pub fn pair(values: &ArrayRef, column: &Field, pairing: Pairing) -> Result<ArrayRef> {
    Pair { column: column.name(), pairing }.values(values, column.data_type())
}

/// Whether the STRUCTs of two types have their fields in one order, as far as names say.
pub fn same_order(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Struct(from), DataType::Struct(to)) => {
            let same = |(from, to): (&Arc<Field>, &Arc<Field>)| {
                from.name() == to.name() && same_order(from.data_type(), to.data_type())
            };
            from.len() == to.len() && from.iter().zip(to).all(same)
        }
        (DataType::List(from), DataType::List(to)) => same_order(from.data_type(), to.data_type()),
        (DataType::Map(from, _), DataType::Map(to, _)) => inside(from, to, same_order),
        _ => true,
    }
}

/// Whether every STRUCT of a type has the fields of the other by their exact names, in any order.
pub fn same_names(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Struct(from), DataType::Struct(to)) => {
            let found = |wanted: &Arc<Field>| {
                let field = from.iter().find(|field| field.name() == wanted.name());
                field.is_some_and(|field| same_names(field.data_type(), wanted.data_type()))
            };
            from.len() == to.len() && to.iter().all(found)
        }
        (DataType::List(from), DataType::List(to)) => same_names(from.data_type(), to.data_type()),
        (DataType::Map(from, _), DataType::Map(to, _)) => inside(from, to, same_names),
        _ => true,
    }
}

/// Compares keys and values of two maps; the fields that hold them have no names that anybody gave.
fn inside(from: &Field, to: &Field, same: impl Fn(&DataType, &DataType) -> bool) -> bool {
    match (from.data_type(), to.data_type()) {
        (DataType::Struct(from), DataType::Struct(to)) => {
            from.iter().zip(to).all(|(from, to)| same(from.data_type(), to.data_type()))
        }
        _ => true,
    }
}

struct Pair<'a> {
    column: &'a str,
    pairing: Pairing,
}

impl Pair<'_> {
    fn values(&self, values: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
        match (values.data_type(), to) {
            (DataType::Struct(from), DataType::Struct(wanted)) => self.structs(values.as_struct(), from, wanted),
            (DataType::List(item), DataType::List(wanted)) => {
                let list = values.as_list::<i32>();
                let items = self.values(list.values(), wanted.data_type())?;
                let item = Arc::new(item.as_ref().clone().with_data_type(items.data_type().clone()));
                let list = ListArray::try_new(item, list.offsets().clone(), items, list.nulls().cloned());
                Ok(Arc::new(list.map_err(internal)?))
            }
            (DataType::Map(_, sorted), DataType::Map(wanted, _)) => self.map(values.as_map(), wanted, *sorted),
            _ => Ok(values.clone()),
        }
    }

    fn structs(&self, values: &StructArray, from: &Fields, wanted: &Fields) -> Result<ArrayRef> {
        let places: Vec<usize> =
            wanted.iter().enumerate().filter_map(|(at, field)| self.place(from, at, field)).collect();
        if let Some(extra) = from.iter().enumerate().find(|(at, _)| !places.contains(at)) {
            let what = format!("the value for the column `{}` has a field `{}` too many", self.column, extra.1.name());
            return Err(schema_mismatch(&what, &format!("Leave the field {} out.", extra.1.name())));
        }
        if places.len() < wanted.len() {
            return Err(self.too_few(places.len(), wanted));
        }
        let mut fields = Vec::with_capacity(wanted.len());
        let mut columns = Vec::with_capacity(wanted.len());
        for (place, field) in places.into_iter().zip(wanted) {
            let column = self.values(values.column(place), field.data_type())?;
            fields.push(Field::new(field.name(), column.data_type().clone(), true));
            columns.push(column);
        }
        let array =
            StructArray::try_new_with_length(Fields::from(fields), columns, values.nulls().cloned(), values.len());
        Ok(Arc::new(array.map_err(internal)?))
    }

    /// Where the field of a value is that goes into a column's field.
    fn place(&self, from: &Fields, at: usize, wanted: &Field) -> Option<usize> {
        match self.pairing {
            Pairing::Position => (at < from.len()).then_some(at),
            Pairing::Name => from.iter().position(|field| field.name().eq_ignore_ascii_case(wanted.name())),
        }
    }

    fn map(&self, values: &MapArray, wanted: &Field, sorted: bool) -> Result<ArrayRef> {
        let DataType::Struct(pair) = wanted.data_type() else { return Ok(Arc::new(values.clone())) };
        let columns: Vec<ArrayRef> = [values.keys(), values.values()]
            .into_iter()
            .zip(pair)
            .map(|(column, field)| self.values(column, field.data_type()))
            .collect::<Result<_>>()?;
        let fields: Vec<Field> = pair
            .iter()
            .zip(&columns)
            .map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone()))
            .collect();
        let entries = StructArray::try_new(Fields::from(fields), columns, None).map_err(internal)?;
        let field = Arc::new(Field::new(wanted.name(), entries.data_type().clone(), false));
        let map = MapArray::try_new(field, values.offsets().clone(), entries, values.nulls().cloned(), sorted);
        Ok(Arc::new(map.map_err(internal)?))
    }

    fn too_few(&self, given: usize, wanted: &Fields) -> Diagnostic {
        let names: Vec<&str> = wanted.iter().map(|field| field.name().as_str()).collect();
        let message = format!(
            "Cannot write, not enough nested fields in the column `{}`: it has {} field(s) ({}) but the inserted data has {given}.",
            self.column,
            wanted.len(),
            names.join(", ")
        );
        Diagnostic::new("DELTA_INSERT_COLUMN_ARITY_MISMATCH", "42802", message)
            .with_hint("Give every field of the STRUCT a value; NULL is one.")
    }
}
