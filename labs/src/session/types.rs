//! Types: as students write and read them (`DECIMAL(10,2)`), as arrow computes with them, as Delta stores them.
//!
//! Invariant: whatever [`arrow_type`] gives, Delta can store and [`type_name`] can name again.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, DataType as SqlType, ExactNumberInfo, ObjectName, StructField, TimezoneInfo,
};

use crate::diagnostic::Diagnostic;
use crate::dialect;

/// The arrow type of a TIMESTAMP: an instant in microseconds, shown in the session's zone, which is UTC.
pub fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The arrow type of a type written in SQL.
///
/// # Errors
/// UNSUPPORTED_DATATYPE, or a decimal that is too wide.
pub fn arrow_type(sql: &SqlType) -> Result<DataType, Diagnostic> {
    Ok(match sql {
        SqlType::TinyInt(None) => DataType::Int8,
        SqlType::SmallInt(None) => DataType::Int16,
        SqlType::Int(None) | SqlType::Integer(None) => DataType::Int32,
        SqlType::BigInt(None) => DataType::Int64,
        SqlType::Float(ExactNumberInfo::None) | SqlType::Real => DataType::Float32,
        SqlType::Double(ExactNumberInfo::None) | SqlType::DoublePrecision => DataType::Float64,
        SqlType::Decimal(info) | SqlType::Numeric(info) | SqlType::Dec(info) => decimal(info)?,
        SqlType::String(None) => DataType::Utf8,
        SqlType::Varchar(None) => return Err(without_size("VARCHAR")),
        SqlType::Char(None) | SqlType::Character(None) => return Err(without_size("CHAR")),
        SqlType::Varchar(Some(_)) | SqlType::Char(Some(_)) | SqlType::Character(Some(_)) => DataType::Utf8,
        SqlType::Boolean => DataType::Boolean,
        SqlType::Date => DataType::Date32,
        SqlType::Timestamp(None, TimezoneInfo::None) => timestamp(),
        SqlType::TimestampNtz(None) => DataType::Timestamp(TimeUnit::Microsecond, None),
        SqlType::Binary(None) => DataType::Binary,
        SqlType::Array(ArrayElemTypeDef::AngleBracket(item)) => list(arrow_type(item)?),
        SqlType::Map(key, value) => map(arrow_type(key)?, arrow_type(value)?),
        SqlType::Struct(fields, _) => DataType::Struct(struct_fields(fields)?),
        SqlType::Custom(name, arguments) if arguments.is_empty() => named(name)?,
        other => return Err(unsupported(&other.to_string())),
    })
}

/// Whether a type, or one within it, is a text of limited length.
pub fn limits_length(sql: &SqlType) -> bool {
    match sql {
        SqlType::Varchar(Some(_)) | SqlType::Char(Some(_)) | SqlType::Character(Some(_)) => true,
        SqlType::Array(ArrayElemTypeDef::AngleBracket(item)) => limits_length(item),
        SqlType::Map(key, value) => limits_length(key) || limits_length(value),
        SqlType::Struct(fields, _) => fields.iter().any(|field| limits_length(&field.field_type)),
        _ => false,
    }
}

/// Types that sqlparser takes for names of somebody's own.
fn named(name: &ObjectName) -> Result<DataType, Diagnostic> {
    match name.to_string().to_lowercase().as_str() {
        "string" => Ok(DataType::Utf8),
        "long" => Ok(DataType::Int64),
        "short" => Ok(DataType::Int16),
        "byte" => Ok(DataType::Int8),
        "timestamp_ntz" => Ok(DataType::Timestamp(TimeUnit::Microsecond, None)),
        "timestamp_ltz" => Ok(timestamp()),
        other => Err(unsupported(other)),
    }
}

fn without_size(name: &str) -> Diagnostic {
    let message = format!("DataType \"{name}\" requires a length parameter, for example \"{name}\"(10).");
    Diagnostic::new("DATATYPE_MISSING_SIZE", "42K01", message).with_hint("Write STRING, which has no greatest length.")
}

fn unsupported(name: &str) -> Diagnostic {
    let message = format!("Unsupported data type \"{}\".", name.to_uppercase());
    let simple = SIMPLE_TYPES.join(", ");
    Diagnostic::new("UNSUPPORTED_DATATYPE", "0A000", message)
        .with_hint(format!("Types are {simple}, DECIMAL(p,s), ARRAY<..>, MAP<..> and STRUCT<..>."))
}

