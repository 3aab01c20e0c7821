//! Relations of a FROM clause.

use datafusion::sql::sqlparser::ast::{
    Expr, ExprWithAlias, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, Join,
    JoinConstraint, JoinOperator, ObjectName, PivotValueSource, Query, TableAlias, TableAliasColumnDef, TableFactor,
    TableFunctionArgs, TableSample, TableSampleKind, TableSampleModifier, TableSampleQuantity, TableSampleUnit,
    TableVersion, TableWithJoins, Value,
};
use proptest::bool::ANY;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;

use super::{expression, name, query};

pub fn alias_of(explicit: bool, name: Ident, columns: Vec<Ident>) -> TableAlias {
    let columns = columns.into_iter().map(|name| TableAliasColumnDef { name, data_type: None }).collect();
    TableAlias { explicit, name, columns, at: None }
}

fn alias() -> impl Strategy<Value = Option<TableAlias>> {
    let alias = (ANY, name::alias(), vec(name::ident(), 0..3));
    option::of(alias.prop_map(|(explicit, name, columns)| alias_of(explicit, name, columns)))
}

pub fn table(name: ObjectName, alias: Option<TableAlias>, version: Option<TableVersion>) -> TableFactor {
    TableFactor::Table {
        name,
        alias,
        args: None,
        with_hints: Vec::new(),
        version,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

pub fn joined(relation: TableFactor, joins: Vec<Join>) -> TableWithJoins {
    TableWithJoins { relation, joins }
}

/// Behind the text of a time an alias that is a text needs AS.
fn pinned(name: ObjectName, mut alias: Option<TableAlias>, version: Option<TableVersion>) -> TableFactor {
    if let (Some(alias), Some(_)) = (&mut alias, &version) {
        alias.explicit |= matches!(alias.name.quote_style, Some('\'' | '"'));
    }
    table(name, alias, version)
}

/// A relation of any form.
pub fn any() -> BoxedStrategy<TableFactor> {
    prop_oneof![plain(), derived(&query::small().prop_map(|query| *query).boxed())].boxed()
}

/// A table, named, called, sampled or pivoted.
pub fn plain() -> BoxedStrategy<TableFactor> {
    let version = option::of(prop_oneof![
        Just(TableVersion::VersionAsOf(expression::number("3"))),
        expression::any().prop_map(TableVersion::TimestampAsOf),
    ]);
    let history =
        (select(vec![crate::dialect::HISTORY_RELATION, crate::dialect::DETAIL_RELATION]), vec(name::ident(), 1..3));
    let described = history.prop_map(|(first, rest)| {
        ObjectName::from(std::iter::once(Ident::with_quote('`', first)).chain(rest).collect::<Vec<_>>())
    });
    // Without an alias, sqlparser takes the query's OFFSET for a part of the sample.
    let named = || name::ident().prop_map(|name| Some(alias_of(true, name, Vec::new())));
    let sampled = select(vec![TableSampleUnit::Percent, TableSampleUnit::Rows]);
    prop_oneof![
        6 => (name::object(1..4), alias(), version).prop_map(|(name, alias, version)| pinned(name, alias, version)),
        1 => (described, alias()).prop_map(|(name, alias)| table(name, alias, None)),
        1 => (name::object(1..2), alias(), vec(expression::any(), 0..3))
            .prop_map(|(name, alias, args)| called(table(name, alias, None), args)),
        1 => (name::object(1..2), named(), sampled)
            .prop_map(|(name, alias, unit)| sample(table(name, alias, None), unit)),
        1 => (name::object(1..2), alias()).prop_flat_map(|(name, alias)| pivoted(table(name, alias, None))),
    ]
    .boxed()
}

fn called(mut relation: TableFactor, given: Vec<Expr>) -> TableFactor {
    if let TableFactor::Table { args, .. } = &mut relation {
        let given = given.into_iter().map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))).collect();
        *args = Some(TableFunctionArgs { args: given, settings: None });
    }
    relation
}

