//! The plan of a MERGE over its join: which clause applies to each row, and the row's new values.

use std::ops::ControlFlow;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, SchemaRef};
use datafusion::common::{Column, DFSchema, ScalarValue, TableReference};
use datafusion::logical_expr::expr::{Case, ScalarFunction};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, cast, lit};
use datafusion::sql::sqlparser::ast;

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{self, Assignment, Merge, MergeAction, MergeClause, MergeKind};

use super::super::errors::{cannot_merge, internal, unresolved_column, unresolved_name};
use super::super::filled;
use super::super::functions::conversion;
use super::super::planning::{Planner, check_values, column};
use super::super::snapshot::Snapshot;
use super::super::types::type_name;
use super::merge::SOURCE_ROW;
use super::predicate::Called;
use super::target::ROW;
use super::{Result, insert, rewrite, update};

const ACTION: &str = "__action";

/// The join and what its two sides are.
pub struct Sides<'a> {
    pub plan: LogicalPlan,
    pub target_alias: String,
    pub source_alias: String,
    /// The target's columns as they will be.
    pub schema: SchemaRef,
    pub target: &'a Snapshot,
    pub source: &'a RecordBatch,
}

impl Sides<'_> {
    fn target_column(&self, name: &str) -> Expr {
        Expr::Column(Column::new(Some(TableReference::bare(self.target_alias.as_str())), name.to_lowercase()))
    }

    fn source_column(&self, name: &str) -> Expr {
        Expr::Column(Column::new(Some(TableReference::bare(self.source_alias.as_str())), name.to_lowercase()))
    }

    /// What a clause of a kind may read.
    fn visible(&self, kind: MergeKind) -> Result<DFSchema> {
        let alias = match kind {
            MergeKind::Matched => return Ok(self.plan.schema().as_ref().clone()),
            MergeKind::NotMatched => &self.source_alias,
            MergeKind::NotMatchedBySource => &self.target_alias,
        };
        let fields = self
            .plan
            .schema()
            .iter()
            .filter(|(qualifier, _)| qualifier.is_some_and(|qualifier| qualifier.table() == alias))
            .map(|(qualifier, field)| (qualifier.cloned(), field.clone()))
            .collect();
        DFSchema::new_with_metadata(fields, std::collections::HashMap::new()).map_err(internal)
    }

    /// The place of a column that schema evolution adds.
    fn added(&self, name: &str) -> Option<usize> {
        let old = self.target.schema.fields().len();
        let mut added = self.schema.fields().iter().enumerate().skip(old);
        added.find(|(_, field)| field.name().eq_ignore_ascii_case(name)).map(|(at, _)| at)
    }

    fn source_has(&self, name: &str) -> bool {
        self.source.schema().column_with_name(&name.to_lowercase()).is_some()
    }
}

/// `SELECT target row, action, new values FROM join`.
pub async fn plan(planner: &mut Planner<'_>, merge: &Merge, sides: Sides<'_>) -> Result<LogicalPlan> {
    let mut whens = Vec::new();
    let mut values: Vec<Vec<(i32, Expr)>> = vec![Vec::new(); sides.schema.fields().len()];
    for (at, clause) in merge.clauses.iter().enumerate() {
        let number = i32::try_from(at).map_err(internal)?;
        let visible = sides.visible(clause.kind)?;
        let mut applies = applies(&sides, clause.kind);
        if let Some(condition) = &clause.condition {
            check_values([condition])?;
            applies = applies.and(resolve(planner, condition, &visible, clause).await?);
        }
        whens.push((Box::new(applies), Box::new(lit(number))));
        for (column, value) in clause_values(planner, merge, clause, &sides, &visible).await? {
            values[column].push((number, value));
        }
    }
    let action = Expr::Case(Case::new(None, whens, None)).alias(ACTION);
    let all = sides.plan.schema().columns().into_iter().map(Expr::Column).chain(std::iter::once(action));
    let chosen = LogicalPlanBuilder::from(sides.plan.clone()).project(all).map_err(internal)?;
    let outputs = values
        .into_iter()
        .zip(sides.schema.fields())
        .enumerate()
        .map(|(at, (whens, field))| output(&sides, whens, field).alias(format!("__value_{at}")));
    let rows = [sides.target_column(ROW), column(ACTION)];
    chosen.project(rows.into_iter().chain(outputs)).and_then(LogicalPlanBuilder::build).map_err(internal)
}

