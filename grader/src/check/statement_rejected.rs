//! `statement_rejected`: a write to the table was refused for the right reason and left no trace.

use sandbar_labs::evidence::CellEvidence;
use sandbar_labs::outcome::StatementOutcome;

use super::{Rule, Section};
use crate::feedback::error_text;
use crate::outcome::{Earns, Fault, Verdict};
use crate::points::Points;
use crate::scene::Scene;

#[derive(Debug)]
pub struct StatementRejected {
    table: String,
    /// Error classes; a class stands for its subclasses too.
    classes: Vec<String>,
    /// What is left of the points when the statement was refused, but its cell does not say that it is meant to be.
    unmarked_earns: Points,
}

pub fn read(section: &mut Section<'_, '_>) -> StatementRejected {
    let (table, classes) = (section.required("table"), section.texts("classes"));
    if classes.is_empty() {
        section.missing("classes");
    }
    StatementRejected { table, classes, unmarked_earns: section.points_or_zero("unmarked_earns") }
}

impl StatementRejected {
    fn allowed(&self, class: &str) -> bool {
        self.classes.iter().any(|known| {
            class.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

impl StatementRejected {
    /// The write was refused as the task demands, but in a cell that stops a run.
    fn unmarked(&self, scene: &Scene<'_>, cell: &CellEvidence, statement: &StatementOutcome) -> Verdict {
        let place = scene.place(cell, statement);
        let title = cell.title.as_deref().map(|title| format!(" titled `{title}`")).unwrap_or_default();
        let message = format!(
            "The write is refused as the task asks, but nothing says that it is meant to be: the cell{title} \
             (line {}) lacks the line `-- expect-error`, so a run of the notebook stops there.",
            place.line
        );
        let fault = Fault::new("unmarked", message)
            .expected("`-- expect-error` as the first line of the cell, below its title")
            .found(format!("`{}`", super::reference::first_line(&statement.sql)))
            .next(format!("Put `-- expect-error` above the statement in line {}.", place.line));
        Fault { place: Some(place), earns: Earns::Points(self.unmarked_earns), ..fault }.failed()
    }
}

impl Rule for StatementRejected {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let statements = scene.statements(scene.task);
        let expected = format!("a write to `{}` that its schema refuses", self.table);
        let refused: Vec<_> =
            statements.iter().filter_map(|(cell, s)| s.error.as_ref().map(|error| (*cell, *s, error))).collect();
        if refused.is_empty() {
            let marked = scene.cells(scene.task).iter().any(|cell| cell.expects_error);
            let (reason, message) = if marked {
                ("accepted", "The write in the cell marked `-- expect-error` was accepted.")
            } else {
                ("none", "No cell of this task is marked `-- expect-error` and fails.")
            };
            return Fault::new(reason, message).expected(expected).found("no statement failed").failed();
        }
        let right: Vec<_> = refused.iter().filter(|(_, statement, _)| self.wants_error(statement)).collect();
        // A cell that was forgiven stops a run, whatever comes behind it.
        let unmarked = |cell: &CellEvidence| !cell.expects_error && scene.unmarked.contains(&cell.index);
        let stops = right.iter().find(|(cell, ..)| unmarked(cell));
        if let Some((cell, statement, _)) = stops.or_else(|| right.iter().max_by_key(|(cell, ..)| cell.expects_error)) {
            return if cell.expects_error { Verdict::Passed } else { self.unmarked(scene, cell, statement) };
        }
        let (cell, statement, error) = refused[0];
        let message = if self.allowed(&error.class) {
            format!("The statement that failed does not write to `{}`.", self.table)
        } else {
            format!("The statement failed for another reason than the table's schema: {}.", error.class)
        };
        let found = format!("`{}`: {}", super::reference::first_line(&statement.sql), error_text(error));
        let fault = Fault::new("other_error", message).expected(expected).found(found);
        Fault { place: Some(scene.place(cell, statement)), ..fault }.failed()
    }

    fn form_earns(&self) -> Option<(&'static str, Points)> {
        Some(("unmarked_earns", self.unmarked_earns))
    }

    fn wants_error(&self, statement: &StatementOutcome) -> bool {
        let target = statement.facts.as_ref().and_then(|facts| facts.target.as_deref());
        statement.error.as_ref().is_some_and(|error| self.allowed(&error.class))
            && target.is_some_and(|target| target.eq_ignore_ascii_case(&self.table))
            && statement.commits.is_empty()
    }
}
