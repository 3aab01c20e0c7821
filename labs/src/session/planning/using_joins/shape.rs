//! The joins of a FROM in one shape: each has its left side, its relation has a name, and its keys are written.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem, SetExpr, TableAlias,
    TableFactor, TableWithJoins, Value, VisitMut, VisitorMut,
};

use super::Columns;
use super::merged::gives_left_only;
use crate::dialect;

/// What a join that may merge keys is constrained by.
pub fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator::{Anti, FullOuter, Inner, Join, Left, LeftAnti, LeftOuter, LeftSemi, Right, RightOuter, Semi};
    match operator {
        Join(on) | Inner(on) | Left(on) | LeftOuter(on) | Right(on) | RightOuter(on) | FullOuter(on) => Some(on),
        Semi(on) | LeftSemi(on) | Anti(on) | LeftAnti(on) => Some(on),
        _ => None,
    }
}

pub fn constraint_mut(operator: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    use JoinOperator::{Anti, FullOuter, Inner, Join, Left, LeftAnti, LeftOuter, LeftSemi, Right, RightOuter, Semi};
    match operator {
        Join(on) | Inner(on) | Left(on) | LeftOuter(on) | Right(on) | RightOuter(on) | FullOuter(on) => Some(on),
        Semi(on) | LeftSemi(on) | Anti(on) | LeftAnti(on) => Some(on),
        _ => None,
    }
}

/// The first relation of a FROM item and all its joins: `(a JOIN b ..) JOIN c ..` is `a JOIN b .. JOIN c ..`.
pub fn flat(table: &TableWithJoins) -> (&TableFactor, Vec<&Join>) {
    match &table.relation {
        TableFactor::NestedJoin { table_with_joins, alias: None } => {
            let (first, mut joins) = flat(table_with_joins);
            joins.extend(&table.joins);
            (first, joins)
        }
        relation => (relation, table.joins.iter().collect()),
    }
}

pub fn flat_mut(table: &mut TableWithJoins) -> (&mut TableFactor, Vec<&mut Join>) {
    let TableWithJoins { relation, joins } = table;
    match relation {
        TableFactor::NestedJoin { table_with_joins, alias: None } => {
            let (first, mut all) = flat_mut(table_with_joins);
            all.extend(joins);
            (first, all)
        }
        relation => (relation, joins.iter_mut().collect()),
    }
}

/// Whether a join of a FROM item merges keys, also one in brackets on the right side of another.
pub fn merges(table: &TableWithJoins) -> bool {
    flat(table).1.into_iter().any(|join| {
        let nested = match &join.relation {
            TableFactor::NestedJoin { table_with_joins, .. } => merges(table_with_joins),
            _ => false,
        };
        nested || matches!(constraint(&join.join_operator), Some(JoinConstraint::Using(_) | JoinConstraint::Natural))
    })
}

/// Gives every join its left side and a condition, and names the relations beside joins that merge keys, so that the columns
/// of one can be told from another's.
pub fn name_relations(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Relations { next: 0 });
}

struct Relations {
    next: usize,
}

impl VisitorMut for Relations {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Exists { subquery, .. } = expr {
            without_star(subquery);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        join_commas(&mut select.from);
        for join in select.from.iter_mut().flat_map(|table| flat_mut(table).1) {
            complete(&mut join.join_operator);
        }
        if select.from.iter().any(merges) {
            for table in &mut select.from {
                let (first, joins) = flat_mut(table);
                self.name(first);
                joins.into_iter().for_each(|join| self.name(&mut join.relation));
            }
        }
        ControlFlow::Continue(())
    }
}

/// `EXISTS (SELECT * ..)` asks for no column.
fn without_star(query: &mut Query) {
    if let SetExpr::Select(select) = query.body.as_mut()
        && matches!(select.projection.as_slice(), [SelectItem::Wildcard(_)])
        && select.from.iter().any(merges)
        && select.distinct.is_none()
    {
        select.projection = vec![SelectItem::UnnamedExpr(Expr::value(Value::Number("1".to_owned(), false)))];
    }
}

