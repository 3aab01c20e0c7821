//! Carry-forward: a task that leaves no state for the tasks after it is followed by the course's own statements.
//!
//! The notebook is replayed again with them, once for each such task, in order. A task is judged on the last replay in
//! which all before it are repaired and itself is not.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::dialect::{is_named, literal_rows};
use sandbar_labs::evidence::{CellEvidence, Evidence};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Column;
use sandbar_labs::sandbox::Repair;

use crate::rubric::{CarryForward, Moment, Origin, RelationSource, Task};
use crate::scene::{Scene, table_after};

/// The temp view of the rows that stand in statements that failed or are left out.
const WRITTEN: &str = "sandbar_written";

/// The replays of the notebook with repairs, in the order of the tasks repaired.
#[derive(Debug, Default)]
pub struct Stages {
    stages: Vec<(u32, Result<Evidence, Diagnostic>)>,
    /// All repairs so far.
    pub repairs: Vec<Repair>,
    /// The task that the replay asked for last repairs.
    pub pending: Option<u32>,
    /// The cell that the notebook must reach with that repair, when the repair stays only if it does.
    pub must_reach: Option<u32>,
    /// Tasks whose repair did not bring the notebook as far as it had to.
    pub in_vain: Vec<u32>,
}

impl Stages {
    pub fn add(&mut self, task: u32, outcome: Result<Evidence, Diagnostic>) {
        self.stages.push((task, outcome));
    }

    /// What a task is judged on, when a task before it was repaired.
    pub fn of(&self, task: u32) -> Option<&Result<Evidence, Diagnostic>> {
        self.stages.iter().rfind(|(repaired, _)| *repaired < task).map(|(_, outcome)| outcome)
    }

    /// Tasks that were repaired.
    pub fn repaired(&self) -> Vec<u32> {
        self.stages.iter().map(|(task, _)| *task).collect()
    }

    pub fn last(&self) -> Option<u32> {
        self.stages.last().map(|(task, _)| *task)
    }
}

/// The repair that a task needs on the evidence of its scene; `None` when the state carries, or the lab has no repair.
/// `breaks`: a check that the state must pass does not hold. What the student calls otherwise has both names then.
pub fn repair(task: &Task, scene: &Scene<'_>, breaks: bool) -> Option<Repair> {
    let carry = task.carry_forward.as_ref()?;
    let (_, run) = scene.main()?;
    let cells = || run.cells.iter().filter(|cell| scene.work.cells.task_of(cell.index) == Some(task.number));
    let last = cells().next_back()?.index;
    if let Some(cell) = dropped_in(task, carry, scene) {
        let left_out = cells().filter(|one| one.index >= cell).flat_map(|cell| &cell.statements);
        return Some(Repair { cell, until: last + 1, sql: script(carry, scene, left_out), instead: true });
    }
    let repair = |cell: u32, sql: String| Some(Repair { cell, until: last + 1, sql, instead: false });
    if let Some(failed) = cells().find(|cell| cell.stopped() && !scene.unmarked.contains(&cell.index)) {
        let statements = failed.statements.iter().filter(|statement| statement.error.is_some());
        return repair(failed.index, script(carry, scene, statements));
    }
    if !cells().all(|cell| cell.ran) {
        return None;
    }
    if breaks || carry.needs.iter().any(|name| scene.relation(name).is_err()) {
        let sql = script(carry, scene, std::iter::empty());
        let also = misnamed(task, scene).map(|(view, own)| format!(";\n{}", same_view(&quoted(own), view)));
        return repair(last, format!("{sql}{}", also.unwrap_or_default()));
    }
    let (view, own) = misnamed(task, scene)?;
    repair(last, same_view(view, &quoted(own)))
}

