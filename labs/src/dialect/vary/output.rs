//! The names of a relation's columns, as far as its text alone gives them.

use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, Select, SelectItem, SetExpr, TableFactor};

/// The columns in their order; `None` where they depend on a table, or have no names.
pub fn names(relation: &TableFactor) -> Option<Vec<Ident>> {
    let TableFactor::Derived { subquery, alias, .. } = relation else { return None };
    match alias.as_ref().map(|alias| alias.columns.as_slice()) {
        Some(columns) if !columns.is_empty() => Some(columns.iter().map(|column| column.name.clone()).collect()),
        _ => of_query(subquery),
    }
}

fn of_query(query: &Query) -> Option<Vec<Ident>> {
    of_body(&query.body)
}

fn of_body(body: &SetExpr) -> Option<Vec<Ident>> {
    match body {
        SetExpr::Select(select) => of_select(select),
        SetExpr::Query(query) => of_query(query),
        SetExpr::SetOperation { left, .. } => of_body(left),
        _ => None,
    }
}

fn of_select(select: &Select) -> Option<Vec<Ident>> {
    if let ([SelectItem::Wildcard(_)], [from]) = (select.projection.as_slice(), select.from.as_slice()) {
        return if from.joins.is_empty() { names(&from.relation) } else { None };
    }
    select.projection.iter().map(of_item).collect()
}

fn of_item(item: &SelectItem) -> Option<Ident> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(path)) => path.last().cloned(),
        _ => None,
    }
}
