//! From the names in a query to what they mean: tables at a version, temp views, histories.
//!
//! Each reference gets a name of its own, so that one query can read several versions of a table; the name that the
//! author wrote becomes its alias. Columns are scanned in lower case; [`Spellings`] remembers how they are written.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, TableSource, col};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Query, TableAlias, TableFactor, TableVersion, VisitMut, VisitorMut,
};

use crate::diagnostic::Diagnostic;
use crate::dialect::{DETAIL_RELATION, HISTORY_RELATION, TableName};
use crate::evidence::{Pin, PinKind, Scan};

use super::super::catalog::Found;
use super::super::errors::{internal, table_not_found};
use super::super::{history, time_travel};
use super::{Planner, Result, changes, namesakes};

/// Tables up to this size are read into memory; larger ones are streamed by deltalake's own reader.
const IN_MEMORY_BYTES: u64 = 4 * 1024 * 1024;

/// How columns are written, by the alias they are read under.
#[derive(Clone, Debug, Default)]
pub struct Spellings {
    by_alias: HashMap<(String, String), String>,
    any: HashMap<String, String>,
}

impl Spellings {
    pub fn add(&mut self, alias: &str, column: &str) {
        let folded = column.to_lowercase();
        self.by_alias.insert((alias.to_owned(), folded.clone()), column.to_owned());
        self.any.entry(folded).or_insert_with(|| column.to_owned());
    }

    pub fn of(&self, alias: &str, folded: &str) -> Option<&str> {
        self.by_alias.get(&(alias.to_owned(), folded.to_owned())).map(String::as_str)
    }

    pub fn any(&self, folded: &str) -> Option<&str> {
        self.any.get(folded).map(String::as_str)
    }
}

/// A relation that a query names.
struct Reference {
    /// What the query calls it now.
    internal: String,
    alias: String,
    name: TableName,
    version: Option<TableVersion>,
    /// The versions of `table_changes('name', start, end)`.
    range: Option<Vec<Expr>>,
    /// The name of a WITH query too: it wins where it is in scope.
    optional: bool,
}

