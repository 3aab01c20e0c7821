//! The search for data on which a student's statement does something else than the reference.
//!
//! Cases are tried until one differs; then smaller ones, until every row that is left is needed; that one is run again
//! before it is shown.

use std::cell::RefCell;

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::StatementKind;
use sandbar_labs::relation::{Column, Relation};
use sha2::{Digest, Sha256};

use super::case::Case;
use super::counterexample::{Counterexample, Setup};
use super::shrink;
use super::subject::{AGAIN, Subject};
use crate::check::{Question, Reference, Trial, mentions};
use crate::compare::{Contract, Difference, Order, compare};
use crate::feedback::{difference, error_text};
use crate::outcome::{Fault, Place};
use crate::points::Points;
use crate::rubric::Moment;
use crate::scene::Scene;

/// What holds beside the reference's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// A second run changes nothing.
    Idempotent,
    /// The order of the last relation's rows does not matter.
    OrderFree,
    /// Rows that the reference leaves as they are stay so to the last digit.
    Untouched,
}

/// What is asked of a statement.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub kind: StatementKind,
    /// Columns that are the same for one key in every relation.
    pub keeps: &'a [String],
    pub laws: &'a [Law],
    /// The column whose value no two rows of a relation share.
    pub key: &'a str,
    /// Columns of the reference's rows.
    pub columns: &'a [Column],
}

/// What must be known for the search to go on.
#[derive(Default)]
pub struct Needs {
    pub trials: Vec<Trial>,
    pub questions: Vec<Question>,
}

/// A search over the answers that are there. `None` anywhere means that something must be known first; what that is
/// stands in `needs`.
pub struct Running<'a, 's> {
    asked: Asked<'a>,
    scene: &'a Scene<'s>,
    subject: Subject,
    reference: &'a Reference,
    needs: RefCell<Needs>,
}

/// Trials of one check after which no smaller case is looked for.
const MAX_TRIALS: usize = 300;

/// The student's own rows after the statement, for references that read them.
const AFTER: &str = "after";

impl<'a, 's> Running<'a, 's> {
    pub fn new(asked: Asked<'a>, scene: &'a Scene<'s>, subject: Subject, reference: &'a Reference) -> Self {
        Self { asked, scene, subject, reference, needs: RefCell::default() }
    }

    pub fn needs(self) -> Needs {
        self.needs.into_inner()
    }

    /// The fault that the smallest case shows; `None` inside when no case shows any.
    pub fn run(&self, dense: &Case) -> Option<Option<Fault>> {
        let cases = self.cases(dense);
        let differ: Vec<Option<bool>> = cases.iter().map(|case| self.differs(case)).collect();
        let unchanged = self.changes_nothing(dense);
        let law = self.broken_law(dense);
        let broken = cases.iter().zip(differ.into_iter().collect::<Option<Vec<bool>>>()?).find(|(_, differs)| *differs);
        if let Some((case, _)) = broken {
            return self.smallest(case).map(Some);
        }
        if unchanged? { self.unchanged(dense).map(Some) } else { law }
    }

    /// The student's own rows before the task and after it.
    pub(super) fn own_rows(&self) -> Option<(Relation, Relation)> {
        let rows = |at: Moment| self.scene.table_at(self.subject.table(), at)?.relation();
        let asked = |rows| self.scene.in_asked_names(rows, self.asked.columns);
        Some((asked(rows(Moment::Before)?), asked(rows(Moment::After)?)))
    }

    /// The cases of the first round.
    fn cases(&self, dense: &Case) -> Vec<Case> {
        let mut cases = vec![dense.clone()];
        if let ([(first, _), (last, _)], StatementKind::Merge) = (dense.relations.as_slice(), self.asked.kind) {
            cases.extend([dense.emptied(first), dense.emptied(last)]);
        }
        cases
    }

    fn smallest(&self, case: &Case) -> Option<Fault> {
        if self.scores_only() {
            let fault = Fault::new("rows", "On other data the statement does something else.");
            let is_partial = self.reference.mistakes().any(|mistake| mistake.earns > Points::ZERO);
            return if is_partial { self.named(fault, case) } else { Some(fault) };
        }
        if self.observed(case, "once", 1)?.is_err_and(|error| error.is_limit()) {
            return self.fault(case, case);
        }
        let oracle = |case: &Case| self.unless_enough(|| self.differs(case));
        let found = self.shrunk(case, &oracle)?;
        // Run again, so that what is shown is seen twice; a statement that gives something else then is shown on the
        // case as it was found.
        let seen = self.observed(&found, AGAIN, 1)?;
        let again = match (seen, self.observed(&found, "once", 1)?) {
            (Ok(seen), Ok(first)) => compare(&first, &seen, &exactly(self.contract())).is_none(),
            (seen, first) => seen.is_err() == first.is_err(),
        };
        self.fault(if again { &found } else { case }, case)
    }

