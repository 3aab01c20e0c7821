//! MERGE: one join of target and source, each row's clause chosen in order, one commit.
//!
//! The join gives every source row, and every target row when a clause asks for those without a source. A row's action
//! is the number of the first clause of its kind whose condition holds; its new values are computed in the same pass.

use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, RecordBatch, UInt64Array};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema, SchemaRef};
use datafusion::sql::sqlparser::ast::{
    Ident, Join, JoinConstraint, JoinOperator, Query, SelectItem, SetExpr, TableFactor, TableWithJoins,
    WildcardAdditionalOptions,
};

use crate::dialect::{Lexed, Merge, MergeAction, MergeKind, column_name};
use crate::evidence::StatementFacts;

use super::super::Session;
use super::super::commit::Change;
use super::super::errors::{internal, rows_limit};
use super::super::filled::{self, Given};
use super::super::planning::{Planner, check_values, memory_source, part_merge, select_nothing, table_factor};
use super::super::snapshot::Snapshot;
use super::merge_outcome::Outcome;
use super::merge_plan::{self, Sides};
use super::rewritten::{OF_MERGE, Rewrite};
use super::target::{TARGET, Target};
use super::{Output, Result, alter_table, create_table, default_word, predicate, rewrite};

/// The name of the source in our own queries.
const SOURCE: &str = "__source";
/// The name of the source's row numbers.
pub const SOURCE_ROW: &str = "__source_row";

pub async fn run(session: &mut Session, merge: &Merge, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let started = Instant::now();
    let key = session.find_table(&merge.target)?;
    let target = Target::load(session, &key).await?;
    let mut merge = default_word::in_merge(merge, &target.snapshot)?;
    part_merge(&mut merge, session.schema())?;
    let merge = &merge;
    check_values([&merge.on])?;
    let joined = join(session, merge, &target, lexed, facts).await?;
    let outcome = Outcome::of(&joined, merge)?;
    if outcome.is_nothing() {
        return Ok(counts(&outcome));
    }
    let mut evolved = target.snapshot.clone();
    evolved.schema = joined.schema.clone();
    let new = joined.rows(session, &evolved, &outcome.rows).await?;
    let rewrite = Rewrite {
        target: &target,
        snapshot: &evolved,
        fates: &outcome.fates,
        new: &new,
        added_from: outcome.updated(),
        started,
    };
    let rewritten = rewrite.write(session, &key).await?;
    let change = Change::new("MERGE")
        .parameter("predicate", predicate::described(Some(&merge.on), lexed))
        .parameter("matchedPredicates", predicates(merge, MergeKind::Matched, lexed))
        .parameter("notMatchedPredicates", predicates(merge, MergeKind::NotMatched, lexed))
        .parameter("notMatchedBySourcePredicates", predicates(merge, MergeKind::NotMatchedBySource, lexed))
        .metric("numSourceRows", joined.source_rows)
        .metric("numTargetRowsInserted", outcome.inserted())
        .metric("numTargetRowsUpdated", outcome.updated())
        .metric("numTargetRowsDeleted", outcome.deleted())
        .metric("numTargetRowsCopied", rewritten.rows - outcome.rows.len())
        .metric("numOutputRows", rewritten.rows);
    let change = with_new_columns(rewritten.measured(change, &OF_MERGE), &target, &joined)?;
    let commit = rewrite.commit(session, &key, &rewritten, change).await?;
    Ok(counts(&outcome).with_commit(commit))
}

fn counts(outcome: &Outcome) -> Output {
    Output::counts([
        ("num_affected_rows", outcome.rows.len() + outcome.deleted()),
        ("num_updated_rows", outcome.updated()),
        ("num_deleted_rows", outcome.deleted()),
        ("num_inserted_rows", outcome.inserted()),
    ])
}

/// The clauses of a kind as a history shows them.
fn predicates(merge: &Merge, kind: MergeKind, lexed: &Lexed) -> String {
    let clauses = merge.clauses.iter().filter(|clause| clause.kind == kind).map(|clause| {
        let action = clause.action.word().to_lowercase();
        match &clause.condition {
            Some(condition) => serde_json::json!({"predicate": column_name(condition, lexed), "actionType": action}),
            None => serde_json::json!({"actionType": action}),
        }
    });
    serde_json::Value::Array(clauses.collect()).to_string()
}

