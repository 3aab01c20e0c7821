//! Arrays, maps and structs as CAST prints them: `[1, null]`, `{a -> 1}`, `{1, x}`.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;

use super::conversion::convert;

/// Whether values of a type are printed here.
pub fn is_nested(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(_) | DataType::Map(..) | DataType::Struct(_))
}

/// The texts of an array's values.
pub fn printed(values: &ArrayRef) -> Result<StringArray> {
    let text = |row: usize| if values.is_null(row) { Ok(None) } else { one(values, row).map(Some) };
    (0..values.len()).map(text).collect()
}

fn one(values: &ArrayRef, row: usize) -> Result<String> {
    Ok(match values.data_type() {
        DataType::Map(..) => {
            let entries = values.as_map().value(row);
            let (keys, values) = (texts(entries.column(0))?, texts(entries.column(1))?);
            let entries: Vec<String> =
                keys.iter().zip(values).map(|(key, value)| format!("{key} -> {value}")).collect();
            format!("{{{}}}", entries.join(", "))
        }
        DataType::Struct(_) => {
            let fields = values.as_struct().columns().iter().map(|field| texts(&field.slice(row, 1)));
            format!("{{{}}}", fields.collect::<Result<Vec<_>>>()?.concat().join(", "))
        }
        _ => format!("[{}]", texts(&values.as_list::<i32>().value(row))?.join(", ")),
    })
}

/// The texts of values inside, NULLs among them.
fn texts(values: &ArrayRef) -> Result<Vec<String>> {
    if values.data_type().is_null() {
        return Ok(vec!["null".to_owned(); values.len()]);
    }
    let printed = convert(values, &DataType::Utf8, false)?;
    Ok(printed.as_string::<i32>().iter().map(|text| text.unwrap_or("null").to_owned()).collect())
}
