//! What a student should know of a submission as a whole.

use sandbar_labs::authored::shorten;
use sandbar_labs::diagnostic::{Finding, Position, Severity};
use sandbar_labs::evidence::CellEvidence;
use sandbar_labs::notebook::Cell;

use super::Grading;
use crate::report::with_hint;
use crate::rubric::Task;
use crate::scene::{Stop, failure};

impl Grading {
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.unreadable().cloned().map(with_hint).collect();
        let path = &self.work.notebook_path;
        if self.is_untitled() {
            let message = "No cell has a title such as `Task 1`, so nothing can be assigned to a task.";
            let hint = "Put the line `-- DBTITLE 1,Task 1` at the beginning of the cell that does task 1, and so on.";
            findings.push(Finding::error("NO_TASK_TITLES", "", message).with_hint(hint).in_file(path));
        } else if self.lab.rubric.submission.titled_tasks {
            findings.extend(self.missing_titles(path));
            findings.extend(self.unknown_titles(path));
            findings.extend(self.failed_scratch(path));
            findings.extend(self.expected_in_vain(path));
        }
        findings.extend(self.declared_widgets(path));
        findings.extend(self.several_jobs());
        findings
    }

    /// Which job of a bundle is graded, where it has several.
    fn several_jobs(&self) -> Option<Finding> {
        let work = self.work.job.as_ref().filter(|work| work.jobs.len() > 1)?;
        let found = work.findings.iter().find(|finding| finding.code == "SEVERAL_JOBS");
        let own = || {
            let message = format!(
                "The bundle has {} jobs; `{}` is graded, the first one, which runs the others.",
                work.jobs.len(),
                shorten(work.jobs.first().map_or("", String::as_str))
            );
            Finding::new("SEVERAL_JOBS", Severity::Advice, "", message).at(Position { line: 1, column: 1 })
        };
        Some(found.cloned().unwrap_or_else(own).in_file(&work.path))
    }

    /// Cells that are titled with the number of a task that the lab does not have.
    fn unknown_titles(&self, path: &str) -> Vec<Finding> {
        let known: Vec<u32> = self.lab.rubric.tasks.iter().map(|task| task.number).collect();
        let numbered = self.work.notebook.cells.iter().filter_map(|cell| Some((cell, cell.task_number()?)));
        let finding = |(cell, number): (&Cell, u32)| {
            let message = format!("There is no task {number}: the cell counts for none.");
            let tasks: Vec<String> = known.iter().map(u32::to_string).collect();
            Finding::new("UNKNOWN_TASK_TITLE", Severity::Warning, "", message)
                .with_hint(format!("Title it with the number of its own task: {}.", tasks.join(", ")))
                .in_file(path)
                .at(Position { line: cell.first_line, column: 1 })
        };
        numbered.filter(|(_, number)| !known.contains(number)).map(finding).collect()
    }

    /// The line of a cell whose title begins as the task's does, and goes on in another way.
    fn near(&self, task: u32) -> Option<u32> {
        let mut cells = self.work.notebook.cells.iter();
        let cell =
            cells.find(|cell| cell.task_number().is_none() && cell.near_task().is_some_and(|(n, _)| n == task))?;
        Some(cell.first_line)
    }

    /// A cell with the title of the task before, which an earlier cell has too: its line, and that task.
    fn titled_again(&self, task: u32) -> Option<(u32, u32)> {
        let mut numbers = self.lab.rubric.tasks.iter().map(|task| task.number);
        let before = numbers.rfind(|number| *number < task)?;
        let cells = self.work.notebook.cells.iter().filter(|cell| cell.task_number() == Some(before));
        Some((cells.skip(1).last()?.first_line, before))
    }

    /// Cells of no task that failed: the run went on behind them.
    fn failed_scratch(&self, path: &str) -> Vec<Finding> {
        let main = self.lab.rubric.replays.first().and_then(|first| self.replays.get(&first.name));
        let Some(run) = main.and_then(|main| main.as_ref().ok()).and_then(|evidence| evidence.runs.first()) else {
            return Vec::new();
        };
        let scratch = run.cells.iter().filter(|cell| cell.stopped() && self.work.cells.task_of(cell.index).is_none());
        let finding = |stop: Stop| {
            let message = format!("A cell of no task failed, and the run went on behind it: {}", stop.diagnostic);
            let mut finding = Finding::new("SCRATCH_CELL_FAILED", Severity::Warning, "", message).in_file(path);
            finding.hint.clone_from(&stop.diagnostic.hint);
            finding.at(Position { line: stop.place.line, column: stop.place.column })
        };
        scratch.filter_map(|cell| failure(cell, &self.work)).map(finding).collect()
    }

    /// Cells that say they are meant to fail, and did not.
    fn expected_in_vain(&self, path: &str) -> Vec<Finding> {
        let main = self.lab.rubric.replays.first().and_then(|first| self.replays.get(&first.name));
        let run = main.and_then(|main| main.as_ref().ok()).and_then(|evidence| evidence.runs.first());
        let ran = |cell: &&CellEvidence| {
            !cell.statements.is_empty() && cell.statements.iter().all(|statement| statement.error.is_none())
        };
        let in_vain = run.into_iter().flat_map(|run| &run.cells).filter(|cell| cell.expects_error).filter(ran);
        let finding = |cell: &CellEvidence| {
            let message =
                "The cell is marked `-- expect-error`, and nothing in it failed: a run of the notebook stops there.";
            Finding::new("EXPECTED_IN_VAIN", Severity::Warning, "", message)
                .with_hint("Take the mark out, or write the statement that is to be refused.")
                .in_file(path)
                .at(Position { line: cell.first_line, column: 1 })
        };
        in_vain.map(finding).collect()
    }

    fn missing_titles(&self, path: &str) -> Vec<Finding> {
        let missing = self.lab.rubric.tasks.iter().filter(|task| !self.work.cells.has(task.number));
        let finding = |task: &Task| {
            let message = format!("No cell is titled `Task {}`.", task.number);
            let line = format!("-- DBTITLE 1,Task {}: {}", task.number, task.title);
            let hint = match (self.near(task.number), self.titled_again(task.number)) {
                (Some(place), _) => format!("The cell in line {place} is called nearly so: write `{line}`."),
                (None, Some((place, other))) => format!(
                    "The cell in line {place} is titled `Task {other}` once more: if it does task {}, write `{line}`.",
                    task.number
                ),
                (None, None) => format!("Put the line `{line}` at the beginning of the cell that does it."),
            };
            Finding::new("MISSING_TASK_TITLE", Severity::Warning, "", message).with_hint(hint).in_file(path)
        };
        missing.map(finding).collect()
    }
}
