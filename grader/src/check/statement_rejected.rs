//! `statement_rejected`: a write to the table was refused for the right reason and left no trace.

use super::{Rule, Section};
use crate::feedback::error_text;
use crate::outcome::{Fault, Verdict};
use crate::scene::Scene;

#[derive(Debug)]
pub struct StatementRejected {
    table: String,
    /// Error classes; a class stands for its subclasses too.
    classes: Vec<String>,
}

pub fn read(section: &mut Section<'_, '_>) -> StatementRejected {
    let (table, classes) = (section.required("table"), section.texts("classes"));
    if classes.is_empty() {
        section.missing("classes");
    }
    StatementRejected { table, classes }
}

impl StatementRejected {
    fn allowed(&self, class: &str) -> bool {
        self.classes.iter().any(|known| {
            class.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

impl Rule for StatementRejected {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let statements = scene.statements(scene.task);
        let expected = format!("a write to `{}` that its schema refuses", self.table);
        let refused: Vec<_> = statements.iter().filter_map(|(_, s)| s.error.as_ref().map(|error| (s, error))).collect();
        if refused.is_empty() {
            let marked = scene.cells(scene.task).iter().any(|cell| cell.expects_error);
            let (reason, message) = if marked {
                ("accepted", "The write in the cell marked `-- expect-error` was accepted.")
            } else {
                ("none", "No cell of this task is marked `-- expect-error` and fails.")
            };
            return Fault::new(reason, message).expected(expected).found("no statement failed").failed();
        }
        let right = refused.iter().find(|(statement, error)| {
            let target = statement.facts.as_ref().and_then(|facts| facts.target.as_deref());
            self.allowed(&error.class)
                && target.is_some_and(|target| target.eq_ignore_ascii_case(&self.table))
                && statement.commits.is_empty()
        });
        if right.is_some() {
            return Verdict::Passed;
        }
        let (statement, error) = refused[0];
        let message = if self.allowed(&error.class) {
            format!("The statement that failed does not write to `{}`.", self.table)
        } else {
            format!("The statement failed for another reason than the table's schema: {}.", error.class)
        };
        let place = format!("`{}`: {}", super::reference::first_line(&statement.sql), error_text(error));
        Fault::new("other_error", message).expected(expected).found(place).failed()
    }
}
