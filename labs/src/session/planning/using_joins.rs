//! `JOIN .. USING (k)` and NATURAL joins: a key is one column of the result, before the others, and the bare `k` is the left
//! side's, the right side's of a RIGHT join, or the one of both that is there of a FULL join.
//!
//! DataFusion's star keeps the key of the side whose name comes first in the alphabet, and its bare key is the left side's,
//! which is NULL for a row that only the right side has.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, ExceptSelectItem, Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, ObjectName, Query,
    Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins, VisitMut,
    VisitorMut, WildcardAdditionalOptions,
};

use super::bare_names::BareName;
use super::calls::build::{binary, call};
use super::output;
use crate::diagnostic::Diagnostic;

/// The names of a relation's columns; `None` for one that cannot be planned by itself.
pub type Columns<'a> = &'a dyn Fn(&TableFactor) -> Option<Vec<String>>;

/// Names the subqueries without an alias beside such joins, so that their columns can be told from the other side's.
pub fn name_subqueries(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Subqueries { next: 0 });
}

struct Subqueries {
    next: usize,
}

impl VisitorMut for Subqueries {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if !select.from.iter().any(merges) {
            return ControlFlow::Continue(());
        }
        for relation in select.from.iter_mut().flat_map(relations_mut) {
            if let TableFactor::Derived { alias: alias @ None, .. } = relation {
                self.next += 1;
                let name = Ident::with_quote('`', format!("__subquery_{}", self.next));
                *alias = Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
            }
        }
        ControlFlow::Continue(())
    }
}

fn relations_mut(table: &mut TableWithJoins) -> impl Iterator<Item = &mut TableFactor> {
    std::iter::once(&mut table.relation).chain(table.joins.iter_mut().map(|join| &mut join.relation))
}

/// Whether a join of a table's merges keys.
fn merges(table: &TableWithJoins) -> bool {
    table
        .joins
        .iter()
        .any(|join| matches!(constraint(&join.join_operator), Some(JoinConstraint::Using(_) | JoinConstraint::Natural)))
}

/// Names the keys of NATURAL joins: the columns that both sides have, in the left side's order. A join whose columns are
/// not known stays as it is.
pub fn name_natural_keys(node: &mut impl VisitMut, columns: Columns<'_>) {
    let _ = node.visit(&mut Natural { columns });
}

struct Natural<'a> {
    columns: Columns<'a>,
}

impl VisitorMut for Natural<'_> {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for table in select.from.iter_mut().filter(|table| merges(table)) {
            self.name(table);
        }
        ControlFlow::Continue(())
    }
}

impl Natural<'_> {
    fn name(&self, table: &mut TableWithJoins) {
        let Some(mut left) = (self.columns)(&table.relation) else { return };
        for join in &mut table.joins {
            let Some(right) = (self.columns)(&join.relation) else { return };
            if let Some(constraint @ JoinConstraint::Natural) = constraint_mut(&mut join.join_operator) {
                let keys = left.iter().filter(|name| right.contains(name));
                let keys: Vec<ObjectName> =
                    keys.map(|name| ObjectName::from(vec![Ident::with_quote('`', name)])).collect();
                if !keys.is_empty() {
                    *constraint = JoinConstraint::Using(keys);
                }
            }
            let new: Vec<String> = right.into_iter().filter(|name| !left.contains(name)).collect();
            left.extend(new);
        }
    }
}

/// Spells out the stars over such joins; before columns get their names.
///
/// # Errors
/// UNSUPPORTED_FEATURE for joins of relations without a name, or whose columns would have to be known and are not.
pub fn spell_out_stars(node: &mut impl VisitMut, columns: Columns<'_>) -> Result<(), Diagnostic> {
    match node.visit(&mut Stars { columns }) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Puts the merged column in place of each bare key, where the planner would take another; after columns got their names.
pub fn merge_keys(node: &mut impl VisitMut, columns: Columns<'_>) {
    let _ = node.visit(&mut Keys { columns });
}

/// One side of the joins of a FROM item.
struct Side {
    name: Ident,
    columns: Option<Vec<String>>,
    /// Its columns that are part of a key.
    merged: Vec<Ident>,
}

impl Side {
    fn of(relation: &TableFactor, columns: Columns<'_>) -> Result<Self, Diagnostic> {
        Ok(Self { name: name_of(relation).ok_or_else(refused)?, columns: columns(relation), merged: Vec::new() })
    }

    fn has(&self, key: &Ident) -> bool {
        self.columns.as_ref().is_some_and(|columns| columns.contains(&key.value))
    }

    fn column(&self, key: &Ident) -> Expr {
        Expr::CompoundIdentifier(vec![self.name.clone(), key.clone()])
    }

    /// `side.*` without its keys; `None` when nothing is left.
    fn rest(&self) -> Option<SelectItem> {
        let options = match self.merged.as_slice() {
            [] => WildcardAdditionalOptions::default(),
            merged if self.columns.as_ref().is_some_and(|columns| columns.len() == merged.len()) => return None,
            [first, more @ ..] => WildcardAdditionalOptions {
                opt_except: Some(ExceptSelectItem { first_element: first.clone(), additional_elements: more.to_vec() }),
                ..WildcardAdditionalOptions::default()
            },
        };
        let side = ObjectName::from(vec![self.name.clone()]);
        Some(SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(side), options))
    }
}

