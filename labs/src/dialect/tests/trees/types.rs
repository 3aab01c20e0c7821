//! Types of columns.

use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, CharacterLength, DataType, ExactNumberInfo, StructBracketKind, StructField, TimezoneInfo,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::name;

pub fn any() -> impl Strategy<Value = DataType> {
    simple().prop_recursive(3, 8, 3, |inner| {
        let field = (name::ident(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(|element| DataType::Array(ArrayElemTypeDef::AngleBracket(Box::new(element)))),
            (inner.clone(), inner).prop_map(|(key, value)| DataType::Map(Box::new(key), Box::new(value))),
            vec(field, 1..3).prop_map(|fields| DataType::Struct(
                fields.into_iter().map(struct_field).collect(),
                StructBracketKind::AngleBrackets
            )),
        ]
    })
}

fn struct_field((name, field_type): (datafusion::sql::sqlparser::ast::Ident, DataType)) -> StructField {
    StructField { field_name: Some(name), field_type, options: None }
}

fn simple() -> impl Strategy<Value = DataType> {
    let varchar = CharacterLength::IntegerLength { length: 10, unit: None };
    prop::sample::select(vec![
        DataType::Boolean,
        DataType::TinyInt(None),
        DataType::SmallInt(None),
        DataType::Int(None),
        DataType::BigInt(None),
        DataType::Float(ExactNumberInfo::None),
        DataType::Double(ExactNumberInfo::None),
        DataType::Decimal(ExactNumberInfo::None),
        DataType::Decimal(ExactNumberInfo::PrecisionAndScale(10, 2)),
        DataType::String(None),
        DataType::Varchar(Some(varchar)),
        DataType::Binary(None),
        DataType::Date,
        DataType::Timestamp(None, TimezoneInfo::None),
        DataType::TimestampNtz(None),
    ])
}
