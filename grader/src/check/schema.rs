//! `schema`: the table has exactly these columns with these types, in any order.

use sandbar_labs::relation::Column;

use super::{Rule, Section};
use crate::feedback::list;
use crate::outcome::{Fault, Verdict};
use crate::rubric::Moment;
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct Schema {
    table: String,
    columns: Vec<Column>,
    /// Columns that must be declared NOT NULL.
    not_null: Vec<String>,
}

pub fn read(section: &mut Section<'_, '_>) -> Schema {
    let (table, columns, not_null) = (section.required("table"), section.columns("columns"), section.texts("not_null"));
    let is_column = |name: &&String| columns.iter().any(|column| column.name == **name);
    for unknown in not_null.iter().filter(|name| !is_column(name)) {
        section.wrong("not_null", format!("`{unknown}` is not one of the columns."));
    }
    Schema { table, columns, not_null }
}

impl Rule for Schema {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        match scene.table_at(&self.table, Moment::After) {
            Some(at) => match judge_columns(&self.columns, &at.version.schema) {
                Verdict::Passed => judge_null(&self.not_null, &at.version.schema),
                verdict => verdict,
            },
            None => Verdict::Blocked(format!("There is no Delta table `{}` to look at.", self.table)),
        }
    }

    fn about(&self) -> About<'_> {
        About::Creation(&self.table)
    }
}

fn judge_null(not_null: &[String], found: &[Column]) -> Verdict {
    let nullable = |name: &&String| found.iter().any(|one| one.name.eq_ignore_ascii_case(name) && one.nullable);
    match not_null.iter().find(nullable) {
        None => Verdict::Passed,
        Some(name) => {
            let fault = Fault::new("nullable", format!("Column `{name}` may be NULL."));
            fault.expected(format!("{name} NOT NULL")).found("a column that may be NULL").failed()
        }
    }
}

/// Compares column lists; the reason is `columns` or `types`.
pub fn judge_columns(expected: &[Column], found: &[Column]) -> Verdict {
    let same_name = |one: &Column, two: &Column| one.name.eq_ignore_ascii_case(&two.name);
    let absent = |from: &[Column], of: &[Column]| -> Vec<String> {
        let missing = of.iter().filter(|column| !from.iter().any(|other| same_name(column, other)));
        missing.map(|column| column.name.clone()).collect()
    };
    let (missing, unexpected) = (absent(found, expected), absent(expected, found));
    let fault = |reason: &str, message: String| {
        Fault::new(reason, message).expected(describe(expected)).found(describe(found)).failed()
    };
    if !missing.is_empty() {
        return fault("columns", format!("{} missing: {}.", plural(&missing), list(&missing)));
    }
    if !unexpected.is_empty() {
        return fault("columns", format!("{} not asked for: {}.", plural(&unexpected), list(&unexpected)));
    }
    let other_type = expected.iter().find_map(|column| {
        let other = found.iter().find(|other| same_name(column, other))?;
        (!other.type_name.eq_ignore_ascii_case(&column.type_name)).then_some((column, other))
    });
    match other_type {
        None => Verdict::Passed,
        Some((want, have)) => {
            fault("types", format!("Column `{}` is {}, not {}.", want.name, have.type_name, want.type_name))
        }
    }
}

fn plural(names: &[String]) -> &'static str {
    if names.len() == 1 { "Column" } else { "Columns" }
}

fn describe(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("{} {}", column.name, column.type_name)).collect::<Vec<_>>().join(", ")
}