fn sample(mut relation: TableFactor, unit: TableSampleUnit) -> TableFactor {
    if let TableFactor::Table { sample, .. } = &mut relation {
        let quantity =
            Some(TableSampleQuantity { parenthesized: true, value: expression::number("10"), unit: Some(unit) });
        *sample = Some(TableSampleKind::BeforeTableAlias(Box::new(TableSample {
            modifier: TableSampleModifier::TableSample,
            name: None,
            quantity,
            seed: None,
            bucket: None,
            offset: None,
        })));
    }
    relation
}

pub fn count(column: Ident) -> Expr {
    let args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(column)))];
    Expr::Function(Function {
        name: ObjectName::from(Ident::new("count")),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

fn pivoted(table: TableFactor) -> impl Strategy<Value = TableFactor> {
    let with_alias = |expr: BoxedStrategy<Expr>| {
        (expr, option::of(name::ident())).prop_map(|(expr, alias)| ExprWithAlias { expr, alias })
    };
    let text = name::text().prop_map(|text| Expr::Value(Value::SingleQuotedString(text).into())).boxed();
    let column = || name::ident().prop_map(Expr::Identifier).boxed();
    let unpivoted = table.clone();
    let pivot =
        (vec(with_alias(name::ident().prop_map(count).boxed()), 1..3), column(), vec(with_alias(text), 1..3), alias())
            .prop_map(move |(aggregate_functions, column, values, alias)| TableFactor::Pivot {
                table: Box::new(table.clone()),
                aggregate_functions,
                value_column: vec![column],
                value_source: PivotValueSource::List(values),
                default_on_null: None,
                alias,
            });
    let unpivot = (column(), name::ident(), vec(with_alias(column()), 1..3), alias()).prop_map(
        move |(value, name, columns, alias)| TableFactor::Unpivot {
            table: Box::new(unpivoted.clone()),
            value,
            name,
            columns,
            null_inclusion: None,
            alias,
        },
    );
    prop_oneof![pivot, unpivot]
}

/// A query in brackets, or relations joined in brackets.
pub fn derived(inner: &BoxedStrategy<Query>) -> BoxedStrategy<TableFactor> {
    let nested = (plain(), vec(join(plain()), 1..2), alias()).prop_map(|(relation, joins, alias)| {
        TableFactor::NestedJoin { table_with_joins: Box::new(joined(relation, joins)), alias }
    });
    let derived = (ANY, inner.clone(), alias()).prop_map(|(lateral, query, alias)| TableFactor::Derived {
        lateral,
        subquery: Box::new(query),
        alias,
        sample: None,
    });
    prop_oneof![2 => derived, 1 => nested].boxed()
}

pub fn join(relation: BoxedStrategy<TableFactor>) -> impl Strategy<Value = Join> {
    let operator = select(vec![
        JoinOperator::Join as fn(JoinConstraint) -> JoinOperator,
        JoinOperator::Inner,
        JoinOperator::Left,
        JoinOperator::LeftOuter,
        JoinOperator::Right,
        JoinOperator::RightOuter,
        JoinOperator::FullOuter,
        JoinOperator::LeftSemi,
        JoinOperator::LeftAnti,
        JoinOperator::Semi,
        JoinOperator::Anti,
    ]);
    let constraint = prop_oneof![
        3 => expression::any().prop_map(JoinConstraint::On),
        1 => vec(name::object(1..2), 1..3).prop_map(JoinConstraint::Using),
        1 => Just(JoinConstraint::Natural),
        1 => Just(JoinConstraint::None),
    ];
    let joined = (operator, constraint).prop_map(|(operator, constraint)| operator(constraint));
    let operator = prop_oneof![5 => joined, 1 => Just(JoinOperator::CrossJoin(JoinConstraint::None))];
    (relation, operator).prop_map(|(relation, join_operator)| Join { relation, global: false, join_operator })
}
