//! The notebook once more, with the first task repaired that leaves no state for the tasks after it.

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::dialect::is_named;
use sandbar_labs::evidence::{Evidence, RunEvidence, TableEvidence};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::Probe;

use super::{Grading, Step};
use crate::carry_forward::{misnamed, repair};
use crate::outcome::Verdict;
use crate::rubric::{Check, Moment, Origin, Task};
use crate::scene::Stop;

impl Grading {
    /// The next replay with repairs, or first the questions of a check that a task's state must pass.
    pub(super) fn repair_step(&mut self) -> Option<Step> {
        let after = self.stages.last().unwrap_or_default();
        let lab = self.lab.clone();
        let is_open = |task: &&Task| task.number > after && !self.stages.in_vain.contains(&task.number);
        let open: Vec<&Task> = lab.rubric.tasks.iter().filter(is_open).collect();
        for task in open {
            let Some(check) = task.checks.first() else { continue };
            let (holds, if_stopped) = (must_hold(task, false), must_hold(task, true));
            let asked = holds.iter().chain(&if_stopped);
            let probes: Vec<Probe> = asked.flat_map(|check| self.questions_of(task, check)).collect();
            if !probes.is_empty() {
                return Some(Step::Probe(self.ask(probes)));
            }
            let fails = |check: &&Check| matches!(check.rule.judge(&self.scene(task, check)), Verdict::Failed(_));
            let scene = self.scene(task, check);
            let stop = self.main_stop(task.number).filter(|stop| stop.task.is_some_and(|at| at > task.number));
            let stop = stop.filter(|_| if_stopped.iter().any(fails)).map(|stop| stop.cell);
            let needed = repair(task, &scene, holds.iter().any(fails));
            let further_than = stop.filter(|_| needed.is_none());
            let repair = needed.or_else(|| repair(task, &scene, further_than.is_some()));
            let Some(repair) = repair else { continue };
            let own_name = misnamed(task, &scene).map(|(view, own)| (view.to_owned(), own.to_owned()));
            // What is left out must not be missed by a later cell.
            let no_earlier = repair.instead.then(|| self.main_stop(task.number).map_or(u32::MAX, |stop| stop.cell));
            self.stages.must_reach = further_than.map(|cell| cell + 1).or(no_earlier);
            self.own_names.extend(own_name);
            self.stages.repairs.push(repair);
            self.stages.pending = Some(task.number);
            let mut plan = self.plan(lab.rubric.replays.first()?);
            if let Some(run) = plan.runs.first_mut() {
                run.repairs.clone_from(&self.stages.repairs);
            }
            return Some(Step::Replay(plan));
        }
        None
    }

    /// Whether a table that a task has to leave was never there, and the task made one of another name in its place: the
    /// notebook runs once more with the lab's name.
    pub(super) fn found_own_table(&mut self, outcome: &Result<Evidence, Diagnostic>) -> bool {
        let Ok(evidence) = outcome else { return false };
        let lab = self.lab.clone();
        let found = lab.rubric.tasks.iter().find_map(|task| self.table_called_otherwise(task, evidence));
        found.is_some_and(|(asked, own)| self.own_tables.insert(asked, own).is_none())
    }

