//! `view_exists`: the task made a temp view of that name with the right columns.

use sandbar_labs::evidence::StatementKind;
use sandbar_labs::relation::{Column, Relation};

use super::{Rule, Section};
use crate::compare::Family;
use crate::feedback::list;
use crate::outcome::{Fault, MISNAMED, Verdict};
use crate::rubric::Moment;
use crate::scene::Scene;

#[derive(Debug)]
pub struct ViewExists {
    view: String,
    columns: Vec<Column>,
}

pub fn read(section: &mut Section<'_, '_>) -> ViewExists {
    ViewExists { view: section.required("view"), columns: section.columns("columns") }
}

impl Rule for ViewExists {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let name = &self.view;
        let Some(view) = scene.view(name) else {
            if scene.table_at(name, Moment::After).is_some() {
                let message = format!("`{name}` is a table, not a temp view.");
                return Fault::new("table", message).next("Write CREATE OR REPLACE TEMP VIEW.").failed();
            }
            return match scene.misnamed_view(name) {
                Some((own, _)) => Fault::new(MISNAMED, format!("The temp view is called `{own}`, not `{name}`."))
                    .expected(format!("`{name}`"))
                    .found(format!("`{own}`"))
                    .next(format!("Call it `{name}`; the tasks after this one look for that name."))
                    .failed(),
                None => Fault::new("missing", format!("There is no temp view `{name}`.")).failed(),
            };
        };
        if scene.dropped_view(name).is_some() {
            return Fault::new("dropped", format!("`{name}` was made and, in the same task, dropped again."))
                .next("Leave the view there: the tasks after this one read it.")
                .failed();
        }
        if scene.last_about_view(name).is_some_and(|(_, kind)| kind == StatementKind::CreateView) {
            let message = format!("`{name}` is a view that stays in the schema, not a temporary one.");
            return Fault::new("permanent", message).next("Write CREATE OR REPLACE TEMP VIEW.").failed();
        }
        // A column that the student's table calls otherwise is looked at there.
        let view = &scene.in_asked_names(Relation { columns: view.columns.clone(), rows: Vec::new() }, &self.columns);
        let names: Vec<&str> = view.columns.iter().map(|column| column.name.as_str()).collect();
        let missing: Vec<&Column> =
            self.columns.iter().filter(|column| view.column_index(&column.name).is_none()).collect();
        if !missing.is_empty() || view.columns.len() != self.columns.len() {
            let wanted: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
            let message = format!("The columns of `{name}` are not those of the table.");
            return Fault::new("columns", message).expected(list(&wanted)).found(list(&names)).failed();
        }
        let other = self.columns.iter().find_map(|column| {
            let found = &view.columns[view.column_index(&column.name)?];
            (Family::of(&found.type_name) != Family::of(&column.type_name)).then_some((column, found))
        });
        match other {
            None => Verdict::Passed,
            Some((column, found)) => Fault::new("types", format!("Column `{}` has another kind of type.", column.name))
                .expected(format!("{} {}", column.name, column.type_name))
                .found(format!("{} {}", found.name, found.type_name))
                .failed(),
        }
    }
}
