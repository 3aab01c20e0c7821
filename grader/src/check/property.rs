//! `property`: the task's statement does on other data what the reference of another check does.
//!
//! Each call works the search out anew from the answers so far, and asks for those that it lacks.

use sandbar_labs::evidence::StatementKind;
use serde_json::Value;

use super::{Known, Question, Rule, Section, Trial};
use crate::outcome::{Fault, Verdict};
use crate::property::case::Case;
use crate::property::generate::{Generator, Values};
use crate::property::search::{Asked, Law, Needs, Running};
use crate::property::subject::{Subject, Wanted};
use crate::scene::Scene;

#[derive(Debug)]
pub struct Property {
    /// The check whose reference says what is right.
    like: String,
    kind: StatementKind,
    table: String,
    /// The lab's relations that are generated.
    vary: Vec<String>,
    /// Columns that are the same for one key in every relation.
    keeps: Vec<String>,
    generator: Generator,
    laws: Vec<Law>,
}

pub fn read(section: &mut Section<'_, '_>) -> Property {
    let (like, table) = (section.required("like"), section.required("table"));
    let kind = match section.required("statement").as_str() {
        "merge" => StatementKind::Merge,
        "update" => StatementKind::Update,
        "delete" => StatementKind::Delete,
        "query" => StatementKind::Query,
        other => {
            section.unknown("statement", other, &["merge", "update", "delete", "query"]);
            StatementKind::Other
        }
    };
    let (vary, keeps) = (section.texts("vary"), section.texts("keeps"));
    if vary.is_empty() || vary.len() > 2 {
        section.wrong("vary", "`vary` names one or two relations of the lab.".to_owned());
    }
    let laws = section.texts("laws").into_iter().filter_map(|law| read_law(section, &law)).collect();
    Property { like, kind, table, vary, keeps, generator: read_generator(section), laws }
}

fn read_law(section: &mut Section<'_, '_>, law: &str) -> Option<Law> {
    match law {
        "idempotent" => Some(Law::Idempotent),
        "order_free" => Some(Law::OrderFree),
        "untouched" => Some(Law::Untouched),
        other => {
            section.unknown("laws", other, &["idempotent", "order_free", "untouched"]);
            None
        }
    }
}

fn read_generator(section: &mut Section<'_, '_>) -> Generator {
    let (columns, key) = (section.columns("columns"), section.required("key"));
    let mut values = Vec::new();
    section.each_named("values", |name, entry| values.push((name.to_owned(), Values::read(entry))));
    if !columns.iter().any(|column| column.name == key) {
        section.wrong("key", format!("`{key}` is not one of the columns."));
    }
    for column in columns.iter().filter(|column| !values.iter().any(|(name, _)| *name == column.name)) {
        section.wrong("values", format!("Nothing says what the values of `{}` are.", column.name));
    }
    Generator { columns, key, values }
}

/// How the search stands.
enum Search {
    /// There is nothing to try.
    Blocked(String),
    /// What must be known next.
    Needs(Needs),
    Holds,
    Breaks(Box<Fault>),
    /// The reference itself failed.
    Unavailable(String),
}

impl Property {
    fn search(&self, scene: &Scene<'_>) -> Search {
        let wanted = Wanted { kind: self.kind, table: &self.table, vary: &self.vary, like: &self.like };
        let Some(reference) = scene.rule(&self.like).and_then(|rule| rule.reference()) else {
            return Search::Unavailable(format!("The check `{}` has no reference.", self.like));
        };
        let found = Subject::find(scene, &wanted).and_then(|subject| Ok((subject, self.dense(scene)?)));
        let (subject, dense) = match found {
            Ok(found) => found,
            Err(why) => return Search::Blocked(why),
        };
        let asked = Asked { kind: self.kind, keeps: &self.keeps, laws: &self.laws, key: &self.generator.key };
        let running = Running::new(asked, scene, subject, reference);
        let found = running.run(&dense);
        match (found, running.broken_reference(&dense)) {
            (_, Some(why)) => Search::Unavailable(why),
            (Some(Some(fault)), None) => Search::Breaks(Box::new(fault)),
            (Some(None), None) => Search::Holds,
            (None, None) => Search::Needs(running.needs()),
        }
    }

    /// Every kind of row at once.
    fn dense(&self, scene: &Scene<'_>) -> Result<Case, String> {
        let known = |relation: &str, column: &str| known_values(scene, relation, column);
        let mut source = self.generator.source(scene.seed, scene.check, &known)?;
        let relations = match self.vary.as_slice() {
            [one] => vec![(one.clone(), source.single())],
            [one, other, ..] => {
                let (left, right) = source.pair(&self.keeps);
                vec![(one.clone(), left), (other.clone(), right)]
            }
            [] => Vec::new(),
        };
        Ok(Case { relations })
    }
}

/// The values of a column in the student's own work, each once.
fn known_values(scene: &Scene<'_>, relation: &str, column: &str) -> Result<Vec<Value>, String> {
    let rows = scene.relation(relation)?;
    let place = rows.column_index(column).ok_or_else(|| format!("`{relation}` has no column `{column}`."))?;
    let mut values: Vec<Value> = Vec::new();
    for value in rows.rows.iter().filter_map(|row| row.get(place)) {
        if !values.contains(value) && !value.is_null() {
            values.push(value.clone());
        }
    }
    Ok(values)
}

impl Rule for Property {
    fn trials(&self, scene: &Scene<'_>) -> Vec<Trial> {
        match self.search(scene) {
            Search::Needs(needs) => needs.trials,
            _ => Vec::new(),
        }
    }

    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        match self.search(scene) {
            Search::Needs(needs) => needs.questions,
            _ => Vec::new(),
        }
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        match self.search(scene) {
            Search::Holds => Verdict::Passed,
            Search::Breaks(fault) => fault.failed(),
            Search::Blocked(why) => Verdict::Blocked(why),
            Search::Unavailable(why) => Verdict::Unavailable(why),
            Search::Needs(_) => Verdict::Unavailable("The statement was not tried on other data.".to_owned()),
        }
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        let like = (!known.checks.contains(&self.like.as_str())).then(|| format!("there is no check `{}`.", self.like));
        like.into_iter().chain(self.vary.iter().filter_map(|name| known.relation(name))).collect()
    }
}