/// Adds the metadata of columns that WITH SCHEMA EVOLUTION brought.
fn with_new_columns(change: Change, target: &Target, joined: &Joined) -> Result<Change> {
    let old = target.snapshot.kernel_schema.fields().count();
    if joined.schema.fields().len() == old {
        return Ok(change);
    }
    let mut fields: Vec<_> = target.snapshot.kernel_schema.fields().cloned().collect();
    for field in joined.schema.fields().iter().skip(old) {
        fields.push(create_table::kernel_field(&create_table::NewColumn::plain(
            field.name(),
            field.data_type().clone(),
        ))?);
    }
    Ok(change.action(alter_table::with_schema(&target.snapshot.metadata, fields)?))
}

/// The join's rows: what each does and what it becomes.
pub struct Joined {
    /// The target's schema, with columns that evolution added.
    pub schema: SchemaRef,
    pub target_row: Int64Array,
    /// Number of the clause that applies, if one does.
    pub action: Int32Array,
    /// New values, one column for each of `schema`.
    pub values: RecordBatch,
    pub source_rows: usize,
    /// For each clause, the columns that it gives.
    pub given: Vec<Vec<usize>>,
}

impl Joined {
    /// The new values of some rows of the join, with generated columns computed.
    async fn rows(&self, session: &mut Session, evolved: &Snapshot, picks: &[usize]) -> Result<RecordBatch> {
        let numbers = UInt64Array::from_iter_values(picks.iter().map(|at| *at as u64));
        let rows = take_record_batch(&self.values, &numbers).map_err(internal)?;
        let rows = filled::before_generation(evolved, fitted(&rows, evolved)?, picks.len())?;
        let given = |row: usize, column: usize| {
            let clause = self.clause(picks[row]).and_then(|clause| self.given.get(clause));
            clause.is_some_and(|given| given.contains(&column))
        };
        session.generate(evolved, rows, Given::Cells(&given)).await
    }

    /// The number of the target's row in a row of the join, if it has one.
    pub fn target(&self, at: usize) -> Option<usize> {
        self.target_row.is_valid(at).then(|| usize::try_from(self.target_row.value(at)).ok()).flatten()
    }

    /// The clause that applies to a row of the join.
    pub fn clause(&self, at: usize) -> Option<usize> {
        self.action.is_valid(at).then(|| usize::try_from(self.action.value(at)).ok()).flatten()
    }
}

/// Values brought to the types of a table's columns. Generated ones may be NULL still.
fn fitted(rows: &RecordBatch, evolved: &Snapshot) -> Result<Vec<ArrayRef>> {
    let generated = filled::generations(evolved);
    let column = |(at, (column, field)): (usize, (&ArrayRef, &Arc<Field>))| match generated.get(at) {
        Some(Some(_)) => rewrite::assign(column, &field.as_ref().clone().with_nullable(true)),
        _ => rewrite::assign(column, field),
    };
    rows.columns().iter().zip(evolved.schema.fields()).enumerate().map(column).collect()
}

