//! The student's statements that a property check runs on other data, with what they need around them.

use std::collections::{BTreeMap, BTreeSet};

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::dialect::vary::{self, Clause};
use sandbar_labs::evidence::{Evidence, StatementFacts, StatementKind};
use sandbar_labs::notebook::{Cell, CellLanguage, Notebook};
use sandbar_labs::relation::Relation;
use sandbar_labs::sandbox::{NotebookRun, ReplayPlan};

use super::case::Case;
use super::counterexample::Setup;
use super::find::{Above, Found, declarations, find, making_of, nothing, view_of};
use crate::outcome::Place;
use crate::rubric::{Moment, Origin};
use crate::scene::Scene;

/// How forms begin of trials that were made before.
pub const AGAIN: &str = "again";
/// Views on views are followed this deep.
const MAX_VIEW_DEPTH: usize = 8;
/// The table that holds the rows which a table with a past is to have now.
const NOW: &str = "sandbar_now";
/// Versions that a trial's table is given at most.
const MAX_VERSIONS: u64 = 64;

/// Statements to be tried: the query, or everything in the task that writes the table.
#[derive(Clone, Debug)]
pub struct Subject {
    pub statements: Vec<String>,
    /// The table that they are about.
    table: String,
    /// Where the last of them stands.
    pub place: Place,
    /// Statements that declare what they use: widgets, variables, functions, options.
    declarations: Vec<String>,
    /// Statements that make the views which they read, and tables of what varies.
    views: Vec<String>,
    /// Tables of the student's own that they make.
    made_again: Vec<String>,
    /// What stands above the statements: what is in a cell before theirs, and before a query in its own.
    first: Above,
    /// Tables of the student's own that it reads besides those that vary.
    tables: Vec<(String, Relation)>,
    /// The version numbers of the baseline and of the table as it is, for a table with a past.
    versions: Option<(u64, u64)>,
    /// The version of the table as it is, where the statements read it by its number.
    pinned: Option<u64>,
    /// Whether they read a relation that varies besides the table.
    pub(super) reads_varied: bool,
    /// Whether they read tables or views of the student's own that read nothing which varies.
    pub(super) reads_literals: bool,
    /// Whether a MERGE's source was replaced, so that places in it are not those of the file.
    pub(super) replaced: bool,
    /// Whether a MERGE's source could not be replaced, and what stands for it.
    pub(super) is_fixed: bool,
    pub(super) fixed: Vec<(String, Relation)>,
    observed: Observed,
}

#[derive(Clone, Debug)]
enum Observed {
    Table(String),
    Result,
}

/// What a check varies and looks at.
pub struct Wanted<'a> {
    pub kind: StatementKind,
    pub table: &'a str,
    /// Names of the lab's relations that vary.
    pub vary: &'a [String],
    /// The check on the student's own rows.
    pub like: &'a str,
}

impl Subject {
    /// # Errors
    /// A sentence for the student: why there is nothing to try.
    pub fn find(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<Self, String> {
        let found = find(scene, wanted);
        let (cell, statement, facts) = found.last().copied().ok_or_else(|| nothing(wanted))?;
        // It would meet it in every trial, and a grading would take minutes.
        if statement.error.as_ref().is_some_and(Diagnostic::is_limit) {
            return Err("The statement was stopped by a limit, so it is not tried on other data.".to_owned());
        }
        let mut subject = Self {
            statements: found.iter().map(|(_, statement, _)| statement.sql.clone()).collect(),
            table: wanted.table.to_owned(),
            place: scene.place(cell, statement),
            declarations: declarations(scene, cell.index),
            views: Vec::new(),
            made_again: Vec::new(),
            first: above(&found),
            tables: Vec::new(),
            versions: versions(scene, wanted, facts)?,
            pinned: None,
            reads_varied: false,
            reads_literals: false,
            replaced: false,
            is_fixed: false,
            fixed: Vec::new(),
            observed: match wanted.kind {
                StatementKind::Query => Observed::Result,
                _ => Observed::Table(wanted.table.to_owned()),
            },
        };
        for (_, _, facts) in found {
            if let Some(target) = facts.target.as_deref().filter(|target| !target.eq_ignore_ascii_case(wanted.table)) {
                subject.make_again_or_add(scene, wanted, target, MAX_VIEW_DEPTH);
            }
            subject.gather(scene, wanted, facts, MAX_VIEW_DEPTH);
        }
        subject.replace_source(scene, wanted);
        Ok(subject)
    }

    /// The table that the statements are about.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Where a clause stands in the file.
    pub fn place_of(&self, clause: &Clause) -> Place {
        if self.replaced {
            return self.place.clone();
        }
        let line = self.place.line + clause.position.line.saturating_sub(1);
        let column = if clause.position.line > 1 { clause.position.column } else { self.place.column };
        Place { line, column, ..self.place.clone() }
    }

    /// The clauses of the last statement, when that is a MERGE.
    pub fn clauses(&self) -> Vec<Clause> {
        self.statements.last().map(|sql| vary::clauses(sql)).unwrap_or_default()
    }

    /// The same with another last statement.
    pub fn ending_in(&self, sql: &str) -> Self {
        let mut other = self.clone();
        if let Some(last) = other.statements.last_mut() {
            sql.clone_into(last);
        }
        other
    }

    /// The views and own tables that a statement reads, those of its views first.
    fn gather(&mut self, scene: &Scene<'_>, wanted: &Wanted<'_>, facts: &StatementFacts, depth: usize) {
        for scan in &facts.scans {
            let name = &scan.relation;
            if name.eq_ignore_ascii_case(wanted.table) && scan.pin.is_some() {
                let latest = scene.table_at(wanted.table, Moment::Before).map(|table| table.version.version);
                self.pinned = latest.filter(|latest| *latest <= MAX_VERSIONS);
            }
            if varies(scene, wanted, name) {
                self.reads_varied = true;
                continue;
            }
            if depth == 0 || name.eq_ignore_ascii_case(wanted.table) {
                continue;
            }
            if let Some((sql, view)) = view_of(scene, name) {
                self.reads_literals |= view.scans.is_empty();
                self.gather(scene, wanted, view, depth - 1);
                if !self.views.contains(sql) {
                    self.views.push(sql.clone());
                }
            } else {
                self.make_again_or_add(scene, wanted, name, depth);
            }
        }
    }

    /// A table of the student's own: made again on the data of a case where it was made of what varies, as a view is, or
    /// by the task itself; else as it was.
    fn make_again_or_add(&mut self, scene: &Scene<'_>, wanted: &Wanted<'_>, name: &str, depth: usize) {
        if self.made_again.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return;
        }
        let making = making_of(scene, name, self.first);
        let mut seen = BTreeSet::from([name.to_lowercase()]);
        let is_new = !making.is_empty() && scene.table_at(name, Moment::Before).is_none();
        if !is_new && !making.iter().any(|(_, facts)| depends(scene, (wanted, self.first), facts, &mut seen)) {
            self.reads_literals = true;
            return self.add_own_table(scene, name);
        }
        self.made_again.push(name.to_owned());
        for (sql, facts) in making {
            self.gather(scene, wanted, facts, depth - 1);
            self.views.push(sql.clone());
        }
    }

