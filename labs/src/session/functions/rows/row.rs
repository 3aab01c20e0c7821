//! One row of a function's arguments.
//!
//! Arguments have the types that the function takes, so a value is read as that type without a check; a NULL reads as
//! the type's empty value.

use chrono::{DateTime, NaiveDate, Utc};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, new_empty_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;

use super::super::super::types::timestamp;
use super::coercion::{element, key_and_value};

/// An argument for all rows.
pub struct Column {
    values: ArrayRef,
    constant: bool,
}

impl Column {
    pub fn new(argument: &ColumnarValue) -> Result<Self> {
        let (values, constant) = match argument {
            ColumnarValue::Array(values) => (values.clone(), false),
            ColumnarValue::Scalar(value) => (value.to_array()?, true),
        };
        // Instants of other units come from files and other functions.
        let values = match values.data_type() {
            DataType::Timestamp(_, Some(_)) => cast(&values, &timestamp())?,
            DataType::Utf8View | DataType::LargeUtf8 => cast(&values, &DataType::Utf8)?,
            _ => values,
        };
        Ok(Self { values, constant })
    }
}

pub struct Row<'a> {
    /// The function's name.
    pub name: &'a str,
    pub(super) columns: &'a [Column],
    pub(super) at: usize,
    /// The type that is to be given.
    pub gives: &'a DataType,
}

impl<'a> Row<'a> {
    /// How many arguments there are.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// The argument's array, and where its value stands.
    fn place(&self, argument: usize) -> (&'a ArrayRef, usize) {
        let column = &self.columns[argument];
        (&column.values, if column.constant { 0 } else { self.at })
    }

    pub fn is_null(&self, argument: usize) -> bool {
        let (values, at) = self.place(argument);
        values.data_type().is_null() || values.is_null(at)
    }

    pub fn has_null(&self) -> bool {
        (0..self.len()).any(|argument| self.is_null(argument))
    }

    /// Whether the argument was given and is not NULL.
    pub fn has(&self, argument: usize) -> bool {
        argument < self.len() && !self.is_null(argument)
    }

    pub fn data_type(&self, argument: usize) -> &'a DataType {
        self.columns[argument].values.data_type()
    }

    pub fn value(&self, argument: usize) -> Result<ScalarValue> {
        let (values, at) = self.place(argument);
        ScalarValue::try_from_array(values, at)
    }

    pub fn text(&self, argument: usize) -> &'a str {
        let (values, at) = self.place(argument);
        values.as_string_opt::<i32>().filter(|values| !values.is_null(at)).map_or("", |values| values.value(at))
    }

    pub fn bytes(&self, argument: usize) -> &'a [u8] {
        let (values, at) = self.place(argument);
        match values.as_binary_opt::<i32>() {
            Some(values) => values.value(at),
            None => self.text(argument).as_bytes(),
        }
    }

    pub fn int(&self, argument: usize) -> i32 {
        let (values, at) = self.place(argument);
        values.as_primitive_opt::<Int32Type>().map_or(0, |values| values.value(at))
    }

    pub fn long(&self, argument: usize) -> i64 {
        let (values, at) = self.place(argument);
        values.as_primitive_opt::<Int64Type>().map_or(0, |values| values.value(at))
    }

    pub fn double(&self, argument: usize) -> f64 {
        let (values, at) = self.place(argument);
        values.as_primitive_opt::<Float64Type>().map_or(0.0, |values| values.value(at))
    }

    pub fn boolean(&self, argument: usize) -> bool {
        let (values, at) = self.place(argument);
        values.as_boolean_opt().is_some_and(|values| values.is_valid(at) && values.value(at))
    }

    pub fn date(&self, argument: usize) -> NaiveDate {
        let (values, at) = self.place(argument);
        let days = values.as_primitive_opt::<Date32Type>().map_or(0, |values| values.value(at));
        Date32Type::to_naive_date_opt(days).unwrap_or_default()
    }

    /// Microseconds since 1970.
    pub fn micros(&self, argument: usize) -> i64 {
        let (values, at) = self.place(argument);
        values.as_primitive_opt::<TimestampMicrosecondType>().map_or(0, |values| values.value(at))
    }

    pub fn instant(&self, argument: usize) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.micros(argument)).unwrap_or_default()
    }

    /// The elements of an array; none of a NULL.
    pub fn list(&self, argument: usize) -> ArrayRef {
        let (values, at) = self.place(argument);
        match values.as_list_opt::<i32>() {
            Some(lists) if lists.is_valid(at) => lists.value(at),
            _ => new_empty_array(&element(values.data_type())),
        }
    }

    pub fn elements(&self, argument: usize) -> Result<Vec<ScalarValue>> {
        scalars(&self.list(argument))
    }

    /// The keys and the values of a map, side by side.
    pub fn entries(&self, argument: usize) -> (ArrayRef, ArrayRef) {
        let (values, at) = self.place(argument);
        match values.as_map_opt() {
            Some(maps) if maps.is_valid(at) => {
                let entries = maps.value(at);
                (entries.column(0).clone(), entries.column(1).clone())
            }
            _ => {
                let (key, value) = key_and_value(values.data_type());
                (new_empty_array(&key), new_empty_array(&value))
            }
        }
    }
}

/// The values of an array.
pub fn scalars(array: &ArrayRef) -> Result<Vec<ScalarValue>> {
    (0..array.len()).map(|at| ScalarValue::try_from_array(array, at)).collect()
}