fn decimal(info: &ExactNumberInfo) -> Result<DataType, Diagnostic> {
    let (precision, scale) = match info {
        ExactNumberInfo::None => (10, 0),
        ExactNumberInfo::Precision(precision) => (*precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
    };
    if !(1..=38).contains(&precision) || scale < 0 || scale.cast_unsigned() > precision {
        let message = format!(
            "DECIMAL({precision},{scale}) is not a decimal: at most 38 digits, and no more of them after the point."
        );
        return Err(Diagnostic::new("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "22003", message));
    }
    Ok(DataType::Decimal128(u8::try_from(precision).unwrap_or(38), i8::try_from(scale).unwrap_or(0)))
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", item, true)))
}

fn map(key: DataType, value: DataType) -> DataType {
    let entries = Fields::from(vec![Field::new("key", key, false), Field::new("value", value, true)]);
    DataType::Map(Arc::new(Field::new("key_value", DataType::Struct(entries), false)), false)
}

fn struct_fields(fields: &[StructField]) -> Result<Fields, Diagnostic> {
    let field = |(at, field): (usize, &StructField)| {
        let name = field.field_name.as_ref().map_or_else(|| format!("col{}", at + 1), |name| name.value.clone());
        Ok(Field::new(name, arrow_type(&field.field_type)?, true))
    };
    Ok(Fields::from(fields.iter().enumerate().map(field).collect::<Result<Vec<Field>, Diagnostic>>()?))
}

/// The arrow type of a type's printed name.
///
/// # Errors
/// When the name is no type.
pub fn arrow_type_named(name: &str) -> Result<DataType, Diagnostic> {
    arrow_type(&dialect::parse_type(name)?)
}

/// Names of the types that have no parts, as [`printed`] gives them.
pub const SIMPLE_TYPES: &[&str] = &[
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INT",
    "BIGINT",
    "FLOAT",
    "DOUBLE",
    "STRING",
    "BINARY",
    "DATE",
    "TIMESTAMP",
    "TIMESTAMP_NTZ",
];

/// A type as a table's columns print it, from any way of writing it: `INTEGER` is `INT`.
///
/// # Errors
/// When it is no type that a table can have.
pub fn printed(written: &str) -> Result<String, Diagnostic> {
    arrow_type_named(written).map(|data_type| type_name(&data_type))
}

/// A type as Databricks prints it.
pub fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "VOID".to_owned(),
        DataType::Boolean => "BOOLEAN".to_owned(),
        DataType::Int8 => "TINYINT".to_owned(),
        DataType::Int16 | DataType::UInt8 => "SMALLINT".to_owned(),
        DataType::Int32 | DataType::UInt16 => "INT".to_owned(),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "BIGINT".to_owned(),
        DataType::Float16 | DataType::Float32 => "FLOAT".to_owned(),
        DataType::Float64 => "DOUBLE".to_owned(),
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => {
            format!("DECIMAL({p},{s})")
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "STRING".to_owned(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "BINARY".to_owned()
        }
        DataType::Date32 | DataType::Date64 => "DATE".to_owned(),
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP".to_owned(),
        DataType::Timestamp(_, None) => "TIMESTAMP_NTZ".to_owned(),
        DataType::Interval(_) | DataType::Duration(_) | DataType::Time32(_) | DataType::Time64(_) => {
            "INTERVAL".to_owned()
        }
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item) => {
            format!("ARRAY<{}>", type_name(item.data_type()))
        }
        DataType::Struct(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.name(), type_name(field.data_type()))).collect();
            format!("STRUCT<{}>", fields.join(", "))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                format!("MAP<{}, {}>", type_name(pair[0].data_type()), type_name(pair[1].data_type()))
            }
            _ => "MAP".to_owned(),
        },
        DataType::Dictionary(_, value) => type_name(value),
        other => other.to_string().to_uppercase(),
    }
}

/// A type as DESCRIBE and `typeof` print it: `struct<OrderId:int,lines:array<string>>`.
pub fn catalog_name(data_type: &DataType) -> String {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            format!("array<{}>", catalog_name(item.data_type()))
        }
        DataType::Struct(fields) => {
            let field = |field: &Arc<Field>| format!("{}:{}", field.name(), catalog_name(field.data_type()));
            format!("struct<{}>", fields.iter().map(field).collect::<Vec<_>>().join(","))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                format!("map<{},{}>", catalog_name(pair[0].data_type()), catalog_name(pair[1].data_type()))
            }
            _ => "map".to_owned(),
        },
        other => type_name(other).to_lowercase(),
    }
}

/// The type that a column of a query gets when it is stored: what Delta has, nearest to what was computed.
pub fn stored_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Null => DataType::Utf8,
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 | DataType::UInt64 => DataType::Int64,
        DataType::Float16 => DataType::Float32,
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Date64 => DataType::Date32,
        DataType::Decimal32(p, s) | DataType::Decimal64(p, s) | DataType::Decimal256(p, s) => {
            DataType::Decimal128((*p).min(38), *s)
        }
        DataType::Timestamp(_, Some(_)) => timestamp(),
        DataType::Timestamp(_, None) => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Dictionary(_, value) => stored_type(value),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            list(stored_type(item.data_type()))
        }
        DataType::Struct(fields) => {
            let field = |field: &Arc<Field>| Field::new(field.name(), stored_type(field.data_type()), true);
            DataType::Struct(fields.iter().map(field).collect())
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                map(stored_type(pair[0].data_type()), stored_type(pair[1].data_type()))
            }
            _ => data_type.clone(),
        },
        other => other.clone(),
    }
}

/// Whether a column of a type can be stored at all.
pub fn is_storable(data_type: &DataType) -> bool {
    !matches!(
        data_type,
        DataType::Interval(_) | DataType::Duration(_) | DataType::Time32(_) | DataType::Time64(_) | DataType::Union(..)
    )
}
