//! `RIGHT JOIN .. USING (k)` and `FULL JOIN .. USING (k)`: the bare `k` is the right side's, or the one of both that is there.
//!
//! DataFusion takes the left side's, which is NULL for a row that only the right side has.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ExceptSelectItem, Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableFactor, VisitMut, VisitorMut, WildcardAdditionalOptions,
};

use super::bare_names::BareName;
use super::calls::build::call;
use super::output;
use crate::diagnostic::Diagnostic;

/// Names the keys of NATURAL RIGHT and FULL joins: the columns that both sides have, as `columns` knows them.
pub fn name_natural_keys(node: &mut impl VisitMut, columns: &dyn Fn(&TableFactor) -> Option<Vec<String>>) {
    let _ = node.visit(&mut Natural { columns });
}

struct Natural<'a> {
    columns: &'a dyn Fn(&TableFactor) -> Option<Vec<String>>,
}

impl VisitorMut for Natural<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let [table] = select.from.as_mut_slice() else { return ControlFlow::Continue(()) };
        let [join] = table.joins.as_mut_slice() else { return ControlFlow::Continue(()) };
        if let JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint) = &mut join.join_operator
            && *constraint == JoinConstraint::Natural
            && let (Some(left), Some(right)) = ((self.columns)(&table.relation), (self.columns)(&join.relation))
        {
            let keys = left.into_iter().filter(|name| right.contains(name));
            let keys: Vec<ObjectName> = keys.map(|name| ObjectName::from(vec![Ident::with_quote('`', name)])).collect();
            if !keys.is_empty() {
                *constraint = JoinConstraint::Using(keys);
            }
        }
        ControlFlow::Continue(())
    }
}

/// Spells out the stars over such joins; before columns get their names.
///
/// # Errors
/// UNSUPPORTED_FEATURE for such a join beside others, or of relations without a name.
pub fn spell_out_stars(node: &mut impl VisitMut) -> Result<(), Diagnostic> {
    match node.visit(&mut Stars) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Puts the merged column in place of each bare key; after columns got their names.
pub fn merge_keys(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Keys);
}

struct Merged {
    left: Ident,
    right: Ident,
    keys: Vec<Ident>,
    /// Whether a row may be missing on either side.
    full: bool,
}

impl Merged {
    fn column(&self, key: &Ident) -> Expr {
        let of = |side: &Ident| Expr::CompoundIdentifier(vec![side.clone(), key.clone()]);
        if self.full { call("coalesce", vec![of(&self.left), of(&self.right)]) } else { of(&self.right) }
    }

    fn star(&self) -> Vec<SelectItem> {
        let rest = |side: &Ident| {
            let (first_element, additional_elements) = (self.keys[0].clone(), self.keys[1..].to_vec());
            let options = WildcardAdditionalOptions {
                opt_except: Some(ExceptSelectItem { first_element, additional_elements }),
                ..WildcardAdditionalOptions::default()
            };
            let side = ObjectName::from(vec![side.clone()]);
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(side), options)
        };
        let keys = self.keys.iter().map(|key| SelectItem::UnnamedExpr(Expr::Identifier(key.clone())));
        keys.chain([rest(&self.left), rest(&self.right)]).collect()
    }
}

/// The one join of a SELECT that merges keys so.
fn merged(select: &Select) -> Result<Option<Merged>, Diagnostic> {
    if !select.from.iter().flat_map(|table| &table.joins).any(|join| merging(&join.join_operator).is_some()) {
        return Ok(None);
    }
    let [table] = select.from.as_slice() else { return Err(refused()) };
    let [join] = table.joins.as_slice() else { return Err(refused()) };
    let Some((JoinConstraint::Using(columns), full)) = merging(&join.join_operator) else { return Err(refused()) };
    let (Some(left), Some(right)) = (name_of(&table.relation), name_of(&join.relation)) else { return Err(refused()) };
    let keys = columns.iter().filter_map(|name| name.0.last()?.as_ident().cloned()).collect();
    Ok(Some(Merged { left, right, keys, full }))
}

/// What a RIGHT or FULL join merges keys by, and whether it is a FULL one.
fn merging(operator: &JoinOperator) -> Option<(&JoinConstraint, bool)> {
    let (constraint, full) = match operator {
        JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => (constraint, false),
        JoinOperator::FullOuter(constraint) => (constraint, true),
        _ => return None,
    };
    matches!(constraint, JoinConstraint::Using(_) | JoinConstraint::Natural).then_some((constraint, full))
}

fn refused() -> Diagnostic {
    let text = "RIGHT or FULL JOIN with USING or NATURAL beside other joins, of relations without a name, or without columns is not available.";
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", text)
        .with_hint("Write ON a.k = b.k, and coalesce(a.k, b.k) AS k for the key.")
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

struct Stars;

impl VisitorMut for Stars {
    type Break = Diagnostic;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Diagnostic> {
        let merged = match merged(select) {
            Ok(Some(merged)) => merged,
            Ok(None) => return ControlFlow::Continue(()),
            Err(diagnostic) => return ControlFlow::Break(diagnostic),
        };
        let plain = WildcardAdditionalOptions::default();
        let items = std::mem::take(&mut select.projection).into_iter().map(|item| match item {
            SelectItem::Wildcard(options) if options == plain => merged.star(),
            item => vec![item],
        });
        select.projection = items.flatten().collect();
        ControlFlow::Continue(())
    }
}

struct Keys;

impl VisitorMut for Keys {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let SetExpr::Select(select) = query.body.as_ref() else { return ControlFlow::Continue(()) };
        if let Ok(Some(merged)) = merged(select) {
            for key in merged.keys.iter().filter(|key| !is_output(select, key)) {
                let put = |place: &mut Expr| *place = merged.column(key);
                let _ = query.order_by.visit(&mut BareName::new(&key.value, put));
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if let Ok(Some(merged)) = merged(select) {
            for key in &merged.keys {
                put(select, key, &merged.column(key));
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