/// What the joins of a FROM item come to.
#[derive(Default)]
struct Merged {
    /// In the order of the result: the last join's first.
    keys: Vec<(Ident, Expr)>,
    sides: Vec<Side>,
    /// For each join the condition that its USING means, where the planner would compare other columns.
    conditions: Vec<Option<Expr>>,
    /// Whether the planner finds every bare key by itself.
    plain: bool,
}

impl Merged {
    /// # Errors
    /// As [`spell_out_stars`].
    fn of(table: &TableWithJoins, columns: Columns<'_>) -> Result<Self, Diagnostic> {
        let mut merged = Self { plain: table.joins.len() == 1, ..Self::default() };
        merged.sides.push(Side::of(&table.relation, columns)?);
        for join in &table.joins {
            let mut right = Side::of(&join.relation, columns)?;
            let names: &[ObjectName] = match constraint(&join.join_operator) {
                Some(JoinConstraint::Using(names)) => names,
                Some(JoinConstraint::Natural) => return Err(refused()),
                _ => &[],
            };
            let keys: Vec<Ident> = names.iter().filter_map(|name| name.0.last()?.as_ident().cloned()).collect();
            let mut new = Vec::with_capacity(keys.len());
            let mut condition = None;
            for key in keys {
                let (left, other) = (merged.left(&key)?, right.column(&key));
                right.merged.push(key.clone());
                let same = binary(left.clone(), BinaryOperator::Eq, other.clone());
                condition = Some(condition.map_or(same.clone(), |all| binary(all, BinaryOperator::And, same)));
                new.push((key, merged.column(&join.join_operator, left, other)));
            }
            let outer = !merged.plain && merged.keys.iter().any(|(_, expr)| !is_first(expr, &merged.sides));
            merged.conditions.push(condition.filter(|_| outer));
            let kept = merged.keys.drain(..).filter(|(key, _)| new.iter().all(|(other, _)| other.value != key.value));
            let kept: Vec<_> = kept.collect();
            new.extend(kept);
            merged.keys = new;
            if !is_filter(&join.join_operator) {
                merged.sides.push(right);
            }
        }
        Ok(merged)
    }

    /// What a key of a join is on its left side.
    fn left(&mut self, key: &Ident) -> Result<Expr, Diagnostic> {
        if let Some((_, known)) = self.keys.iter().find(|(other, _)| other.value == key.value) {
            return Ok(known.clone());
        }
        let alone = self.sides.len() == 1;
        let mut holders = self.sides.iter_mut().filter(|side| alone || side.has(key));
        match (holders.next(), holders.next()) {
            (Some(side), None) => {
                side.merged.push(key.clone());
                Ok(side.column(key))
            }
            _ => Err(refused()),
        }
    }

    fn column(&mut self, operator: &JoinOperator, left: Expr, right: Expr) -> Expr {
        match operator {
            JoinOperator::Right(_) | JoinOperator::RightOuter(_) => {
                self.plain = false;
                right
            }
            JoinOperator::FullOuter(_) => {
                self.plain = false;
                call("coalesce", vec![left, right])
            }
            _ => left,
        }
    }

    fn star(&self) -> Vec<SelectItem> {
        let keys = self.keys.iter().map(|(key, _)| SelectItem::UnnamedExpr(Expr::Identifier(key.clone())));
        keys.chain(self.sides.iter().filter_map(Side::rest)).collect()
    }
}

/// Whether an expression is a column of the first side, which the planner takes for a bare key.
fn is_first(expr: &Expr, sides: &[Side]) -> bool {
    matches!((expr, sides.first()), (Expr::CompoundIdentifier(path), Some(side)) if path[0] == side.name)
}

