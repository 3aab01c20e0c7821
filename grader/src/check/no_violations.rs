//! `no_violations`: a query for rows that break the claim finds none: rows that should not be there, or rows that are missing.

use super::reference::{first_line, gather, mentions};
use super::{Known, Question, Rule, Section};
use crate::feedback::{Lists, shown_rows};
use crate::outcome::{Fault, Verdict};
use crate::scene::Scene;

const KEY: &str = "violations";

#[derive(Debug)]
pub struct NoViolations {
    sql: String,
    reason: String,
    say: String,
    lists: Lists,
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
    NoViolations { sql, say, lists, reason: section.text("reason").unwrap_or_else(|| "violated".to_owned()) }
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
        let (rows, comparison) = shown_rows(violations, self.lists);
        let fault = Fault::new(&self.reason, &self.say);
        let fault = match self.lists {
            Lists::Missing => fault.expected(rows).found("no such row"),
            Lists::Unexpected => fault.expected("no such row").found(rows),
        };
        Fault { comparison: Some(comparison), ..fault }.failed()
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        let reads = known.relations.iter().any(|name| mentions(&self.sql, name));
        let message = || format!("the query `{}` reads no relation of this lab.", first_line(&self.sql));
        (!reads).then(message).into_iter().collect()
    }
}