impl Planner<'_> {
    /// Finds every relation below a node and gives each its source.
    pub(super) async fn resolve(&mut self, node: &mut (impl VisitMut + Send)) -> Result<()> {
        namesakes::part(node, self.session.schema(), &self.around)?;
        let mut qualified = Qualified::default();
        let _ = node.visit(&mut qualified);
        let mut collect = Collect {
            with: HashSet::new(),
            found: Vec::new(),
            next: self.next,
            fixed: &self.fixed,
            qualified: qualified.names,
        };
        let flow = node.visit(&mut collect);
        let found = std::mem::take(&mut collect.found);
        self.next = collect.next;
        if let ControlFlow::Break(diagnostic) = flow {
            return Err(diagnostic);
        }
        for reference in found {
            let source = match Box::pin(self.source(&reference)).await {
                Err(_) if reference.optional => continue,
                source => source.map_err(|diagnostic| at(diagnostic, &reference.name))?,
            };
            self.sources.insert(reference.internal, source);
        }
        Ok(())
    }

    async fn source(&mut self, reference: &Reference) -> Result<Arc<dyn TableSource>> {
        let name = &reference.name;
        if let Some(range) = &reference.range {
            return self.changes_source(reference, range).await;
        }
        match name.parts.first().map(String::as_str) {
            Some(HISTORY_RELATION) => return self.history_source(reference).await,
            Some(DETAIL_RELATION) => return self.detail_source(reference).await,
            _ => {}
        }
        match self.session.find(name)? {
            Some(found @ (Found::View(_) | Found::StoredView(_))) => {
                if reference.version.is_some() {
                    return Err(time_travel::of_a_view(name.name()));
                }
                self.view_source(&found, reference).await
            }
            Some(Found::Table(key)) => self.table_source(&key, reference).await,
            None => Err(table_not_found(name.name(), &self.session.relation_names())),
        }
    }

    async fn changes_source(&mut self, reference: &Reference, range: &[Expr]) -> Result<Arc<dyn TableSource>> {
        let batch = self.changes(&reference.name, range).await?;
        batch.schema().fields().iter().for_each(|field| self.spellings.add(&reference.alias, field.name()));
        memory_source(&batch.schema(), vec![batch])
    }

    async fn table_source(&mut self, key: &str, reference: &Reference) -> Result<Arc<dyn TableSource>> {
        let pin = match &reference.version {
            Some(version) => Some(self.pinned(key, version).await?),
            None => None,
        };
        let table = self.session.table(key)?;
        let version = pin.as_ref().map_or_else(|| table.version(), |pin| pin.version);
        let snapshot = table.at(version).await?;
        let relation = table.name.clone();
        self.facts.scans.push(Scan { relation, pin });
        snapshot.column_names().iter().for_each(|column| self.spellings.add(&reference.alias, column));
        if snapshot.needs_full_reader() || snapshot.bytes() > IN_MEMORY_BYTES {
            return self.streamed(key, version).await;
        }
        let table = self.session.table(key)?;
        let rows = table.rows(&snapshot).await?;
        memory_source(&snapshot.schema, rows.into_iter().map(|file| file.batch).collect())
    }

    /// A table that deltalake's reader streams.
    async fn streamed(&mut self, key: &str, version: u64) -> Result<Arc<dyn TableSource>> {
        let library = self.session.table(key)?.library_at(version).await?;
        let provider: Arc<dyn TableProvider> = library.table_provider().await.map_err(internal)?;
        library.update_datafusion_session(&self.session.state).map_err(internal)?;
        let names: Vec<String> = provider.schema().fields().iter().map(|field| field.name().clone()).collect();
        let scan = LogicalPlanBuilder::scan("__streamed", provider_as_source(provider), None).map_err(internal)?;
        let column = |name: &String| {
            let column = datafusion::common::Column::new(Some("__streamed"), name.clone());
            datafusion::logical_expr::Expr::Column(column).alias(name.to_lowercase())
        };
        let plan = scan.project(names.iter().map(column)).and_then(LogicalPlanBuilder::build).map_err(internal)?;
        Ok(provider_as_source(Arc::new(ViewTable::new(plan, None))))
    }

    async fn view_source(&mut self, found: &Found, reference: &Reference) -> Result<Arc<dyn TableSource>> {
        let view = self.session.view(found).cloned().ok_or_else(|| internal("a view went away"))?;
        self.facts.scans.push(Scan { relation: view.name.clone(), pin: None });
        let plan = self.view_plan(&view).await?;
        view.columns.iter().for_each(|column| self.spellings.add(&reference.alias, column));
        Ok(provider_as_source(Arc::new(ViewTable::new(plan, None))))
    }

    async fn history_source(&mut self, reference: &Reference) -> Result<Arc<dyn TableSource>> {
        let name = TableName { parts: reference.name.parts[1..].to_vec(), position: reference.name.position };
        self.facts.features.describes_history = true;
        let batch = history::batch(self.session, &name).await?;
        batch.schema().fields().iter().for_each(|field| self.spellings.add(&reference.alias, field.name()));
        memory_source(&batch.schema(), vec![batch])
    }

    async fn detail_source(&mut self, reference: &Reference) -> Result<Arc<dyn TableSource>> {
        let name = TableName { parts: reference.name.parts[1..].to_vec(), position: reference.name.position };
        let batch = super::super::commands::describe_detail::batch(self.session, &name).await?;
        batch.schema().fields().iter().for_each(|field| self.spellings.add(&reference.alias, field.name()));
        memory_source(&batch.schema(), vec![batch])
    }

    /// The version that a time-travel clause means.
    async fn pinned(&mut self, key: &str, version: &TableVersion) -> Result<Pin> {
        match version {
            TableVersion::VersionAsOf(expr) => {
                let number = version_number(expr)?;
                time_travel::check_version(self.session.table(key)?, number)?;
                Ok(Pin { version: number, by: PinKind::Version })
            }
            TableVersion::TimestampAsOf(expr) | TableVersion::ForSystemTimeAsOf(expr) => {
                let instant = self.instant(expr.clone()).await?;
                let version = time_travel::version_at(self.session.table(key)?, instant).await?;
                Ok(Pin { version, by: PinKind::Timestamp })
            }
            TableVersion::Function(_) | TableVersion::Changes { .. } => {
                Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", "This form of time travel is not available.")
                    .with_hint("Use VERSION AS OF n or TIMESTAMP AS OF 'time' behind the table's name."))
            }
        }
    }
}

fn version_number(expr: &Expr) -> Result<u64> {
    let text = expr.to_string();
    text.trim_matches('\'').parse().map_err(|_| {
        Diagnostic::new(
            "INVALID_TIME_TRAVEL_SPEC",
            "42K0E",
            format!("{text} is no version: versions are whole numbers from 0."),
        )
    })
}

fn at(diagnostic: Diagnostic, name: &TableName) -> Diagnostic {
    match name.position {
        Some(position) if diagnostic.position.is_none() => diagnostic.at(position),
        _ => diagnostic,
    }
}

/// Rows in memory, with columns in lower case.
pub fn memory_source(schema: &SchemaRef, batches: Vec<RecordBatch>) -> Result<Arc<dyn TableSource>> {
    let folded = folded(schema);
    let renamed = |batch: RecordBatch| {
        let options = datafusion::arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(folded.clone(), batch.columns().to_vec(), &options).map_err(internal)
    };
    let batches = batches.into_iter().map(renamed).collect::<Result<Vec<_>>>()?;
    let table = MemTable::try_new(folded, vec![batches]).map_err(internal)?;
    Ok(provider_as_source(Arc::new(table)))
}

