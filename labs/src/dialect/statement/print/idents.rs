//! Names in sqlparser's tree: each gets the text that it is printed as.
//!
//! sqlparser quotes names, but guesses whether a quote in one is escaped already.

use datafusion::sql::sqlparser::ast::{
    DateTimeField, ExceptSelectItem, ExprWithAlias, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    JoinConstraint, JoinOperator, LambdaFunction, NamedWindowExpr, ObjectName, ObjectNamePart, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins,
    WildcardAdditionalOptions, WindowSpec, WindowType,
};

use super::types;
use super::words::{ident, name};

pub fn spell(of: &mut Ident) {
    *of = Ident::new(ident(of));
}

pub fn spell_all<'a>(idents: impl IntoIterator<Item = &'a mut Ident>) {
    idents.into_iter().for_each(spell);
}

pub fn object(name: &mut ObjectName) {
    for part in &mut name.0 {
        if let ObjectNamePart::Identifier(ident) = part {
            spell(ident);
        }
    }
}

/// The name of a call, of its arguments and of its window.
pub fn function(function: &mut Function) {
    object(&mut function.name);
    if let FunctionArguments::List(list) = &mut function.args {
        list.args.iter_mut().for_each(argument);
    }
    match &mut function.over {
        Some(WindowType::NamedWindow(window)) => spell(window),
        Some(WindowType::WindowSpec(spec)) => window(spec),
        None => {}
    }
}

pub fn argument(argument: &mut FunctionArg) {
    let (FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg)) = argument;
    if let FunctionArgExpr::QualifiedWildcard(name) = arg {
        object(name);
    }
    if let FunctionArg::Named { name, .. } = argument {
        spell(name);
    }
}

fn window(spec: &mut WindowSpec) {
    spell_all(&mut spec.window_name);
}

pub fn lambda(lambda: &mut LambdaFunction) {
    let parameters = match &mut lambda.params {
        datafusion::sql::sqlparser::ast::OneOrManyWithParens::One(one) => std::slice::from_mut(one),
        datafusion::sql::sqlparser::ast::OneOrManyWithParens::Many(many) => many.as_mut_slice(),
    };
    for parameter in parameters {
        spell(&mut parameter.name);
        parameter.data_type.iter_mut().for_each(types::spell);
    }
}

/// A unit of time that is no word of sqlparser's.
pub fn unit(field: &mut DateTimeField) {
    if let DateTimeField::Custom(unit) = field {
        spell(unit);
    }
}

pub fn alias(alias: &mut TableAlias) {
    spell(&mut alias.name);
    for column in &mut alias.columns {
        spell(&mut column.name);
        column.data_type.iter_mut().for_each(types::spell);
    }
}

pub fn select(select: &mut Select) {
    select.projection.iter_mut().for_each(item);
    for view in &mut select.lateral_views {
        object(&mut view.lateral_view_name);
        spell_all(&mut view.lateral_col_alias);
    }
    for definition in &mut select.named_window {
        spell(&mut definition.0);
        match &mut definition.1 {
            NamedWindowExpr::NamedWindow(other) => spell(other),
            NamedWindowExpr::WindowSpec(spec) => window(spec),
        }
    }
    if let Some(into) = &mut select.into {
        object(&mut into.name);
    }
    select.from.iter_mut().for_each(joins);
}

fn item(item: &mut SelectItem) {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => spell(alias),
        SelectItem::ExprWithAliases { aliases, .. } => spell_all(aliases),
        SelectItem::QualifiedWildcard(kind, options) => {
            if let SelectItemQualifiedWildcardKind::ObjectName(name) = kind {
                object(name);
            }
            wildcard(options);
        }
        SelectItem::Wildcard(options) => wildcard(options),
        SelectItem::UnnamedExpr(_) => {}
    }
}

fn wildcard(options: &mut WildcardAdditionalOptions) {
    if let Some(ExceptSelectItem { first_element, additional_elements }) = &mut options.opt_except {
        spell(first_element);
        spell_all(additional_elements);
    }
    spell_all(&mut options.opt_alias);
}

/// The columns that relations are joined USING.
fn joins(relations: &mut TableWithJoins) {
    for join in &mut relations.joins {
        if let Some(JoinConstraint::Using(columns)) = constraint(&mut join.join_operator) {
            columns.iter_mut().for_each(object);
        }
    }
}

fn constraint(operator: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::CrossJoin(constraint)
        | JoinOperator::Semi(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::RightSemi(constraint)
        | JoinOperator::Anti(constraint)
        | JoinOperator::LeftAnti(constraint)
        | JoinOperator::RightAnti(constraint) => Some(constraint),
        _ => None,
    }
}

pub fn relation(relation: &mut TableFactor) {
    match relation {
        TableFactor::Table { name, alias: own, args, .. } => {
            object(name);
            own.iter_mut().for_each(alias);
            args.iter_mut().flat_map(|args| &mut args.args).for_each(argument);
        }
        TableFactor::Function { name, alias: own, args, .. } => {
            object(name);
            own.iter_mut().for_each(alias);
            args.iter_mut().for_each(argument);
        }
        TableFactor::Pivot { aggregate_functions, value_source, alias: own, .. } => {
            with_aliases(aggregate_functions);
            if let datafusion::sql::sqlparser::ast::PivotValueSource::List(values) = value_source {
                with_aliases(values);
            }
            own.iter_mut().for_each(alias);
        }
        TableFactor::Unpivot { name, columns, alias: own, .. } => {
            spell(name);
            with_aliases(columns);
            own.iter_mut().for_each(alias);
        }
        TableFactor::NestedJoin { table_with_joins, alias: own } => {
            joins(table_with_joins);
            own.iter_mut().for_each(alias);
        }
        TableFactor::Derived { alias: own, .. } | TableFactor::TableFunction { alias: own, .. } => {
            own.iter_mut().for_each(alias);
        }
        _ => {}
    }
}

fn with_aliases(parts: &mut [ExprWithAlias]) {
    parts.iter_mut().for_each(|part| spell_all(&mut part.alias));
}

/// The names of common table expressions, and those of `TABLE name`.
pub fn query(query: &mut Query) {
    if let Some(with) = &mut query.with {
        with.cte_tables.iter_mut().for_each(|part| alias(&mut part.alias));
    }
    body(&mut query.body);
}

fn body(part: &mut SetExpr) {
    match part {
        SetExpr::SetOperation { left, right, .. } => {
            body(left);
            body(right);
        }
        SetExpr::Table(table) => {
            for part in [&mut table.schema_name, &mut table.table_name].into_iter().flatten() {
                *part = name(part);
            }
        }
        _ => {}
    }
}