    /// The lab's name and the student's: of the tables that the task made the one of that name in another schema, else the
    /// nearest in name, else the one that the other tasks work on most, else the only one. None where a statement failed that names the lab's table.
    fn table_called_otherwise(&self, task: &Task, evidence: &Evidence) -> Option<(String, String)> {
        let run = evidence.runs.first()?;
        let of_task = |cell: u32| self.work.cells.task_of(cell) == Some(task.number);
        let asked = self.tables_to_leave(task).find(|name| !is_there(evidence, run, name))?;
        let statements = || run.cells.iter().flat_map(|cell| cell.statements.iter().map(move |one| (cell.index, one)));
        let failed =
            |(cell, one): (u32, &StatementOutcome)| of_task(cell) && one.error.is_some() && is_named(&one.sql, asked);
        if statements().any(failed) {
            return None;
        }
        let is_column = |name: &str| {
            let mut columns = self.lab.rubric.relations.values().flat_map(|relation| &relation.columns);
            columns.any(|column| column.name.eq_ignore_ascii_case(name))
        };
        let made_here = |table: &&TableEvidence| {
            let made_by = table.versions.first().and_then(|first| first.made_by);
            !table.dropped && made_by.is_some_and(|made_by| of_task(made_by.cell))
        };
        let elsewhere = |table: &&TableEvidence| match table.name.split_once('.') {
            Some((schema, name)) => name.eq_ignore_ascii_case(asked) && !is_column(schema),
            None => false,
        };
        if let Some(table) = evidence.tables.iter().filter(made_here).find(elsewhere) {
            return Some((asked.clone(), table.name.clone()));
        }
        let may_stand_in = |table: &&TableEvidence| !table.name.contains('.') && !is_column(&table.name);
        let made_here = |table: &&TableEvidence| made_here(table) && may_stand_in(table);
        let made: Vec<&str> = evidence.tables.iter().filter(made_here).map(|table| table.name.as_str()).collect();
        let uses = |name: &&str| {
            let others = statements().filter(|(cell, _)| !of_task(*cell)).filter_map(|(_, one)| one.facts.as_ref());
            others.filter_map(|facts| facts.target.as_ref()).filter(|target| target.eq_ignore_ascii_case(name)).count()
        };
        let used = || made.iter().copied().rev().max_by_key(uses).filter(|name| uses(name) > 0 || made.len() == 1);
        let own = nearest(asked, made.iter().copied()).or_else(used)?;
        Some((asked.clone(), own.to_owned()))
    }

    /// The tables that must be there at the end of a task.
    fn tables_to_leave<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = &'a String> {
        let needs = task.carry_forward.iter().flat_map(|carry| &carry.needs);
        needs.filter_map(|name| match &self.lab.rubric.relations.get(name)?.origin {
            Origin::Table { table, at: Moment::After } => Some(table),
            _ => None,
        })
    }

    /// Takes what the notebook did with the repair of a task; one that had to bring it to a cell and did not is left out.
    pub(super) fn repaired(&mut self, task: u32, outcome: Result<Evidence, Diagnostic>) {
        let must_reach = self.stages.must_reach.take();
        let reaches = |cell: u32| match outcome.as_ref().map(|evidence| self.stop_with(evidence, task)) {
            Ok(stop) => stop.is_none_or(|stop| stop.cell >= cell),
            Err(_) => false,
        };
        if must_reach.is_none_or(reaches) {
            self.stages.add(task, outcome);
        } else {
            self.stages.repairs.pop();
            self.stages.in_vain.push(task);
        }
    }

    /// Where a replay stops in which this task is repaired and those before it that were.
    fn stop_with(&self, evidence: &Evidence, task: u32) -> Option<Stop> {
        let repaired: Vec<u32> = self.stages.repaired().into_iter().chain([task]).collect();
        self.stop_of(evidence, &repaired)
    }
}

/// Whether there ever was a table, or a view, of that name.
fn is_there(evidence: &Evidence, run: &RunEvidence, name: &str) -> bool {
    evidence.tables.iter().any(|table| table.name.eq_ignore_ascii_case(name))
        || run.cells.iter().any(|cell| cell.views.contains_key(&name.to_lowercase()))
}

/// The checks that a task's state must pass: whatever happens, or where the notebook stops behind it.
fn must_hold(task: &Task, if_stopped: bool) -> Vec<&Check> {
    let Some(carry) = &task.carry_forward else { return Vec::new() };
    let ids = if if_stopped { &carry.holds_if_stopped } else { &carry.holds };
    task.checks.iter().filter(|check| ids.contains(&check.id)).collect()
}
