//! The columns of a statement's relations, where one of them can be planned by itself; [`super::using_joins`] asks for them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Cte, Query, SetExpr, TableFactor, TableWithJoins, Visit, Visitor, With};

use super::{Planner, output, tables};

/// What is known of a statement's relations; each is planned once.
pub struct KnownColumns {
    /// Every WITH query of the statement, whose names differ: see [`super::cte_names`].
    with: Option<With>,
    found: RefCell<HashMap<String, Option<Vec<String>>>>,
}

impl KnownColumns {
    pub fn of(node: &impl Visit) -> Self {
        let mut ctes = Ctes { with: None };
        let _ = node.visit(&mut ctes);
        Self { with: ctes.with, found: RefCell::default() }
    }

    /// The names of a relation's columns, in lower case; `None` for one that reads others, or that cannot be planned.
    pub fn columns(&self, planner: &Planner<'_>, relation: &TableFactor) -> Option<Vec<String>> {
        let key = relation.to_string();
        if let Some(found) = self.found.borrow().get(&key) {
            return found.clone();
        }
        let found = planned(planner, relation, self.with.as_ref()).or_else(|| planned(planner, relation, None));
        self.found.borrow_mut().insert(key, found.clone());
        found
    }
}

fn planned(planner: &Planner<'_>, relation: &TableFactor, with: Option<&With>) -> Option<Vec<String>> {
    let mut query = tables::select_all(&[]);
    query.with = with.cloned();
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.from = vec![TableWithJoins { relation: relation.clone(), joins: Vec::new() }];
    }
    output::name_columns(&mut query, planner.lexed);
    planner.spell_out_expressions(&mut query).ok()?;
    let plan = planner.plan(query).ok()?;
    Some(plan.schema().fields().iter().map(|field| field.name().clone()).collect())
}

/// All WITH queries in one, outer ones before those in them.
struct Ctes {
    with: Option<With>,
}

impl Visitor for Ctes {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if let Some(with) = &query.with {
            let all = self.with.get_or_insert_with(|| With { cte_tables: Vec::new(), ..with.clone() });
            let known = |cte: &Cte| all.cte_tables.iter().any(|other| other.alias.name.value == cte.alias.name.value);
            let new: Vec<Cte> = with.cte_tables.iter().filter(|cte| !known(cte)).cloned().collect();
            all.recursive |= with.recursive;
            all.cte_tables.extend(new);
        }
        ControlFlow::Continue(())
    }
}
