//! Queries with all their clauses.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    Cte, Distinct, ExceptSelectItem, Expr, GroupByExpr, GroupByWithModifier, LateralView, LimitClause,
    NamedWindowDefinition, NamedWindowExpr, Offset, OffsetRows, OrderBy, OrderByKind, OrderByOptions, Parens, Query,
    Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier,
    TableFactor, Values, WildcardAdditionalOptions, With,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};
use proptest::sample::select;

use super::relation::{alias_of, count, derived, join, joined, table};
use super::{call, expression, name, relation};

/// A query whose expressions are names and literals.
pub fn small() -> BoxedStrategy<Box<Query>> {
    let items = vec(expression::leaf().prop_map(SelectItem::UnnamedExpr), 1..3);
    let from = option::of(name::object(1..3).prop_map(|name| joined(table(name, None, None), Vec::new())));
    let select = (items, from).prop_map(|(projection, from)| {
        SetExpr::Select(Box::new(Select { projection, from: from.into_iter().collect(), ..nothing() }))
    });
    select.prop_map(|body| Box::new(of(body))).boxed()
}

/// A query of any form.
pub fn any() -> BoxedStrategy<Box<Query>> {
    body().prop_recursive(2, 6, 2, |inner| around(&inner)).prop_map(Box::new).boxed()
}

pub use crate::dialect::build::query as of;

