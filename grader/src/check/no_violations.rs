//! `no_violations`: a query for rows that break the claim finds none: rows that should not be there, or rows that are missing.

use sandbar_labs::relation::Relation;
use serde_json::Value;

use super::reference::gather;
use super::{Known, Question, Rule, Section};
use crate::feedback::{Comparison, Lists, show, shown_rows};
use crate::outcome::{Fault, Verdict};
use crate::scene::Scene;

const KEY: &str = "violations";

#[derive(Debug)]
pub struct NoViolations {
    sql: String,
    reason: String,
    say: String,
    lists: Lists,
    /// The relation in which a missing row may stand with other values, and the columns that say which row it is.
    changed_in: Option<(String, Vec<String>)>,
}

pub fn read(section: &mut Section<'_, '_>) -> NoViolations {
    let (sql, say) = (section.query("violations"), section.required("say"));
    let lists = match section.text("lists").as_deref() {
        None | Some("unexpected") => Lists::Unexpected,
        Some("missing") => Lists::Missing,
        Some(other) => {
            section.unknown("lists", other, &["missing", "unexpected"]);
            Lists::Unexpected
        }
    };
    let (changed_in, key) = (section.text("changed_in"), section.texts("key"));
    if changed_in.is_some() == key.is_empty() {
        section.wrong(
            "key",
            "`changed_in` and `key` belong together: a relation, and the columns that name a row.".to_owned(),
        );
    }
    let reason = section.text("reason").unwrap_or_else(|| "violated".to_owned());
    NoViolations { sql, say, lists, reason, changed_in: changed_in.map(|relation| (relation, key)) }
}

impl NoViolations {
    /// What stands in the place of the rows that are shown, in words; the comparison gets it beside them.
    fn changed(&self, scene: &Scene<'_>, rows: &Relation, shown: &mut Comparison) -> Option<String> {
        let (relation, key) = self.changed_in.as_ref()?;
        let there = scene.relation(relation).ok()?;
        let columns: Vec<Option<usize>> = rows.columns.iter().map(|column| there.column_index(&column.name)).collect();
        let keys: Vec<usize> = key.iter().map(|name| rows.column_index(name)).collect::<Option<_>>()?;
        let mut found = Relation { columns: rows.columns.clone(), rows: Vec::new() };
        for (row, told) in rows.rows.iter().zip(&mut shown.rows) {
            let in_names = |other: &Vec<Value>| -> Vec<Value> {
                columns.iter().map(|at| at.and_then(|at| other.get(at)).cloned().unwrap_or_default()).collect()
            };
            let mut others = there.rows.iter().map(in_names);
            if let Some(other) = others.find(|other| keys.iter().all(|at| other.get(*at) == row.get(*at))) {
                told.found = Some(other.iter().map(show).collect());
                found.rows.push(other);
            }
        }
        (!found.rows.is_empty()).then(|| shown_rows(&found, Lists::Missing).0)
    }
}

impl Rule for NoViolations {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        if scene.answer(KEY).is_some() {
            return Vec::new();
        }
        let relations = gather(&self.sql, scene, &Vec::new()).ok();
        let asked = relations.map(|relations| Question { key: KEY.to_owned(), relations, sql: self.sql.clone() });
        asked.into_iter().collect()
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        if let Err(absent) = gather(&self.sql, scene, &Vec::new()) {
            return Verdict::Blocked(absent);
        }
        let violations = match scene.answer(KEY) {
            Some(Ok(violations)) => violations,
            Some(Err(diagnostic)) => return Verdict::Unavailable(format!("The reference query failed: {diagnostic}")),
            None => return Verdict::Unavailable("The reference query was not run.".to_owned()),
        };
        if violations.rows.is_empty() {
            return Verdict::Passed;
        }
        let (rows, mut comparison) = shown_rows(violations, self.lists);
        let fault = Fault::new(&self.reason, &self.say);
        let fault = match self.lists {
            Lists::Missing => match self.changed(scene, violations, &mut comparison) {
                Some(changed) => fault.expected(rows).found(changed),
                None => fault.expected(rows).found("no such row"),
            },
            Lists::Unexpected => fault.expected("no such row").found(rows),
        };
        Fault { comparison: Some(comparison), ..fault }.failed()
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        let changed_in = self.changed_in.as_ref().and_then(|(relation, _)| known.relation(relation));
        known.reads_none(&self.sql, &[]).into_iter().chain(changed_in).collect()
    }
}
