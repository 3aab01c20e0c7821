//! Gives each column of an inline table (`VALUES ..`) the type that its cells have together.
//!
//! The planner makes a DOUBLE beside a DECIMAL a DECIMAL, and loses what is small; a TIMESTAMP beside a DATE loses its zone.
//! Cells that are written alike are not looked at, so that a long table costs no more than its reading.

use std::ops::ControlFlow;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::logical_expr::ExprSchemable;
use datafusion::sql::sqlparser::ast::{Expr, Query, SetExpr, Value, Values, VisitMut, VisitorMut};

use super::super::types::type_name;
use super::Planner;
use super::common_types::together;
use super::literals::cast_to_named;

/// Brings the cells of every inline table below a node together; names and literals are ready.
pub fn bring_together(node: &mut impl VisitMut, planner: &Planner<'_>) {
    let _ = node.visit(&mut Tables { planner });
}

struct Tables<'a, 'b> {
    planner: &'a Planner<'b>,
}

impl VisitorMut for Tables<'_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if let SetExpr::Values(values) = query.body.as_mut() {
            let width = values.rows.first().map_or(0, |row| row.content.len());
            (0..width).for_each(|at| self.column(values, at));
        }
        ControlFlow::Continue(())
    }
}

impl Tables<'_, '_> {
    fn column(&self, values: &mut Values, at: usize) {
        let cells = || values.rows.iter().filter_map(|row| row.content.get(at));
        if written_alike(cells()) {
            return;
        }
        let types: Option<Vec<DataType>> = cells().map(|cell| self.type_of(cell)).collect();
        let Some(shared) = types.and_then(|types| together(&types)) else { return };
        if matches!(shared, DataType::Float64 | DataType::Timestamp(..)) || shared.is_nested() {
            let name = type_name(&shared);
            for cell in values.rows.iter_mut().filter_map(|row| row.content.get_mut(at)) {
                *cell = cast_to_named(cell.clone(), &name);
            }
        }
    }

    /// A cell's type; `None` for one that reads columns, or that the planner refuses.
    fn type_of(&self, cell: &Expr) -> Option<DataType> {
        let schema = DFSchema::empty();
        self.planner.expression(cell.clone(), &schema).ok()?.get_type(&schema).ok()
    }
}

/// Whether all cells are constants of one spelling, NULLs aside.
fn written_alike<'a>(cells: impl Iterator<Item = &'a Expr>) -> bool {
    let mut first: Option<Spelling<'a>> = None;
    for cell in cells {
        match Spelling::of(cell) {
            Some(Spelling::Null) => {}
            None => return false,
            Some(spelling) if *first.get_or_insert(spelling) == spelling => {}
            Some(_) => return false,
        }
    }
    true
}

/// How a constant is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling<'a> {
    Null,
    Text,
    Decimal,
    Boolean,
    /// `DATE '..'`, `1.5D`, and whole numbers, which were given their type.
    Typed(&'a datafusion::sql::sqlparser::ast::DataType),
}

impl<'a> Spelling<'a> {
    fn of(cell: &'a Expr) -> Option<Self> {
        match cell {
            Expr::Value(value) => match &value.value {
                Value::Null => Some(Self::Null),
                Value::SingleQuotedString(_) => Some(Self::Text),
                Value::Boolean(_) => Some(Self::Boolean),
                Value::Number(..) => Some(Self::Decimal),
                _ => None,
            },
            Expr::Cast { expr, data_type, .. } if matches!(expr.as_ref(), Expr::Value(_) | Expr::UnaryOp { .. }) => {
                Some(Self::Typed(data_type))
            }
            Expr::UnaryOp { expr, .. } => Self::of(expr),
            _ => None,
        }
    }
}
