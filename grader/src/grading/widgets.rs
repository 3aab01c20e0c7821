//! The notebook without its slips in widgets: a declaration that fails, one that is not there, a `;` left out between
//! two, a parameter in quotes. Each costs where the widget is asked for, and what comes after it is looked at all the same.
//!
//! In a lab whose cells are titled by tasks, `carry_forward` does that.

use std::collections::{BTreeMap, BTreeSet};

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::{Diagnostic, Finding, Position, Severity};
use sandbar_labs::dialect::{cut_before, is_named, parameters_named, unquoted};
use sandbar_labs::evidence::{Evidence, RunEvidence};
use sandbar_labs::notebook::{CellLanguage, Notebook};
use sandbar_labs::outcome::StatementOutcome;

use super::Grading;
use crate::check::Declaration;
use crate::feedback::list;
use crate::outcome::Place;
use crate::rubric::Task;

/// A notebook is mended so often: two slips are two places.
const MAX_ROUNDS: usize = 4;

/// How a declaration begins.
const WORDS: [&str; 2] = ["CREATE", "WIDGET"];

/// What was mended for the student.
#[derive(Debug, Default)]
pub struct Declared {
    /// In place of the student's own, with the declarations in it.
    notebook: Option<Notebook>,
    /// What the first replay did without them.
    before: Option<Result<Evidence, Diagnostic>>,
    /// Widgets that the course declared.
    names: BTreeSet<String>,
    /// Widgets whose own declaration, or lack of one, stopped the notebook.
    stopped_at: BTreeSet<String>,
    /// Widgets that stand in quotes where they should be read, and the first place of each.
    in_quotes: BTreeMap<String, Place>,
    /// What the student calls a widget of the lab, by the lab's name.
    own_names: BTreeMap<String, String>,
    rounds: usize,
}

impl Declared {
    /// Where the widget stands in quotes in place of being read.
    pub fn in_quotes(&self, name: &str) -> Option<&Place> {
        self.in_quotes.get(name)
    }

    /// Whether the widget is the student's own work also where the notebook stopped before it was declared.
    pub fn comes_later(&self, name: &str) -> bool {
        self.before.is_some() && !self.names.contains(name) && !self.stopped_at.contains(name)
    }
}

/// One mending of a notebook.
struct Mended {
    notebook: Notebook,
    declared: Vec<String>,
    stopped_at: Vec<String>,
}

impl Grading {
    /// The notebook that replays run.
    pub(super) fn mended_notebook(&self) -> &Notebook {
        self.declared.notebook.as_ref().unwrap_or(&self.work.notebook)
    }

    /// What the first replay did as the student wrote it, where another one stands for it now.
    pub(super) fn as_written(&self) -> Option<&Result<Evidence, Diagnostic>> {
        self.declared.before.as_ref()
    }

    /// As [`Grading::as_written`], for a task that asks for widgets.
    pub(super) fn as_declared(&self, task: &Task) -> Option<&Result<Evidence, Diagnostic>> {
        let asks = task.checks.iter().any(|check| check.rule.declaration().is_some());
        self.as_written().filter(|_| asks)
    }

