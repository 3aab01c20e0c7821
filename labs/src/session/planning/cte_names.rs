//! Names of WITH queries: each gets one of its own, and what reads it keeps the author's as its alias.
//!
//! DataFusion has one name space for all of them, and a table may have the name of a WITH query elsewhere in the statement. A
//! name means the WITH query that was written last before it, and inside of that query what it meant before.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Ident, ObjectName, Query, TableAlias, TableFactor, VisitMut, VisitorMut, With};

/// Gives every WITH query below a node its own name.
pub fn tell_apart(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Outermost { next: 0, depth: 0 });
}

struct Outermost {
    next: usize,
    depth: usize,
}

impl VisitorMut for Outermost {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if self.depth == 0 {
            rename(query, &HashMap::new(), &mut self.next);
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

/// What each name of a WITH query in scope is called now.
type Scope = HashMap<String, String>;

fn rename(query: &mut Query, around: &Scope, next: &mut usize) {
    let mut scope = around.clone();
    let mut with = query.with.take();
    // Twice in one WITH stays the mistake that it is.
    if let Some(with) = with.as_mut().filter(|with| !has_namesakes(with)) {
        for cte in &mut with.cte_tables {
            let name = cte.alias.name.value.clone();
            *next += 1;
            let called = format!("__{name}_{next}");
            if with.recursive {
                scope.insert(name.clone(), called.clone());
            }
            rename(&mut cte.query, &scope, next);
            cte.alias.name.value.clone_from(&called);
            scope.insert(name, called);
        }
    }
    let _ = query.visit(&mut References { scope: &scope, next, depth: 0 });
    query.with = with;
}

fn has_namesakes(with: &With) -> bool {
    let mut names = HashSet::new();
    !with.cte_tables.iter().all(|cte| names.insert(&cte.alias.name.value))
}

/// Renames what a query reads itself, and hands on the queries in it.
struct References<'a> {
    scope: &'a Scope,
    next: &'a mut usize,
    /// 1 in the query itself.
    depth: usize,
}

impl VisitorMut for References<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        if self.depth == 2 {
            rename(query, self.scope, self.next);
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
            && let Some(called) = self.scope.get(&ident.value)
        {
            *name = ObjectName::from(vec![Ident::with_quote('`', called)]);
            alias.get_or_insert(TableAlias { explicit: true, name: ident, columns: Vec::new(), at: None });
        }
        ControlFlow::Continue(())
    }
}
