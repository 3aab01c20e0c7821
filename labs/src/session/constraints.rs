//! CHECK constraints: conditions in a table's properties that every row written must meet.
//!
//! They are kept as the Delta protocol says: `delta.constraints.<name>` holds the condition's text, and the table asks its
//! writers for version 3. A row for which the condition is NULL is refused like one for which it is false.

use std::ops::ControlFlow;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, SelectItem, SetExpr, TableWithJoins, visit_expressions};

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{self, Lexed, Parameters};
use crate::evidence::StatementFacts;

use super::errors::mismatch;
use super::planning::{Planner, memory_source, select_nothing, table_factor};
use super::snapshot::Snapshot;
use super::types::type_name;
use super::{Session, rows, values};

type Result<T> = std::result::Result<T, Diagnostic>;

/// What the property of a constraint begins with; its name follows.
pub const PROPERTY: &str = "delta.constraints.";
/// The rows under test in our own queries.
const ROWS: &str = "__rows";

/// A constraint's name and the text of its condition.
pub fn all(snapshot: &Snapshot) -> Vec<(String, String)> {
    let named = |(key, text): (&String, &String)| Some((key.strip_prefix(PROPERTY)?.to_owned(), text.clone()));
    let mut all: Vec<_> = snapshot.properties().iter().filter_map(named).collect();
    all.sort();
    all
}

impl Session {
    /// # Errors
    /// DELTA_VIOLATE_CONSTRAINT_WITH_VALUES with the first row that breaks one.
    pub(super) async fn check_constraints(&mut self, snapshot: &Snapshot, batch: &RecordBatch) -> Result<()> {
        for (name, text) in all(snapshot) {
            if let Some((row, _)) = self.violation(&text, batch).await? {
                return Err(violated(&name, &text, batch, row));
            }
        }
        Ok(())
    }

    /// The first row of a batch for which a condition is not true, and how many such rows there are.
    ///
    /// # Errors
    /// When the condition cannot be evaluated.
    pub(super) async fn violation(&mut self, text: &str, batch: &RecordBatch) -> Result<Option<(usize, usize)>> {
        let lexed = lexed(text, self.options.limits.max_nesting)?;
        let condition = dialect::parse_expression(text)?;
        check_reads_one_row(&condition)?;
        let mut facts = StatementFacts::default();
        if self.calls_sql_function(&condition) {
            let message = format!("Found {text}. A CHECK constraint cannot use a user-defined function.");
            return Err(Diagnostic::new("DELTA_UDF_IN_CHECK_CONSTRAINT", "42621", message)
                .with_hint("Write out what the function computes: the constraint stays with the table."));
        }
        let variables = std::mem::take(&mut self.journal.variables);
        let mut planner = Planner::new(self, &lexed, &mut facts);
        planner.fix(ROWS, memory_source(&batch.schema(), vec![batch.clone()])?);
        let planned = planner.query(truth_of(condition)).await;
        self.journal.variables = variables;
        let planned = planned?;
        let mixes_rows = |node: &LogicalPlan| Ok(matches!(node, LogicalPlan::Aggregate(_) | LogicalPlan::Window(_)));
        if planned.plan.exists(mixes_rows).unwrap_or(true) {
            return Err(more_than_a_row("an aggregate or window function"));
        }
        let data_type = planned.plan.schema().field(0).data_type().clone();
        if data_type != DataType::Boolean {
            return Err(mismatch(&format!("a condition is BOOLEAN, and this is {}", type_name(&data_type))));
        }
        let collected = self.collect(planned.plan, u64::MAX, &lexed).await?;
        let truths = collected.batches.iter().flat_map(rows::rows).map(|row| row.first() == Some(&true.into()));
        let broken: Vec<usize> = truths.enumerate().filter(|(_, holds)| !holds).map(|(row, _)| row).collect();
        Ok(broken.first().map(|first| (*first, broken.len())))
    }
}

/// # Errors
/// UNSUPPORTED_FEATURE for a subquery.
fn check_reads_one_row(condition: &Expr) -> Result<()> {
    let found = visit_expressions(condition, |expr: &Expr| match expr {
        Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    if found.is_break() { Err(more_than_a_row("a subquery")) } else { Ok(()) }
}

fn more_than_a_row(what: &str) -> Diagnostic {
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", format!("A CHECK constraint cannot use {what}."))
        .with_hint("A constraint is tested on each row by itself: compare the row's own columns.")
}

fn lexed(text: &str, max_nesting: u32) -> Result<Lexed> {
    Lexed::new(text, Position { line: 1, column: 1 }, &Parameters::default(), max_nesting)
}

/// `SELECT condition FROM rows`
fn truth_of(condition: Expr) -> Query {
    let mut query = select_nothing();
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![SelectItem::ExprWithAlias { expr: condition, alias: Ident::new("__truth") }];
        let relation = table_factor(vec![Ident::new(ROWS)], None);
        select.from = vec![TableWithJoins { relation, joins: Vec::new() }];
    }
    query
}

pub fn violated(name: &str, text: &str, batch: &RecordBatch, row: usize) -> Diagnostic {
    let cells = rows::rows(&batch.slice(row, 1)).into_iter().flatten();
    let schema = batch.schema();
    let shown: Vec<String> = schema
        .fields()
        .iter()
        .zip(cells)
        .map(|(field, value)| format!("{} : {}", field.name(), values::shown(&value)))
        .collect();
    let message = format!("CHECK constraint {name} ({text}) violated by row with values: {}.", shown.join(", "));
    Diagnostic::new("DELTA_VIOLATE_CONSTRAINT_WITH_VALUES", "23001", message)
        .with_hint("No row of the statement was written. A NULL does not meet a CHECK constraint either.")
}
