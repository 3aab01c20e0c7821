//! Queries and relations that read one table.

use datafusion::sql::sqlparser::ast::{
    Ident, Query, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, WildcardAdditionalOptions,
};

use super::select_nothing;
use crate::dialect::build;

/// `SELECT * FROM name`
pub fn select_all(name: &[String]) -> Query {
    let mut query = select_nothing();
    let name = name.iter().map(|part| Ident::new(part.to_lowercase())).collect();
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())];
        select.from = vec![TableWithJoins { relation: table_factor(name, None), joins: Vec::new() }];
    }
    query
}

/// `name`, or `name AS alias`
pub fn table_factor(name: Vec<Ident>, alias: Option<&str>) -> TableFactor {
    let alias = alias.map(|alias| TableAlias {
        explicit: true,
        name: Ident::with_quote('`', alias.to_lowercase()),
        columns: Vec::new(),
        at: None,
    });
    build::relation(name, alias)
}
