//! The names of a relation's columns, as far as its text alone gives them.

use datafusion::sql::sqlparser::ast::{Expr, Query, Select, SelectItem, SetExpr, TableFactor};

/// The columns in their order, where `named` knows those of tables and views; `None` where they cannot be told, or have no names.
pub fn names(relation: &TableFactor, named: &Named<'_>) -> Option<Vec<String>> {
    match relation {
        TableFactor::Table { name, args: None, .. } => named(&name.0.last()?.as_ident()?.value),
        TableFactor::Derived { subquery, alias, .. } => match alias.as_ref().map(|alias| alias.columns.as_slice()) {
            Some(columns) if !columns.is_empty() => {
                Some(columns.iter().map(|column| column.name.value.clone()).collect())
            }
            _ => of_query(subquery, named),
        },
        _ => None,
    }
}

/// The columns of tables and views by their names.
type Named<'a> = dyn Fn(&str) -> Option<Vec<String>> + 'a;

fn of_query(query: &Query, named: &Named<'_>) -> Option<Vec<String>> {
    let Some(with) = &query.with else { return of_body(&query.body, named) };
    let in_scope = |name: &str| {
        let cte = with.cte_tables.iter().find(|cte| cte.alias.name.value.eq_ignore_ascii_case(name));
        match cte {
            Some(cte) if cte.alias.columns.is_empty() => of_query(&cte.query, named),
            Some(cte) => Some(cte.alias.columns.iter().map(|column| column.name.value.clone()).collect()),
            None => named(name),
        }
    };
    of_body(&query.body, &in_scope)
}

fn of_body(body: &SetExpr, named: &Named<'_>) -> Option<Vec<String>> {
    match body {
        SetExpr::Select(select) => of_select(select, named),
        SetExpr::Query(query) => of_query(query, named),
        SetExpr::SetOperation { left, .. } => of_body(left, named),
        SetExpr::Values(values) => {
            let width = values.rows.first()?.content.len();
            Some((1..=width).map(|at| format!("col{at}")).collect())
        }
        _ => None,
    }
}

fn of_select(select: &Select, named: &Named<'_>) -> Option<Vec<String>> {
    if let ([SelectItem::Wildcard(_)], [from]) = (select.projection.as_slice(), select.from.as_slice()) {
        return if from.joins.is_empty() { names(&from.relation, named) } else { None };
    }
    select.projection.iter().map(of_item).collect()
}

fn of_item(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(path)) => path.last().map(|name| name.value.clone()),
        _ => None,
    }
}