impl Relations {
    fn name(&mut self, relation: &mut TableFactor) {
        let (alias, name) = match relation {
            TableFactor::Derived { alias: alias @ None, .. } => {
                self.next += 1;
                (alias, format!("__subquery_{}", self.next))
            }
            TableFactor::Table { name, alias: alias @ None, args: Some(_), .. } => {
                let name = dialect::function_name(name);
                (alias, name)
            }
            _ => return,
        };
        let name = Ident::with_quote('`', name);
        *alias = Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
    }
}

/// `a, b RIGHT JOIN c ..` is `a CROSS JOIN b RIGHT JOIN c ..`: the left side of a join is all that stands before it.
fn join_commas(from: &mut Vec<TableWithJoins>) {
    if from.iter().skip(1).all(|table| table.joins.is_empty()) {
        return;
    }
    let mut tables = std::mem::take(from).into_iter();
    let Some(mut whole) = tables.next() else { return };
    for table in tables {
        let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
        whole.joins.push(Join { relation: table.relation, global: false, join_operator });
        whole.joins.extend(table.joins);
    }
    from.push(whole);
}

/// SEMI and ANTI are those of the left side; an outer join without a condition is one that always holds.
fn complete(operator: &mut JoinOperator) {
    use JoinOperator::{Anti, FullOuter, Left, LeftAnti, LeftOuter, LeftSemi, Right, RightOuter, Semi};
    match operator {
        Semi(on) => *operator = LeftSemi(std::mem::replace(on, JoinConstraint::None)),
        Anti(on) => *operator = LeftAnti(std::mem::replace(on, JoinConstraint::None)),
        _ => {}
    }
    if let Left(on) | LeftOuter(on) | Right(on) | RightOuter(on) | FullOuter(on) | LeftSemi(on) | LeftAnti(on) =
        operator
        && *on == JoinConstraint::None
    {
        *on = always();
    }
}

fn always() -> JoinConstraint {
    JoinConstraint::On(Expr::value(Value::Boolean(true)))
}

/// Names the keys of NATURAL joins: the columns that both sides have, in the left side's order. Without one every row goes
/// with every row. A join whose columns are not known stays as it is.
pub fn name_natural_keys(node: &mut impl VisitMut, columns: Columns<'_>) {
    let _ = node.visit(&mut Natural { columns });
}

struct Natural<'a> {
    columns: Columns<'a>,
}

impl VisitorMut for Natural<'_> {
    type Break = ();

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        select.from.iter_mut().filter(|table| merges(table)).for_each(|table| self.name(table));
        ControlFlow::Continue(())
    }
}

impl Natural<'_> {
    fn name(&self, table: &mut TableWithJoins) {
        let (first, joins) = flat_mut(table);
        let Some(mut left) = (self.columns)(first) else { return };
        for join in joins {
            let Some(right) = (self.columns)(&join.relation) else { return };
            if let Some(constraint @ JoinConstraint::Natural) = constraint_mut(&mut join.join_operator) {
                let keys = left.iter().filter(|name| right.contains(name));
                let keys: Vec<ObjectName> =
                    keys.map(|name| ObjectName::from(vec![Ident::with_quote('`', name)])).collect();
                *constraint = if keys.is_empty() { always() } else { JoinConstraint::Using(keys) };
            }
            left = joined(&join.join_operator, left, right);
        }
    }
}

/// The columns of a join: its keys, then the others of the left side, then those of the right.
fn joined(operator: &JoinOperator, left: Vec<String>, right: Vec<String>) -> Vec<String> {
    let keys: Vec<String> = match constraint(operator) {
        Some(JoinConstraint::Using(names)) => {
            names.iter().filter_map(|name| Some(name.0.last()?.as_ident()?.value.clone())).collect()
        }
        _ => Vec::new(),
    };
    let right = if gives_left_only(operator) { Vec::new() } else { right };
    let others: Vec<String> = left.into_iter().chain(right).filter(|name| !keys.contains(name)).collect();
    keys.into_iter().chain(others).collect()
}