/// Whether a row of the join is of a clause's kind.
fn applies(sides: &Sides<'_>, kind: MergeKind) -> Expr {
    let (target, source) = (sides.target_column(ROW), sides.source_column(SOURCE_ROW));
    match kind {
        MergeKind::Matched => target.is_not_null().and(source.is_not_null()),
        MergeKind::NotMatched => target.is_null(),
        MergeKind::NotMatchedBySource => source.is_null(),
    }
}

/// A column's new value: by the clause that applies, else what it is.
fn output(sides: &Sides<'_>, whens: Vec<(i32, Expr)>, field: &Field) -> Expr {
    let old = if sides.target.column(field.name()).is_some() {
        sides.target_column(field.name())
    } else {
        cast(Expr::Literal(ScalarValue::Null, None), field.data_type().clone())
    };
    if whens.is_empty() {
        return old;
    }
    let whens = whens.into_iter().map(|(number, value)| (Box::new(lit(number)), Box::new(value))).collect();
    Expr::Case(Case::new(Some(Box::new(column(ACTION))), whens, Some(Box::new(old))))
}

/// The columns that a clause sets, by position, with their values.
async fn clause_values(
    planner: &mut Planner<'_>,
    merge: &Merge,
    clause: &MergeClause,
    sides: &Sides<'_>,
    visible: &DFSchema,
) -> Result<Vec<(usize, Expr)>> {
    let pairs: Vec<(usize, Expr)> = match &clause.action {
        MergeAction::Delete => return Ok(Vec::new()),
        MergeAction::UpdateAll | MergeAction::InsertAll => return star(merge, clause, sides),
        MergeAction::Update(assignments) => {
            let called = Called { table: &merge.target, alias: merge.target_alias.as_deref() };
            updated(planner, called, (clause, assignments), sides, visible).await?
        }
        MergeAction::Insert { columns, values } => {
            check_values(values)?;
            let places = insert_places(columns, values.len(), sides, clause)?;
            let mut pairs = Vec::new();
            for (place, value) in places.into_iter().zip(values) {
                pairs.push((place, resolve(planner, value, visible, clause).await?));
            }
            pairs
        }
    };
    pairs.into_iter().map(|(at, value)| Ok((at, fitted(value, sides.schema.field(at), visible)?))).collect()
}

async fn updated(
    planner: &mut Planner<'_>,
    called: Called<'_>,
    (clause, assignments): (&MergeClause, &[Assignment]),
    sides: &Sides<'_>,
    visible: &DFSchema,
) -> Result<Vec<(usize, Expr)>> {
    let columns = assigned(assignments, sides, called)
        .map_err(|diagnostic| foreign_target(diagnostic, clause, assignments, sides.target))?;
    check_values(assignments.iter().map(|assignment| &assignment.value))?;
    let mut pairs = Vec::new();
    for (at, assignment) in columns.into_iter().zip(assignments) {
        pairs.push((at, resolve(planner, &assignment.value, visible, clause).await?));
    }
    Ok(pairs)
}

