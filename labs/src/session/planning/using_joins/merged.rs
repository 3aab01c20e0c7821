//! What the joins of one FROM item come to: the merged keys, what each side has besides, and the conditions that USING means.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, ExceptSelectItem, Expr, Ident, JoinConstraint, JoinOperator, ObjectName, SelectItem,
    SelectItemQualifiedWildcardKind, TableFactor, TableWithJoins, WildcardAdditionalOptions,
};

use super::super::calls::build::{binary, call};
use super::{Columns, constraint, flat};
use crate::diagnostic::Diagnostic;

/// A key and what it is: a column of a side, or what two of them come to.
pub type Key = (Ident, Expr);

/// One relation of the joins.
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

    /// The keys of a join go before those of earlier ones.
    fn bring_forward(&mut self, keys: &[Ident]) {
        let is_new = |key: &Ident| keys.iter().position(|other| other.value == key.value);
        self.merged.sort_by_key(|key| is_new(key).unwrap_or(keys.len()));
    }

    /// `side.*` without its keys, and without what is left out; `None` when nothing is left.
    fn rest(&self, out: &[Ident]) -> Option<SelectItem> {
        let is_key = |name: &Ident| self.merged.iter().any(|key| key.value == name.value);
        let out = out.iter().filter(|name| self.has(name) && !is_key(name));
        let gone: Vec<Ident> = self.merged.iter().chain(out).cloned().collect();
        let options = match gone.as_slice() {
            [] => WildcardAdditionalOptions::default(),
            gone if self.columns.as_ref().is_some_and(|columns| columns.len() == gone.len()) => return None,
            [first, more @ ..] => WildcardAdditionalOptions {
                opt_except: Some(ExceptSelectItem { first_element: first.clone(), additional_elements: more.to_vec() }),
                ..WildcardAdditionalOptions::default()
            },
        };
        let side = ObjectName::from(vec![self.name.clone()]);
        Some(SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(side), options))
    }
}

#[derive(Default)]
pub struct Merged {
    /// In the order of the result: the last join's first.
    pub keys: Vec<Key>,
    /// The keys before each join.
    pub before: Vec<Vec<Key>>,
    /// For each join the condition that its USING means.
    pub conditions: Vec<Option<Expr>>,
    sides: Vec<Side>,
}

impl Merged {
    /// # Errors
    /// UNSUPPORTED_FEATURE for a relation without a name, and for a key that no relation of the left side is known to have.
    pub fn of(table: &TableWithJoins, columns: Columns<'_>) -> Result<Self, Diagnostic> {
        let (first, joins) = flat(table);
        let mut merged = Self::default();
        merged.sides.push(Side::of(first, columns)?);
        for join in joins {
            merged.before.push(merged.keys.clone());
            let right = Side::of(&join.relation, columns)?;
            let names: &[ObjectName] = match constraint(&join.join_operator) {
                Some(JoinConstraint::Using(names)) => names,
                Some(JoinConstraint::Natural) => return Err(refused()),
                _ => &[],
            };
            let keys: Vec<Ident> = names.iter().filter_map(|name| name.0.last()?.as_ident().cloned()).collect();
            merged.join(&join.join_operator, right, &keys)?;
        }
        Ok(merged)
    }

    fn join(&mut self, operator: &JoinOperator, mut right: Side, keys: &[Ident]) -> Result<(), Diagnostic> {
        let mut new = Vec::with_capacity(keys.len());
        let mut condition: Option<Expr> = None;
        for key in keys {
            let (left, other) = (self.left(key)?, right.column(key));
            right.merged.push(key.clone());
            let same = binary(left.clone(), BinaryOperator::Eq, other.clone());
            condition = Some(match condition {
                Some(all) => binary(all, BinaryOperator::And, same),
                None => same,
            });
            new.push((key.clone(), merged_key(operator, left, other)));
        }
        self.conditions.push(condition);
        self.sides.iter_mut().for_each(|side| side.bring_forward(keys));
        self.keys.retain(|(key, _)| keys.iter().all(|other| other.value != key.value));
        new.append(&mut self.keys);
        self.keys = new;
        if !gives_left_only(operator) {
            self.sides.push(right);
        }
        Ok(())
    }

