//! A submission run in a fresh workspace, and what it really did.
//!
//! Everything comes from the plan: tables, cells, parameters, and a seed for clock and random values. The evidence is
//! read from the tables' own logs and files. No score, no rubric.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use object_store::memory::InMemory;

use crate::diagnostic::Diagnostic;
use crate::dialect;
use crate::evidence::{
    CellEvidence, Evidence, RunEvidence, StatementKind, StatementRef, TableEvidence, VersionEvidence, WidgetEvidence,
};
use crate::notebook::{Cell, CellLanguage};
use crate::outcome::StatementOutcome;
use crate::relation::{Column, Relation};
use crate::sandbox::{Limits, NotebookRun, Repair, ReplayPlan, RunRequest, SessionKind};

use super::planning::Planner;
use super::rows::{self, text};
use super::snapshot::Snapshot;
use super::table::{Commit, Table};
use super::types::type_name;
use super::{Clock, EngineFault, Session, SessionOptions, history};

/// Rows of all versions of a table that the evidence holds; a larger table's versions come without rows.
const MAX_ROWS: usize = 200_000;

/// What the rows of all queries may take in the evidence. Behind them a query keeps its columns and the number of its rows.
const MAX_RESULT_BYTES: usize = 32 * 1024 * 1024;

/// A dropped table's life.
#[derive(Clone, Debug)]
pub struct Grave {
    key: String,
    evidence: TableEvidence,
}

impl Grave {
    /// Takes down what a table was, before its files go.
    pub(super) async fn dig(session: &mut Session, key: &str) -> Result<Self, Diagnostic> {
        let table = session.table(key)?;
        let mut evidence = table_evidence(table).await?;
        evidence.dropped = true;
        Ok(Self { key: key.to_owned(), evidence })
    }
}

/// Runs a plan on a store in memory.
///
/// # Errors
/// A fault of ours, or a data set that is no table.
pub async fn replay(plan: &ReplayPlan, limits: &Limits) -> Result<Evidence, EngineFault> {
    let options =
        SessionOptions { user_name: plan.user_name.clone(), limits: limits.clone(), clock: Clock::Seeded(plan.seed) };
    let mut session = Session::open(Arc::new(InMemory::new()), options).await?;
    session.graveyard = Some(Vec::new());
    session.patience = Some(std::time::Duration::from_millis(limits.statement_wall_ms));
    session.result_bytes_left = Some(MAX_RESULT_BYTES);
    session.seed(&plan.tables).await?;
    let mut recorder =
        Recorder { session, user_name: plan.user_name.clone(), made: HashMap::new(), tables: Vec::new() };
    let mut runs = Vec::new();
    for (at, run) in plan.runs.iter().enumerate() {
        runs.push(recorder.run(at, run).await);
    }
    let tables = recorder.finish().await.map_err(|diagnostic| EngineFault::internal(diagnostic.to_string()))?;
    Ok(Evidence { runs, tables })
}

struct Recorder {
    session: Session,
    user_name: String,
    /// Which statement made a version of a live table.
    made: HashMap<(String, u64), StatementRef>,
    /// Dropped tables.
    tables: Vec<(String, TableEvidence)>,
}

impl Recorder {
    async fn run(&mut self, at: usize, run: &NotebookRun) -> RunEvidence {
        self.session.journal.end_session();
        self.session.parameters_read.clear();
        let mut evidence =
            RunEvidence { notebook: run.name.clone(), parameters: run.parameters.clone(), ..RunEvidence::default() };
        let mut widgets = BTreeMap::new();
        for (index, cell) in run.notebook.cells.iter().enumerate() {
            if cell.language == CellLanguage::Markdown {
                continue;
            }
            let mut done = cell_evidence(index, cell);
            if !evidence.stopped {
                let repair = run.repairs.iter().find(|repair| (repair.cell..repair.until).contains(&done.index));
                if repair.is_some_and(|repair| repair.instead) {
                    done.ran = true;
                    self.look(&[], &mut done).await;
                } else {
                    self.cell(at, cell, run, &mut done).await;
                }
                widgets.extend(self.session.journal.widgets.clone());
                match repair {
                    Some(repair) => self.repair(repair, cell, &mut done).await,
                    None => evidence.stopped = done.stopped() && !run.may_fail.contains(&done.index),
                }
            }
            evidence.cells.push(done);
        }
        evidence.widgets = widgets
            .into_iter()
            .map(|(key, widget)| WidgetEvidence {
                read: self.session.parameters_read.contains(&key),
                name: widget.name,
                kind: widget.kind,
                default: widget.default,
                choices: widget.choices,
            })
            .collect();
        evidence
    }

