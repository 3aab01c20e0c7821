//! `JOIN .. USING (k)` and NATURAL joins: a key is one column of the result, before the others, and the bare `k` is the left
//! side's, the right side's of a RIGHT join, or the one of both that is there of a FULL join.
//!
//! DataFusion's star keeps the key of the side whose name comes first in the alphabet, and its bare key is the left side's,
//! which is NULL for a row that only the right side has. So stars are spelled out before columns get their names; after that
//! the merged columns are put in place of bare keys, and conditions in place of USING.

mod merged;
mod shape;

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ExceptSelectItem, Expr, GroupByExpr, Ident, JoinConstraint, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableFactor, TableWithJoins, VisitMut, VisitorMut,
    WildcardAdditionalOptions,
};

use super::super::errors::unresolved_column;
use super::bare_names::BareName;
use super::output;
use crate::diagnostic::Diagnostic;

pub use merged::name_of;
use merged::{Key, Merged};
pub use shape::{constraint, name_natural_keys, name_relations};
use shape::{constraint_mut, flat, flat_mut, merges};

/// The names of a relation's columns; `None` for one that cannot be planned by itself.
pub type Columns<'a> = &'a dyn Fn(&TableFactor) -> Option<Vec<String>>;

/// Spells out the stars over such joins; before columns get their names.
///
/// # Errors
/// UNRESOLVED_COLUMN for a column to be left out that is not there, UNSUPPORTED_FEATURE for joins that cannot be spelled out.
pub fn spell_out_stars(node: &mut impl VisitMut, columns: Columns<'_>) -> Result<(), Diagnostic> {
    match node.visit(&mut Stars { columns }) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Stars<'a> {
    columns: Columns<'a>,
}

impl VisitorMut for Stars<'_> {
    type Break = Diagnostic;

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<Diagnostic> {
        if !select.from.iter().any(merges) {
            return ControlFlow::Continue(());
        }
        match self.spelled(select) {
            Ok(items) => {
                select.projection = items;
                ControlFlow::Continue(())
            }
            Err(diagnostic) => ControlFlow::Break(diagnostic),
        }
    }
}

impl Stars<'_> {
    fn spelled(&self, select: &Select) -> Result<Vec<SelectItem>, Diagnostic> {
        let tables: Vec<Merged> =
            select.from.iter().map(|table| Merged::of(table, self.columns)).collect::<Result<_, _>>()?;
        let mut items = Vec::with_capacity(select.projection.len());
        for item in &select.projection {
            if let Some(out) = left_out(item) {
                if let Some(stranger) = out.iter().find(|name| !tables.iter().any(|table| table.may_have(name))) {
                    return Err(unresolved_column(&stranger.value, &[]));
                }
                for table in &tables {
                    items.extend(table.star(&out)?);
                }
                continue;
            }
            let found =
                star_of(item).and_then(|(name, out)| tables.iter().find_map(|table| table.star_of(&name, &out)));
            match found {
                Some(columns) => items.extend(columns),
                None => items.push(item.clone()),
            }
        }
        Ok(items)
    }
}

/// What a star leaves out; `None` for what is no star, or one with other options.
fn left_out(item: &SelectItem) -> Option<Vec<Ident>> {
    if let SelectItem::Wildcard(options) = item { excepted(options) } else { None }
}

/// The relation of `relation.*`, and what it leaves out.
fn star_of(item: &SelectItem) -> Option<(Ident, Vec<Ident>)> {
    let SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) = item else {
        return None;
    };
    let [part] = name.0.as_slice() else { return None };
    Some((part.as_ident()?.clone(), excepted(options)?))
}

/// The names of EXCEPT; `None` where there are other options.
fn excepted(options: &WildcardAdditionalOptions) -> Option<Vec<Ident>> {
    let except = options.opt_except.as_ref();
    let plain = WildcardAdditionalOptions { opt_except: except.cloned(), ..WildcardAdditionalOptions::default() };
    let names = |except: &ExceptSelectItem| {
        std::iter::once(&except.first_element).chain(&except.additional_elements).cloned().collect()
    };
    (*options == plain).then(|| except.map(names).unwrap_or_default())
}