/// A schema with names in lower case and without the NOT NULL that old rows may break.
fn folded(schema: &SchemaRef) -> SchemaRef {
    let field =
        |field: &Arc<Field>| Field::new(field.name().to_lowercase(), field.data_type().clone(), field.is_nullable());
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

/// A plan whose columns have the given names, by position.
pub fn renamed(plan: LogicalPlan, names: &[String]) -> Result<LogicalPlan> {
    let columns = plan.schema().columns();
    let projection = columns
        .into_iter()
        .zip(names)
        .map(|(column, name)| datafusion::logical_expr::Expr::Column(column).alias(name.to_lowercase()));
    LogicalPlanBuilder::from(plan).project(projection).and_then(LogicalPlanBuilder::build).map_err(internal)
}

struct Collect<'a> {
    /// Names of WITH queries anywhere in the statement.
    with: HashSet<String>,
    found: Vec<Reference>,
    next: usize,
    /// Names that the planner knows already.
    fixed: &'a HashSet<String>,
    /// Schema and name of relations that the node writes with their schema.
    qualified: HashSet<(String, String)>,
}

/// Which relations are written with their schema.
#[derive(Default)]
struct Qualified {
    names: HashSet<(String, String)>,
}

impl VisitorMut for Qualified {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, .. } = factor
            && let [.., schema, table] = TableName::from_object_name(name).parts.as_slice()
        {
            self.names.insert((schema.clone(), table.clone()));
        }
        ControlFlow::Continue(())
    }
}

impl VisitorMut for Collect<'_> {
    type Break = Diagnostic;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Diagnostic> {
        if let Some(with) = &query.with {
            self.with.extend(with.cte_tables.iter().map(|cte| cte.alias.name.value.clone()));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Diagnostic> {
        let TableFactor::Table { name, alias, version, args, .. } = factor else { return ControlFlow::Continue(()) };
        let mut table = TableName::from_object_name(name);
        let mut range = None;
        if let Some(call) = args {
            match changes::arguments(&table, call) {
                Ok(None) => return ControlFlow::Continue(()),
                Ok(Some((read, versions))) => (table, range) = (read, Some(versions)),
                Err(diagnostic) => return ControlFlow::Break(diagnostic),
            }
            *args = None;
        }
        if range.is_none() && self.fixed.contains(table.name()) && table.parts.len() == 1 {
            return ControlFlow::Continue(());
        }
        if let Err(diagnostic) = refuse_paths(name, &table) {
            return ControlFlow::Break(diagnostic);
        }
        let own_alias = alias.as_ref().map_or_else(|| table.name().to_owned(), |alias| alias.name.value.clone());
        let with = range.is_none() && table.parts.len() == 1 && version.is_none() && self.with.contains(table.name());
        let reference = |internal: String, version, optional| Reference {
            internal,
            alias: own_alias.clone(),
            name: table.clone(),
            version,
            range: range.clone(),
            optional,
        };
        if with {
            self.found.push(reference(table.name().to_owned(), None, true));
            return ControlFlow::Continue(());
        }
        let internal = format!("__relation_{}", self.next);
        self.next += 1;
        self.found.push(reference(internal.clone(), version.take(), false));
        *name = ObjectName::from(vec![Ident::new(internal)]);
        if alias.is_none() {
            let name = Ident::with_quote('`', table.name());
            *alias = Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
        }
        ControlFlow::Continue(())
    }

    /// `sales.t.column` and `workspace.sales.t.column` lose what an alias cannot carry.
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Diagnostic> {
        if let Expr::CompoundIdentifier(path) = expr
            && path.len() >= 3
        {
            let names = |at: usize| {
                let (schema, table) = (&path[at].value, &path[at + 1].value);
                schema == "default" || self.qualified.contains(&(schema.clone(), table.clone()))
            };
            let schema_at = usize::from(path.len() >= 4 && !names(0) && names(1));
            if names(schema_at) {
                path.drain(..=schema_at);
            }
        }
        ControlFlow::Continue(())
    }
}

/// `csv.'/etc/passwd'` and `'/etc/passwd'` are no tables.
fn refuse_paths(name: &ObjectName, table: &TableName) -> Result<()> {
    let quoted_text =
        name.0.iter().filter_map(|part| part.as_ident()).any(|ident| matches!(ident.quote_style, Some('\'' | '"')));
    if !quoted_text && !table.parts.iter().any(|part| part.contains(['/', '\\', ':'])) {
        return Ok(());
    }
    let diagnostic = Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", "Files cannot be read by their path.")
        .with_hint("Read a table of your workspace by its name; SHOW TABLES lists them.");
    Err(at(diagnostic, table))
}

/// A reference to a column by its exact name.
pub fn column(name: &str) -> datafusion::logical_expr::Expr {
    col(datafusion::common::Column::new_unqualified(name))
}