    async fn cell(&mut self, run_at: usize, cell: &Cell, run: &NotebookRun, done: &mut CellEvidence) {
        done.ran = true;
        let request = RunRequest {
            sql: cell.source.clone(),
            parameters: run.parameters.clone(),
            user_name: self.user_name.clone(),
            keep_going: false,
            session: SessionKind::Notebook,
        };
        done.statements = match cell.language {
            CellLanguage::Sql => self.session.run(&request).await,
            CellLanguage::Python | CellLanguage::Markdown => vec![no_python(cell)],
        };
        for (statement, outcome) in done.statements.iter().enumerate() {
            let reference = StatementRef {
                run: u32::try_from(run_at).unwrap_or(u32::MAX),
                cell: done.index,
                statement: u32::try_from(statement).unwrap_or(u32::MAX),
            };
            for commit in &outcome.commits {
                self.made.insert((commit.table.to_lowercase(), commit.version), reference);
            }
            if renamed(outcome) {
                self.follow();
            }
            if dropped(outcome) {
                self.bury();
            }
        }
        let statements = std::mem::take(&mut done.statements);
        self.look(&statements, done).await;
        done.statements = statements;
    }

    /// Runs the course's statements behind the cell that a repair names, then what is left of that cell, and the course's
    /// once more behind the last cell that is repaired when something ran in between: so the student's own rows stand
    /// wherever they can.
    async fn repair(&mut self, repair: &Repair, cell: &Cell, done: &mut CellEvidence) {
        let (is_first, is_last) = (done.index == repair.cell, done.index + 1 == repair.until);
        let failed = done.statements.last().is_some_and(|statement| statement.error.is_some());
        let left = dialect::cut(&cell.source).into_iter().skip(done.statements.len()).filter(|_| failed && is_first);
        let left: Vec<&str> = left.map(|cut| cut.text).collect();
        if is_first {
            self.mend(&repair.sql, done).await;
        }
        if !left.is_empty() {
            self.mend(&left.join(";\n"), done).await;
        }
        if is_last && !(is_first && left.is_empty()) {
            self.mend(&repair.sql, done).await;
        }
    }

    /// Runs statements behind a cell, whose state they change and whose statements they are not. One that fails changes
    /// nothing; the checks that need its state say so.
    async fn mend(&mut self, sql: &str, done: &mut CellEvidence) {
        let request = RunRequest {
            sql: sql.to_owned(),
            parameters: BTreeMap::new(),
            user_name: self.user_name.clone(),
            keep_going: true,
            session: SessionKind::Notebook,
        };
        let statements = self.session.run(&request).await;
        self.session.renamed.clear();
        while self.session.graveyard.as_ref().is_some_and(|graves| !graves.is_empty()) {
            self.bury();
        }
        self.look(&statements, done).await;
    }

    fn versions(&self) -> BTreeMap<String, u64> {
        self.session.tables.iter().map(|(key, table)| (key.clone(), table.version())).collect()
    }

    /// Takes down what the workspace holds behind a cell.
    async fn look(&mut self, statements: &[StatementOutcome], done: &mut CellEvidence) {
        done.versions_after = self.versions();
        for view in created_views(statements) {
            if let Ok(relation) = read_view(&mut self.session, &view).await {
                done.views.insert(view, relation);
            }
        }
    }

    /// Gives the versions of a table that was just renamed to its new name.
    fn follow(&mut self) {
        if self.session.renamed.is_empty() {
            return;
        }
        let (old, new) = self.session.renamed.remove(0);
        let moved: Vec<_> = self.made.extract_if(|(table, _), _| *table == old).collect();
        self.made.extend(moved.into_iter().map(|((_, version), made)| ((new.clone(), version), made)));
    }

    /// Moves a table that was just dropped to the dropped ones, with the statements that made its versions.
    fn bury(&mut self) {
        let Some(graveyard) = self.session.graveyard.as_mut() else { return };
        if graveyard.is_empty() {
            return;
        }
        let Grave { key, mut evidence } = graveyard.remove(0);
        for version in &mut evidence.versions {
            version.made_by = self.made.remove(&(key.clone(), version.version));
        }
        self.tables.push((key, evidence));
    }

    async fn finish(mut self) -> Result<Vec<TableEvidence>, Diagnostic> {
        for (key, table) in &mut self.session.tables {
            let mut evidence = table_evidence(table).await?;
            for version in &mut evidence.versions {
                version.made_by = self.made.get(&(key.clone(), version.version)).copied();
            }
            self.tables.push((key.clone(), evidence));
        }
        // Stable: incarnations of one name stay in the order of their creation.
        self.tables.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(self.tables.into_iter().map(|(_, evidence)| evidence).collect())
    }
}