/// Puts the merged column in place of each bare key, and the condition that it means in place of USING; after columns got
/// their names.
pub fn merge_keys(node: &mut impl VisitMut, columns: Columns<'_>) {
    let _ = node.visit(&mut Keys { columns });
}

struct Keys<'a> {
    columns: Columns<'a>,
}

impl Keys<'_> {
    fn of(&self, select: &Select) -> Vec<Key> {
        let tables = select.from.iter().filter(|table| merges(table));
        tables.filter_map(|table| Merged::of(table, self.columns).ok()).flat_map(|merged| merged.keys).collect()
    }

    /// Whether a relation of a query may have a column of the name.
    fn shadows(&self, query: &Query, name: &str) -> bool {
        let SetExpr::Select(select) = query.body.as_ref() else { return true };
        let mut relations = select
            .from
            .iter()
            .map(flat)
            .flat_map(|(first, joins)| std::iter::once(first).chain(joins.into_iter().map(|join| &join.relation)));
        relations
            .any(|relation| (self.columns)(relation).is_none_or(|columns| columns.iter().any(|known| known == name)))
    }

    /// The keys in the relations and conditions of later joins, and what USING means.
    fn put_in_joins(&self, table: &mut TableWithJoins) {
        let Ok(merged) = Merged::of(table, self.columns) else { return };
        let known = merged.before.into_iter().zip(merged.conditions);
        for (join, (before, condition)) in flat_mut(table).1.into_iter().zip(known) {
            for (key, column) in &before {
                let put = |place: &mut Expr| *place = column.clone();
                let shadows = |query: &Query| self.shadows(query, &key.value);
                let mut bare = BareName::new(&key.value, put).into_queries(&shadows);
                if !matches!(join.relation, TableFactor::Derived { lateral: false, .. }) {
                    let _ = join.relation.visit(&mut bare);
                }
                if let Some(JoinConstraint::On(on)) = constraint_mut(&mut join.join_operator) {
                    let _ = on.visit(&mut bare);
                }
            }
            if let (Some(constraint), Some(condition)) = (constraint_mut(&mut join.join_operator), condition) {
                *constraint = JoinConstraint::On(condition);
            }
        }
    }
}

impl VisitorMut for Keys<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let SetExpr::Select(select) = query.body.as_ref() else { return ControlFlow::Continue(()) };
        for (key, column) in self.of(select).iter().filter(|(key, _)| !is_output(select, key)) {
            let put = |place: &mut Expr| *place = column.clone();
            let _ = query.order_by.visit(&mut BareName::new(&key.value, put));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for (key, column) in self.of(select) {
            put(select, &key, &column, &|query| self.shadows(query, &key.value));
        }
        select.from.iter_mut().filter(|table| merges(table)).for_each(|table| self.put_in_joins(table));
        ControlFlow::Continue(())
    }
}

/// Whether ORDER BY finds the key's name among the columns of the result.
fn is_output(select: &Select, key: &Ident) -> bool {
    select.projection.iter().filter_map(output::internal).any(|name| name == key.value)
}

/// Puts the merged column in place of a bare key, everywhere in a SELECT but in FROM. A subquery is looked into where none of
/// its own relations has the name.
fn put(select: &mut Select, key: &Ident, column: &Expr, shadows: &dyn Fn(&Query) -> bool) {
    // A bare key is a column of the result by its own name.
    for item in &mut select.projection {
        if matches!(item, SelectItem::UnnamedExpr(Expr::Identifier(ident)) if ident.value == key.value) {
            *item = SelectItem::ExprWithAlias { expr: column.clone(), alias: key.clone() };
        }
    }
    let put = |place: &mut Expr| *place = column.clone();
    let mut bare = BareName::new(&key.value, put).into_queries(shadows);
    let _ = select.projection.visit(&mut bare);
    let _ = select.selection.visit(&mut bare);
    if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
        let _ = keys.visit(&mut bare);
    }
    let _ = select.having.visit(&mut bare);
    let _ = select.qualify.visit(&mut bare);
}
