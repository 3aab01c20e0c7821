//! A film from what was there after each of its steps.

use std::collections::BTreeMap;

use sandbar_labs::delta_log::{Action, TableLog};
use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::relation::Relation;

use super::{Checkpoint, Commit, DataFile, FileState, Film, Pane, PaneOf, Step, Table};

/// What was there after a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shot {
    pub statement: Option<String>,
    pub error: Option<Diagnostic>,
    /// Name of the table to look at.
    pub table: String,
    /// Of every table that there is.
    pub logs: Vec<TableLog>,
    pub rows: Option<Rows>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub relation: Relation,
    pub total: u64,
    /// What the statement gave, and not the table.
    pub is_result: bool,
}

/// The film of these shots, a step each.
pub fn compose(shots: Vec<Shot>) -> Film {
    let mut film = Film::default();
    for shot in shots {
        film.take(shot);
    }
    film
}

/// A table's own log as a film: a step for each of its last commits, as many as `rows` has entries. These are the table's
/// rows after each, where they can be read. What came before is there from the first step on.
pub fn of_log(log: &TableLog, rows: Vec<Option<Rows>>) -> Film {
    let earlier = log.commits.len().saturating_sub(rows.len());
    let shots = log.commits.iter().skip(earlier).zip(rows).map(|(commit, rows)| Shot {
        table: log.table.clone(),
        logs: vec![log.until(commit.version)],
        rows,
        ..Shot::default()
    });
    compose(shots.collect())
}

impl Film {
    fn take(&mut self, shot: Shot) {
        let step = self.steps.len();
        for table in self.tables.iter_mut().filter(|table| table.until.is_none()) {
            if !shot.logs.iter().any(|log| table.is_of(log)) {
                table.until = Some(step);
            }
        }
        for log in &shot.logs {
            let known = self.tables.iter_mut().find(|table| table.until.is_none() && table.is_of(log));
            match known {
                Some(table) => table.take(step, log),
                None => {
                    let mut table = Table::new(step, log);
                    table.take(step, log);
                    self.tables.push(table);
                }
            }
        }
        let table = self.tables.iter().position(|table| table.until.is_none() && is_name(&table.name, &shot.table));
        let pane = shot.rows.map(|rows| self.pane(table, rows));
        self.steps.push(Step { statement: shot.statement, error: shot.error, table, pane });
    }

    /// The pane of these rows: the one before, where they are the same.
    fn pane(&mut self, table: Option<usize>, rows: Rows) -> usize {
        let of = match table.filter(|_| !rows.is_result) {
            Some(table) => {
                let last = self.tables.get(table).and_then(|shown| shown.commits.last());
                PaneOf::Table { table, version: last.map_or(0, |commit| commit.log.version) }
            }
            None => PaneOf::Result,
        };
        let before = self.panes.iter().rev().find(|pane| pane.of.table().is_some() && pane.of.table() == of.table());
        let (fresh, gone) = match (&of, before) {
            (PaneOf::Result, _) => (vec![false; rows.relation.rows.len()], 0),
            (PaneOf::Table { .. }, None) => (vec![true; rows.relation.rows.len()], 0),
            (PaneOf::Table { .. }, Some(before)) if before.of == of => (before.fresh.clone(), before.gone),
            (PaneOf::Table { .. }, Some(before)) => changes(&before.relation, &rows.relation),
        };
        let pane = Pane { of, total_rows: rows.total, relation: rows.relation, fresh, gone };
        if self.panes.last() != Some(&pane) {
            self.panes.push(pane);
        }
        self.panes.len() - 1
    }
}

impl PaneOf {
    fn table(&self) -> Option<usize> {
        if let Self::Table { table, .. } = self { Some(*table) } else { None }
    }
}

impl Table {
    fn new(step: usize, log: &TableLog) -> Self {
        Self {
            name: log.table.clone(),
            id: log.id().to_owned(),
            from: step,
            until: None,
            commits: Vec::new(),
            files: Vec::new(),
            checkpoints: Vec::new(),
        }
    }

    fn is_of(&self, log: &TableLog) -> bool {
        is_name(&self.name, &log.table) && self.id == log.id()
    }

    /// Takes up what the log says after a step.
    fn take(&mut self, step: usize, log: &TableLog) {
        let known = self.commits.last().map(|commit| commit.log.version);
        for commit in log.commits.iter().filter(|commit| known.is_none_or(|known| commit.version > known)) {
            for action in &commit.actions {
                self.name_file(action);
            }
            self.commits.push(Commit { step, log: commit.clone() });
        }
        let checkpoints: Vec<u64> = self.checkpoints.iter().map(|it| it.version).collect();
        let written = log.checkpoints.iter().filter(|version| !checkpoints.contains(version));
        self.checkpoints.extend(written.map(|version| Checkpoint { step, version: *version }));
        let live = log.live_at(u64::MAX);
        for file in &mut self.files {
            let state = match live.contains(file.path.as_str()) {
                true => FileState::Live,
                false if log.stored.contains(&file.path) => FileState::Removed,
                false => FileState::Deleted,
            };
            if file.states.last().map(|(_, last)| *last) != Some(state) {
                file.states.push((step, state));
            }
        }
    }

    fn name_file(&mut self, action: &Action) {
        let Action::Add { path, bytes, rows } = action else { return };
        if self.files.iter().any(|file| file.path == *path) {
            return;
        }
        let letter = letter(self.files.len());
        self.files.push(DataFile { letter, path: path.clone(), rows: *rows, bytes: *bytes, states: Vec::new() });
    }
}

fn is_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// `A` to `Z`, then `AA`, `AB`, …
fn letter(number: usize) -> String {
    let last = char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
    match number / 26 {
        0 => last.to_string(),
        before => format!("{}{last}", letter(before - 1)),
    }
}

/// Which rows are new, and how many went: rows are compared as a bag.
fn changes(before: &Relation, after: &Relation) -> (Vec<bool>, usize) {
    let text = |row: &Vec<serde_json::Value>| serde_json::Value::from(row.clone()).to_string();
    let mut old: BTreeMap<String, usize> = BTreeMap::new();
    for row in &before.rows {
        *old.entry(text(row)).or_default() += 1;
    }
    let fresh = after.rows.iter().map(|row| match old.get_mut(&text(row)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    let fresh: Vec<bool> = fresh.collect();
    (fresh, old.values().sum())
}