/// Whether a join gives no columns of its right side.
fn is_filter(operator: &JoinOperator) -> bool {
    matches!(
        operator,
        JoinOperator::Semi(_) | JoinOperator::LeftSemi(_) | JoinOperator::Anti(_) | JoinOperator::LeftAnti(_)
    )
}

/// What a join that may merge keys is constrained by.
pub fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::Semi(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::Anti(constraint)
        | JoinOperator::LeftAnti(constraint) => Some(constraint),
        _ => None,
    }
}

fn constraint_mut(operator: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::Semi(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::Anti(constraint)
        | JoinOperator::LeftAnti(constraint) => Some(constraint),
        _ => None,
    }
}

fn refused() -> Diagnostic {
    let text = "JOIN with USING or NATURAL of relations without a name, or with a key that is not one column of the left side, is not available.";
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", text)
        .with_hint("Write ON a.k = b.k, and coalesce(a.k, b.k) AS k for the key of a FULL JOIN.")
}

/// What a relation is called.
pub fn name_of(relation: &TableFactor) -> Option<Ident> {
    match relation {
        TableFactor::Table { alias: Some(alias), .. } | TableFactor::Derived { alias: Some(alias), .. } => {
            Some(alias.name.clone())
        }
        TableFactor::Table { name, alias: None, .. } => name.0.last()?.as_ident().cloned(),
        _ => None,
    }
}

/// Whether the planner understands a FROM item's joins without help: nothing is known of a side, and nothing is merged that
/// it would merge otherwise.
fn is_left_alone(table: &TableWithJoins) -> bool {
    table.joins.iter().all(|join| {
        let merging =
            matches!(constraint(&join.join_operator), Some(JoinConstraint::Using(_) | JoinConstraint::Natural));
        let right = matches!(
            join.join_operator,
            JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_)
        );
        !(merging && right)
    })
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
        let plain = WildcardAdditionalOptions::default();
        let star = |item: &SelectItem| matches!(item, SelectItem::Wildcard(options) if *options == plain);
        let needed = select.projection.iter().any(star);
        if !needed && select.from.iter().all(is_left_alone) {
            return ControlFlow::Continue(());
        }
        let mut items = Vec::new();
        for table in &select.from {
            match Merged::of(table, self.columns) {
                Ok(merged) => items.extend(merged.star()),
                Err(diagnostic) => return ControlFlow::Break(diagnostic),
            }
        }
        let spelled = std::mem::take(&mut select.projection);
        let spelled = spelled.into_iter().flat_map(|item| if star(&item) { items.clone() } else { vec![item] });
        select.projection = spelled.collect();
        ControlFlow::Continue(())
    }
}

struct Keys<'a> {
    columns: Columns<'a>,
}

impl Keys<'_> {
    /// The keys of a SELECT that the planner does not find by itself.
    fn of(&self, select: &Select) -> Vec<(Ident, Expr)> {
        let tables = select.from.iter().filter(|table| merges(table));
        let merged = tables.filter_map(|table| Merged::of(table, self.columns).ok());
        merged.filter(|merged| !merged.plain).flat_map(|merged| merged.keys).collect()
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
            put(select, &key, &column);
        }
        for table in select.from.iter_mut().filter(|table| merges(table)) {
            let Ok(merged) = Merged::of(table, self.columns) else { continue };
            for (join, condition) in table.joins.iter_mut().zip(merged.conditions) {
                if let (Some(constraint), Some(condition)) = (constraint_mut(&mut join.join_operator), condition) {
                    *constraint = JoinConstraint::On(condition);
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether ORDER BY finds the key among the columns of the result.
fn is_output(select: &Select, key: &Ident) -> bool {
    select.projection.iter().filter_map(output::internal).any(|name| name == key.value)
}

fn put(select: &mut Select, key: &Ident, column: &Expr) {
    // A bare key is a column of the result by its own name.
    for item in &mut select.projection {
        if matches!(item, SelectItem::UnnamedExpr(Expr::Identifier(ident)) if ident.value == key.value) {
            *item = SelectItem::ExprWithAlias { expr: column.clone(), alias: key.clone() };
        }
    }
    let put = |place: &mut Expr| *place = column.clone();
    let mut bare = BareName::new(&key.value, put);
    let _ = select.projection.visit(&mut bare);
    let _ = select.selection.visit(&mut bare);
    if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
        let _ = keys.visit(&mut bare);
    }
    let _ = select.having.visit(&mut bare);
    let _ = select.qualify.visit(&mut bare);
}
