//! Parts of trees that no text has made.

use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, Query, SetExpr, TableAlias, TableAliasColumnDef, TableFactor, TableWithJoins,
};

/// A relation by its name.
pub fn relation(name: Vec<Ident>, alias: Option<TableAlias>) -> TableFactor {
    TableFactor::Table {
        name: ObjectName::from(name),
        alias,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

/// A query of nothing but a body.
pub fn query(body: SetExpr) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// `AS name (columns)`
pub fn alias(name: Ident, columns: Vec<Ident>) -> TableAlias {
    let column = |name| TableAliasColumnDef { name, data_type: None };
    TableAlias { explicit: true, name, columns: columns.into_iter().map(column).collect(), at: None }
}

/// `(query) AS ..` as the whole of a FROM.
pub fn derived(query: Query, alias: TableAlias) -> Vec<TableWithJoins> {
    let relation = TableFactor::Derived { lateral: false, subquery: Box::new(query), alias: Some(alias), sample: None };
    vec![TableWithJoins { relation, joins: Vec::new() }]
}
