//! Gives the queries of a UNION, an EXCEPT or an INTERSECT the types that their columns have together, before what reads them is
//! planned: `SELECT a + 1 FROM (SELECT 1 AS a UNION SELECT 2L)` adds BIGINTs.
//!
//! The planner would take the first query's types for it, and the rules [`super::common_types`] and [`super::copies`], which know
//! better, come after the expressions around were given theirs. A query that reads columns of the statement around it cannot be
//! planned by itself, and is left to them.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{Expr as PlanExpr, ExprSchemable, LogicalPlan};
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    Cte, Expr, Ident, Query, SelectItem, SetExpr, SetQuantifier, Value, VisitMut, VisitorMut, With,
};

use super::super::types::{arrow_type, type_name};
use super::families::apart;
use super::literals::cast_to_named;
use super::{Planner, copies, select_nothing};
use crate::dialect::{self, build};

/// The relation that a query becomes whose columns are cast.
const TYPED: &str = "__typed";

/// Whether a plan holds a set operation over columns of different types.
pub fn mixed(plan: &LogicalPlan) -> bool {
    let mut found = false;
    let walked = plan.apply_with_subqueries(|node| {
        found = match node {
            LogicalPlan::Union(union) => union.inputs.windows(2).any(|two| differently_typed(&two[0], &two[1])),
            LogicalPlan::Join(join) if copies::is_set_operation(join) => differently_typed(&join.left, &join.right),
            _ => false,
        };
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    walked.is_ok() && found
}

fn differently_typed(one: &LogicalPlan, other: &LogicalPlan) -> bool {
    given_types(one).iter().zip(given_types(other)).any(|(one, other)| differ(one, &other))
}

/// The types that a query gives. What UNION BY NAME puts over one has the schema of the UNION already, whatever it reads.
fn given_types(plan: &LogicalPlan) -> Vec<DataType> {
    let fields = plan.schema().fields().iter();
    match plan {
        LogicalPlan::Projection(projection) => {
            let given = |expr: &PlanExpr| expr.get_type(projection.input.schema()).ok();
            let own = projection.expr.iter().map(given);
            fields.zip(own).map(|(field, own)| own.unwrap_or_else(|| field.data_type().clone())).collect()
        }
        _ => fields.map(|field| field.data_type().clone()).collect(),
    }
}

/// Casts the columns of every set operation below a node; whether there was one to cast. Names and literals are ready.
pub fn bring_together(node: &mut impl VisitMut, planner: &Planner<'_>) -> bool {
    let mut operations = Operations { planner, scope: Vec::new(), around: Vec::new(), changed: false };
    let _ = node.visit(&mut operations);
    operations.changed
}

struct Operations<'a, 'b> {
    planner: &'a Planner<'b>,
    /// The WITH queries in scope, as nothing but their types where these can be written.
    scope: Vec<Cte>,
    /// Of each query around: its own WITH, and how many queries were in scope before.
    around: Vec<(Option<With>, usize)>,
    changed: bool,
}

impl VisitorMut for Operations<'_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let before = self.scope.len();
        let mut with = query.with.take();
        if let Some(With { recursive, cte_tables, .. }) = &mut with {
            for cte in cte_tables {
                // What a recursion adds takes the types that it begins with.
                if !*recursive {
                    cte.query.visit(self)?;
                }
                let typed = if *recursive { None } else { self.of_its_types(cte) };
                self.scope.push(typed.unwrap_or_else(|| cte.clone()));
            }
        }
        self.around.push((with, before));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if matches!(query.body.as_ref(), SetExpr::SetOperation { .. }) {
            self.typed(&mut query.body);
        }
        if let Some((with, before)) = self.around.pop() {
            query.with = with;
            self.scope.truncate(before);
        }
        ControlFlow::Continue(())
    }
}

/// A column of a query in a set operation.
struct Column {
    name: String,
    data_type: DataType,
}

impl Operations<'_, '_> {
    /// The columns of a query, whose set operations are cast; `None` for one that cannot be planned by itself.
    fn typed(&mut self, body: &mut SetExpr) -> Option<Vec<Column>> {
        let SetExpr::SetOperation { left, right, set_quantifier, .. } = body else { return self.planned(body) };
        let (mut ours, mut theirs) = (self.typed(left)?, self.typed(right)?);
        let pairs = pairs(*set_quantifier, &ours, &theirs)?;
        let (mut first, mut second) = (types(&ours), types(&theirs));
        for &(one, other) in &pairs {
            let both = [first[one].clone(), second[other].clone()];
            if apart(&both).is_some() {
                return None;
            }
            let shared = copies::shared_type(&both);
            first[one] = shared.clone();
            second[other] = shared;
        }
        self.changed |= cast(left, &mut ours, &first) | cast(right, &mut theirs, &second);
        let unpaired = theirs.into_iter().enumerate().filter(|(at, _)| pairs.iter().all(|(_, other)| other != at));
        ours.extend(unpaired.map(|(_, column)| column));
        Some(ours)
    }

