//! What a student should know of a submission as a whole.

use sandbar_labs::diagnostic::{Finding, Severity};

use super::Grading;
use crate::rubric::Task;

impl Grading {
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let path = &self.work.notebook_path;
        if self.is_untitled() {
            let message = "No cell has a title such as `Task 1`, so nothing can be assigned to a task.";
            let hint = "Put the line `-- DBTITLE 1,Task 1` at the beginning of the cell that does task 1, and so on.";
            findings.push(Finding::error("NO_TASK_TITLES", "", message).with_hint(hint).in_file(path));
        } else if self.lab.rubric.submission.titled_tasks {
            findings.extend(self.missing_titles(path));
        }
        findings
    }

    fn missing_titles(&self, path: &str) -> Vec<Finding> {
        let missing = self.lab.rubric.tasks.iter().filter(|task| !self.work.cells.has(task.number));
        let finding = |task: &Task| {
            let message = format!("No cell is titled `Task {}`.", task.number);
            let line = format!("-- DBTITLE 1,Task {}: {}", task.number, task.title);
            let hint = format!("Put the line `{line}` at the beginning of the cell that does it.");
            Finding::new("MISSING_TASK_TITLE", Severity::Warning, "", message).with_hint(hint).in_file(path)
        };
        missing.map(finding).collect()
    }
}