    /// The fault in words, with the tables of the smallest case. The mistake is named by the case it was found on: small
    /// data look the same after many a mistake.
    fn fault(&self, case: &Case, origin: &Case) -> Option<Fault> {
        let observed = self.observed(case, "once", 1)?;
        let expected = match observed {
            Err(_) if mentions(self.reference.sql(), AFTER) => None,
            _ => Some(self.expected(case, observed.as_ref().ok())?),
        };
        let expected = expected.and_then(|expected| expected.as_ref().ok());
        let observed = match expected {
            Some(expected) => observed.map(|rows| self.reference.fitted(expected, &rows).into_owned()),
            None => observed,
        };
        let mut fault = match (&observed, expected) {
            (Err(error), _) => {
                Fault::new("fails_on_other_data", "On other data the statement fails.").found(error_text(error))
            }
            (Ok(observed), Some(expected)) => {
                let fault = difference(expected, observed, self.contract()).unwrap_or_else(untouched);
                self.named(fault, origin)?
            }
            (Ok(_), None) => return None,
        };
        fault.place = Some(self.subject.place.clone());
        fault.comparison = None;
        if let Ok(observed) = &observed {
            self.blame(&mut fault, case, observed)?;
        }
        fault.counterexample = expected.map(|expected| {
            let got = observed.as_ref().ok();
            let shown = Counterexample::new(&self.statement(), &case.relations, expected, got, self.contract());
            Box::new(Counterexample { setup: self.setup(case), ..shown })
        });
        Some(fault)
    }

    /// The fault in the words of the first known mistake that gives the same rows on a case.
    fn named(&self, fault: Fault, case: &Case) -> Option<Fault> {
        let Ok(rows) = self.observed(case, "once", 1)? else { return Some(fault) };
        let Ok(expected) = self.expected(case, Some(&rows))? else { return Some(fault) };
        let observed = self.reference.fitted(expected, &rows).into_owned();
        let answers: Vec<Option<&Result<Relation, Diagnostic>>> = self
            .reference
            .mistakes()
            .map(|mistake| self.answer(&format!("mistake {}", mistake.key), &mistake.sql, case, Some(&observed)))
            .collect();
        let answers: Vec<&Result<Relation, Diagnostic>> = answers.into_iter().collect::<Option<_>>()?;
        let made = self
            .reference
            .mistakes()
            .zip(answers)
            .find(|(_, answer)| answer.as_ref().is_ok_and(|wrong| self.reference.gives(wrong, &rows)));
        Some(match made {
            Some((mistake, _)) => mistake.named(fault),
            None => fault,
        })
    }

    pub(super) fn contract(&self) -> &Contract {
        self.reference.contract()
    }

    pub(super) fn subject(&self) -> &Subject {
        &self.subject
    }

    pub(super) fn statement(&self) -> String {
        self.subject.statements.join(";\n")
    }

    pub(super) fn setup(&self, case: &Case) -> Option<Setup> {
        self.subject.setup(self.scene, case)
    }

    pub(super) fn place(&self) -> Place {
        self.subject.place.clone()
    }

    pub(super) fn asks(&self, law: Law) -> bool {
        self.asked.laws.contains(&law)
    }

    /// Whether it is enough to know that a case differs.
    pub(super) fn scores_only(&self) -> bool {
        self.scene.scores_only
    }

    /// An answer for the search of a smaller case. One that has tried enough asks nothing more, and ends with what it
    /// has.
    pub(super) fn unless_enough(&self, answer: impl Fn() -> Option<bool>) -> Option<bool> {
        if self.scene.trials_made() < MAX_TRIALS {
            return answer();
        }
        Some(without_asking(&self.needs, answer).unwrap_or(false))
    }

    pub(super) fn shrunk(&self, case: &Case, oracle: &shrink::Oracle<'_>) -> Option<Case> {
        shrink::smallest(case, self.asked.key, self.asked.keeps, oracle).ok()
    }

    /// Whether the statement and the reference differ on a case.
    fn differs(&self, case: &Case) -> Option<bool> {
        if !self.subject.can_try(case) {
            return Some(false);
        }
        let reads_after = mentions(self.reference.sql(), AFTER);
        if !reads_after {
            // Asked in the same round as the trial.
            self.expected(case, None);
        }
        let Ok(observed) = self.observed(case, "once", 1)? else { return Some(true) };
        let Ok(expected) = self.expected(case, Some(&observed))? else { return Some(false) };
        let observed = self.reference.fitted(expected, &observed);
        Some(compare(expected, &observed, self.contract()).is_some() || self.touched(case, expected, &observed))
    }