    /// A table of the student's own as it was before the task.
    fn add_own_table(&mut self, scene: &Scene<'_>, name: &str) {
        if self.tables.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return;
        }
        let rows = scene.table_at(name, Moment::Before).and_then(|table| table.relation());
        self.tables.extend(rows.map(|rows| (name.to_owned(), rows)));
    }

    /// A case's data as it is before the statements; `None` when it is too much for a report.
    pub fn setup(&self, scene: &Scene<'_>, case: &Case) -> Option<Setup> {
        let (tables, statements) = self.data(scene, case);
        Setup::new(&self.table, tables, statements)
    }

    /// The tables of a case, and the statements that make the rest of what the student's own need.
    fn data(&self, scene: &Scene<'_>, case: &Case) -> (Vec<(String, Relation)>, Vec<String>) {
        let mut tables = self.tables.clone();
        let (mut now, mut then) = (None, None);
        for (name, relation) in &case.relations {
            let relation = &scene.in_own_names(name, relation.clone());
            match scene.lab.rubric.relations.get(name).map(|source| &source.origin) {
                Some(Origin::Table { table, at: Moment::EndOf(_) }) => then = Some((table.clone(), relation.clone())),
                Some(Origin::Table { table, .. }) => now = Some((table.clone(), relation.clone())),
                Some(Origin::View { view: table } | Origin::Dataset { dataset: table }) => {
                    let own = scene.own_name(table).map(str::to_owned);
                    tables.extend(own.into_iter().chain([table.clone()]).map(|name| (name, relation.clone())));
                }
                None => {}
            }
        }
        let mut statements = Vec::new();
        match (now, then, self.versions) {
            (Some((table, rows)), Some((_, past)), Some((baseline, latest))) => {
                statements = history(&table, baseline, latest);
                tables.extend([(table, past), (NOW.to_owned(), rows)]);
            }
            (Some((table, rows)), _, _) => {
                statements.extend((1..=self.pinned.unwrap_or_default()).map(|version| same_rows(&table, version)));
                tables.push((table, rows));
            }
            (None, _, _) => {}
        }
        statements.extend(self.declarations.iter().chain(&self.views).cloned());
        (tables, statements)
    }

    /// The statements on a case's data, so many times. The form says what the trial is for: a trial that is made again
    /// to be sure is another plan, so nobody who remembers plans takes it for the first.
    pub fn plan(&self, scene: &Scene<'_>, case: &Case, form: &str, times: usize) -> ReplayPlan {
        let (tables, mut statements) = self.data(scene, case);
        statements.extend(std::iter::repeat_n(&self.statements, times).flatten().cloned());
        let cells = statements.into_iter().enumerate().map(|(at, source)| Cell {
            id: at.to_string(),
            language: CellLanguage::Sql,
            title: None,
            source,
            first_line: 1,
        });
        let run = NotebookRun {
            name: if form.starts_with(AGAIN) { "trial again" } else { "trial" }.to_owned(),
            notebook: Notebook { cells: cells.collect() },
            parameters: BTreeMap::new(),
            repairs: Vec::new(),
            may_fail: Vec::new(),
        };
        ReplayPlan { seed: scene.seed, user_name: crate::grading::REPLAY_USER.to_owned(), tables, runs: vec![run] }
    }

    /// What a trial gave: the table's rows, or the query's.
    ///
    /// # Errors
    /// The statement's own error.
    pub fn observed(&self, evidence: &Evidence) -> Result<Relation, Diagnostic> {
        let statements = evidence.runs.iter().flat_map(|run| &run.cells).flat_map(|cell| &cell.statements);
        if let Some(error) = statements.clone().find_map(|statement| statement.error.clone()) {
            return Err(error);
        }
        let rows = match &self.observed {
            Observed::Result => statements.last().map(|statement| statement.relation.clone()),
            Observed::Table(name) => {
                let table = evidence
                    .tables
                    .iter()
                    .filter(|table| !table.dropped)
                    .rfind(|table| table.name.eq_ignore_ascii_case(name));
                let last = table.and_then(|table| table.versions.last());
                last.and_then(|last| Some(Relation { columns: last.schema.clone(), rows: last.rows.clone()? }))
            }
        };
        rows.ok_or_else(|| {
            Diagnostic::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", "After the statement there is no table.")
        })
    }
}

