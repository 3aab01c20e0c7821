//! `property`: the task's statement does on other data what the reference of another check does.
//!
//! Cases are tried until one differs; then smaller ones, until every row that is left is needed; that one is run again
//! before it is shown. Each call works the search out anew from the answers so far, and asks for those that it lacks.

use std::cell::RefCell;

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::StatementKind;
use sandbar_labs::relation::Relation;
use serde_json::Value;

use super::reference::{Reference, mentions};
use super::{Known, Question, Rule, Section, Trial};
use crate::compare::{Contract, compare};
use crate::feedback::{difference, error_text};
use crate::outcome::{Fault, Verdict};
use crate::property::case::Case;
use crate::property::counterexample::Counterexample;
use crate::property::generate::{Generator, Source, Values};
use crate::property::shrink;
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

/// What holds beside the reference's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Law {
    /// A second run changes nothing.
    Idempotent,
    /// The order of the last relation's rows does not matter.
    OrderFree,
    /// Rows that the reference leaves as they are stay so to the last digit.
    Untouched,
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
    /// The statements cannot be tried on other data: then what they did on the student's own counts.
    Untried,
    /// The reference itself failed.
    Unavailable(String),
}

#[derive(Default)]
struct Needs {
    trials: Vec<Trial>,
    questions: Vec<Question>,
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
        let running = Running { rule: self, scene, subject, reference, needs: RefCell::default() };
        if running.cannot_be_tried(&dense) {
            return Search::Untried;
        }
        let found = running.run(&dense);
        match (found, running.broken_reference(&dense)) {
            (_, Some(why)) => Search::Unavailable(why),
            (Some(Some(fault)), None) => Search::Breaks(Box::new(fault)),
            (Some(None), None) => Search::Holds,
            (None, None) => Search::Needs(running.needs.into_inner()),
        }
    }

    /// The verdict on the student's own rows, for statements that only these fit.
    fn own_rows(&self, scene: &Scene<'_>) -> Verdict {
        let own = Scene { check: &self.like, ..*scene };
        match scene.rule(&self.like).map(|rule| rule.judge(&own)) {
            Some(Verdict::Passed) => Verdict::Passed,
            _ => Verdict::Blocked(
                "The statements read what only your own workspace has, so they were not tried.".to_owned(),
            ),
        }
    }

    /// Every kind of row at once.
    fn dense(&self, scene: &Scene<'_>) -> Result<Case, String> {
        let known = |relation: &str, column: &str| known_values(scene, relation, column);
        let mut source: Source<'_> = self.generator.source(scene.seed, scene.check, &known)?;
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

/// A search over the answers that are there. `None` anywhere means that something must be known first; what that is
/// stands in `needs`.
struct Running<'a, 's> {
    rule: &'a Property,
    scene: &'a Scene<'s>,
    subject: Subject,
    reference: &'a Reference,
    needs: RefCell<Needs>,
}

/// Trials of one check after which no smaller case is looked for.
const MAX_TRIALS: usize = 300;

/// The student's own rows after the statement, for references that read them.
const AFTER: &str = "after";

impl Running<'_, '_> {
    /// The fault that the smallest case shows; `None` inside when no case shows any.
    fn run(&self, dense: &Case) -> Option<Option<Fault>> {
        let cases = self.cases(dense);
        let differ: Vec<Option<bool>> = cases.iter().map(|case| self.differs(case)).collect();
        let unchanged = self.changes_nothing(dense);
        let law = self.broken_law(dense);
        let broken = cases.iter().zip(differ.into_iter().collect::<Option<Vec<bool>>>()?).find(|(_, differs)| *differs);
        if let Some((case, _)) = broken {
            return self.smallest(case).map(Some);
        }
        if unchanged? {
            let message = "On other data the statement changes nothing.";
            return Some(Some(Fault::new("unchanged", message).found("the same rows as before")));
        }
        law
    }

    /// A query that pins its table by a time, which only the student's own history has.
    fn cannot_be_tried(&self, dense: &Case) -> bool {
        let key = key(&self.subject, dense, "once");
        let trial = self.scene.trial(&key).and_then(|trial| trial.as_ref().ok());
        let error = trial.and_then(|evidence| self.subject.observed(evidence).err());
        error.is_some_and(|error| error.class.starts_with("DELTA_TIMESTAMP"))
    }

    /// The cases of the first round.
    fn cases(&self, dense: &Case) -> Vec<Case> {
        let mut cases = vec![dense.clone()];
        if let ([first, last], true) = (self.rule.vary.as_slice(), self.rule.kind == StatementKind::Merge) {
            cases.extend([dense.emptied(first), dense.emptied(last)]);
        }
        cases
    }

    fn smallest(&self, case: &Case) -> Option<Fault> {
        // A search that has tried enough ends with what it has.
        let enough = self.scene.trials_made() >= MAX_TRIALS;
        let oracle = |case: &Case| self.differs(case).or_else(|| enough.then_some(false));
        let found = shrink::smallest(case, &self.rule.generator.key, &self.rule.keeps, &oracle).ok()?;
        // Run again, so that what is shown is seen twice; a statement that gives something else then is shown on the
        // case as it was found.
        let seen = self.observed(&found, "again", 1)?;
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
            let statement = self.subject.statements.join(";\n");
            Box::new(Counterexample::new(&statement, &case.relations, expected, got, self.contract()))
        });
        Some(fault)
    }

    /// The fault in the words of the first known mistake that gives the same rows on a case.
    fn named(&self, mut fault: Fault, case: &Case) -> Option<Fault> {
        let contract = self.contract();
        let Ok(observed) = self.observed(case, "once", 1)? else { return Some(fault) };
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
            .find(|(_, answer)| answer.as_ref().is_ok_and(|rows| compare(rows, &observed, contract).is_none()));
        if let Some((mistake, _)) = made {
            fault.reason.clone_from(&mistake.key);
            fault.message.clone_from(&mistake.say);
            fault.next_step.clone_from(&mistake.next_step);
        }
        Some(fault)
    }

    /// Names the clause of a MERGE that acts on the case's rows: without it they would be others.
    fn blame(&self, fault: &mut Fault, case: &Case, observed: &Relation) -> Option<()> {
        let clauses = self.subject.clauses();
        let tried: Vec<Option<Result<Relation, Diagnostic>>> = clauses
            .iter()
            .map(|clause| self.tried(&self.subject.ending_in(&clause.without), case, "once", 1))
            .collect();
        let tried: Vec<_> = tried.into_iter().collect::<Option<_>>()?;
        let exact = exactly(self.contract());
        let acts = clauses
            .iter()
            .zip(tried)
            .find(|(_, without)| without.as_ref().map_or(true, |without| compare(observed, without, &exact).is_some()));
        let told = match acts {
            Some((clause, _)) => {
                fault.place = Some(self.subject.place_of(clause));
                format!("{} made the row that is marked.", clause.label)
            }
            None if clauses.is_empty() => return Some(()),
            None => "No clause of the MERGE does anything here.".to_owned(),
        };
        fault.message = format!("{} {told}", fault.message.trim());
        Some(())
    }

    fn contract(&self) -> &Contract {
        self.reference.contract()
    }

    /// Whether the statement and the reference differ on a case.
    fn differs(&self, case: &Case) -> Option<bool> {
        let reads_after = mentions(self.reference.sql(), AFTER);
        if !reads_after {
            // Asked in the same round as the trial.
            self.expected(case, None);
        }
        let Ok(observed) = self.observed(case, "once", 1)? else { return Some(true) };
        let Ok(expected) = self.expected(case, Some(&observed))? else { return Some(false) };
        Some(compare(expected, &observed, self.contract()).is_some() || self.touched(case, expected, &observed))
    }

    /// A row that the reference leaves exactly as it was, and the statement does not.
    fn touched(&self, case: &Case, expected: &Relation, observed: &Relation) -> bool {
        let Some((_, before)) = case.relations.first().filter(|_| self.rule.laws.contains(&Law::Untouched)) else {
            return false;
        };
        let exact = exactly(self.contract());
        let one = |row: &Vec<Value>| Relation { columns: before.columns.clone(), rows: vec![row.clone()] };
        let holds = |relation: &Relation, row: &Relation| {
            relation.rows.iter().any(|other| {
                let other = Relation { columns: relation.columns.clone(), rows: vec![other.clone()] };
                compare(row, &other, &exact).is_none()
            })
        };
        before.rows.iter().map(one).any(|row| holds(expected, &row) && !holds(observed, &row))
    }

    fn changes_nothing(&self, dense: &Case) -> Option<bool> {
        if self.rule.kind == StatementKind::Query {
            return Some(false);
        }
        let Ok(observed) = self.observed(dense, "once", 1)? else { return Some(false) };
        let before = dense.relations.first().map(|(_, before)| before);
        Some(before.is_some_and(|before| compare(before, &observed, &exactly(self.contract())).is_none()))
    }

    /// One trial tries both laws: the rows in reverse order, and the statement run twice.
    fn broken_law(&self, dense: &Case) -> Option<Option<Fault>> {
        let laws = &self.rule.laws;
        let (idempotent, order_free) = (laws.contains(&Law::Idempotent), laws.contains(&Law::OrderFree));
        let Some(last) = self.rule.vary.last().filter(|_| idempotent || order_free) else { return Some(None) };
        let case = if order_free { dense.reversed(last) } else { dense.clone() };
        let (form, times) = if idempotent { ("twice", 2) } else { ("once", 1) };
        let (Ok(once), Ok(other)) = (self.observed(dense, "once", 1)?, self.observed(&case, form, times)?) else {
            return Some(None);
        };
        if compare(&once, &other, &exactly(self.contract())).is_none() {
            return Some(None);
        }
        let fault = match self.observed(&case, "once", 1)? {
            Ok(reversed) if compare(&once, &reversed, &exactly(self.contract())).is_none() => {
                Fault::new("not_idempotent", "A second run of the statement on the same source changes rows again.")
            }
            _ => Fault::new("order_matters", "The result depends on the order of the source's rows."),
        };
        Some(Some(fault))
    }

    /// What the statement gives on a case; `None` when that has not been tried.
    fn observed(&self, case: &Case, form: &str, times: usize) -> Option<Result<Relation, Diagnostic>> {
        self.tried(&self.subject, case, form, times)
    }

    fn tried(&self, subject: &Subject, case: &Case, form: &str, times: usize) -> Option<Result<Relation, Diagnostic>> {
        let key = key(subject, case, form);
        match self.scene.trial(&key) {
            Some(Ok(evidence)) => Some(subject.observed(evidence)),
            Some(Err(limit)) => Some(Err(limit.clone())),
            None => {
                let mut needs = self.needs.borrow_mut();
                if !needs.trials.iter().any(|trial| trial.key == key) {
                    let plan = subject.plan(self.scene, case, self.scene.seed, times);
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
    fn broken_reference(&self, dense: &Case) -> Option<String> {
        match self.scene.answer(&format!("expected {}", dense.id())) {
            Some(Err(error)) => Some(format!("The reference query failed on hidden data: {error}")),
            _ => None,
        }
    }
}

fn key(subject: &Subject, case: &Case, form: &str) -> String {
    format!("{form} {} {}", case.id(), short_hash(&subject.statements.join(";")))
}

fn untouched() -> Fault {
    Fault::new("untouched", "A row that should stay as it is has another value, if only in its last digits.")
}

fn exactly(contract: &Contract) -> Contract {
    Contract { tolerance: 0.0, ordered: false, ..contract.clone() }
}

fn short_hash(text: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(text)[..4])
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
            Search::Untried => self.own_rows(scene),
            Search::Unavailable(why) => Verdict::Unavailable(why),
            Search::Needs(_) => Verdict::Unavailable("The statement was not tried on other data.".to_owned()),
        }
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        let like = (!known.checks.contains(&self.like.as_str())).then(|| format!("there is no check `{}`.", self.like));
        like.into_iter().chain(self.vary.iter().filter_map(|name| known.relation(name))).collect()
    }
}