    /// A row that the reference leaves exactly as it was, and the statement does not.
    fn touched(&self, case: &Case, expected: &Relation, observed: &Relation) -> bool {
        let Some((_, before)) = case.relations.first().filter(|_| self.asks(Law::Untouched)) else {
            return false;
        };
        let exact = exactly(self.contract());
        let gone = |from: &Relation, to: &Relation| match compare(from, to, &exact) {
            Some(Difference::Rows { missing, .. }) => missing,
            _ => Vec::new(),
        };
        let changed = gone(before, expected);
        let kept = before.rows.iter().filter(|row| !changed.contains(row)).cloned().collect();
        !gone(&Relation { columns: before.columns.clone(), rows: kept }, observed).is_empty()
    }

    pub(super) fn changes_nothing(&self, dense: &Case) -> Option<bool> {
        if self.asked.kind == StatementKind::Query {
            return Some(false);
        }
        let Ok(observed) = self.observed(dense, "once", 1)? else { return Some(false) };
        let before = dense.relations.first().map(|(_, before)| before);
        Some(before.is_some_and(|before| compare(before, &observed, &exactly(self.contract())).is_none()))
    }

    /// What the statement gives on a case; `None` when that has not been tried.
    pub(super) fn observed(&self, case: &Case, form: &str, times: usize) -> Option<Result<Relation, Diagnostic>> {
        self.tried(&self.subject, case, form, times)
    }

    pub(super) fn tried(
        &self,
        subject: &Subject,
        case: &Case,
        form: &str,
        times: usize,
    ) -> Option<Result<Relation, Diagnostic>> {
        let key = key(subject, case, form);
        match self.scene.trial(&key) {
            Some(Ok(evidence)) => {
                Some(subject.observed(evidence).map(|rows| self.scene.in_asked_names(rows, self.asked.columns)))
            }
            Some(Err(limit)) => Some(Err(limit.clone())),
            None => {
                let mut needs = self.needs.borrow_mut();
                if !needs.trials.iter().any(|trial| trial.key == key) {
                    let plan = subject.plan(self.scene, case, form, times);
                    needs.trials.push(Trial { key, plan });
                }
                None
            }
        }
    }

    fn expected(&self, case: &Case, observed: Option<&Relation>) -> Option<&Result<Relation, Diagnostic>> {
        self.answer("expected", self.reference.sql(), case, observed)
    }

    fn answer(
        &self,
        what: &str,
        sql: &str,
        case: &Case,
        observed: Option<&Relation>,
    ) -> Option<&Result<Relation, Diagnostic>> {
        let key = format!("{what} {}", case.id());
        if let Some(answer) = self.scene.answer(&key) {
            return Some(answer);
        }
        let mut needs = self.needs.borrow_mut();
        if !needs.questions.iter().any(|question| question.key == key) {
            let after = observed.map(|rows| (AFTER.to_owned(), rows.clone()));
            let relations =
                case.relations.iter().cloned().chain(after).filter(|(name, _)| mentions(sql, name)).collect();
            needs.questions.push(Question { key, relations, sql: sql.to_owned() });
        }
        None
    }

    /// Why the reference cannot be evaluated on hidden data: an author's mistake.
    pub fn broken_reference(&self, dense: &Case) -> Option<String> {
        match self.scene.answer(&format!("expected {}", dense.id())) {
            Some(Err(error)) => Some(format!("The reference query failed on hidden data: {error}")),
            _ => None,
        }
    }
}

/// An answer, where it is known; what it would ask is forgotten.
fn without_asking<T>(needs: &RefCell<Needs>, answer: impl Fn() -> Option<T>) -> Option<T> {
    let asked = needs.take();
    let answer = answer();
    needs.replace(asked);
    answer
}

fn key(subject: &Subject, case: &Case, form: &str) -> String {
    format!("{form} {} {}", case.id(), short_hash(&subject.statements.join(";")))
}

fn untouched() -> Fault {
    Fault::new("untouched", "A row that should stay as it is has another value, if only in its last digits.")
}

pub(super) fn exactly(contract: &Contract) -> Contract {
    Contract { tolerance: 0.0, order: Order::Any, ..contract.clone() }
}

fn short_hash(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_tried_enough_asks_nothing_more() {
        let ask = |key: &str| Question { key: key.to_owned(), relations: Vec::new(), sql: String::new() };
        let needs = RefCell::new(Needs { trials: Vec::new(), questions: vec![ask("before")] });
        let unknown = || {
            needs.borrow_mut().questions.push(ask("one more"));
            None::<bool>
        };
        assert_eq!(without_asking(&needs, unknown), None);
        assert_eq!(without_asking(&needs, || Some(true)), Some(true));
        assert_eq!(needs.into_inner().questions, [ask("before")]);
    }
}
