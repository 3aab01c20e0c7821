//! A reference query with the mistakes that it can tell apart.
//!
//! First the reference alone is asked; only when the student's rows differ are the known mistakes asked, so that right
//! work costs one query.

use std::borrow::Cow;

use sandbar_labs::relation::{Column, Relation};

use super::{Known, Question};
use crate::compare::{Aligned, Contract, alignments, compare};
use crate::feedback::{difference, list};
use crate::outcome::{Earns, Fault, Verdict};
use crate::points::Points;
use crate::rubric::Section;
use crate::scene::Scene;

const REFERENCE: &str = "reference";

#[derive(Clone, Debug)]
pub struct Reference {
    sql: String,
    contract: Contract,
    mistakes: Vec<Mistake>,
    /// A reference without rows shows nothing: then the check is blocked.
    blocked_when_empty: Option<String>,
    /// Points that are left when the rows are right, but columns are too many or called otherwise.
    pub columns_earn: Points,
}

/// What the rows look like when a certain mistake was made.
#[derive(Clone, Debug)]
pub struct Mistake {
    pub key: String,
    pub sql: String,
    pub say: String,
    pub next_step: Option<String>,
    /// Points that the check still earns when this is all that is wrong.
    pub earns: Points,
}

impl Mistake {
    /// A fault in the mistake's words.
    pub fn named(&self, fault: Fault) -> Fault {
        Fault {
            reason: self.key.clone(),
            message: self.say.clone(),
            next_step: self.next_step.clone(),
            earns: Earns::Points(self.earns),
            ..fault
        }
    }
}

/// Relations besides the rubric's own, such as a replay's data sets.
pub type Extra = Vec<(String, Relation)>;

