//! What checks want to know next. A step looks at no check in vain: of each is kept that it asked nothing, as long as
//! nothing more becomes known that it may read.

use std::collections::BTreeSet;

use sandbar_labs::component::Call;
use sandbar_labs::sandbox::{Probe, ReplayPlan};

use super::{Grading, Step};
use crate::rubric::{Check, Task};
use crate::scene::question_id;

/// What was looked at and needs nothing.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// No task is to be repaired.
    repairs: bool,
    /// Checks that ask no question.
    questions: BTreeSet<String>,
    /// Checks that ask for no trial.
    trials: BTreeSet<String>,
}

impl Settled {
    /// Trials of a check, and what its component says, are nothing to other checks; a repair may wait for any.
    pub(super) fn reopen(&mut self, check: &str) {
        self.repairs = false;
        self.questions.remove(check);
        self.trials.remove(check);
    }
}

impl Grading {
    pub(super) fn open_repair(&mut self) -> Option<Step> {
        if self.settled.repairs {
            return None;
        }
        let step = self.repair_step();
        self.settled.repairs = step.is_none();
        step
    }

    pub(super) fn open_questions(&mut self) -> Vec<Probe> {
        let (mut probes, mut settled) = (Vec::new(), Vec::new());
        for (task, check) in self.checks().filter(|(_, check)| !self.settled.questions.contains(&check.id)) {
            let asked = self.questions_of(task, check);
            settled.extend(asked.is_empty().then(|| check.id.clone()));
            probes.extend(asked);
        }
        self.settled.questions.extend(settled);
        self.ask(probes)
    }

    /// What a check wants to know and nobody has answered.
    pub(super) fn questions_of(&self, task: &Task, check: &Check) -> Vec<Probe> {
        let questions = check.rule.questions(&self.scene(task, check)).into_iter().map(|question| Probe {
            id: question_id(&check.id, &question.key),
            relations: question.relations,
            sql: question.sql,
        });
        questions.filter(|probe| !self.answers.contains_key(&probe.id)).collect()
    }

    pub(super) fn ask(&mut self, probes: Vec<Probe>) -> Vec<Probe> {
        self.asked = probes.iter().map(|probe| probe.id.clone()).collect();
        probes
    }

    /// The trials of one check: a limit that ends them is no other check's.
    pub(super) fn open_trials(&mut self) -> Vec<ReplayPlan> {
        let (mut asked, mut settled) = (None, Vec::new());
        for (task, check) in self.checks().filter(|(_, check)| !self.settled.trials.contains(&check.id)) {
            let trials = check.rule.trials(&self.scene(task, check));
            if !trials.is_empty() {
                asked = Some((check.id.clone(), trials));
                break;
            }
            settled.push(check.id.clone());
        }
        self.settled.trials.extend(settled);
        let Some((check, trials)) = asked else { return Vec::new() };
        self.settled.reopen(&check);
        let (ids, plans) = trials.into_iter().map(|trial| (question_id(&check, &trial.key), trial.plan)).unzip();
        self.trying = ids;
        plans
    }

    /// One component after the other: each is asked once.
    pub(super) fn open_call(&mut self) -> Option<Call> {
        let found = self.checks().find_map(|(task, check)| {
            let is_open = !self.said.contains_key(&check.id);
            let call = is_open.then(|| check.rule.call(&self.scene(task, check))).flatten()?;
            Some((check.id.clone(), call))
        });
        let (check, call) = found?;
        self.judging = Some(check);
        Some(call)
    }
}
