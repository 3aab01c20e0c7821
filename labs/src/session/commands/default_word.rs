//! The word DEFAULT where a value could stand: in VALUES, in SET and in the clauses of MERGE.

use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, SetExpr, Value};
use deltalake::kernel::StructField;

use crate::diagnostic::Diagnostic;
use crate::dialect::{self, Assignment, Merge, MergeAction, MergeClause};

use super::super::filled;
use super::super::snapshot::Snapshot;
use super::Result;

/// Puts defaults in place of the word in an INSERT's VALUES, given which column each place fills. Gives back the generated
/// columns for which every row says DEFAULT: they are to be computed.
///
/// # Errors
/// When some rows give a generated column and others leave it to be computed.
pub fn in_values(query: &mut Query, columns: &[usize], snapshot: &Snapshot) -> Result<Vec<usize>> {
    let SetExpr::Values(values) = query.body.as_mut() else { return Ok(Vec::new()) };
    let fields: Vec<&StructField> = snapshot.kernel_schema.fields().collect();
    let mut left_open = vec![0; columns.len()];
    for row in &mut values.rows {
        for (place, (cell, column)) in row.content.iter_mut().zip(columns).enumerate() {
            if is_default(cell) {
                left_open[place] += 1;
                *cell = default_of(fields[*column])?;
            }
        }
    }
    let generated = |place: &usize| filled::generation_of(fields[columns[*place]]).is_some();
    let open: Vec<usize> = (0..columns.len()).filter(generated).filter(|place| left_open[*place] > 0).collect();
    if open.iter().any(|place| left_open[*place] != values.rows.len()) {
        let message = "A generated column is given in some rows of VALUES and DEFAULT in others.";
        return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
            .with_hint("Leave generated columns out of the list of columns: they are computed."));
    }
    Ok(open.into_iter().map(|place| columns[place]).collect())
}

/// The values of a SET list, given the column that each goes to.
pub fn in_assignments(assignments: &[Assignment], columns: &[usize], snapshot: &Snapshot) -> Result<Vec<Expr>> {
    let fields: Vec<&StructField> = snapshot.kernel_schema.fields().collect();
    let value = |(assignment, column): (&Assignment, &usize)| {
        if is_default(&assignment.value) { default_of(fields[*column]) } else { Ok(assignment.value.clone()) }
    };
    assignments.iter().zip(columns).map(value).collect()
}

/// A MERGE whose clauses say what DEFAULT means, and whose INSERT clauses give defaults to the columns that they leave out.
pub fn in_merge(merge: &Merge, snapshot: &Snapshot) -> Result<Merge> {
    let mut merge = merge.clone();
    for clause in &mut merge.clauses {
        in_clause(clause, snapshot)?;
    }
    Ok(merge)
}

fn in_clause(clause: &mut MergeClause, snapshot: &Snapshot) -> Result<()> {
    let field = |name: &str| snapshot.column(name).and_then(|at| snapshot.kernel_schema.fields().nth(at));
    match &mut clause.action {
        MergeAction::Update(assignments) => {
            for assignment in assignments.iter_mut().filter(|assignment| is_default(&assignment.value)) {
                if let Some(field) = field(&assignment.column) {
                    assignment.value = default_of(field)?;
                }
            }
        }
        MergeAction::Insert { columns, values } => {
            for (at, value) in values.iter_mut().enumerate().filter(|(_, value)| is_default(value)) {
                let named = columns.get(at).and_then(|(name, _)| field(name));
                if let Some(field) = named.or_else(|| snapshot.kernel_schema.fields().nth(at)) {
                    *value = default_of(field)?;
                }
            }
            if columns.is_empty() {
                return Ok(());
            }
            for field in snapshot.kernel_schema.fields().filter(|field| filled::default_of(field).is_some()) {
                if !columns.iter().any(|(name, _)| name.eq_ignore_ascii_case(field.name())) {
                    columns.push((field.name().clone(), clause.position));
                    values.push(default_of(field)?);
                }
            }
        }
        MergeAction::UpdateAll | MergeAction::Delete | MergeAction::InsertAll => {}
    }
    Ok(())
}

fn is_default(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(Ident { value, quote_style: None, .. }) if value == "default")
}

/// A column's default as an expression; NULL where it has none.
fn default_of(field: &StructField) -> Result<Expr> {
    match filled::default_of(field) {
        Some(text) => dialect::parse_expression(&text),
        None => Ok(Expr::value(Value::Null)),
    }
}