fn cell_evidence(index: usize, cell: &Cell) -> CellEvidence {
    CellEvidence {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        title: cell.title.clone(),
        first_line: cell.first_line,
        expects_error: cell.expects_error(),
        statements: Vec::new(),
        versions_after: BTreeMap::new(),
        views: BTreeMap::new(),
        ran: false,
    }
}

fn dropped(outcome: &StatementOutcome) -> bool {
    outcome.error.is_none() && outcome.facts.as_ref().is_some_and(|facts| facts.kind == StatementKind::DropTable)
}

/// ALTER TABLE .. RENAME TO is the one change of a table that leaves no commit and no note.
fn renamed(outcome: &StatementOutcome) -> bool {
    let alters = outcome.facts.as_ref().is_some_and(|facts| facts.kind == StatementKind::AlterTable);
    outcome.error.is_none() && alters && outcome.commits.is_empty() && outcome.notes.is_empty()
}

fn created_views(statements: &[StatementOutcome]) -> Vec<String> {
    let created =
        statements.iter().filter(|outcome| outcome.error.is_none()).filter_map(|outcome| outcome.facts.as_ref());
    let views = created.filter(|facts| matches!(facts.kind, StatementKind::CreateTempView | StatementKind::CreateView));
    let mut names: Vec<String> =
        views.filter_map(|facts| facts.target.as_ref()).map(|name| name.to_lowercase()).collect();
    names.sort();
    names.dedup();
    names
}

fn no_python(cell: &Cell) -> StatementOutcome {
    StatementOutcome {
        sql: cell.source.clone(),
        line: 1,
        column: 1,
        relation: Relation::default(),
        total_rows: 0,
        error: Some(
            Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", "Python cells cannot be run here.")
                .with_hint("Write the cell in SQL."),
        ),
        notes: Vec::new(),
        commits: Vec::new(),
        facts: None,
        elapsed_us: 0,
    }
}

/// What a temp view reads now.
async fn read_view(session: &mut Session, key: &str) -> Result<Relation, Diagnostic> {
    let position = crate::diagnostic::Position { line: 1, column: 1 };
    let lexed = crate::dialect::Lexed::new(
        &format!("SELECT * FROM `{}`", key.replace('.', "`.`")),
        position,
        &crate::dialect::Parameters::default(),
        session.options.limits.max_nesting,
    )?;
    let crate::dialect::Statement::Query(query) = crate::dialect::parse(&lexed)? else {
        return Err(super::errors::internal("a view is no query"));
    };
    let mut facts = crate::evidence::StatementFacts::default();
    let planned = Planner::new(session, &lexed, &mut facts).query(*query).await?;
    let keep = session.options.limits.max_rows_written;
    let collected = session.collect(planned.plan, keep, &lexed).await?;
    Ok(rows::relation(&planned.names, &collected.schema, &collected.batches))
}

/// A table's whole life, from its log.
async fn table_evidence(table: &mut Table) -> Result<TableEvidence, Diagnostic> {
    let mut evidence =
        TableEvidence { name: table.name.clone(), id: String::new(), dropped: false, versions: Vec::new() };
    let mut held = 0;
    for commit in table.commits().await? {
        let snapshot = table.at(commit.version).await?;
        snapshot.metadata.id().clone_into(&mut evidence.id);
        let rows = if held > MAX_ROWS { None } else { version_rows(table, &snapshot).await };
        held += rows.as_ref().map_or(0, Vec::len);
        evidence.versions.push(version_evidence(&commit, &snapshot, rows));
    }
    Ok(evidence)
}

async fn version_rows(table: &mut Table, snapshot: &Snapshot) -> Option<Vec<Vec<serde_json::Value>>> {
    let files = table.rows(snapshot).await.ok()?;
    Some(files.iter().flat_map(|file| rows::rows(&file.batch)).collect())
}

fn version_evidence(
    commit: &Commit,
    snapshot: &Snapshot,
    rows: Option<Vec<Vec<serde_json::Value>>>,
) -> VersionEvidence {
    let strings = |map: serde_json::Map<String, serde_json::Value>| {
        map.into_iter().map(|(key, value)| (key, text(&value))).collect::<BTreeMap<String, String>>()
    };
    let column = |field: &Arc<datafusion::arrow::datatypes::Field>| Column {
        name: field.name().clone(),
        type_name: type_name(field.data_type()),
        nullable: field.is_nullable(),
    };
    VersionEvidence {
        version: commit.version,
        operation: commit.operation().to_owned(),
        operation_parameters: strings(history::operation_parameters(commit)),
        operation_metrics: strings(history::operation_metrics(commit).unwrap_or_default()),
        schema: snapshot.schema.fields().iter().map(column).collect(),
        rows,
        files_added: commit.files_added,
        files_removed: commit.files_removed,
        made_by: None,
    }
}