fn nothing() -> Select {
    Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: Vec::new(),
        exclude: None,
        into: None,
        from: Vec::new(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}

/// A SELECT, or VALUES.
fn body() -> BoxedStrategy<Query> {
    let row = vec(expression::any(), 1..3).prop_map(|content| Parens {
        opening_token: AttachedToken::empty(),
        content,
        closing_token: AttachedToken::empty(),
    });
    let values =
        vec(row, 1..3).prop_map(|rows| SetExpr::Values(Values { explicit_row: false, value_keyword: false, rows }));
    prop_oneof![
        5 => one_select(relation::plain()).prop_map(|select| of(SetExpr::Select(Box::new(select)))),
        1 => values.prop_map(of),
    ]
    .boxed()
}

/// What stands around queries: WITH, ORDER BY, LIMIT, set operations, FROM (query).
fn around(inner: &BoxedStrategy<Query>) -> BoxedStrategy<Query> {
    let op = select(vec![SetOperator::Union, SetOperator::Except, SetOperator::Intersect, SetOperator::Minus]);
    let quantifier = select(vec![SetQuantifier::None, SetQuantifier::All, SetQuantifier::Distinct]);
    let part = || {
        inner
            .clone()
            .prop_map(|query| Box::new(if plain(&query) { *query.body } else { SetExpr::Query(Box::new(query)) }))
    };
    let combined = (part(), op, quantifier, part())
        .prop_map(|(left, op, set_quantifier, right)| of(SetExpr::SetOperation { left, op, set_quantifier, right }));
    let clauses = (inner.clone(), option::of(ctes(inner)), option::of(order()), option::of(limit())).prop_map(
        |(query, with, order_by, limit_clause)| {
            let body = if plain(&query) { *query.body } else { SetExpr::Query(Box::new(query)) };
            Query { with, order_by, limit_clause, ..of(body) }
        },
    );
    let derived = one_select(prop_oneof![derived(inner), relation::plain()].boxed());
    prop_oneof![combined, clauses, derived.prop_map(|select| of(SetExpr::Select(Box::new(select))))].boxed()
}

fn plain(query: &Query) -> bool {
    query.with.is_none() && query.order_by.is_none() && query.limit_clause.is_none()
}

fn ctes(inner: &BoxedStrategy<Query>) -> impl Strategy<Value = With> + use<> {
    let columns = vec(name::ident(), 0..3);
    let cte = (name::ident(), columns, inner.clone()).prop_map(|(name, columns, query)| Cte {
        alias: alias_of(false, name, columns),
        query: Box::new(query),
        from: None,
        materialized: None,
        closing_paren_token: AttachedToken::empty(),
    });
    (proptest::bool::ANY, vec(cte, 1..3)).prop_map(|(recursive, cte_tables)| With {
        with_token: AttachedToken::empty(),
        recursive,
        cte_tables,
    })
}

fn order() -> impl Strategy<Value = OrderBy> {
    let all =
        option::of(proptest::bool::ANY).prop_map(|asc| OrderByKind::All(OrderByOptions { asc, nulls_first: None }));
    let keys = vec(call::sort_key(expression::any()), 1..3).prop_map(OrderByKind::Expressions);
    prop_oneof![1 => all, 3 => keys].prop_map(|kind| OrderBy { kind, interpolate: None })
}

fn limit() -> impl Strategy<Value = LimitClause> {
    let offset = || expression::leaf().prop_map(|value| Offset { value, rows: OffsetRows::None });
    prop_oneof![
        (expression::leaf(), option::of(offset())).prop_map(|(limit, offset)| LimitClause::LimitOffset {
            limit: Some(limit),
            offset,
            limit_by: Vec::new()
        }),
        offset().prop_map(|offset| LimitClause::LimitOffset {
            limit: None,
            offset: Some(offset),
            limit_by: Vec::new()
        }),
    ]
}

fn item() -> impl Strategy<Value = SelectItem> {
    let expr = expression::any;
    let except = vec(name::ident(), 1..3)
        .prop_map(|mut columns| ExceptSelectItem { first_element: columns.remove(0), additional_elements: columns });
    let options = option::of(except)
        .prop_map(|opt_except| WildcardAdditionalOptions { opt_except, ..Default::default() })
        .boxed();
    prop_oneof![
        4 => expr().prop_map(SelectItem::UnnamedExpr),
        3 => (expr(), name::alias()).prop_map(|(expr, alias)| SelectItem::ExprWithAlias { expr, alias }),
        1 => (expr(), vec(name::ident(), 1..3))
            .prop_map(|(expr, aliases)| SelectItem::ExprWithAliases { expr, aliases }),
        1 => options.clone().prop_map(SelectItem::Wildcard),
        1 => (name::object(1..3), options).prop_map(|(name, options)| {
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
        }),
    ]
}

fn group_by() -> impl Strategy<Value = GroupByExpr> {
    let expr = expression::any;
    let sets = |shortest: usize| vec(vec(expr(), shortest..3), 1..3);
    let part = prop_oneof![
        4 => expr(),
        1 => sets(1).prop_map(Expr::Rollup),
        1 => sets(1).prop_map(Expr::Cube),
        1 => sets(0).prop_map(Expr::GroupingSets),
    ];
    let modifiers = || vec(select(vec![GroupByWithModifier::Rollup, GroupByWithModifier::Cube]), 0..2);
    prop_oneof![
        3 => Just(GroupByExpr::Expressions(Vec::new(), Vec::new())),
        1 => Just(GroupByExpr::All(Vec::new())),
        3 => (vec(part, 1..3), modifiers()).prop_map(|(parts, modifiers)| GroupByExpr::Expressions(parts, modifiers)),
    ]
}

fn lateral_view() -> impl Strategy<Value = LateralView> {
    (name::ident(), name::object(1..2), vec(name::ident(), 1..3), proptest::bool::ANY).prop_map(
        |(column, lateral_view_name, lateral_col_alias, outer)| LateralView {
            lateral_view: count(column),
            lateral_view_name,
            lateral_col_alias,
            outer,
        },
    )
}

/// A SELECT of any form from such relations.
fn one_select(relation: BoxedStrategy<TableFactor>) -> impl Strategy<Value = Select> {
    let expr = expression::any;
    let from = (relation.clone(), vec(join(relation), 0..2)).prop_map(|(relation, joins)| joined(relation, joins));
    let head = (select(vec![None, Some(Distinct::Distinct), Some(Distinct::All)]), vec(item(), 1..3), vec(from, 0..3));
    let middle = (vec(lateral_view(), 0..2), option::of(expr()), group_by(), option::of(expr()));
    let window = (name::ident(), call::window(&expression::leaf()))
        .prop_map(|(name, spec)| NamedWindowDefinition(name, NamedWindowExpr::WindowSpec(spec)));
    let tail = (vec(window, 0..2), option::of(expr()), proptest::bool::ANY);
    let sorted = (vec(expr(), 0..2), vec(expr(), 0..2), vec(call::sort_key(expr()), 0..2));
    (head, middle, tail, sorted).prop_map(
        |(
            (distinct, projection, from),
            (lateral_views, selection, group_by, having),
            (named_window, qualify, first),
            (cluster_by, distribute_by, sort_by),
        )| {
            // Without FROM the words QUALIFY and WINDOW would be aliases of what stands before them.
            let (named_window, qualify) = if from.is_empty() { (Vec::new(), None) } else { (named_window, qualify) };
            // Which of the two comes first is only known where there are both; WINDOW alone counts as first.
            let window_before_qualify = !named_window.is_empty() && (first || qualify.is_none());
            Select {
                distinct,
                projection,
                from,
                lateral_views,
                selection,
                group_by,
                having,
                named_window,
                qualify,
                window_before_qualify,
                cluster_by,
                distribute_by,
                sort_by,
                ..nothing()
            }
        },
    )
}