/// The repair's statements, between those that make and drop the view of the rows that stand in the given statements:
/// in those about the table or view of [`CarryForward::written`], and where each value fits its column's type.
fn script<'a>(
    carry: &CarryForward,
    scene: &Scene<'_>,
    statements: impl Iterator<Item = &'a StatementOutcome>,
) -> String {
    let sql = carry.sql.trim_end().trim_end_matches(';');
    let relation = carry.written.as_ref().and_then(|name| scene.lab.rubric.relations.get(name));
    let Some((RelationSource { columns, .. }, name)) = relation.and_then(|found| Some((found, found.origin.own()?)))
    else {
        return sql.to_owned();
    };
    let columns: Vec<Typed<'_>> = columns.iter().map(Typed::new).collect();
    let names: Vec<&str> = columns.iter().map(|column| column.plain).collect();
    let rows = statements
        .filter(|statement| is_named(&statement.sql, name))
        .flat_map(|statement| literal_rows(&statement.sql, &names));
    // As texts, values of several types can stand in one column.
    let text = |literal: &String| format!("CAST({literal} AS STRING)");
    let rows: Vec<String> = rows.map(|row| bracketed(row.iter().map(text))).collect();
    let (values, fits) = match rows.is_empty() {
        true => (bracketed(columns.iter().map(|_| "NULL".to_owned())), "false".to_owned()),
        false => (rows.join(", "), joined(columns.iter().map(Typed::fits), " AND ")),
    };
    let typed = joined(columns.iter().map(|column| format!("{} AS {}", column.cast, column.name)), ", ");
    let names = bracketed(columns.iter().map(|column| column.name.clone()));
    let query = format!("SELECT {typed} FROM VALUES {values} AS literals{names} WHERE {fits}");
    format!("CREATE OR REPLACE TEMP VIEW {WRITTEN} AS {query};\n{sql};\nDROP VIEW {WRITTEN}")
}

/// A column of literals that were written as texts.
struct Typed<'a> {
    plain: &'a str,
    /// In quotes.
    name: String,
    /// The value in the column's type, or NULL.
    cast: String,
}

impl<'a> Typed<'a> {
    fn new(column: &'a Column) -> Self {
        let name = quoted(&column.name);
        Self { plain: &column.name, cast: format!("TRY_CAST({name} AS {})", column.type_name), name }
    }

    fn fits(&self) -> String {
        format!("({} IS NULL OR {} IS NOT NULL)", self.name, self.cast)
    }
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

fn bracketed(parts: impl Iterator<Item = String>) -> String {
    format!("({})", joined(parts, ", "))
}

/// The first cell of the task behind which a table that must stay is gone or another one, or in which a view that the tasks
/// after it need was dropped; none where cells of other tasks stand between it and the task's last one, for those would be
/// left out with it.
fn dropped_in(task: &Task, carry: &CarryForward, scene: &Scene<'_>) -> Option<u32> {
    let id_before = |table: &String| Some(scene.table_at(table, Moment::Before)?.table.id.as_str());
    let kept: Vec<(&String, &str)> = carry.keeps.iter().filter_map(|table| Some((table, id_before(table)?))).collect();
    let view = needed_views(task, scene).find_map(|view| scene.dropped_view(view));
    if kept.is_empty() && view.is_none() {
        return None;
    }
    let (evidence, run) = scene.main()?;
    let ran: Vec<(usize, &CellEvidence)> = run.cells.iter().enumerate().filter(|(_, cell)| cell.ran).collect();
    let of_task = |cell: &CellEvidence| scene.work.cells.task_of(cell.index) == Some(task.number);
    let is_lost = |(table, id): &(&String, &str), cells: usize| {
        table_after(evidence, run, 0, table, cells).is_none_or(|found| found.table.id != *id)
    };
    let lost = |(at, cell): &&(usize, &CellEvidence)| {
        of_task(cell) && (view == Some(cell.index) || kept.iter().any(|one| is_lost(one, at + 1)))
    };
    let (first, cell) = ran.iter().find(lost)?;
    let last = ran.iter().rfind(|(_, cell)| of_task(cell))?.0;
    run.cells[*first..=last].iter().all(of_task).then_some(cell.index)
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn same_view(name: &str, other: &str) -> String {
    format!("CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {other}")
}

/// A view that the tasks after it need and the student calls otherwise: the lab's name, and theirs.
pub fn misnamed<'a>(task: &Task, scene: &Scene<'a>) -> Option<(&'a str, &'a str)> {
    needed_views(task, scene).find_map(|view| Some((view, scene.misnamed_view(view)?.0)))
}

/// The views that must be there at the end of the task.
fn needed_views<'a>(task: &Task, scene: &Scene<'a>) -> impl Iterator<Item = &'a str> {
    let needs = task.carry_forward.iter().flat_map(|carry| &carry.needs);
    needs.filter_map(|name| match &scene.lab.rubric.relations.get(name)?.origin {
        Origin::View { view } => Some(view.as_str()),
        _ => None,
    })
}
