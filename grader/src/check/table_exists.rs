//! `table_exists`: a live Delta table of that name at a moment; a view of the name does not count.

use sandbar_labs::evidence::StatementKind;

use super::{Rule, Section};
use crate::outcome::{Fault, MISNAMED, Verdict};
use crate::rubric::Moment;
use crate::scene::Scene;

#[derive(Debug)]
pub struct TableExists {
    table: String,
}

pub fn read(section: &mut Section<'_, '_>) -> TableExists {
    TableExists { table: section.required("table") }
}

impl Rule for TableExists {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let table = &self.table;
        if let Some(own) = scene.own_tables.get(table) {
            let message =
                format!("The table is called `{own}`, not `{table}`. All else is judged as if it had that name.");
            let fault = Fault::new(MISNAMED, message).expected(format!("a Delta table `{table}`"));
            let next = format!("Call it `{table}`, here and in every statement that names it.");
            return fault.found(format!("a Delta table `{own}`")).next(next).failed();
        }
        if scene.table_at(table, Moment::After).is_some() {
            return Verdict::Passed;
        }
        let statements = scene.statements(scene.task);
        let creates_view = statements.iter().filter_map(|(_, statement)| statement.facts.as_ref()).any(|facts| {
            matches!(facts.kind, StatementKind::CreateTempView | StatementKind::CreateView)
                && facts.target.as_deref().is_some_and(|target| target.eq_ignore_ascii_case(table))
        });
        if creates_view {
            let message = format!("`{table}` is a view: a stored query without rows, versions or history of its own.");
            let fault = Fault::new("view", message).expected(format!("a Delta table `{table}`"));
            return fault
                .found(format!("a view `{table}`"))
                .next("Write CREATE TABLE in place of CREATE VIEW.")
                .failed();
        }
        let others = scene.main().map(|(evidence, _)| &evidence.tables).into_iter().flatten();
        let names: Vec<&str> = others.filter(|other| !other.dropped).map(|other| other.name.as_str()).collect();
        let found = if names.is_empty() { "no table".to_owned() } else { crate::feedback::list(&names) };
        Fault::new("missing", format!("There is no Delta table `{table}` after this task."))
            .expected(format!("a Delta table `{table}`"))
            .found(found)
            .failed()
    }
}
