//! Our own queries over a statement's target: which rows a WHERE hits, and what their new values are.

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, SelectItem, SetExpr, TableWithJoins};

use crate::dialect::{Lexed, TableName, column_name};
use crate::evidence::StatementFacts;

use super::super::Session;
use super::super::errors::internal;
use super::super::planning::{Planner, select_nothing, table_factor};
use super::Result;
use super::target::{ROW, TARGET, Target};

/// The rows that a condition hits, by number, each with the values of some expressions.
pub struct Hits {
    /// Row numbers, in the order of `values`.
    pub rows: Vec<usize>,
    /// First the row number, then one column for each expression.
    pub values: RecordBatch,
}

impl Hits {
    /// The values of an expression, by its number.
    pub fn value(&self, expression: usize) -> &ArrayRef {
        self.values.column(expression + 1)
    }

    /// The rows in the order of their numbers.
    pub fn sorted(&self) -> Vec<usize> {
        let mut rows = self.rows.clone();
        rows.sort_unstable();
        rows
    }
}

/// What a statement calls its target.
#[derive(Clone, Copy)]
pub struct Called<'a> {
    pub table: &'a TableName,
    pub alias: Option<&'a str>,
}

impl Called<'_> {
    /// Whether a qualifier means the target.
    pub fn is_named(&self, qualifier: &[String]) -> bool {
        self.table.is_called(self.alias, qualifier)
    }
}

/// Evaluates `SELECT __row, expressions FROM target AS alias WHERE condition`.
pub async fn hits(
    session: &mut Session,
    target: &Target,
    called: Called<'_>,
    condition: Option<&Expr>,
    expressions: Vec<Expr>,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Hits> {
    let query = select(called.alias.unwrap_or(called.table.name()), condition, expressions);
    let source = target.source()?;
    let mut planner = Planner::new(session, lexed, facts);
    planner.fix(TARGET, source);
    if called.alias.is_none() {
        planner.stands_for(called.table);
    }
    let planned = planner.query(query).await?;
    let values = session.collect_to_write(planned.plan, lexed).await?;
    let numbers =
        values.column(0).as_primitive_opt::<Int64Type>().ok_or_else(|| internal("rows lost their numbers"))?;
    let rows = numbers.values().iter().map(|row| usize::try_from(*row).unwrap_or_default()).collect();
    Ok(Hits { rows, values })
}

fn select(alias: &str, condition: Option<&Expr>, expressions: Vec<Expr>) -> Query {
    let mut query = select_nothing();
    if let SetExpr::Select(select) = query.body.as_mut() {
        let item =
            |(at, expr): (usize, Expr)| SelectItem::ExprWithAlias { expr, alias: Ident::new(format!("__value_{at}")) };
        let row = SelectItem::UnnamedExpr(Expr::Identifier(Ident::new(ROW)));
        select.projection = std::iter::once(row).chain(expressions.into_iter().enumerate().map(item)).collect();
        select.from =
            vec![TableWithJoins { relation: table_factor(vec![Ident::new(TARGET)], Some(alias)), joins: Vec::new() }];
        select.selection = condition.cloned();
    }
    query
}

/// A condition as a history shows it: `["(category = Books)"]`.
pub fn described(condition: Option<&Expr>, lexed: &Lexed) -> String {
    let list: Vec<String> = condition.iter().map(|condition| column_name(condition, lexed)).collect();
    serde_json::json!(list).to_string()
}