/// The place of each assigned column, among them those that schema evolution adds.
fn assigned(assignments: &[Assignment], sides: &Sides<'_>, called: Called<'_>) -> Result<Vec<usize>> {
    let is_new = |set: &&Assignment| sides.added(&set.column).is_some();
    let foreign = |set: &&Assignment| !set.qualifier.is_empty() && !called.is_named(&set.qualifier);
    if let Some(set) = assignments.iter().filter(is_new).find(foreign) {
        let name = format!("{}.{}", set.qualifier.join("."), set.column);
        return Err(unresolved_column(&name, &sides.target.column_names()).at(set.position));
    }
    let old: Vec<Assignment> = assignments.iter().filter(|set| !is_new(set)).cloned().collect();
    let mut old = update::assigned(&old, sides.target, called)?.into_iter();
    let mut places = Vec::with_capacity(assignments.len());
    for set in assignments {
        let place = sides.added(&set.column).or_else(|| old.next()).ok_or_else(|| internal("a column went away"))?;
        if places.contains(&place) {
            return Err(update::assigned_twice(&set.column).at(set.position));
        }
        places.push(place);
    }
    Ok(places)
}

/// A qualifier in SET that is not the target's is called what Delta calls it.
fn foreign_target(
    diagnostic: Diagnostic,
    clause: &MergeClause,
    assignments: &[Assignment],
    target: &Snapshot,
) -> Diagnostic {
    let set = assignments.iter().find(|assignment| Some(assignment.position) == diagnostic.position);
    match set.filter(|set| !set.qualifier.is_empty() && diagnostic.class.starts_with("UNRESOLVED_COLUMN")) {
        Some(set) => {
            let name = format!("{}.{}", set.qualifier.join("."), set.column);
            unresolved(&name, clause, &target.column_names()).at(set.position).with_hint(
                "SET changes columns of the target: leave the qualifier out, or write what the target is called.",
            )
        }
        None => diagnostic,
    }
}

fn insert_places(
    columns: &[(String, Position)],
    values: usize,
    sides: &Sides<'_>,
    clause: &MergeClause,
) -> Result<Vec<usize>> {
    if columns.is_empty() {
        let wanted = sides.target.schema.fields().len();
        if values != wanted {
            let message = format!("The INSERT clause gives {values} values for the {wanted} columns of the target.");
            return Err(Diagnostic::new("DELTA_INSERT_COLUMN_ARITY_MISMATCH", "42802", message).at(clause.position));
        }
        return Ok((0..wanted).collect());
    }
    let names = sides.target.column_names();
    let mut places = Vec::with_capacity(columns.len());
    for (name, position) in columns {
        let place = sides.target.column(name).or_else(|| sides.added(name));
        let place = place.ok_or_else(|| unresolved_column(name, &names).at(*position))?;
        if places.contains(&place) {
            return Err(insert::named_twice(name).at(*position));
        }
        places.push(place);
    }
    Ok(places)
}

/// `UPDATE SET *` and `INSERT *`: each column from the source's column of that name.
fn star(merge: &Merge, clause: &MergeClause, sides: &Sides<'_>) -> Result<Vec<(usize, Expr)>> {
    let mut pairs = Vec::new();
    for (at, field) in sides.schema.fields().iter().enumerate() {
        if sides.source_has(field.name()) {
            let source = sides.source_column(field.name());
            let value = fitted(source.clone(), field, sides.plan.schema());
            pairs.push((
                at,
                value.map_err(|diagnostic| unmerged(diagnostic, merge, &source, field, sides).at(clause.position))?,
            ));
        } else if !merge.schema_evolution && !is_generated(sides.target, at) {
            let columns: Vec<String> =
                sides.source.schema().fields().iter().map(|field| field.name().clone()).collect();
            return Err(unresolved(field.name(), clause, &columns).at(clause.position));
        }
    }
    Ok(pairs)
}

fn is_generated(target: &Snapshot, at: usize) -> bool {
    target.kernel_schema.fields().nth(at).is_some_and(|field| filled::generation_of(field).is_some())
}

