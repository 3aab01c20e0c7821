//! `query_equals`: a query of the task gives the rows that the reference gives over the student's own tables.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::{StatementFacts, StatementKind};
use sandbar_labs::relation::{Column, Relation};

use super::reads::{self, Read};
use super::reference::{Reference, mentions};
use super::{Known, Question, Rule, Section, Trial};
use crate::compare::compare;
use crate::feedback::error_text;
use crate::outcome::{Fault, Place, Verdict};
use crate::property::case::Case;
use crate::property::subject::{Subject, Wanted};
use crate::rubric::Origin;
use crate::scene::Scene;

/// The key of the trial on another history, and its form.
const AGAIN: &str = "own rows";

#[derive(Debug)]
pub struct QueryEquals {
    reference: Reference,
    /// Only queries that make these scans count.
    reads: Vec<Read>,
}

pub fn read(section: &mut Section<'_, '_>) -> QueryEquals {
    QueryEquals { reference: Reference::read(section), reads: reads::read(section) }
}

struct Candidate<'a> {
    place: Place,
    facts: &'a StatementFacts,
    /// Under the lab's names.
    rows: Relation,
    /// How many rows the query gave; the evidence holds not all of a very large result.
    total_rows: u64,
}

impl QueryEquals {
    fn candidates<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
        let statements = scene.statements(scene.task).into_iter();
        let queries = statements.filter(|(_, statement)| statement.error.is_none()).filter_map(|(cell, statement)| {
            let facts = statement.facts.as_ref().filter(|facts| facts.kind == StatementKind::Query)?;
            Some(Candidate {
                place: scene.place(cell, statement),
                facts,
                rows: scene.in_asked_names(statement.relation.clone(), asked(scene)),
                total_rows: statement.total_rows,
            })
        });
        queries.collect()
    }

    /// The query to judge: one that gives the reference's rows and makes the scans, else one that makes the scans, else
    /// the last.
    fn pick<'a>(&self, scene: &Scene<'a>) -> Option<Candidate<'a>> {
        let mut candidates = Self::candidates(scene);
        let reads = |candidate: &Candidate<'_>| reads::missing(&self.reads, candidate.facts, scene).is_none();
        let equal = |candidate: &Candidate<'_>| match scene.answer("reference") {
            Some(Ok(expected)) => (
                compare(expected, &candidate.rows, self.reference.contract()).is_none(),
                self.reference.gives(expected, &candidate.rows),
            ),
            _ => (false, false),
        };
        let best = candidates.iter().enumerate().max_by_key(|(index, one)| (reads(one), equal(one), *index));
        let index = best.map(|(index, _)| index)?;
        Some(candidates.swap_remove(index))
    }

    /// A query that pins a table to a wrong version, as another task did where that is counted, is judged on a history of
    /// the same rows in which that version is the one asked for.
    fn again<'s>(&self, scene: &'s Scene<'_>, candidate: &Candidate<'_>) -> Option<Again<'s>> {
        self.mistaken_pin(scene, candidate.facts)?;
        let pinned = self.reads.iter().find(|read| read.pinned.is_some())?;
        let rubric = &scene.lab.rubric;
        let of_table = rubric.relations.iter().filter(|(name, source)| {
            let is_table = matches!(&source.origin, Origin::Table { table, .. } if *table == pinned.table);
            is_table && mentions(self.reference.sql(), name)
        });
        let vary: Vec<String> = of_table.map(|(name, _)| name.clone()).collect();
        let wanted = Wanted { kind: StatementKind::Query, table: &pinned.table, vary: &vary, like: scene.check };
        let subject = Subject::find(scene, &wanted).ok()?;
        let relations: Result<Vec<_>, String> =
            vary.iter().map(|name| Ok((name.clone(), scene.relation(name)?))).collect();
        Some(Again { scene, subject, case: Case::new(relations.ok()?) })
    }

    /// The rows to judge: `None` until they are known.
    fn rows(&self, scene: &Scene<'_>, candidate: &Candidate<'_>) -> Option<Result<Relation, Diagnostic>> {
        match self.again(scene, candidate) {
            None => Some(Ok(candidate.rows.clone())),
            Some(again) => again.rows().map(|rows| Ok(scene.in_asked_names(rows?, asked(scene)))),
        }
    }
}

/// A query on other versions of the same rows.
struct Again<'s> {
    scene: &'s Scene<'s>,
    subject: Subject,
    case: Case,
}

impl Again<'_> {
    fn trial(&self) -> Trial {
        Trial { key: AGAIN.to_owned(), plan: self.subject.plan(self.scene, &self.case, AGAIN, 1) }
    }

    fn rows(&self) -> Option<Result<Relation, Diagnostic>> {
        match self.scene.trial(AGAIN)? {
            Ok(evidence) => Some(self.subject.observed(evidence)),
            Err(limit) => Some(Err(limit.clone())),
        }
    }
}

/// The columns that the reference gives.
fn asked<'a>(scene: &Scene<'a>) -> &'a [Column] {
    let answer = scene.answer("reference").and_then(|answer| answer.as_ref().ok());
    answer.map(|rows| rows.columns.as_slice()).unwrap_or_default()
}

impl Rule for QueryEquals {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        let rows = self.pick(scene).and_then(|candidate| self.rows(scene, &candidate)?.ok());
        self.reference.questions(scene, &Vec::new(), rows.as_ref())
    }

    fn trials(&self, scene: &Scene<'_>) -> Vec<Trial> {
        let again = self.pick(scene).and_then(|candidate| self.again(scene, &candidate));
        again.filter(|again| again.rows().is_none()).map(|again| again.trial()).into_iter().collect()
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let Some(candidate) = self.pick(scene) else {
            return Fault::new("no_query", "No query of this task gave a result.").failed();
        };
        let verdict = match self.rows(scene, &candidate) {
            Some(Ok(rows)) => self.reference.judge(scene, &Vec::new(), &rows),
            Some(Err(error)) => Fault::new("fails", "The query fails.").found(error_text(&error)).failed(),
            None => Verdict::Unavailable("The query was not tried again.".to_owned()),
        };
        let held = candidate.rows.rows.len();
        if u64::try_from(held).is_ok_and(|held| held < candidate.total_rows) {
            let message =
                format!("The query gives {} rows, of which {held} are kept and compared.", candidate.total_rows);
            let fault = Fault::new("too_large", message).next("Let the query give fewer or shorter rows.");
            return Fault { place: Some(candidate.place), ..fault }.failed();
        }
        match (reads::missing(&self.reads, candidate.facts, scene), verdict) {
            (Some(unread), Verdict::Passed) => {
                let message = format!("The rows are right today, but the query is not the one asked for: {unread}.");
                Fault { place: Some(candidate.place), ..Fault::new("not_read", message) }.failed()
            }
            (_, Verdict::Failed(fault)) => Fault { place: Some(candidate.place), ..*fault }.failed(),
            (_, verdict) => verdict,
        }
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }

    fn mistaken_pin(&self, scene: &Scene<'_>, facts: &StatementFacts) -> Option<u64> {
        reads::mistaken_pin(&self.reads, facts, scene)
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        self.reference.unknown_names(known, &[]).into_iter().chain(reads::unknown_tasks(&self.reads, known)).collect()
    }
}
