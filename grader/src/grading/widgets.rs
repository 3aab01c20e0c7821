//! The notebook with the widgets that it fails to declare: a slip in a declaration costs where the widget is asked for,
//! and what reads it is looked at all the same.
//!
//! In a lab whose cells are titled by tasks, `carry_forward` does that.

use std::collections::{BTreeMap, BTreeSet};

use sandbar_labs::diagnostic::{Diagnostic, Finding, Position, Severity};
use sandbar_labs::dialect::parameters_named;
use sandbar_labs::evidence::{Evidence, RunEvidence};
use sandbar_labs::notebook::Notebook;
use sandbar_labs::outcome::StatementOutcome;

use super::Grading;
use crate::feedback::list;
use crate::rubric::Task;

/// A notebook is mended so often: two slips are two places.
const MAX_ROUNDS: usize = 3;

/// What was declared for the student.
#[derive(Debug, Default)]
pub struct Declared {
    /// In place of the student's own, with the declarations in it.
    notebook: Option<Notebook>,
    /// What the first replay did without them.
    before: Option<Result<Evidence, Diagnostic>>,
    names: BTreeSet<String>,
    /// What the student calls a widget of the lab, by the lab's name.
    own_names: BTreeMap<String, String>,
    rounds: usize,
}

impl Grading {
    /// The notebook that replays run.
    pub(super) fn notebook(&self) -> &Notebook {
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

    /// Whether the first replay stopped where a widget is declared, or read without a declaration. Then it is to be
    /// made once more, with the declaration that the lab asks for.
    pub(super) fn stopped_at_widget(&mut self, outcome: &Result<Evidence, Diagnostic>) -> bool {
        if self.lab.rubric.submission.titled_tasks || self.declared.rounds >= MAX_ROUNDS {
            return false;
        }
        let run = outcome.as_ref().ok().and_then(|evidence| evidence.runs.first());
        let Some((notebook, names)) = run.and_then(|run| self.with_declarations(run)) else { return false };
        self.declared.before.get_or_insert_with(|| outcome.clone());
        self.declared.notebook = Some(notebook);
        self.declared.names.extend(names);
        self.declared.rounds += 1;
        true
    }

    /// Takes down that the notebook calls the one widget which it does not declare otherwise: where it declares one that
    /// nobody asked for. A run's value reaches it by both names then.
    pub(super) fn notice_widget_names(&mut self, outcome: &Result<Evidence, Diagnostic>) {
        let Some(run) = outcome.as_ref().ok().and_then(|evidence| evidence.runs.first()) else { return };
        let asked: Vec<&str> =
            self.lab.rubric.checks().filter_map(|(_, check)| Some(check.rule.declaration()?.0)).collect();
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

    fn with_declarations(&self, run: &RunEvidence) -> Option<(Notebook, Vec<String>)> {
        let cell = run.cells.iter().find(|cell| cell.stopped())?;
        let statement = cell.statements.last().filter(|statement| statement.error.is_some())?;
        let is_there = |name: &str| run.widgets.iter().any(|widget| widget.name.eq_ignore_ascii_case(name));
        let asked = self.lab.rubric.checks().filter_map(|(_, check)| check.rule.declaration());
        let missing: Vec<(&str, String)> = asked.filter(|(name, _)| !is_there(name)).collect();
        let declarations: Vec<&str> = missing.iter().map(|(_, sql)| sql.as_str()).collect();
        let declarations = declarations.join("; ");
        let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
        let instead = if declares(statement) && !names.is_empty() {
            let lines = statement.sql.lines().count().saturating_sub(1);
            format!("{declarations}{}", "\n".repeat(lines))
        } else if reads_one_of(statement, &names) {
            format!("{declarations}; {}", statement.sql)
        } else {
            return None;
        };
        let mut notebook = self.notebook().clone();
        let source = &mut notebook.cells.get_mut(usize::try_from(cell.index).ok()?)?.source;
        *source = source.replacen(&statement.sql, &instead, 1);
        Some((notebook, names.into_iter().map(str::to_owned).collect()))
    }

    /// Says what was declared for the student.
    pub(super) fn declared_widgets(&self, path: &str) -> Option<Finding> {
        let names: Vec<&str> = self.declared.names.iter().map(String::as_str).collect();
        let place = self.main_stop(0).filter(|_| !names.is_empty())?.place;
        let message =
            format!("What comes after this is judged as if {} had been declared as the lab asks.", list(&names));
        let finding = Finding::new("WIDGET_NOT_DECLARED", Severity::Warning, "", message).in_file(path);
        Some(finding.at(Position { line: place.line, column: place.column }))
    }
}

/// Whether a statement is a declaration of a widget, however broken.
fn declares(statement: &StatementOutcome) -> bool {
    let lines = statement.sql.lines().filter(|line| !line.trim_start().starts_with("--"));
    let mut words = lines.flat_map(str::split_whitespace);
    let mut next_is = |word: &str| words.next().is_some_and(|found| found.eq_ignore_ascii_case(word));
    next_is("CREATE") && next_is("WIDGET")
}

/// Whether a statement stopped because one of these names has no value.
fn reads_one_of(statement: &StatementOutcome, names: &[&str]) -> bool {
    let is_unbound = statement.error.as_ref().is_some_and(|error| error.class == "UNBOUND_SQL_PARAMETER");
    let read = || parameters_named(&statement.sql).into_iter().map(|named| named.name);
    is_unbound && read().any(|read| names.iter().any(|name| name.eq_ignore_ascii_case(&read)))
}