/// The target's columns to which a clause gives a value.
pub fn given(clause: &MergeClause, target: &Snapshot, source: &RecordBatch) -> Vec<usize> {
    let all = 0..target.schema.fields().len();
    let in_source = |at: &usize| {
        let name = target.schema.field(*at).name().to_lowercase();
        source.schema().column_with_name(&name).is_some()
    };
    match &clause.action {
        MergeAction::Delete => Vec::new(),
        MergeAction::UpdateAll | MergeAction::InsertAll => all.filter(in_source).collect(),
        MergeAction::Update(assignments) => {
            assignments.iter().filter_map(|assignment| target.column(&assignment.column)).collect()
        }
        MergeAction::Insert { columns, .. } if columns.is_empty() => all.collect(),
        MergeAction::Insert { columns, .. } => columns.iter().filter_map(|(name, _)| target.column(name)).collect(),
    }
}

/// A value cast to its column's type.
fn fitted(value: Expr, field: &Field, visible: &DFSchema) -> Result<Expr> {
    let from = value.get_type(visible).map_err(internal)?;
    rewrite::check_assignable(&from, field)?;
    if &from == field.data_type() {
        return Ok(value);
    }
    if field.data_type().is_nested() {
        // A CAST would pair the fields of a STRUCT by position.
        let function = conversion::function(field.data_type().clone(), false);
        return Ok(Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![value])));
    }
    Ok(cast(value, field.data_type().clone()))
}

/// With schema evolution the two columns would become one, and their types do not go together.
fn unmerged(diagnostic: Diagnostic, merge: &Merge, source: &Expr, field: &Field, sides: &Sides<'_>) -> Diagnostic {
    let from = source.get_type(sides.plan.schema());
    match (merge.schema_evolution && diagnostic.class == "DATATYPE_MISMATCH", from) {
        (true, Ok(from)) => cannot_merge(field.name(), &type_name(&from), &type_name(field.data_type())),
        _ => diagnostic,
    }
}

/// Plans an expression over what its clause may read.
async fn resolve(
    planner: &mut Planner<'_>,
    expr: &ast::Expr,
    visible: &DFSchema,
    clause: &MergeClause,
) -> Result<Expr> {
    let prepared = planner.prepare(expr.clone()).await?;
    planner.expression(prepared, visible).map_err(|diagnostic| {
        if !diagnostic.class.starts_with("UNRESOLVED_COLUMN") {
            return diagnostic;
        }
        let columns: Vec<String> =
            visible.columns().iter().filter(|column| !column.name.starts_with("__")).map(Column::flat_name).collect();
        let name = unresolved_name(&diagnostic).unwrap_or_default();
        let last = name.rsplit('.').next().unwrap_or_default();
        let position = place_of(expr, last).or(diagnostic.position).unwrap_or(clause.position);
        unresolved(&name, clause, &columns).at(position)
    })
}

/// Where a column's name stands in an expression.
fn place_of(expr: &ast::Expr, name: &str) -> Option<Position> {
    let found = ast::visit_expressions(expr, |expr: &ast::Expr| {
        let path = match expr {
            ast::Expr::Identifier(ident) => std::slice::from_ref(ident),
            ast::Expr::CompoundIdentifier(path) => path.as_slice(),
            _ => return ControlFlow::Continue(()),
        };
        let same = path.last().is_some_and(|last| last.value.eq_ignore_ascii_case(name));
        let start = path.first().map(|first| first.span.start).filter(|start| same && start.line > 0);
        start.map_or(ControlFlow::Continue(()), ControlFlow::Break)
    });
    found.break_value().map(dialect::position)
}

fn unresolved(name: &str, clause: &MergeClause, columns: &[String]) -> Diagnostic {
    let action = clause.action.word();
    let message = format!("Cannot resolve {name} in {action} clause given columns {}.", columns.join(", "));
    let hint = match clause.kind {
        MergeKind::Matched => "Both target and source can be read here; check the name.",
        MergeKind::NotMatched => "A row that is not matched has no target yet: use the source's columns.",
        MergeKind::NotMatchedBySource => "A row that the source does not have can only use the target's columns.",
    };
    Diagnostic::new("DELTA_MERGE_UNRESOLVED_EXPRESSION", "42601", message).with_hint(hint)
}
