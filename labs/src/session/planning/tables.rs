//! `TABLE t` as a query is `SELECT * FROM t`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, Query, SelectItem, SetExpr, TableAlias, TableFactor, TableWithJoins, VisitMut, VisitorMut,
    WildcardAdditionalOptions,
};

use super::select_nothing;

/// Spells it out everywhere below a node.
pub fn spell_out(node: &mut impl VisitMut) {
    let _ = node.visit(&mut SpellOut);
}

struct SpellOut;

impl VisitorMut for SpellOut {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        body(&mut query.body);
        ControlFlow::Continue(())
    }
}

fn body(part: &mut SetExpr) {
    match part {
        SetExpr::Table(table) => {
            let name: Vec<String> = [&table.schema_name, &table.table_name].into_iter().flatten().cloned().collect();
            *part = *select_all(&name).body;
        }
        SetExpr::SetOperation { left, right, .. } => {
            body(left);
            body(right);
        }
        _ => {}
    }
}

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
