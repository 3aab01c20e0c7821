//! `SELECT s.*` of a STRUCT column is its fields, one by one.
//!
//! What `s` is shows only when the FROM of its SELECT is planned, so this is tried when no table is called that.

use std::ops::ControlFlow;

use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Visit, VisitMut,
    Visitor, VisitorMut, WildcardAdditionalOptions, With,
};

use super::output::{self, Item, MARK};
use super::{Planner, select_nothing};
use crate::diagnostic::Diagnostic;

impl Planner<'_> {
    /// Puts the fields of a STRUCT in place of its star, in the first SELECT that has one, and in the list of shown columns.
    /// Gives whether there was one, so that planning is worth another try.
    pub(super) fn spread_struct(&mut self, query: &mut Query, items: &mut Vec<Item>, diagnostic: &Diagnostic) -> bool {
        if diagnostic.class != "CANNOT_RESOLVE_STAR_EXPAND" {
            return false;
        }
        let name = diagnostic.message.split('`').nth(1).unwrap_or_default().to_lowercase();
        let mut find = Find { name: &name, with: Vec::new() };
        let ControlFlow::Break(found) = Visit::visit(query, &mut find) else { return false };
        let Some(fields) = self.fields_of(*found) else { return false };
        let at = output::outermost_select(&query.body).and_then(|select| star_at(select, &name));
        let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
        let ControlFlow::Break(spread) = VisitMut::visit(query, &mut Spread { name: &name, fields: &names }) else {
            return false;
        };
        names.iter().for_each(|field| self.spellings.add("__struct", field));
        // The outermost SELECT comes after those of its WITH queries.
        let outermost = at
            .filter(|at| output::outermost_select(&query.body).and_then(|select| star_at(select, &name)) != Some(*at));
        if let Some(at) = outermost {
            let named = names.iter().zip(spread);
            items.splice(at..=at, named.map(|(shown, internal)| Item::Named { shown: (*shown).to_owned(), internal }));
        }
        true
    }

    fn fields_of(&self, probe: Query) -> Option<Fields> {
        let plan = self.plan(probe).ok()?;
        match plan.schema().fields().first().map(|field| field.data_type().clone()) {
            Some(DataType::Struct(fields)) => Some(fields),
            _ => None,
        }
    }
}

/// The place of the star in a SELECT list.
fn star_at(select: &Select, name: &str) -> Option<usize> {
    select.projection.iter().position(|item| star_of(item).is_some_and(|found| written(found) == name))
}

/// The name before a star that asks for nothing more.
fn star_of(item: &SelectItem) -> Option<&ObjectName> {
    match item {
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options)
            if *options == WildcardAdditionalOptions::default() =>
        {
            Some(name)
        }
        _ => None,
    }
}

fn written(name: &ObjectName) -> String {
    path(name).into_iter().map(|ident| ident.value).collect::<Vec<_>>().join(".")
}

fn path(name: &ObjectName) -> Vec<Ident> {
    name.0.iter().filter_map(|part| part.as_ident().cloned()).collect()
}

fn column(path: Vec<Ident>) -> Expr {
    match <[Ident; 1]>::try_from(path) {
        Ok([name]) => Expr::Identifier(name),
        Err(path) => Expr::CompoundIdentifier(path),
    }
}

/// Finds the star, and makes a query of what stands before it.
struct Find<'a> {
    name: &'a str,
    /// The WITH clauses around.
    with: Vec<Option<With>>,
}

impl Visitor for Find<'_> {
    type Break = Box<Query>;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Box<Query>> {
        self.with.push(query.with.clone());
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Box<Query>> {
        self.with.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Box<Query>> {
        let star = select.projection.iter().filter_map(star_of).find(|name| written(name) == self.name);
        let Some(star) = star else { return ControlFlow::Continue(()) };
        let mut probe = select_nothing();
        if let SetExpr::Select(asked) = probe.body.as_mut() {
            asked.from.clone_from(&select.from);
            asked.lateral_views.clone_from(&select.lateral_views);
            asked.projection = vec![SelectItem::UnnamedExpr(column(path(star)))];
        }
        probe.with = self.readable();
        ControlFlow::Break(Box::new(probe))
    }
}

impl Find<'_> {
    /// The WITH queries that can be planned: of each clause, those before the one that holds the star.
    fn readable(&self) -> Option<With> {
        let mut all: Option<With> = None;
        for with in self.with.iter().flatten() {
            let mut with = with.clone();
            let free = |query: &Query| query.visit(&mut Find { name: self.name, with: Vec::new() }).is_continue();
            let until = with.cte_tables.iter().position(|cte| !free(&cte.query)).unwrap_or(with.cte_tables.len());
            with.cte_tables.truncate(until);
            match &mut all {
                Some(all) => {
                    all.recursive |= with.recursive;
                    all.cte_tables.append(&mut with.cte_tables);
                }
                None => all = Some(with),
            }
        }
        all.filter(|with| !with.cte_tables.is_empty())
    }
}

/// Puts the fields in place of the star; gives their internal names.
struct Spread<'a> {
    name: &'a str,
    fields: &'a [&'a str],
}

impl VisitorMut for Spread<'_> {
    type Break = Vec<String>;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Vec<String>> {
        let Some(at) = star_at(select, self.name) else { return ControlFlow::Continue(()) };
        let Some(path) = select.projection.get(at).and_then(star_of).map(path) else {
            return ControlFlow::Continue(());
        };
        let taken: Vec<Option<String>> = select.projection.iter().map(output::internal).collect();
        let mut names = Vec::new();
        let mut items = Vec::new();
        for (nth, field) in self.fields.iter().enumerate() {
            let lower = field.to_lowercase();
            let repeated = taken.iter().flatten().chain(&names).any(|name| *name == lower);
            let name = if repeated { format!("{lower}{MARK}{at}_{nth}") } else { lower };
            let expr = column(path.iter().cloned().chain([Ident::with_quote('`', *field)]).collect());
            items.push(SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('`', &name) });
            names.push(name);
        }
        select.projection.splice(at..=at, items);
        ControlFlow::Break(names)
    }
}
