//! The notebook once more, with the first task repaired that leaves no state for the tasks after it.

use sandbar_labs::sandbox::Probe;

use super::{Grading, Step};
use crate::carry_forward::{misnamed, repair};
use crate::outcome::Verdict;
use crate::rubric::{Check, Task};

impl Grading {
    /// The next replay with repairs, or first the questions of a check that a task's state must pass.
    pub(super) fn repair_step(&mut self) -> Option<Step> {
        let after = self.stages.last().unwrap_or_default();
        let lab = self.lab.clone();
        for task in lab.rubric.tasks.iter().filter(|task| task.number > after) {
            let Some(check) = task.checks.first() else { continue };
            let holds: Vec<&Check> = must_hold(task).collect();
            let probes: Vec<Probe> = holds.iter().flat_map(|check| self.questions_of(task, check)).collect();
            if !probes.is_empty() {
                return Some(Step::Probe(self.ask(probes)));
            }
            let fails = |check: &&Check| matches!(check.rule.judge(&self.scene(task, check)), Verdict::Failed(_));
            let scene = self.scene(task, check);
            let Some(repair) = repair(task, &scene, holds.iter().any(fails)) else { continue };
            let own_name = misnamed(task, &scene).map(|(view, own)| (view.to_owned(), own.to_owned()));
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
}

fn must_hold(task: &Task) -> impl Iterator<Item = &Check> {
    let holds = task.carry_forward.iter().flat_map(|carry| &carry.holds);
    holds.filter_map(|id| task.checks.iter().find(|check| check.id == *id))
}
