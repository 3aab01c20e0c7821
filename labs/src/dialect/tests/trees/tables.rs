//! Statements that make, change and drop tables, views and schemas.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any as any_of, prop_oneof};

use super::super::places::NOWHERE;
use super::statement::{kept, key, placed, properties, said};
use super::{expression, name, query, types};
use crate::dialect::*;

fn column() -> impl Strategy<Value = ColumnSpec> {
    let texts = (option::of(name::text()), option::of(kept()), option::of(kept()));
    (name::written(), types::any(), said(), texts).prop_map(
        |(name, data_type, nullable, (comment, default, generated))| ColumnSpec {
            name,
            data_type,
            nullable,
            comment,
            default,
            generated,
            position: NOWHERE,
        },
    )
}

fn create_table() -> impl Strategy<Value = CreateTable> {
    let creation = prop_oneof![Just(Creation::New), Just(Creation::OrReplace), Just(Creation::Replace)];
    let head = (name::table(), creation, said(), vec(column(), 0..3));
    let tail =
        (name::names(0..3), name::names(0..3), option::of(name::text()), properties(0..3), option::of(query::any()));
    (head, tail).prop_map(
        |((name, creation, if_not_exists, columns), (partitioned_by, clustered_by, comment, properties, query))| {
            CreateTable {
                name,
                creation,
                if_not_exists: if_not_exists && creation == Creation::New,
                columns,
                partitioned_by,
                clustered_by,
                comment,
                properties,
                query,
            }
        },
    )
}

fn create_view() -> impl Strategy<Value = CreateView> {
    let head = (name::table(), said(), option::of(name::text()), said(), said());
    (head, name::names(0..3), query::any()).prop_map(
        |((name, temporary, comment, or_replace, if_not_exists), columns, query)| {
            let text = Statement::Query(query.clone()).to_string();
            CreateView { name, temporary, comment, or_replace, if_not_exists, columns, query, text }
        },
    )
}

/// Tables, views and schemas.
pub fn any() -> BoxedStrategy<Statement> {
    let dropped = || (name::table(), said()).prop_map(|(name, if_exists)| DropTable { name, if_exists });
    let like = (name::table(), said(), name::table()).prop_map(|(name, if_not_exists, source)| CreateTableLike {
        name,
        if_not_exists,
        source,
    });
    let schema = (name::table(), said(), option::of(name::text()))
        .prop_map(|(name, if_not_exists, comment)| CreateSchema { name, if_not_exists, comment });
    let drop_schema =
        (name::table(), said(), said()).prop_map(|(name, if_exists, cascade)| DropSchema { name, if_exists, cascade });
    let point = prop_oneof![
        any_of::<u64>().prop_map(RestorePoint::Version),
        expression::any().prop_map(RestorePoint::Timestamp)
    ];
    let optimize = (name::table(), option::of(expression::any()), placed(0..3))
        .prop_map(|(table, predicate, z_order)| Optimize { table, predicate, z_order });
    let vacuum = (name::table(), option::of(any_of::<u64>()), said())
        .prop_map(|(table, retain_hours, dry_run)| Vacuum { table, retain_hours, dry_run });
    prop_oneof![
        3 => create_table().prop_map(Statement::CreateTable),
        2 => create_view().prop_map(Statement::CreateView),
        1 => like.prop_map(Statement::CreateTableLike),
        1 => schema.prop_map(Statement::CreateSchema),
        1 => drop_schema.prop_map(Statement::DropSchema),
        1 => dropped().prop_map(Statement::DropTable),
        1 => dropped().prop_map(Statement::DropView),
        6 => (name::table(), change()).prop_map(|(table, change)| Statement::AlterTable(AlterTable { table, change })),
        2 => (name::table(), point).prop_map(|(table, to)| Statement::Restore(Restore { table, to })),
        1 => optimize.prop_map(Statement::Optimize),
        1 => vacuum.prop_map(Statement::Vacuum),
        1 => (name::table(), placed(0..3)).prop_map(|(table, columns)| Statement::Analyze { table, columns }),
    ]
    .boxed()
}

fn change() -> impl Strategy<Value = TableChange> {
    let place =
        prop_oneof![Just(ColumnPlace::Last), Just(ColumnPlace::First), name::written().prop_map(ColumnPlace::After)];
    let added = (column(), place).prop_map(|(column, place)| AddedColumn { column, place });
    let constraint =
        (name::written(), kept()).prop_map(|(name, condition)| NewConstraint { name, position: NOWHERE, condition });
    let column = prop_oneof![
        name::text().prop_map(ColumnChange::Comment),
        Just(ColumnChange::SetNotNull),
        Just(ColumnChange::DropNotNull),
        kept().prop_map(ColumnChange::SetDefault),
        Just(ColumnChange::DropDefault),
        Just(ColumnChange::Move(ColumnPlace::First)),
        name::written().prop_map(|column| ColumnChange::Move(ColumnPlace::After(column))),
    ];
    prop_oneof![
        2 => vec(added, 1..3).prop_map(TableChange::AddColumns),
        1 => properties(1..3).prop_map(TableChange::SetProperties),
        1 => (vec(key(), 1..3), said()).prop_map(|(keys, if_exists)| TableChange::UnsetProperties { keys, if_exists }),
        1 => constraint.prop_map(TableChange::AddConstraint),
        1 => (name::written(), said()).prop_map(|(name, if_exists)| TableChange::DropConstraint { name, if_exists }),
        3 => (name::written(), column)
            .prop_map(|(column, change)| TableChange::AlterColumn(AlterColumn { column, position: NOWHERE, change })),
        1 => name::table().prop_map(TableChange::Rename),
        1 => name::names(0..3).prop_map(TableChange::ClusterBy),
        1 => (name::written(), name::written())
            .prop_map(|(from, to)| TableChange::RenameColumn { from, position: NOWHERE, to }),
        1 => placed(1..3).prop_map(TableChange::DropColumns),
    ]
}
