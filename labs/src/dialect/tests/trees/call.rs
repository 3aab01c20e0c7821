//! Calls with everything that may stand in and behind them.

use datafusion::sql::sqlparser::ast::{
    CastKind, CeilFloorKind, DateTimeField, DuplicateTreatment, Expr, ExtractSyntax, Function, FunctionArg,
    FunctionArgExpr, FunctionArgOperator, FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident,
    LambdaFunction, LambdaFunctionParameter, LambdaSyntax, NullTreatment, ObjectName, OneOrManyWithParens, OrderByExpr,
    OrderByOptions, TrimWhereField, Value, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any as any_of, prop_oneof};
use proptest::sample::select;

use super::expression::{boxed, number};
use super::{name, types};

/// Calls of every form.
pub fn any(inner: &BoxedStrategy<Expr>) -> BoxedStrategy<Expr> {
    let kind = select(vec![CastKind::Cast, CastKind::TryCast, CastKind::DoubleColon]);
    prop_oneof![
        4 => call(inner),
        2 => (kind, boxed(inner), types::any()).prop_map(|(kind, expr, data_type)| Expr::Cast {
            kind,
            expr,
            data_type,
            array: false,
            format: None,
        }),
        7 => worded(inner),
    ]
    .boxed()
}

/// Functions that have words between their arguments.
fn worded(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> + use<> {
    let unit = || {
        prop_oneof![
            select(vec![DateTimeField::Year, DateTimeField::Days, DateTimeField::Second]),
            name::ident().prop_map(DateTimeField::Custom),
        ]
    };
    let place = option::of(select(vec![TrimWhereField::Both, TrimWhereField::Leading, TrimWhereField::Trailing]));
    let digits = select(vec![
        CeilFloorKind::DateTimeField(DateTimeField::NoDateTime),
        CeilFloorKind::Scale(Value::Number("2".to_owned(), false).into()),
    ]);
    prop_oneof![
        (unit(), boxed(inner)).prop_map(|(field, expr)| Expr::Extract { field, syntax: ExtractSyntax::From, expr }),
        (boxed(inner), digits.clone()).prop_map(|(expr, field)| Expr::Ceil { expr, field }),
        (boxed(inner), digits).prop_map(|(expr, field)| Expr::Floor { expr, field }),
        (boxed(inner), boxed(inner)).prop_map(|(expr, within)| Expr::Position { expr, r#in: within }),
        (boxed(inner), boxed(inner), option::of(boxed(inner)), any_of::<bool>(), any_of::<bool>()).prop_map(
            |(expr, from, substring_for, special, shorthand)| Expr::Substring {
                expr,
                substring_from: Some(from),
                substring_for,
                special,
                shorthand,
            },
        ),
        (boxed(inner), place, boxed(inner)).prop_map(|(expr, trim_where, what)| Expr::Trim {
            expr,
            trim_where,
            trim_what: Some(what),
            trim_characters: None,
        }),
        (boxed(inner), boxed(inner), boxed(inner), option::of(boxed(inner))).prop_map(
            |(expr, overlay_what, overlay_from, overlay_for)| Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            },
        ),
    ]
}

pub fn function(name: Ident, args: FunctionArguments) -> Expr {
    Expr::Function(Function {
        name: ObjectName::from(name),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args,
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// `name(..)` with everything that may stand in the brackets and behind them.
fn call(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> + use<> {
    let distinct = option::of(select(vec![DuplicateTreatment::Distinct, DuplicateTreatment::All]));
    let nulls = || option::of(select(vec![NullTreatment::IgnoreNulls, NullTreatment::RespectNulls]));
    let order = option::of(vec(sort_key(inner.clone()), 1..3));
    let arguments =
        (distinct, vec(argument(inner), 1..3), nulls(), order).prop_map(|(duplicate_treatment, args, nulls, order)| {
            let nulls = nulls.map(FunctionArgumentClause::IgnoreOrRespectNulls);
            let clauses = nulls.into_iter().chain(order.map(FunctionArgumentClause::OrderBy)).collect();
            FunctionArgumentList { duplicate_treatment, args, clauses }
        });
    let arguments = prop_oneof![
        1 => Just(FunctionArgumentList { duplicate_treatment: None, args: Vec::new(), clauses: Vec::new() }),
        5 => arguments,
    ];
    let over = option::of(prop_oneof![
        name::ident().prop_map(WindowType::NamedWindow),
        window(inner).prop_map(WindowType::WindowSpec),
    ]);
    let within = prop_oneof![4 => Just(Vec::new()), 1 => vec(sort_key(inner.clone()), 1..2)];
    let name = prop_oneof![4 => name::object(1..3), 1 => Just(ObjectName::from(Ident::new("exists")))];
    (name, arguments, option::of(boxed(inner)), nulls(), over, within).prop_map(
        |(name, list, filter, nulls, over, within_group)| {
            let inside =
                list.clauses.iter().any(|clause| matches!(clause, FunctionArgumentClause::IgnoreOrRespectNulls(_)));
            Expr::Function(Function {
                name,
                uses_odbc_syntax: false,
                parameters: FunctionArguments::None,
                args: FunctionArguments::List(list),
                filter,
                null_treatment: nulls.filter(|_| !inside),
                over,
                within_group,
            })
        },
    )
}

fn argument(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = FunctionArg> + use<> {
    let unnamed = |arg| FunctionArg::Unnamed(arg);
    prop_oneof![
        6 => inner.clone().prop_map(move |expr| unnamed(FunctionArgExpr::Expr(expr))),
        2 => lambda(inner).prop_map(move |expr| unnamed(FunctionArgExpr::Expr(expr))),
        1 => (name::ident(), inner.clone()).prop_map(|(name, expr)| FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(expr),
            operator: FunctionArgOperator::RightArrow,
        }),
        1 => Just(unnamed(FunctionArgExpr::Wildcard)),
        1 => name::object(1..3).prop_map(move |name| unnamed(FunctionArgExpr::QualifiedWildcard(name))),
    ]
}

fn lambda(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> + use<> {
    let parameter = || name::ident().prop_map(|name| LambdaFunctionParameter { name, data_type: None });
    let parameters = prop_oneof![
        parameter().prop_map(OneOrManyWithParens::One),
        vec(parameter(), 1..3).prop_map(OneOrManyWithParens::Many),
    ];
    (parameters, boxed(inner))
        .prop_map(|(params, body)| Expr::Lambda(LambdaFunction { params, body, syntax: LambdaSyntax::Arrow }))
}

pub fn sort_key(expr: impl Strategy<Value = Expr>) -> impl Strategy<Value = OrderByExpr> {
    let options = (option::of(any_of::<bool>()), option::of(any_of::<bool>()));
    (expr, options).prop_map(|(expr, (asc, nulls_first))| OrderByExpr {
        expr,
        options: OrderByOptions { asc, nulls_first },
        with_fill: None,
    })
}

pub fn window(inner: &BoxedStrategy<Expr>) -> impl Strategy<Value = WindowSpec> + use<> {
    let bound = || {
        prop_oneof![
            Just(WindowFrameBound::CurrentRow),
            Just(WindowFrameBound::Preceding(None)),
            Just(WindowFrameBound::Following(None)),
            Just(WindowFrameBound::Preceding(Some(Box::new(number("3"))))),
        ]
    };
    let units = select(vec![WindowFrameUnits::Rows, WindowFrameUnits::Range]);
    let frame = (units, bound(), option::of(bound())).prop_map(|(units, start_bound, end_bound)| WindowFrame {
        units,
        start_bound,
        end_bound,
    });
    let keys = vec(sort_key(inner.clone()), 0..2);
    (option::of(name::ident()), vec(inner.clone(), 0..2), keys, option::of(frame)).prop_map(
        |(window_name, partition_by, order_by, window_frame)| WindowSpec {
            window_name,
            partition_by,
            order_by,
            window_frame,
        },
    )
}