    /// The widgets that the lab asks for.
    fn asked(&self) -> impl Iterator<Item = Declaration<'_>> {
        self.lab.rubric.checks().filter_map(|(_, check)| check.rule.declaration())
    }

    /// Whether the first replay has to be made once more, with a slip in a widget mended: a parameter in quotes, a
    /// declaration that failed, or one that is not there for what reads it.
    pub(super) fn stopped_at_widget(&mut self, outcome: &Result<Evidence, Diagnostic>) -> bool {
        if self.lab.rubric.submission.titled_tasks || self.declared.rounds >= MAX_ROUNDS {
            return false;
        }
        if !self.without_quotes() {
            let run = outcome.as_ref().ok().and_then(|evidence| evidence.runs.first());
            let Some(mended) = run.and_then(|run| self.with_declarations(run)) else { return false };
            self.declared.notebook = Some(mended.notebook);
            self.declared.names.extend(mended.declared);
            self.declared.stopped_at.extend(mended.stopped_at);
        }
        self.declared.before.get_or_insert_with(|| outcome.clone());
        self.declared.rounds += 1;
        true
    }

    /// Takes the quotes off parameters that stand in them; whether there were any.
    fn without_quotes(&mut self) -> bool {
        let asked: Vec<String> = self.asked().map(|asked| asked.name.to_owned()).collect();
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let mut notebook = self.mended_notebook().clone();
        let mut in_quotes = BTreeMap::new();
        for cell in notebook.cells.iter_mut().filter(|cell| cell.language == CellLanguage::Sql) {
            let (source, found) = unquoted(&cell.source, &asked);
            for (name, line) in found {
                let line = cell.first_line.saturating_add(line).saturating_sub(1);
                in_quotes.entry(name).or_insert_with(|| Place::new(&self.work.notebook_path, line, 1));
            }
            cell.source = source;
        }
        let found = !in_quotes.is_empty();
        if found {
            self.declared.notebook = Some(notebook);
            self.declared.in_quotes.append(&mut in_quotes);
        }
        found
    }

    /// Takes down that the notebook calls the one widget which it does not declare otherwise: where it declares one that
    /// nobody asked for. A run's value reaches it by both names then.
    pub(super) fn notice_widget_names(&mut self, outcome: &Result<Evidence, Diagnostic>) {
        let Some(run) = outcome.as_ref().ok().and_then(|evidence| evidence.runs.first()) else { return };
        let asked: Vec<&str> = self.asked().map(|asked| asked.name).collect();
        let is_asked_for = |name: &str| asked.iter().any(|asked| asked.eq_ignore_ascii_case(name));
        let mut others = run.widgets.iter().map(|widget| &widget.name).filter(|name| !is_asked_for(name));
        let is_there = |name: &&&str| run.widgets.iter().any(|widget| widget.name.eq_ignore_ascii_case(name));
        let mut missing = asked.iter().filter(|name| !is_there(name));
        if let (Some(name), None, Some(own), None) = (missing.next(), missing.next(), others.next(), others.next()) {
            let (name, own) = ((*name).to_owned(), own.clone());
            self.declared.own_names.insert(name, own);
        }
    }

    /// A run's parameters, also by the names that the student gives to widgets.
    pub(super) fn parameters(&self, given: &[(String, String)]) -> BTreeMap<String, String> {
        let own = |(name, value): &(String, String)| Some((self.declared.own_names.get(name)?.clone(), value.clone()));
        given.iter().filter_map(own).chain(given.iter().cloned()).collect()
    }

    fn with_declarations(&self, run: &RunEvidence) -> Option<Mended> {
        let cell = run.cells.iter().find(|cell| cell.stopped())?;
        let statement = cell.statements.last().filter(|statement| statement.error.is_some())?;
        let is_there = |name: &str| run.widgets.iter().any(|widget| widget.name.eq_ignore_ascii_case(name));
        let missing: Vec<Declaration<'_>> = self.asked().filter(|asked| !is_there(asked.name)).collect();
        let owned = |widgets: &[&Declaration<'_>]| widgets.iter().map(|widget| widget.name.to_owned()).collect();
        let (instead, of, declared) = if declares(statement) {
            let of = declared_in(&statement.sql, &missing);
            match cut_before(&statement.sql, &WORDS) {
                Some(cut) => (cut, owned(&of), Vec::new()),
                None if of.is_empty() => return None,
                None => {
                    let lines = "\n".repeat(statement.sql.lines().count().saturating_sub(1));
                    (format!("{}{lines}", declarations(&of)), owned(&of), owned(&of))
                }
            }
        } else {
            let of: Vec<&Declaration<'_>> =
                missing.iter().filter(|asked| reads_one_of(statement, &[asked.name])).collect();
            if of.is_empty() {
                return None;
            }
            (format!("{}; {}", declarations(&of), statement.sql), owned(&of), owned(&of))
        };
        let mut notebook = self.mended_notebook().clone();
        let source = &mut notebook.cells.get_mut(usize::try_from(cell.index).ok()?)?.source;
        *source = source.replacen(&statement.sql, &instead, 1);
        Some(Mended { notebook, declared, stopped_at: of })
    }

    /// Says what was mended for the student.
    pub(super) fn declared_widgets(&self, path: &str) -> Vec<Finding> {
        let names: Vec<&str> = self.declared.names.iter().map(String::as_str).collect();
        let stop = self.main_stop(0).filter(|_| !names.is_empty());
        let declared = stop.map(|stop| {
            let message =
                format!("What comes after this is judged as if {} had been declared as the lab asks.", list(&names));
            told("WIDGET_NOT_DECLARED", message, path, stop.place.line, stop.place.column)
        });
        let quoted = self.declared.in_quotes.iter().map(|(name, place)| {
            let message = format!("`':{name}'` is a text. The rest is judged as if `:{name}` stood here.");
            told("PARAMETER_IN_QUOTES", message, path, place.line, place.column)
        });
        declared.into_iter().chain(quoted).collect()
    }
}

fn told(code: &str, message: String, path: &str, line: u32, column: u32) -> Finding {
    Finding::new(code, Severity::Warning, "", message).in_file(path).at(Position { line, column })
}

fn declarations(widgets: &[&Declaration<'_>]) -> String {
    widgets.iter().map(|widget| widget.sql.as_str()).collect::<Vec<_>>().join("; ")
}

/// The widget that a declaration names first, of those that are missing; all of them where it names none.
fn declared_in<'a, 'b>(sql: &str, missing: &'a [Declaration<'b>]) -> Vec<&'a Declaration<'b>> {
    let lowered = sql.to_lowercase();
    let named = missing.iter().filter(|widget| is_named(sql, widget.name));
    match named.min_by_key(|widget| lowered.find(&widget.name.to_lowercase())) {
        Some(first) => vec![first],
        None => missing.iter().collect(),
    }
}

/// Whether a statement is a declaration of a widget, however broken.
fn declares(statement: &StatementOutcome) -> bool {
    let lines = statement.sql.lines().filter(|line| !line.trim_start().starts_with("--"));
    let mut words = lines.flat_map(str::split_whitespace);
    let mut next_is = |word: &str| {
        words.next().is_some_and(|found| found.eq_ignore_ascii_case(word) || nearest(found, [word]).is_some())
    };
    WORDS.iter().all(|word| next_is(word))
}

/// Whether a statement stopped because one of these names has no value.
fn reads_one_of(statement: &StatementOutcome, names: &[&str]) -> bool {
    let is_unbound = statement.error.as_ref().is_some_and(|error| error.class == "UNBOUND_SQL_PARAMETER");
    let read = || parameters_named(&statement.sql).into_iter().map(|named| named.name);
    is_unbound && read().any(|read| names.iter().any(|name| name.eq_ignore_ascii_case(&read)))
}