/// Statements that give a table, which holds its past rows at version 0, the versions that the student's own has.
fn history(table: &str, baseline: u64, latest: u64) -> Vec<String> {
    let same = |version: u64| same_rows(table, version);
    let before = (1..=baseline).map(same);
    let change = format!("INSERT OVERWRITE {table} SELECT * FROM {NOW}");
    before.chain(std::iter::once(change)).chain((baseline + 2..=latest).map(same)).collect()
}

/// A statement that makes one version more of a table with the same rows.
fn same_rows(table: &str, version: u64) -> String {
    format!("ALTER TABLE {table} SET TBLPROPERTIES ('sandbar.step' = '{version}')")
}

/// # Errors
/// A sentence for the student when the table did not change since its baseline.
fn versions(scene: &Scene<'_>, wanted: &Wanted<'_>, facts: &StatementFacts) -> Result<Option<(u64, u64)>, String> {
    let past = wanted.vary.iter().find_map(|name| match scene.lab.rubric.relations.get(name)?.origin {
        Origin::Table { at: at @ Moment::EndOf(_), .. } => Some(at),
        _ => None,
    });
    let Some(past) = past else { return Ok(None) };
    // A version that is taken for the baseline holds its rows, where another task counts that.
    let mistaken = scene.rule(wanted.like).and_then(|rule| rule.mistaken_pin(scene, facts)).unwrap_or_default();
    let version = |moment| scene.table_at(wanted.table, moment).map(|table| table.version.version);
    match (version(past), version(Moment::Before)) {
        (Some(baseline), Some(latest)) if baseline < latest && latest <= MAX_VERSIONS => {
            Ok(Some((baseline.max(mistaken), latest)))
        }
        _ => Err(format!("`{}` has no version after its baseline to compare with.", wanted.table)),
    }
}

/// Where the statements begin. Before a query its own cell may have made what it reads; of other kinds every statement of
/// the task is tried.
fn above(found: &[Found<'_>]) -> Above {
    let Some((cell, statement, facts)) = found.first() else { return (0, 0) };
    let at = cell.statements.iter().position(|other| std::ptr::eq(other, *statement));
    (cell.index, at.filter(|_| facts.kind == StatementKind::Query).unwrap_or_default())
}

/// Whether what a statement reads is, through views and tables of the student's own, a relation that varies.
fn depends(
    scene: &Scene<'_>,
    (wanted, before): (&Wanted<'_>, Above),
    facts: &StatementFacts,
    seen: &mut BTreeSet<String>,
) -> bool {
    facts.scans.iter().any(|scan| {
        let name = &scan.relation;
        // A query's table varies too: a copy of it, or of a version, is made again from what a case gives it.
        let is_copied = wanted.kind == StatementKind::Query && name.eq_ignore_ascii_case(wanted.table);
        if varies(scene, wanted, name) || is_copied {
            return true;
        }
        let made = view_of(scene, name).into_iter().chain(making_of(scene, name, before));
        seen.insert(name.to_lowercase())
            && made.into_iter().any(|(_, facts)| depends(scene, (wanted, before), facts, seen))
    })
}

fn varies(scene: &Scene<'_>, wanted: &Wanted<'_>, name: &str) -> bool {
    wanted.vary.iter().any(|relation| match scene.lab.rubric.relations.get(relation).map(|source| &source.origin) {
        Some(Origin::View { view }) => {
            let own = scene.own_name(view).is_some_and(|own| own.eq_ignore_ascii_case(name));
            own || view.eq_ignore_ascii_case(name)
        }
        Some(Origin::Dataset { dataset }) => dataset.eq_ignore_ascii_case(name),
        _ => false,
    })
}
