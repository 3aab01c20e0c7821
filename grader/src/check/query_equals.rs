//! `query_equals`: a query of the task gives the rows that the reference gives over the student's own tables.

use sandbar_labs::evidence::{StatementFacts, StatementKind};
use sandbar_labs::relation::Relation;

use super::reads::{self, Read};
use super::reference::Reference;
use super::{Known, Question, Rule, Section};
use crate::compare::compare;
use crate::outcome::{Fault, Place, Verdict};
use crate::scene::Scene;

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
}

impl QueryEquals {
    fn candidates<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
        let asked = scene.answer("reference").and_then(|answer| answer.as_ref().ok());
        let asked = asked.map(|rows| rows.columns.as_slice()).unwrap_or_default();
        let statements = scene.statements(scene.task).into_iter();
        let queries = statements.filter(|(_, statement)| statement.error.is_none()).filter_map(|(cell, statement)| {
            let facts = statement.facts.as_ref().filter(|facts| facts.kind == StatementKind::Query)?;
            Some(Candidate {
                place: scene.place(cell, statement),
                facts,
                rows: scene.in_asked_names(statement.relation.clone(), asked),
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
}

impl Rule for QueryEquals {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        let picked = self.pick(scene);
        self.reference.questions(scene, &Vec::new(), picked.as_ref().map(|candidate| &candidate.rows))
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let Some(candidate) = self.pick(scene) else {
            return Fault::new("no_query", "No query of this task gave a result.").failed();
        };
        let verdict = self.reference.judge(scene, &Vec::new(), &candidate.rows);
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

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        self.reference.unknown_names(known, &[])
    }
}
