//! Carry-forward: a task that leaves no state for the tasks after it is followed by the course's own statements.
//!
//! The notebook is replayed again with them, once for each such task, in order. A task is judged on the last replay in
//! which all before it are repaired and itself is not.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::dialect::literal_rows;
use sandbar_labs::evidence::{CellEvidence, Evidence};
use sandbar_labs::sandbox::Repair;

use crate::rubric::{CarryForward, Moment, Origin, Task};
use crate::scene::{Scene, table_after};

/// The temp view of the rows that stand in the statement that failed.
const WRITTEN: &str = "sandbar_written";

/// The replays of the notebook with repairs, in the order of the tasks repaired.
#[derive(Debug, Default)]
pub struct Stages {
    stages: Vec<(u32, Result<Evidence, Diagnostic>)>,
    /// All repairs so far.
    pub repairs: Vec<Repair>,
    /// The task that the replay asked for last repairs.
    pub pending: Option<u32>,
    /// The first cell at which the notebook may stop with that repair, when the repair stays only if it comes that far.
    pub stops_from: Option<u32>,
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
    let failed = cells().find(|cell| cell.stopped() && !scene.unmarked.contains(&cell.index));
    let sql = script(carry, scene, failed);
    if let Some(cell) = dropped_in(task, carry, scene) {
        return Some(Repair { cell, until: last + 1, sql, instead: true });
    }
    let repair = |cell: u32, sql: String| Some(Repair { cell, until: last + 1, sql, instead: false });
    if let Some(failed) = failed {
        return repair(failed.index, sql);
    }
    if !cells().all(|cell| cell.ran) {
        return None;
    }
    if breaks || carry.needs.iter().any(|name| scene.relation(name).is_err()) {
        let also = misnamed(task, scene).map(|(view, own)| format!(";\n{}", same_view(&quoted(own), view)));
        return repair(last, format!("{sql}{}", also.unwrap_or_default()));
    }
    let (view, own) = misnamed(task, scene)?;
    repair(last, same_view(view, &quoted(own)))
}

/// The repair's statements, between those that make and drop the view of the rows that stand in the statement that failed.
fn script(carry: &CarryForward, scene: &Scene<'_>, failed: Option<&CellEvidence>) -> String {
    let sql = carry.sql.trim_end().trim_end_matches(';');
    let relation = carry.written.as_ref().and_then(|name| scene.lab.rubric.relations.get(name));
    let Some(columns) = relation.map(|relation| &relation.columns) else { return sql.to_owned() };
    let statements = failed.into_iter().flat_map(|cell| &cell.statements).filter(|statement| statement.error.is_some());
    let rows = statements.flat_map(|statement| literal_rows(&statement.sql, columns.len()));
    let texts = |row: Vec<String>| row.iter().map(|literal| as_text(literal)).collect::<Vec<_>>().join(", ");
    let rows: Vec<String> = rows.map(|row| format!("({})", texts(row))).collect();
    let casts: Vec<(String, String)> = columns
        .iter()
        .map(|column| (format!("TRY_CAST({} AS {})", quoted(&column.name), column.type_name), quoted(&column.name)))
        .collect();
    let each =
        |form: fn(&(String, String)) -> String, between| casts.iter().map(form).collect::<Vec<_>>().join(between);
    let (typed, names) = (each(|(cast, name)| format!("{cast} AS {name}"), ", "), each(|(_, name)| name.clone(), ", "));
    let (values, which) = match rows.is_empty() {
        true => (format!("({})", each(|_| "NULL".to_owned(), ", ")), "false".to_owned()),
        false => (rows.join(", "), each(|(cast, name)| format!("({name} IS NULL OR {cast} IS NOT NULL)"), " AND ")),
    };
    let from = format!("FROM VALUES {values} AS literals({names}) WHERE {which}");
    format!("CREATE OR REPLACE TEMP VIEW {WRITTEN} AS SELECT {typed} {from};\n{sql};\nDROP VIEW {WRITTEN}")
}

/// A literal as a text, so that values of several types can stand in one column.
fn as_text(literal: &str) -> String {
    match literal.find(['\'', '"']) {
        Some(at) => literal[at..].to_owned(),
        None if literal.eq_ignore_ascii_case("null") => literal.to_owned(),
        None => format!("'{literal}'"),
    }
}

/// The first cell of the task behind which a table that must stay is gone or another one; none where cells of other tasks
/// stand between it and the task's last one, for those would be left out with it.
fn dropped_in(task: &Task, carry: &CarryForward, scene: &Scene<'_>) -> Option<u32> {
    let (evidence, run) = scene.main()?;
    let ran: Vec<(usize, &CellEvidence)> = run.cells.iter().enumerate().filter(|(_, cell)| cell.ran).collect();
    let of_task = |cell: &CellEvidence| scene.work.cells.task_of(cell.index) == Some(task.number);
    let is_lost = |table: &String, cells: usize| {
        let id_after = table_after(evidence, run, 0, table, cells).map(|found| &found.table.id);
        scene.table_at(table, Moment::Before).is_some_and(|before| id_after != Some(&before.table.id))
    };
    let lost =
        |(at, cell): &&(usize, &CellEvidence)| of_task(cell) && carry.keeps.iter().any(|table| is_lost(table, at + 1));
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
    let needs = task.carry_forward.iter().flat_map(|carry| &carry.needs);
    let mut views = needs.filter_map(|name| match &scene.lab.rubric.relations.get(name)?.origin {
        Origin::View { view } => Some(view.as_str()),
        _ => None,
    });
    views.find_map(|view| Some((view, scene.misnamed_view(view)?.0)))
}
