//! Carry-forward: a task that leaves no state for the tasks after it is followed by the course's own statements.
//!
//! The notebook is replayed again with them, once for each such task, in order. A task is judged on the last replay in
//! which all before it are repaired and itself is not.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::Evidence;
use sandbar_labs::sandbox::Repair;

use crate::rubric::{Origin, Task};
use crate::scene::Scene;

/// The replays of the notebook with repairs, in the order of the tasks repaired.
#[derive(Debug, Default)]
pub struct Stages {
    stages: Vec<(u32, Result<Evidence, Diagnostic>)>,
    /// All repairs so far.
    pub repairs: Vec<Repair>,
    /// The task that the replay asked for last repairs.
    pub pending: Option<u32>,
    /// Where the notebook stops without that repair, when the repair stays only if it comes further with it.
    pub further_than: Option<u32>,
    /// Tasks whose repair brought the notebook no further.
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
    let repair = |cell: u32, sql: String| Some(Repair { cell, until: last + 1, sql });
    let failed = cells().find(|cell| cell.stopped() && !scene.unmarked.contains(&cell.index));
    if let Some(failed) = failed {
        return repair(failed.index, carry.sql.clone());
    }
    if !cells().all(|cell| cell.ran) {
        return None;
    }
    if breaks || carry.needs.iter().any(|name| scene.relation(name).is_err()) {
        let sql = carry.sql.trim_end().trim_end_matches(';');
        let also = misnamed(task, scene).map(|(view, own)| format!(";\n{}", same_view(&quoted(own), view)));
        return repair(last, format!("{sql}{}", also.unwrap_or_default()));
    }
    let (view, own) = misnamed(task, scene)?;
    repair(last, same_view(view, &quoted(own)))
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