async fn join(
    session: &mut Session,
    merge: &Merge,
    target: &Target,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Joined> {
    let mut planner = Planner::new(session, lexed, facts);
    planner.fix(TARGET, target.source()?);
    if merge.target_alias.is_none() {
        planner.stands_for(&merge.target);
    }
    let relation = planner.prepare_relation(merge.source.clone()).await?;
    let source_alias = alias_of(&relation);
    let plan = planner.plan(select_star(vec![TableWithJoins { relation, joins: Vec::new() }]))?;
    let source = planner.session.collect_to_write(plan, lexed).await?;
    let source_names = shown_names(&source, &source_alias, &planner);
    planner.fix(SOURCE, numbered(&source)?);

    let target_alias = merge.target_alias.as_deref().unwrap_or(merge.target.name()).to_lowercase();
    let on = planner.prepare(merge.on.clone()).await?;
    let join_operator = operator(merge, JoinConstraint::On(on));
    let joins = vec![Join { relation: aliased(SOURCE, &source_alias), global: false, join_operator }];
    let plan = planner.plan(select_star(vec![TableWithJoins { relation: aliased(TARGET, &target_alias), joins }]))?;

    let schema = evolved(merge, target, &source, &source_names)?;
    let given = merge.clauses.iter().map(|clause| merge_plan::given(clause, &target.snapshot, &source)).collect();
    let sides =
        Sides { plan, target_alias, source_alias, schema: schema.clone(), target: &target.snapshot, source: &source };
    let plan = merge_plan::plan(&mut planner, merge, sides).await?;
    let max = planner.session.options.limits.max_rows_written + target.rows.num_rows() as u64;
    let collected = planner.session.collect(plan, max + 1, lexed).await?;
    if collected.total_rows > max {
        return Err(rows_limit("rows", planner.session.options.limits.max_rows_written));
    }
    let rows = concat_batches(&collected.schema, &collected.batches).map_err(internal)?;
    let columns: Vec<usize> = (2..rows.num_columns()).collect();
    let numbers = rows.column(0).as_primitive_opt::<Int64Type>().cloned();
    let clauses = rows.column(1).as_primitive_opt::<Int32Type>().cloned();
    Ok(Joined {
        schema,
        target_row: numbers.ok_or_else(|| internal("rows lost their numbers"))?,
        action: clauses.ok_or_else(|| internal("rows lost their clauses"))?,
        values: rows.project(&columns).map_err(internal)?,
        source_rows: source.num_rows(),
        given,
    })
}

/// Rows of the target that no source row matches are of interest only to a clause that asks for them.
fn operator(merge: &Merge, on: JoinConstraint) -> JoinOperator {
    if merge.clauses.iter().any(|clause| clause.kind == MergeKind::NotMatchedBySource) {
        JoinOperator::FullOuter(on)
    } else {
        JoinOperator::RightOuter(on)
    }
}

fn aliased(name: &str, alias: &str) -> TableFactor {
    table_factor(vec![Ident::new(name)], Some(alias))
}

fn alias_of(relation: &TableFactor) -> String {
    let alias = match relation {
        TableFactor::Table { alias, .. } | TableFactor::Derived { alias, .. } | TableFactor::Function { alias, .. } => {
            alias
        }
        _ => &None,
    };
    alias.as_ref().map_or_else(|| "__source_rows".to_owned(), |alias| alias.name.value.clone())
}

fn select_star(from: Vec<TableWithJoins>) -> Query {
    let mut query = select_nothing();
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())];
        select.from = from;
    }
    query
}

/// The source's column names as written, for columns that evolution adds.
fn shown_names(source: &RecordBatch, alias: &str, planner: &Planner<'_>) -> Vec<String> {
    let shown = |field: &Arc<Field>| {
        let name = field.name().as_str();
        let spelled = planner
            .spellings
            .of(alias, name)
            .or_else(|| planner.lexed.spelling(name))
            .or_else(|| planner.spellings.any(name));
        spelled.unwrap_or(name).to_owned()
    };
    source.schema().fields().iter().map(shown).collect()
}

/// The source's rows with their numbers, as a relation.
fn numbered(source: &RecordBatch) -> Result<Arc<dyn datafusion::logical_expr::TableSource>> {
    let mut fields: Vec<Arc<Field>> = source.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(SOURCE_ROW, DataType::Int64, false)));
    let mut columns = source.columns().to_vec();
    columns.push(Arc::new(Int64Array::from_iter_values(0..i64::try_from(source.num_rows()).unwrap_or(i64::MAX))));
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), columns).map_err(internal)?;
    memory_source(&schema, vec![batch])
}

/// The target's schema, with the source's further columns behind when the statement asks for them: all of them for a star,
/// else those that a clause names.
fn evolved(merge: &Merge, target: &Target, source: &RecordBatch, names: &[String]) -> Result<SchemaRef> {
    if !merge.schema_evolution {
        return Ok(target.snapshot.schema.clone());
    }
    let mut fields: Vec<Arc<Field>> = target.snapshot.schema.fields().iter().cloned().collect();
    for (name, field) in names.iter().zip(source.schema().fields()) {
        let asked = merge.clauses.iter().any(|clause| gives(&clause.action, name));
        if asked && target.snapshot.column(name).is_none() {
            fields.push(Arc::new(Field::new(name, super::super::types::stored_type(field.data_type()), true)));
        }
    }
    Ok(Arc::new(Schema::new(fields)))
}

/// Whether a clause gives a column a value.
fn gives(action: &MergeAction, column: &str) -> bool {
    match action {
        MergeAction::UpdateAll | MergeAction::InsertAll => true,
        MergeAction::Update(assignments) => assignments.iter().any(|set| set.column.eq_ignore_ascii_case(column)),
        MergeAction::Insert { columns, .. } => columns.iter().any(|(name, _)| name.eq_ignore_ascii_case(column)),
        MergeAction::Delete => false,
    }
}
