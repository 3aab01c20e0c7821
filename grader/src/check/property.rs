//! `property`: the task's statement does on other data what the reference of another check does.
//!
//! Each call works the search out anew from the answers so far, and asks for those that it lacks.

use sandbar_labs::evidence::StatementKind;

use super::{Known, Question, Rule, Section, Trial};
use crate::outcome::{Fault, Verdict};
use crate::property::search::{Asked, Law, Needs, Running};
use crate::property::subject::{Subject, Wanted};
use crate::property::varied::Varied;
use crate::scene::{Scene, question_id};

#[derive(Debug)]
pub struct Property {
    /// The check whose reference says what is right.
    like: String,
    kind: StatementKind,
    table: String,
    varied: Varied,
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
    let laws = section.texts("laws").into_iter().filter_map(|law| read_law(section, &law)).collect();
    Property { like, kind, table, varied: Varied::read(section), laws }
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
        let vary = &self.varied.relations;
        let wanted = Wanted { kind: self.kind, table: &self.table, vary, like: &self.like };
        let Some(reference) = scene.rule(&self.like).and_then(|rule| rule.reference()) else {
            return Search::Unavailable(format!("The check `{}` has no reference.", self.like));
        };
        let found = Subject::find(scene, &wanted).and_then(|mut subject| {
            let dense = subject.fixed(scene, self.varied.dense(scene)?)?;
            Ok((subject, dense))
        });
        let (subject, dense) = match found {
            Ok(found) => found,
            Err(why) => return Search::Blocked(why),
        };
        let key = &self.varied.generator.key;
        let answer = scene.answers.get(&question_id(&self.like, "reference"));
        let columns = answer.and_then(|answer| answer.as_ref().ok()).map(|rows| rows.columns.as_slice());
        let columns = columns.unwrap_or_default();
        let asked = Asked { kind: self.kind, keeps: &self.varied.keeps, laws: &self.laws, key, columns };
        let is_fixed = subject.is_fixed();
        let running = Running::new(asked, scene, subject, reference);
        let found = running.run(&dense);
        match (found, running.broken_reference(&dense)) {
            (_, Some(why)) => Search::Unavailable(why),
            (Some(Some(mut fault)), None) => {
                if is_fixed {
                    fault.message.push_str(
                        " Only the table was varied: which rows the MERGE's source stands for cannot be told.",
                    );
                }
                Search::Breaks(Box::new(fault))
            }
            (Some(None), None) => Search::Holds,
            (None, None) => Search::Needs(running.needs()),
        }
    }
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
        known.check(&self.like).into_iter().chain(self.varied.unknown_names(known)).collect()
    }

    fn data_sentence(&self) -> Option<String> {
        Some(self.varied.sentence())
    }
}