    /// A WITH query that gives the types of another, so that what reads it is planned without it.
    fn of_its_types(&self, cte: &Cte) -> Option<Cte> {
        let columns = self.planned(&SetExpr::Query(cte.query.clone()))?;
        if !is_distinct(&columns) || !columns.iter().all(|column| is_written(&column.data_type)) {
            return None;
        }
        let null = |column: Column| SelectItem::ExprWithAlias {
            expr: cast_to_named(Expr::value(Value::Null), &type_name(&column.data_type)),
            alias: Ident::with_quote('`', column.name),
        };
        let mut query = select_nothing();
        if let SetExpr::Select(select) = query.body.as_mut() {
            select.projection = columns.into_iter().map(null).collect();
        }
        Some(Cte { query: Box::new(query), ..cte.clone() })
    }

    fn planned(&self, body: &SetExpr) -> Option<Vec<Column>> {
        let mut query = build::query(body.clone());
        if !self.scope.is_empty() {
            let recursive = self.around.iter().any(|(with, _)| with.as_ref().is_some_and(|with| with.recursive));
            let (with_token, cte_tables) = (AttachedToken::empty(), self.scope.clone());
            query.with = Some(With { with_token, recursive, cte_tables });
        }
        let plan = self.planner.plan(query).ok()?;
        let fields = plan.schema().fields().iter();
        Some(fields.map(|field| Column { name: field.name().clone(), data_type: field.data_type().clone() }).collect())
    }
}

fn types(columns: &[Column]) -> Vec<DataType> {
    columns.iter().map(|column| column.data_type.clone()).collect()
}

/// Which columns of two queries become one, by their places in both.
fn pairs(quantifier: SetQuantifier, ours: &[Column], theirs: &[Column]) -> Option<Vec<(usize, usize)>> {
    let by_name = [SetQuantifier::ByName, SetQuantifier::AllByName, SetQuantifier::DistinctByName];
    if by_name.contains(&quantifier) {
        let same = |column: &Column| theirs.iter().position(|other| other.name == column.name);
        return Some(ours.iter().enumerate().filter_map(|(at, column)| Some((at, same(column)?))).collect());
    }
    (ours.len() == theirs.len()).then(|| (0..ours.len()).map(|at| (at, at)).collect())
}

/// Gives the columns of a query other types: `SELECT CAST(__0 AS type) AS name, __1 AS .. FROM (query) AS __typed (__0, __1, ..)`.
/// Nothing is done, and false the answer, where they have these types, share a name, or where nobody can write the type.
fn cast(body: &mut SetExpr, columns: &mut [Column], types: &[DataType]) -> bool {
    let mut differing = columns.iter().zip(types).filter(|(own, wanted)| differ(&own.data_type, wanted)).peekable();
    if !is_distinct(columns) || differing.peek().is_none() || !differing.all(|(_, wanted)| is_written(wanted)) {
        return false;
    }
    let place = |at: usize| Ident::new(format!("__{at}"));
    let item = |(at, (column, wanted)): (usize, (&mut Column, &DataType))| {
        let mut expr = Expr::Identifier(place(at));
        if differ(&column.data_type, wanted) {
            expr = cast_to_named(expr, &type_name(wanted));
            column.data_type = wanted.clone();
        }
        SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('`', column.name.clone()) }
    };
    let alias = build::alias(Ident::new(TYPED), (0..columns.len()).map(place).collect());
    let mut query = select_nothing();
    let SetExpr::Select(select) = query.body.as_mut() else { return false };
    select.projection = columns.iter_mut().zip(types).enumerate().map(item).collect();
    select.from = build::derived(build::query(body.clone()), alias);
    *body = *query.body;
    true
}

/// Whether no two columns share a name.
fn is_distinct(columns: &[Column]) -> bool {
    let distinct: HashSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    distinct.len() == columns.len()
}

/// Whether types are called differently; what is called alike is brought together elsewhere.
pub(super) fn differ(one: &DataType, other: &DataType) -> bool {
    one != other && type_name(one) != type_name(other)
}

fn is_written(data_type: &DataType) -> bool {
    let name = type_name(data_type);
    let read = dialect::parse_type(&name).and_then(|named| arrow_type(&named));
    read.is_ok_and(|read| type_name(&read) == name)
}
