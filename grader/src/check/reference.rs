//! A reference query with the mistakes that it can tell apart.
//!
//! First the reference alone is asked; only when the student's rows differ are the known mistakes asked, so that right
//! work costs one query.

use sandbar_labs::relation::Relation;

use super::{Known, Question};
use crate::compare::{Contract, compare};
use crate::feedback::difference;
use crate::outcome::{Earns, Fault, Verdict};
use crate::points::Points;
use crate::rubric::Section;
use crate::scene::Scene;

const REFERENCE: &str = "reference";

#[derive(Debug)]
pub struct Reference {
    sql: String,
    contract: Contract,
    mistakes: Vec<Mistake>,
    /// A reference without rows shows nothing: then the check is blocked.
    blocked_when_empty: Option<String>,
}

/// What the rows look like when a certain mistake was made.
#[derive(Debug)]
pub struct Mistake {
    pub key: String,
    pub sql: String,
    pub say: String,
    pub next_step: Option<String>,
    /// Points that the check still earns when this is all that is wrong.
    pub earns: Points,
}

/// Relations besides the rubric's own, such as a replay's data sets.
pub type Extra = Vec<(String, Relation)>;

impl Reference {
    pub fn read(section: &mut Section<'_, '_>) -> Self {
        let (sql, contract) = (section.query("reference"), section.contract());
        let blocked_when_empty = section.text("blocked_when_empty");
        let mut mistakes = Vec::new();
        section.each("mistakes", |mistake| {
            mistakes.push(Mistake {
                key: mistake.required("key"),
                sql: mistake.query("sql"),
                say: mistake.required("say"),
                next_step: mistake.text("next_step"),
                earns: mistake.points_or_zero("earns"),
            });
        });
        Self { sql, contract, mistakes, blocked_when_empty }
    }

    pub fn sql(&self) -> &str {
        &self.sql
    }

    pub fn mistakes(&self) -> impl Iterator<Item = &Mistake> {
        self.mistakes.iter()
    }

    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Still open questions; `actual` is what the student's work gave, when it gave anything.
    pub fn questions(&self, scene: &Scene<'_>, extra: &Extra, actual: Option<&Relation>) -> Vec<Question> {
        let Some(actual) = actual else { return Vec::new() };
        match scene.answer(REFERENCE) {
            None => self.question(REFERENCE, &self.sql, scene, extra).into_iter().collect(),
            Some(Ok(expected)) if compare(expected, actual, &self.contract).is_some() => {
                let asked = self.mistakes.iter();
                asked.filter_map(|mistake| self.question(&mistake_key(mistake), &mistake.sql, scene, extra)).collect()
            }
            Some(_) => Vec::new(),
        }
    }

    fn question(&self, key: &str, sql: &str, scene: &Scene<'_>, extra: &Extra) -> Option<Question> {
        let relations = gather(sql, scene, extra).ok()?;
        Some(Question { key: key.to_owned(), relations, sql: sql.to_owned() })
    }

    pub fn judge(&self, scene: &Scene<'_>, extra: &Extra, actual: &Relation) -> Verdict {
        if let Err(absent) = gather(&self.sql, scene, extra) {
            return Verdict::Blocked(absent);
        }
        let expected = match scene.answer(REFERENCE) {
            Some(Ok(expected)) => expected,
            Some(Err(diagnostic)) => return Verdict::Unavailable(format!("The reference query failed: {diagnostic}")),
            None => return Verdict::Unavailable("The reference query was not run.".to_owned()),
        };
        if let (true, Some(why)) = (expected.rows.is_empty(), &self.blocked_when_empty) {
            return Verdict::Blocked(why.clone());
        }
        match difference(expected, actual, &self.contract) {
            None => Verdict::Passed,
            Some(fault) => self.with_mistake(fault, scene, actual).failed(),
        }
    }

    /// The fault in the words of the first mistake whose rows are the student's.
    fn with_mistake(&self, mut fault: Fault, scene: &Scene<'_>, actual: &Relation) -> Fault {
        let made = self.mistakes.iter().find(|mistake| match scene.answer(&mistake_key(mistake)) {
            Some(Ok(rows)) => compare(rows, actual, &self.contract).is_none(),
            _ => false,
        });
        if let Some(mistake) = made {
            fault.reason.clone_from(&mistake.key);
            fault.message.clone_from(&mistake.say);
            fault.next_step.clone_from(&mistake.next_step);
            fault.earns = Earns::Points(mistake.earns);
        }
        fault
    }

    /// Names in the queries that are neither relations nor extra ones cannot be told from columns, so only the
    /// presence of at least one relation is checked.
    pub fn unknown_names(&self, known: &Known<'_>, extra: &[&str]) -> Vec<String> {
        let reads = |sql: &str| known.relations.iter().chain(extra).any(|name| mentions(sql, name));
        let queries = std::iter::once(&self.sql).chain(self.mistakes.iter().map(|mistake| &mistake.sql));
        let silent = queries.filter(|sql| !sql.is_empty() && !reads(sql));
        silent.map(|sql| format!("the query `{}` reads no relation of this lab.", first_line(sql))).collect()
    }
}

fn mistake_key(mistake: &Mistake) -> String {
    format!("mistake {}", mistake.key)
}

pub fn first_line(sql: &str) -> &str {
    sql.trim().lines().next().unwrap_or_default()
}

/// The relations that the query mentions.
///
/// # Errors
/// A sentence for the student about the first one that their work does not have.
pub fn gather(sql: &str, scene: &Scene<'_>, extra: &Extra) -> Result<Vec<(String, Relation)>, String> {
    let mut relations: Vec<(String, Relation)> =
        extra.iter().filter(|(name, _)| mentions(sql, name)).cloned().collect();
    for name in scene.lab.rubric.relations.keys() {
        if mentions(sql, name) && !relations.iter().any(|(known, _)| known == name) {
            relations.push((name.clone(), scene.relation(name)?));
        }
    }
    Ok(relations)
}

/// Whether the name stands in the query as a word of its own.
pub fn mentions(sql: &str, name: &str) -> bool {
    let of_name = |c: char| c.is_alphanumeric() || c == '_';
    sql.match_indices(name).any(|(start, _)| {
        let before = sql[..start].chars().next_back();
        let after = sql[start + name.len()..].chars().next();
        !before.is_some_and(|c| of_name(c) || c == '.') && !after.is_some_and(of_name)
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_relation_is_mentioned_as_a_word_of_its_own() {
        assert!(mentions("SELECT * FROM before b", "before"));
        assert!(mentions("SELECT before.sku FROM before", "before"));
        assert!(!mentions("SELECT b.before_it FROM x b", "before"));
        assert!(!mentions("SELECT b.source FROM x b", "source"));
    }
}