impl Reference {
    pub fn read(section: &mut Section<'_, '_>) -> Self {
        let (sql, contract) = (section.query("reference"), section.contract());
        let blocked_when_empty = section.text("blocked_when_empty");
        let mut mistakes = Vec::new();
        section.each("mistakes", |mistake| {
            let key = mistake.required("key");
            if !key.is_empty() && mistakes.iter().any(|other: &Mistake| other.key == key) {
                mistake.wrong("key", format!("Two mistakes of this check have the key `{key}`."));
            }
            mistakes.push(Mistake {
                key,
                sql: mistake.query("sql"),
                say: mistake.required("say"),
                next_step: mistake.text("next_step"),
                earns: mistake.points_or_zero("earns"),
            });
        });
        let columns_earn = section.points_or_zero("columns_earn");
        Self { sql, contract, mistakes, blocked_when_empty, columns_earn }
    }

    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The same, with its mistakes, in these of its columns.
    pub fn in_columns(&self, columns: &[Column]) -> Self {
        let names: Vec<String> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
        let only = |sql: &str| format!("SELECT {} FROM (\n{sql}\n) AS asked", names.join(", "));
        let mistake = |mistake: &Mistake| Mistake { sql: only(&mistake.sql), ..mistake.clone() };
        let mistakes = self.mistakes.iter().map(mistake).collect();
        Self { sql: only(&self.sql), mistakes, ..self.clone() }
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
            Some(Ok(expected)) if !self.gives(expected, actual) => {
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
        if let Some(column) = self.contract.columns().find(|column| expected.column_index(column).is_none()) {
            let why = format!("The reference query gives no column `{column}`, which `compare` names.");
            return Verdict::Unavailable(why);
        }
        if let (true, Some(why)) = (expected.rows.is_empty(), &self.blocked_when_empty) {
            return Verdict::Blocked(why.clone());
        }
        let otherwise = |rows: &Relation| self.aligned(rows, actual).filter(|aligned| !aligned.is_exact());
        match difference(expected, &self.fitted(expected, actual), &self.contract) {
            None => otherwise(expected).map_or(Verdict::Passed, |aligned| self.other_columns(&aligned).failed()),
            Some(fault) => {
                let made = self.made(scene, actual);
                let mut fault = match made {
                    Some((mistake, _)) => mistake.named(fault),
                    None => fault,
                };
                if fault.reason == "columns" {
                    let names: Vec<&str> = expected.columns.iter().map(|column| column.name.as_str()).collect();
                    fault.next_step = Some(format!("Give the result the columns {}, and no other.", list(&names)));
                } else if let Some(aligned) = otherwise(made.map_or(expected, |(_, rows)| rows)) {
                    fault.message = format!("{} {}", fault.message.trim(), told(&aligned));
                }
                fault.failed()
            }
        }
    }

    /// The result in the columns asked for, where it has them in some way: the way in which the rows are right, else
    /// the first.
    fn aligned(&self, expected: &Relation, actual: &Relation) -> Option<Aligned> {
        let mut ways = alignments(&expected.columns, actual).filter(|_| self.contract.by_name);
        let first = ways.next()?;
        let is_right = |aligned: &Aligned| compare(expected, &aligned.relation, &self.contract).is_none();
        let right = if first.renamed.is_empty() || is_right(&first) { None } else { ways.find(is_right) };
        Some(right.unwrap_or(first))
    }

    /// The result without columns that nobody asked for. Columns that are called otherwise get the names asked for where
    /// the rows are right then; else nobody knows whether they are the ones meant.
    pub fn fitted<'a>(&self, expected: &Relation, actual: &'a Relation) -> Cow<'a, Relation> {
        match self.aligned(expected, actual) {
            Some(aligned) if aligned.is_exact() => Cow::Borrowed(actual),
            Some(aligned)
                if aligned.renamed.is_empty() || compare(expected, &aligned.relation, &self.contract).is_none() =>
            {
                Cow::Owned(aligned.relation)
            }
            _ => Cow::Borrowed(actual),
        }
    }

    /// Whether the result has these rows, whatever it calls its columns.
    pub fn gives(&self, rows: &Relation, actual: &Relation) -> bool {
        compare(rows, &self.fitted(rows, actual), &self.contract).is_none()
    }

    /// The rows are right, and their columns are others.
    fn other_columns(&self, aligned: &Aligned) -> Fault {
        let left_out = (!aligned.extra.is_empty()).then(|| format!("Leave {} out.", list(&aligned.extra)));
        let named = aligned.renamed.iter().map(|(found, wanted)| format!("Call `{found}` `{wanted}`."));
        let steps: Vec<String> = left_out.into_iter().chain(named).collect();
        let fault = Fault::new("columns", format!("The rows are right, but {}", lower(&told(aligned))));
        Fault { earns: Earns::Points(self.columns_earn), ..fault.next(steps.join(" ")) }
    }

    /// The first mistake whose rows are the student's, also where the names of columns are not, with its rows.
    fn made<'a>(&'a self, scene: &Scene<'a>, actual: &Relation) -> Option<(&'a Mistake, &'a Relation)> {
        self.mistakes.iter().find_map(|mistake| match scene.answer(&mistake_key(mistake)) {
            Some(Ok(rows)) if self.gives(rows, actual) => Some((mistake, rows)),
            _ => None,
        })
    }

    /// Names in the queries that are neither relations nor extra ones cannot be told from columns, so only the
    /// presence of at least one relation is checked.
    pub fn unknown_names(&self, known: &Known<'_>, extra: &[&str]) -> Vec<String> {
        let queries = std::iter::once(&self.sql).chain(self.mistakes.iter().map(|mistake| &mistake.sql));
        queries.filter_map(|sql| known.reads_none(sql, extra)).collect()
    }
}

/// Which columns are not the ones asked for, in a sentence.
fn told(aligned: &Aligned) -> String {
    let extra = match aligned.extra.as_slice() {
        [] => None,
        [one] => Some(format!("the column `{one}` is not asked for")),
        several => Some(format!("the columns {} are not asked for", list(several))),
    };
    let renamed = aligned.renamed.iter().map(|(found, wanted)| format!("`{found}` should be called `{wanted}`"));
    let parts: Vec<String> = extra.into_iter().chain(renamed).collect();
    let text = format!("{}.", parts.join("; "));
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn lower(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
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
