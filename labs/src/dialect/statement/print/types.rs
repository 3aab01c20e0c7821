//! Types: sqlparser writes a map as another dialect does.

use datafusion::sql::sqlparser::ast::{ArrayElemTypeDef, DataType, Ident, ObjectName, StructField};

use super::words::ident;

/// A type as Databricks writes it: `MAP<STRING, ARRAY<INT>>`.
pub fn data_type(of: &DataType) -> String {
    match of {
        DataType::Array(ArrayElemTypeDef::AngleBracket(element)) => format!("ARRAY<{}>", data_type(element)),
        DataType::Map(key, value) => format!("MAP<{}, {}>", data_type(key), data_type(value)),
        DataType::Struct(fields, _) if !fields.is_empty() => {
            let fields: Vec<String> = fields.iter().map(field).collect();
            format!("STRUCT<{}>", fields.join(", "))
        }
        other => other.to_string(),
    }
}

fn field(field: &StructField) -> String {
    let name = field.field_name.as_ref().map_or_else(String::new, |name| format!("{}: ", ident(name)));
    name + &data_type(&field.field_type)
}

/// Puts a type's text in its place, which sqlparser then prints as it is.
pub fn spell(of: &mut DataType) {
    let text = data_type(of);
    *of = DataType::Custom(ObjectName::from(Ident::new(text)), Vec::new());
}