    /// What a key of a join is on its left side: of several relations that have it the first one's.
    fn left(&mut self, key: &Ident) -> Result<Expr, Diagnostic> {
        if let Some((_, known)) = self.keys.iter().find(|(other, _)| other.value == key.value) {
            return Ok(known.clone());
        }
        let alone = self.sides.len() == 1;
        let mut holders = self.sides.iter_mut().filter(|side| alone || side.has(key));
        match holders.next() {
            Some(side) => {
                side.merged.push(key.clone());
                Ok(side.column(key))
            }
            None => Err(refused()),
        }
    }

    /// The columns of a star, without those that it leaves out.
    ///
    /// # Errors
    /// Where a column is left out and it is not known which side has it.
    pub fn star(&self, out: &[Ident]) -> Result<Vec<SelectItem>, Diagnostic> {
        if !out.is_empty() && self.sides.iter().any(|side| side.columns.is_none()) {
            return Err(refused());
        }
        let kept = self.keys.iter().filter(|(key, _)| !out.iter().any(|name| name.value == key.value));
        let keys = kept.map(|(key, expr)| SelectItem::ExprWithAlias { expr: expr.clone(), alias: key.clone() });
        Ok(keys.chain(self.sides.iter().filter_map(|side| side.rest(out))).collect())
    }

    /// The columns of `side.*` without those that it leaves out, its keys before the others; `None` for another relation, or
    /// one without keys.
    pub fn star_of(&self, name: &Ident, out: &[Ident]) -> Option<Vec<SelectItem>> {
        let side = self.sides.iter().find(|side| side.name.value == name.value && !side.merged.is_empty())?;
        let kept = side.merged.iter().filter(|key| !out.iter().any(|name| name.value == key.value));
        let keys = kept.map(|key| SelectItem::UnnamedExpr(side.column(key)));
        Some(keys.chain(side.rest(out)).collect())
    }

    /// Whether a name is a key, or a column of a side as far as its columns are known.
    pub fn may_have(&self, name: &Ident) -> bool {
        let is_key = self.keys.iter().any(|(key, _)| key.value == name.value);
        is_key || self.sides.iter().any(|side| side.columns.is_none() || side.has(name))
    }
}

/// What a key is behind a join.
fn merged_key(operator: &JoinOperator, left: Expr, right: Expr) -> Expr {
    match operator {
        JoinOperator::Right(_) | JoinOperator::RightOuter(_) => right,
        JoinOperator::FullOuter(_) => call("coalesce", vec![left, right]),
        _ => left,
    }
}

/// Whether a join gives no columns of its right side.
pub fn gives_left_only(operator: &JoinOperator) -> bool {
    matches!(
        operator,
        JoinOperator::Semi(_) | JoinOperator::LeftSemi(_) | JoinOperator::Anti(_) | JoinOperator::LeftAnti(_)
    )
}

fn refused() -> Diagnostic {
    let text = "JOIN with USING or NATURAL is not available beside relations in brackets, and for a key that no relation of \
                the left side is known to have.";
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", text)
        .with_hint("Write ON a.k = b.k, and coalesce(a.k, b.k) AS k for the key of a FULL JOIN.")
}

/// What a relation is called.
pub fn name_of(relation: &TableFactor) -> Option<Ident> {
    match relation {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. }
        | TableFactor::Function { alias: Some(alias), .. }
        | TableFactor::UNNEST { alias: Some(alias), .. } => Some(alias.name.clone()),
        TableFactor::Table { name, alias: None, .. } => name.0.last()?.as_ident().cloned(),
        _ => None,
    }
}
