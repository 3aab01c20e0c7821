//! `query_reacts`: the answer of the task's query changes when an input changes, on data that the student has not seen.
//!
//! The query is run on rows of every kind, and again with the input emptied. An answer that stays the same was typed in, or
//! comes from elsewhere.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::StatementKind;
use sandbar_labs::relation::Relation;

use super::{Known, Rule, Section, Trial};
use crate::compare::{Contract, compare};
use crate::feedback::error_text;
use crate::outcome::{Fault, Verdict};
use crate::property::case::Case;
use crate::property::subject::{Subject, Wanted};
use crate::property::varied::Varied;
use crate::scene::Scene;

/// Data under the keys of their trials.
type Cases = [(&'static str, Case); 2];

#[derive(Debug)]
pub struct QueryReacts {
    table: String,
    /// The relation that is emptied.
    to: String,
    varied: Varied,
}

pub fn read(section: &mut Section<'_, '_>) -> QueryReacts {
    let (table, to, varied) = (section.required("table"), section.required("to"), Varied::read(section));
    if !varied.relations.contains(&to) {
        section.wrong("to", format!("`{to}` is not one of the relations that vary."));
    }
    QueryReacts { table, to, varied }
}

impl QueryReacts {
    /// # Errors
    /// A sentence for the student: why there is nothing to try.
    fn prepared(&self, scene: &Scene<'_>) -> Result<(Subject, Cases), String> {
        let vary = &self.varied.relations;
        let wanted = Wanted { kind: StatementKind::Query, table: &self.table, vary, like: scene.check };
        let (subject, dense) = (Subject::find(scene, &wanted)?, self.varied.dense(scene)?);
        let emptied = dense.emptied(&self.to);
        Ok((subject, [("with", dense), ("without", emptied)]))
    }
}

impl Rule for QueryReacts {
    fn trials(&self, scene: &Scene<'_>) -> Vec<Trial> {
        let Ok((subject, cases)) = self.prepared(scene) else { return Vec::new() };
        let open = cases.into_iter().filter(|(key, _)| scene.trial(key).is_none());
        open.map(|(key, case)| Trial { key: key.to_owned(), plan: subject.plan(scene, &case, key, 1) }).collect()
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let (subject, cases) = match self.prepared(scene) {
            Ok(prepared) => prepared,
            Err(why) => return Verdict::Blocked(why),
        };
        let given = |key: &str| match scene.trial(key)? {
            Ok(evidence) => Some(subject.observed(evidence)),
            Err(limit) => Some(Err(limit.clone())),
        };
        let [with, without] = cases.map(|(key, _)| given(key));
        let (Some(with), Some(without)) = (with, without) else {
            return Verdict::Unavailable("The query was not run on other data.".to_owned());
        };
        let place = Some(subject.place.clone());
        match reaction(&with, &without) {
            Ok(true) => Verdict::Passed,
            Ok(false) => {
                let message = format!("The answer stays the same when `{}` has no rows.", self.to);
                Fault { place, ..Fault::new("constant", message) }.failed()
            }
            Err(error) => {
                let fault =
                    Fault::new("fails_on_other_data", "On other data the query fails.").found(error_text(error));
                Fault { place, ..fault }.failed()
            }
        }
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        self.varied.unknown_names(known)
    }

    fn data_sentence(&self) -> Option<String> {
        Some(self.varied.sentence())
    }
}

/// Whether two answers differ.
///
/// # Errors
/// The error of the query on data with every kind of row. One that fails on the emptied input does react.
fn reaction<'a>(
    with: &'a Result<Relation, Diagnostic>,
    without: &Result<Relation, Diagnostic>,
) -> Result<bool, &'a Diagnostic> {
    let with = with.as_ref()?;
    Ok(without.as_ref().map_or(true, |without| compare(with, without, &Contract::default()).is_some()))
}
