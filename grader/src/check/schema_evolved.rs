//! `schema_evolved`: the task added so many columns, and the others are as before.

use sandbar_labs::relation::Column;

use super::{Rule, Section};
use crate::feedback::{count, list};
use crate::outcome::{Fault, Verdict};
use crate::rubric::Moment;
use crate::scene::Scene;

#[derive(Debug)]
pub struct SchemaEvolved {
    table: String,
    added: usize,
}

pub fn read(section: &mut Section<'_, '_>) -> SchemaEvolved {
    let (table, added) = (section.required("table"), section.count("added", 1));
    if added == 0 {
        section.wrong("added", "`added` must be at least 1: a task without an effect proves nothing.".to_owned());
    }
    SchemaEvolved { table, added }
}

impl Rule for SchemaEvolved {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let Some(before) = scene.table_at(&self.table, Moment::Before) else {
            return Verdict::Blocked(format!("There was no Delta table `{}` before this task.", self.table));
        };
        let Some(after) = scene.table_at(&self.table, Moment::After) else {
            return Fault::new("gone", format!("`{}` is gone after this task.", self.table)).failed();
        };
        let (old, new) = (&before.version.schema, &after.version.schema);
        let kept = |column: &Column| {
            new.iter().any(|c| c.name.eq_ignore_ascii_case(&column.name) && c.type_name == column.type_name)
        };
        let lost: Vec<&str> = old.iter().filter(|column| !kept(column)).map(|column| column.name.as_str()).collect();
        if !lost.is_empty() {
            let message = format!("{} is gone or has another type.", list(&lost));
            return Fault::new("column_lost", message).failed();
        }
        let is_old = |column: &&Column| old.iter().any(|c| c.name.eq_ignore_ascii_case(&column.name));
        let added: Vec<&str> = new.iter().filter(|column| !is_old(column)).map(|column| column.name.as_str()).collect();
        if added.len() == self.added {
            return Verdict::Passed;
        }
        let reason = if added.is_empty() { "no_new_column" } else { "other_number" };
        Fault::new(reason, format!("This task added {}.", count(added.len(), "column")))
            .expected(count(self.added, "new column"))
            .found(list(&added))
            .failed()
    }
}
