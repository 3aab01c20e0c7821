//! Statements of every kind.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any as any_of, prop_oneof};
use proptest::sample::select;

use super::super::places::NOWHERE;
use super::{expression, name, query, relation, tables};
use crate::diagnostic::Position;
use crate::dialect::*;

/// A statement of any kind.
pub fn any() -> BoxedStrategy<Statement> {
    let query = query::any().prop_map(Statement::Query);
    prop_oneof![4 => query, 4 => data(), 4 => tables::any(), 3 => look(), 3 => others()].boxed()
}

pub fn said() -> impl Strategy<Value = bool> {
    any_of::<bool>()
}

pub fn placed(size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(String, Position)>> {
    name::names(size).prop_map(|names| names.into_iter().map(|name| (name, NOWHERE)).collect())
}

pub fn properties(size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(String, String)>> {
    vec((key(), name::text()), size)
}

pub fn key() -> impl Strategy<Value = String> {
    prop_oneof![Just("delta.appendOnly".to_owned()), Just("variable.x".to_owned()), name::word(), name::text()]
}

/// The text of an expression that ends where it must, now and then with a comment at its end.
pub fn kept() -> impl Strategy<Value = String> {
    (expression::any(), said()).prop_map(|(expr, comment)| {
        let set = SetVariable { name: "a".to_owned(), position: NOWHERE, value: Some(expr) };
        let text = set.to_string();
        let text = format!("({})", text.strip_prefix("`a` = ").unwrap());
        if comment { format!("{text} -- that's all") } else { text }
    })
}

fn type_text() -> impl Strategy<Value = String> {
    select(vec!["INT", "decimal(10, 2)", "Map<STRING, ARRAY<INT>>", "STRUCT<a: INT>"]).prop_map(str::to_owned)
}

/// Statements that write rows.
fn data() -> BoxedStrategy<Statement> {
    let predicate = || option::of(expression::any());
    let alias = || option::of(name::written());
    let insert = (name::table(), said(), placed(0..3), said(), predicate(), query::any()).prop_map(
        |(table, overwrite, columns, by_name, replace_where, source)| Insert {
            table,
            overwrite,
            columns,
            by_name,
            replace_where,
            source,
        },
    );
    let update = (name::table(), alias(), assignments(), predicate())
        .prop_map(|(table, alias, assignments, predicate)| Update { table, alias, assignments, predicate });
    let delete =
        (name::table(), alias(), predicate()).prop_map(|(table, alias, predicate)| Delete { table, alias, predicate });
    let merge = (said(), name::table(), alias(), relation::any(), expression::any(), vec(clause(), 1..4)).prop_map(
        |(schema_evolution, target, target_alias, source, on, clauses)| {
            Box::new(Merge { schema_evolution, target, target_alias, source, on, clauses: ordered(clauses) })
        },
    );
    prop_oneof![
        1 => insert.prop_map(Statement::Insert),
        1 => update.prop_map(Statement::Update),
        1 => delete.prop_map(Statement::Delete),
        2 => merge.prop_map(Statement::Merge),
        1 => name::table().prop_map(|table| Statement::Truncate { table }),
    ]
    .boxed()
}

fn assignments() -> impl Strategy<Value = Vec<Assignment>> {
    let assignment = (name::names(0..3), name::written(), expression::any())
        .prop_map(|(qualifier, column, value)| Assignment { qualifier, column, position: NOWHERE, value });
    vec(assignment, 1..3)
}

fn clause() -> impl Strategy<Value = MergeClause> {
    let values = (name::names(0..3), vec(expression::any(), 1..3)).prop_map(|(columns, values)| {
        // Either no column is named or as many as there are values.
        let columns = if columns.len() == values.len() { columns } else { Vec::new() };
        MergeAction::Insert { columns: columns.into_iter().map(|name| (name, NOWHERE)).collect(), values }
    });
    let change = || prop_oneof![assignments().prop_map(MergeAction::Update), Just(MergeAction::Delete)];
    let matched = prop_oneof![change(), Just(MergeAction::UpdateAll)];
    let action = prop_oneof![
        matched.prop_map(|action| (MergeKind::Matched, action)),
        prop_oneof![values, Just(MergeAction::InsertAll)].prop_map(|action| (MergeKind::NotMatched, action)),
        change().prop_map(|action| (MergeKind::NotMatchedBySource, action)),
    ];
    (action, option::of(expression::any())).prop_map(|((kind, action), condition)| MergeClause {
        kind,
        condition,
        action,
        position: NOWHERE,
    })
}

/// Only the last clause of a kind may lack a condition.
fn ordered(mut clauses: Vec<MergeClause>) -> Vec<MergeClause> {
    for at in 0..clauses.len() {
        if clauses[at + 1..].iter().any(|later| later.kind == clauses[at].kind) {
            clauses[at].condition.get_or_insert_with(|| expression::number("1"));
        }
    }
    clauses
}

/// DESCRIBE, SHOW, EXPLAIN.
fn look() -> BoxedStrategy<Statement> {
    let pattern = || option::of(name::text());
    let schema = || option::of(name::written());
    let table = name::table;
    let function = (name::table(), said()).prop_map(|(name, extended)| Statement::DescribeFunction { name, extended });
    let functions = (select(vec![(true, true), (true, false), (false, true)]), schema(), pattern())
        .prop_map(|((system, user), schema, pattern)| ShowFunctions { system, user, schema, pattern });
    let describe = prop_oneof![
        (table(), option::of(any_of::<u64>())).prop_map(|(table, limit)| Statement::DescribeHistory { table, limit }),
        table().prop_map(|table| Statement::DescribeDetail { table }),
        (table(), said()).prop_map(|(table, extended)| Statement::DescribeTable { table, extended }),
        query::any().prop_map(Statement::DescribeQuery),
        table().prop_map(Statement::DescribeSchema),
        function,
        query::any().prop_map(Statement::Explain),
    ];
    let show = prop_oneof![
        (schema(), pattern()).prop_map(|(schema, pattern)| Statement::ShowTables { schema, pattern }),
        (schema(), pattern()).prop_map(|(schema, pattern)| Statement::ShowViews { schema, pattern }),
        pattern().prop_map(|pattern| Statement::ShowSchemas { pattern }),
        functions.prop_map(Statement::ShowFunctions),
        table().prop_map(|table| Statement::ShowPartitions { table }),
        (table(), option::of(key())).prop_map(|(table, key)| Statement::ShowTblproperties { table, key }),
        table().prop_map(|table| Statement::ShowCreateTable { table }),
        table().prop_map(|table| Statement::ShowColumns { table }),
    ];
    prop_oneof![describe, show].boxed()
}

/// The session's options and variables, functions and widgets.
fn others() -> BoxedStrategy<Statement> {
    let option = prop_oneof![
        Just(SetOption::List),
        key().prop_map(|key| SetOption::Show { key }),
        (key(), name::text()).prop_map(|(key, value)| SetOption::Give { key, value, place: NOWHERE }),
        option::of(key()).prop_map(|key| SetOption::Reset { key }),
    ];
    let set = (name::written(), option::of(expression::any())).prop_map(|(name, value)| SetVariable {
        name,
        position: NOWHERE,
        value,
    });
    let drop_function = (name::table(), said(), said()).prop_map(|(name, temporary, if_exists)| DropFunction {
        name,
        temporary,
        if_exists,
    });
    prop_oneof![
        4 => option.prop_map(Statement::Set),
        2 => declare().prop_map(Statement::DeclareVariable),
        2 => vec(set, 1..3).prop_map(Statement::SetVariables),
        1 => (name::written(), said()).prop_map(|(name, if_exists)| Statement::DropVariable { name, if_exists }),
        2 => create_function().prop_map(Statement::CreateFunction),
        1 => drop_function.prop_map(Statement::DropFunction),
        3 => widget().prop_map(Statement::CreateWidget),
        1 => name::written().prop_map(Statement::RemoveWidget),
        1 => name::table().prop_map(Statement::Use),
        1 => name::written().prop_map(|catalog| Statement::UseCatalog { catalog }),
    ]
    .boxed()
}

fn declare() -> impl Strategy<Value = DeclareVariable> {
    let said_of_it = prop_oneof![
        type_text().prop_map(|text| (Some(text), None)),
        kept().prop_map(|text| (None, Some(text))),
        (type_text(), kept()).prop_map(|(type_text, default)| (Some(type_text), Some(default))),
    ];
    (name::names(1..3), said(), said_of_it).prop_map(|(names, or_replace, (type_text, default))| DeclareVariable {
        names,
        position: NOWHERE,
        or_replace,
        type_text,
        default,
    })
}

fn create_function() -> impl Strategy<Value = CreateFunction> {
    let head = (name::table(), said(), said(), said());
    let parameter =
        (name::written(), type_text()).prop_map(|(name, type_text)| Parameter { name, type_text, position: NOWHERE });
    let tail = (option::of(type_text()), kept(), option::of(name::text()));
    (head, vec(parameter, 0..3), tail).prop_map(
        |((name, or_replace, temporary, if_not_exists), parameters, (returns, body, comment))| CreateFunction {
            name,
            or_replace,
            temporary,
            if_not_exists,
            parameters,
            returns,
            body,
            body_position: NOWHERE,
            comment,
        },
    )
}

fn widget() -> impl Strategy<Value = CreateWidget> {
    let kinds = vec![WidgetKind::Text, WidgetKind::Dropdown, WidgetKind::Combobox, WidgetKind::Multiselect];
    let choices = prop_oneof![
        vec(name::text(), 1..3).prop_map(WidgetChoices::List),
        query::small().prop_map(WidgetChoices::Query),
    ];
    (select(kinds), name::written(), name::text(), option::of(choices)).prop_map(|(kind, name, default, choices)| {
        // Only a text needs none.
        let none =
            if kind == WidgetKind::Text { WidgetChoices::None } else { WidgetChoices::List(vec![default.clone()]) };
        CreateWidget { kind, name, default, choices: choices.unwrap_or(none) }
    })
}
