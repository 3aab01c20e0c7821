//! How a check ends: where its task is missing or never ran, where something before it does not hold, and what its rule
//! says otherwise.

use std::collections::BTreeSet;

use sandbar_labs::evidence::{CellEvidence, Evidence};

use super::Grading;
use crate::feedback::error_text;
use crate::outcome::{Fault, MISNAMED, Place, Verdict};
use crate::report::MEND_FILE;
use crate::rubric::{Check, Task};
use crate::scene::{Scene, Stop};

impl Grading {
    pub(super) fn verdict(&self, task: &Task, check: &Check, passed: &BTreeSet<&str>) -> Verdict {
        if let Some(why) = &self.unavailable {
            return Verdict::Unavailable(why.clone());
        }
        if let Some(fault) = self.unreadable_part(check) {
            return fault.error();
        }
        let scene = self.scene(task, check);
        if self.lab.rubric.submission.titled_tasks
            && let Some(verdict) = self.not_reached(task, &scene)
        {
            return verdict;
        }
        if let Some(needed) = check.needs.iter().find(|needed| !passed.contains(needed.as_str())) {
            let claim = self.lab.rubric.checks().find(|(_, other)| other.id == *needed);
            let claim = claim.map(|(_, other)| other.claim.as_str()).unwrap_or_default();
            return Verdict::Blocked(format!("This can only be looked at when another check holds: {claim}"));
        }
        let verdict = check.rule.judge(&scene);
        match (verdict, self.main_stop(task.number)) {
            // What has another name is there, whatever failed.
            (Verdict::Failed(fault), Some(stop)) if stop.task == Some(task.number) && fault.reason != MISNAMED => {
                stopped_in_task(&fault, stop)
            }
            (verdict, _) => verdict,
        }
    }

    /// The fault of a check whose part of the submission cannot be read.
    fn unreadable_part(&self, check: &Check) -> Option<Fault> {
        let finding = self.work.unreadable.get(&check.rule.about().part())?.first()?;
        let next = finding.hint.clone().unwrap_or_else(|| MEND_FILE.to_owned());
        let place = finding.file.as_deref().zip(finding.line);
        let place = place.map(|(file, line)| Place::new(file, line, finding.column.unwrap_or(1)));
        let message = format!("What this looks at cannot be read. {}", finding.message);
        Some(Fault { place, ..Fault::new("unreadable", message).next(next) })
    }

    /// The verdict for a task whose cells are missing or never ran.
    fn not_reached(&self, task: &Task, scene: &Scene<'_>) -> Option<Verdict> {
        if !self.work.cells.has(task.number) {
            return Some(Verdict::Blocked(format!("No cell is titled `Task {}`.", task.number)));
        }
        let main = || self.lab.rubric.replays.first().and_then(|first| self.replays.get(&first.name));
        if let Some(Err(limit)) = scene.stage.or_else(main) {
            return Some(Fault::new("limit", format!("The notebook hit a limit: {}", error_text(limit))).error());
        }
        if !scene.cells(task.number).is_empty() {
            return None;
        }
        let why = match self.main_stop(task.number) {
            Some(stop) => {
                format!("Not reached: the notebook stopped before it, at {}:{}.", stop.place.file, stop.place.line)
            }
            None => format!("No cell of task {} has anything to run.", task.number),
        };
        Some(Verdict::Blocked(why))
    }

    /// Where the replay that a task is judged on stopped.
    pub(super) fn main_stop(&self, task: u32) -> Option<Stop> {
        let main = || self.replays.get(&self.lab.rubric.replays.first()?.name);
        let stage = self.stages.of(task).or_else(|| self.as_written().filter(|_| task == 0));
        let Ok(evidence) = stage.or_else(main)? else { return None };
        let repaired: Vec<u32> = self.stages.repaired().into_iter().filter(|repaired| *repaired < task).collect();
        self.stop_of(evidence, &repaired)
    }

    /// Where a replay stopped, in which these tasks were repaired.
    pub(super) fn stop_of(&self, evidence: &Evidence, repaired: &[u32]) -> Option<Stop> {
        let titled = self.lab.rubric.submission.titled_tasks;
        let unmarked = |cell: &CellEvidence| self.unmarked.contains(&cell.index);
        crate::scene::stop_of(evidence.runs.first()?, &self.work, repaired, titled, &unmarked)
    }
}

/// A claim that does not hold because a cell of its task failed is an error, not wrong work.
fn stopped_in_task(fault: &Fault, stop: Stop) -> Verdict {
    let message = match fault.reason.as_str() {
        // What was not run may be what the task asks for.
        "no_statement" | "no_query" | "no_commit" => "A cell of this task failed before this could hold.".to_owned(),
        _ => format!("A cell of this task failed, so this does not hold. {}", fault.message),
    };
    let next_step = stop.diagnostic.hint.clone();
    let found = error_text(&stop.diagnostic);
    let error = Fault { place: Some(stop.place), next_step, ..Fault::new("cell_failed", message) };
    error.found(found).error()
}
