//! Expressions of every form that the dialect reads.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Array, BinaryOperator, CaseWhen, DataType, DateTimeField, Expr, FunctionArguments, Ident, Interval,
    JsonPath, JsonPathElem, StructField, Subscript, TimezoneInfo, TypedString, UnaryOperator, Value,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any as any_of, prop_oneof};
use proptest::sample::select;

use super::{call, name, query, types};

pub fn any() -> BoxedStrategy<Expr> {
    leaf()
        .prop_recursive(4, 20, 3, |inner| {
            prop_oneof![operators(&inner), tests(&inner), call::any(&inner), parts(&inner)]
        })
        .boxed()
}

pub fn boxed(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = Box<Expr>> + use<> {
    inner.clone().prop_map(Box::new)
}

fn value(value: Value) -> Expr {
    Expr::Value(value.into())
}

pub fn number(digits: &str) -> Expr {
    value(Value::Number(digits.to_owned(), false))
}

pub fn leaf() -> BoxedStrategy<Expr> {
    let literal = prop_oneof![
        select(vec!["0", "12", "1.5", ".5", "1e5"]).prop_map(number),
        Just(value(Value::Number("7".to_owned(), true))),
        name::text().prop_map(|text| value(Value::SingleQuotedString(text))),
        name::text().prop_map(|text| value(Value::DoubleQuotedString(text))),
        name::text().prop_map(|text| value(Value::NationalStringLiteral(text))),
        Just(value(Value::HexStringLiteral("1F".to_owned()))),
        any_of::<bool>().prop_map(|truth| value(Value::Boolean(truth))),
        Just(value(Value::Null)),
    ];
    let typed = select(vec![DataType::Date, DataType::Timestamp(None, TimezoneInfo::None)]);
    prop_oneof![
        6 => name::ident().prop_map(Expr::Identifier),
        2 => vec(name::ident(), 2..4).prop_map(Expr::CompoundIdentifier),
        4 => literal,
        1 => (typed, name::text()).prop_map(|(data_type, text)| Expr::TypedString(TypedString {
            data_type,
            value: Value::SingleQuotedString(text).into(),
            uses_odbc_syntax: false,
        })),
        1 => select(vec!["current_date", "current_timestamp"])
            .prop_map(|name| call::function(Ident::new(name), FunctionArguments::None)),
    ]
    .boxed()
}

fn operators(inner: &BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    use BinaryOperator as B;
    let binary = select(vec![
        B::Plus,
        B::Minus,
        B::Multiply,
        B::Divide,
        B::Modulo,
        B::MyIntegerDivide,
        B::StringConcat,
        B::Eq,
        B::NotEq,
        B::Lt,
        B::LtEq,
        B::Gt,
        B::GtEq,
        B::Spaceship,
        B::And,
        B::Or,
        B::BitwiseAnd,
        B::BitwiseOr,
        B::BitwiseXor,
        B::PGBitwiseShiftLeft,
        B::PGBitwiseShiftRight,
        B::Xor,
    ]);
    let comparison = select(vec![B::Eq, B::NotEq, B::Lt, B::GtEq]);
    let unary = select(vec![
        UnaryOperator::Minus,
        UnaryOperator::Plus,
        UnaryOperator::Not,
        UnaryOperator::BangNot,
        UnaryOperator::BitwiseNot,
    ]);
    let subquery = || query::small().prop_map(|query| Box::new(Expr::Subquery(query)));
    prop_oneof![
        6 => (boxed(inner), binary, boxed(inner)).prop_map(|(left, op, right)| Expr::BinaryOp { left, op, right }),
        3 => (unary, boxed(inner)).prop_map(|(op, expr)| Expr::UnaryOp { op, expr }),
        1 => (boxed(inner), boxed(inner)).prop_map(|(left, right)| Expr::IsDistinctFrom(left, right)),
        1 => (boxed(inner), boxed(inner)).prop_map(|(left, right)| Expr::IsNotDistinctFrom(left, right)),
        1 => (boxed(inner), boxed(inner)).prop_map(|(timestamp, time_zone)| Expr::AtTimeZone { timestamp, time_zone }),
        1 => (boxed(inner), comparison.clone(), subquery(), any_of::<bool>())
            .prop_map(|(left, compare_op, right, is_some)| Expr::AnyOp { left, compare_op, right, is_some }),
        1 => (boxed(inner), comparison, subquery())
            .prop_map(|(left, compare_op, right)| Expr::AllOp { left, compare_op, right }),
        2 => inner.clone().prop_map(|expr| Expr::Nested(Box::new(expr))),
    ]
    .boxed()
}

/// IS, IN, LIKE, BETWEEN, EXISTS.
fn tests(inner: &BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let is = select(vec![
        Expr::IsNull as fn(Box<Expr>) -> Expr,
        Expr::IsNotNull,
        Expr::IsTrue,
        Expr::IsNotTrue,
        Expr::IsFalse,
        Expr::IsNotFalse,
        Expr::IsUnknown,
        Expr::IsNotUnknown,
    ]);
    let negated = any_of::<bool>;
    let escape = || option::of(name::text().prop_map(|text| Value::SingleQuotedString(text).into()));
    prop_oneof![
        (is, boxed(inner)).prop_map(|(is, expr)| is(expr)),
        (boxed(inner), vec(inner.clone(), 1..3), negated())
            // A query alone in the list would be the query that IN looks into.
            .prop_filter("a query", |(_, list, _)| list.len() > 1 || !matches!(list[0], Expr::Subquery(_)))
            .prop_map(|(expr, list, negated)| Expr::InList { expr, list, negated }),
        (boxed(inner), query::small(), negated()).prop_map(|(expr, subquery, negated)| Expr::InSubquery {
            expr,
            subquery,
            negated
        }),
        (boxed(inner), negated(), boxed(inner), boxed(inner)).prop_map(|(expr, negated, low, high)| Expr::Between {
            expr,
            negated,
            low,
            high
        }),
        (negated(), any_of::<bool>(), boxed(inner), boxed(inner), escape()).prop_map(
            |(negated, any, expr, pattern, escape_char)| Expr::Like { negated, any, expr, pattern, escape_char }
        ),
        (negated(), any_of::<bool>(), boxed(inner), boxed(inner), escape()).prop_map(
            |(negated, any, expr, pattern, escape_char)| Expr::ILike { negated, any, expr, pattern, escape_char }
        ),
        (negated(), boxed(inner), boxed(inner), any_of::<bool>())
            .prop_map(|(negated, expr, pattern, regexp)| Expr::RLike { negated, expr, pattern, regexp }),
        (query::small(), negated()).prop_map(|(subquery, negated)| Expr::Exists { subquery, negated }),
        query::small().prop_map(Expr::Subquery),
    ]
    .boxed()
}

/// CASE, fields, elements, literals of more than one part.
fn parts(inner: &BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let when = (inner.clone(), inner.clone()).prop_map(|(condition, result)| CaseWhen { condition, result });
    prop_oneof![
        (option::of(boxed(inner)), vec(when, 1..3), option::of(boxed(inner))).prop_map(
            |(operand, conditions, else_result)| Expr::Case {
                case_token: AttachedToken::empty(),
                end_token: AttachedToken::empty(),
                operand,
                conditions,
                else_result,
            }
        ),
        field_access(inner),
        (boxed(inner), json_path(inner)).prop_map(|(value, path)| Expr::JsonAccess { value, path }),
        (boxed(inner), select(vec![DateTimeField::Day, DateTimeField::Months])).prop_map(|(value, unit)| {
            Expr::Interval(Interval {
                value,
                leading_field: Some(unit),
                leading_precision: None,
                last_field: None,
                fractional_seconds_precision: None,
            })
        }),
        Just(Expr::Interval(Interval {
            value: Box::new(value(Value::SingleQuotedString("1 of 2".to_owned()))),
            leading_field: Some(DateTimeField::Year),
            leading_precision: None,
            last_field: Some(DateTimeField::Month),
            fractional_seconds_precision: None,
        })),
        vec(inner.clone(), 2..4).prop_map(Expr::Tuple),
        (vec(inner.clone(), 0..3), any_of::<bool>()).prop_map(|(elem, named)| Expr::Array(Array { elem, named })),
        vec((inner.clone(), option::of(name::ident())), 1..3)
            .prop_map(|values| Expr::Struct { values: values.into_iter().map(named).collect(), fields: Vec::new() }),
        (name::ident(), types::any(), inner.clone()).prop_map(|(name, field_type, value)| Expr::Struct {
            values: vec![value],
            fields: vec![StructField { field_name: Some(name), field_type, options: None }],
        }),
        (boxed(inner), name::object(1..2)).prop_map(|(expr, collation)| Expr::Collate { expr, collation }),
    ]
    .boxed()
}

fn named((expr, name): (Expr, Option<Ident>)) -> Expr {
    match name {
        Some(name) => Expr::Named { expr: Box::new(expr), name },
        None => expr,
    }
}

/// `root[0].field`; what would be one name with the root is not made.
fn field_access(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> + use<> {
    let root = prop_oneof![
        name::ident().prop_map(Expr::Identifier),
        inner.clone().prop_map(|expr| Expr::Nested(Box::new(expr))),
        vec(inner.clone(), 2..3).prop_map(Expr::Tuple),
        inner.clone().prop_filter("a chain", |expr| !matches!(
            expr,
            Expr::CompoundIdentifier(_) | Expr::CompoundFieldAccess { .. } | Expr::Identifier(_)
        )),
    ];
    let index = || inner.clone().prop_map(|index| AccessExpr::Subscript(Subscript::Index { index }));
    let step = prop_oneof![index(), name::ident().prop_map(|name| AccessExpr::Dot(Expr::Identifier(name)))];
    (root, index(), vec(step, 0..3)).prop_map(|(root, first, rest)| Expr::CompoundFieldAccess {
        root: Box::new(root),
        access_chain: std::iter::once(first).chain(rest).collect(),
    })
}

fn json_path(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = JsonPath> + use<> {
    let dot = || {
        prop_oneof![
            name::word().prop_map(|key| JsonPathElem::Dot { key, quoted: false }),
            name::written().prop_map(|key| JsonPathElem::Dot { key, quoted: true }),
        ]
    };
    // Only there is a name sure to keep its case without quotes.
    let cased = "[a-z][A-Z][a-z]{0,3}".prop_map(|key| JsonPathElem::Dot { key, quoted: false });
    let first = prop_oneof![cased, dot(), inner.clone().prop_map(|key| JsonPathElem::ColonBracket { key })];
    let rest = prop_oneof![dot(), inner.clone().prop_map(|key| JsonPathElem::Bracket { key })];
    (first, vec(rest, 0..3)).prop_map(|(first, rest)| JsonPath { path: std::iter::once(first).chain(rest).collect() })
}
