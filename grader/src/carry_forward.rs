//! Carry-forward: a task that leaves no state for the tasks after it is followed by the course's own statements.
//!
//! The notebook is replayed again with them, once for each such task, in order. A task is judged on the last replay in
//! which all before it are repaired and itself is not.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::Evidence;
use sandbar_labs::sandbox::Repair;

use crate::rubric::Task;
use crate::scene::Scene;

/// The replays of the notebook with repairs, in the order of the tasks repaired.
#[derive(Debug, Default)]
pub struct Stages {
    stages: Vec<(u32, Result<Evidence, Diagnostic>)>,
    /// All repairs so far.
    pub repairs: Vec<Repair>,
    /// The task that the replay asked for last repairs.
    pub pending: Option<u32>,
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
pub fn repair(task: &Task, scene: &Scene<'_>) -> Option<Repair> {
    let carry = task.carry_forward.as_ref()?;
    let (_, run) = scene.main()?;
    let cells = || run.cells.iter().filter(|cell| scene.work.cells.task_of(cell.index) == Some(task.number));
    let last = cells().next_back()?.index;
    let failed = cells().find(|cell| cell.stopped()).map(|cell| cell.index);
    let lacks = || cells().all(|cell| cell.ran) && carry.needs.iter().any(|name| scene.relation(name).is_err());
    let cell = failed.or_else(|| lacks().then_some(last))?;
    Some(Repair { cell, until: last + 1, sql: carry.sql.clone() })
}
