//! A WITH query whose name is in use around it: `WITH t AS (..), u AS (WITH t AS (..) SELECT * FROM t) ..`.
//!
//! DataFusion has one name space for all of them. The inner one gets a name of its own; what reads it keeps the author's as
//! its alias. A name means the WITH query that was written last before it, and inside of that query what it meant before.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Ident, ObjectName, Query, TableAlias, TableFactor, VisitMut, VisitorMut};

/// Gives every WITH query below a query its own name.
pub fn tell_apart(query: &mut Query) {
    let mut names = Names::default();
    let _ = query.visit(&mut names);
    if names.repeated {
        rename(query, &HashMap::new(), &mut names.known);
    }
}

/// The names of the WITH queries of a statement.
#[derive(Default)]
struct Names {
    known: HashSet<String>,
    repeated: bool,
}

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.repeated |= !self.known.insert(cte.alias.name.value.clone());
        }
        ControlFlow::Continue(())
    }
}

/// What each name of a WITH query in scope is called now.
type Scope = HashMap<String, String>;

fn rename(query: &mut Query, around: &Scope, known: &mut HashSet<String>) {
    let mut scope = around.clone();
    let mut own = HashSet::new();
    let mut with = query.with.take();
    let recursive = with.as_ref().is_some_and(|with| with.recursive);
    for cte in with.iter_mut().flat_map(|with| &mut with.cte_tables) {
        let name = cte.alias.name.value.clone();
        // Twice in one WITH stays the mistake that it is.
        let called =
            if own.insert(name.clone()) && around.contains_key(&name) { fresh(&name, known) } else { name.clone() };
        if recursive {
            scope.insert(name.clone(), called.clone());
        }
        rename(&mut cte.query, &scope, known);
        cte.alias.name.value.clone_from(&called);
        scope.insert(name, called);
    }
    let _ = query.visit(&mut References { scope: &scope, known, depth: 0 });
    query.with = with;
}

fn fresh(name: &str, known: &mut HashSet<String>) -> String {
    let mut called = format!("__{name}_2");
    while !known.insert(called.clone()) {
        called.push('_');
    }
    called
}

/// Renames what a query reads itself, and hands on the queries in it.
struct References<'a> {
    scope: &'a Scope,
    known: &'a mut HashSet<String>,
    /// 1 in the query itself.
    depth: usize,
}

impl VisitorMut for References<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        if self.depth == 2 {
            rename(query, self.scope, self.known);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if self.depth != 1 {
            return ControlFlow::Continue(());
        }
        if let TableFactor::Table { name, alias, version: None, args: None, .. } = factor
            && let [part] = name.0.as_slice()
            && let Some(ident) = part.as_ident().cloned()
            && let Some(called) = self.scope.get(&ident.value).filter(|called| **called != ident.value)
        {
            *name = ObjectName::from(vec![Ident::with_quote('`', called)]);
            alias.get_or_insert(TableAlias { explicit: true, name: ident, columns: Vec::new(), at: None });
        }
        ControlFlow::Continue(())
    }
}
