//! `dashboard_dataset`: a data set of the dashboard gives the rows of the reference over the course's own tables.

use sandbar_labs::evidence::StatementKind;
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Relation;

use super::reference::{Extra, Reference};
use super::{Known, Question, Rule, Section};
use crate::feedback::{error_text, list};
use crate::outcome::{Fault, Place, Verdict};
use crate::scene::{About, Scene};
use crate::work::DashboardWork;

#[derive(Debug)]
pub struct DashboardDataset {
    replay: String,
    dataset: String,
    /// Tables that the query must read, and no other.
    reads: Vec<String>,
    reference: Reference,
}

pub fn read(section: &mut Section<'_, '_>) -> DashboardDataset {
    DashboardDataset {
        replay: section.required("replay"),
        dataset: section.required("dataset"),
        reads: section.texts("reads_only"),
        reference: Reference::read(section),
    }
}

/// The submission's dashboard.
///
/// # Errors
/// The verdict of a check that has no dashboard to look at.
pub fn dashboard<'a>(scene: &Scene<'a>) -> Result<&'a DashboardWork, Verdict> {
    scene.work.dashboard.as_ref().ok_or_else(|| {
        let stem = scene.lab.rubric.submission.dashboard.as_deref().unwrap_or("dashboard");
        Fault::new("missing", format!("The submission has no `{stem}.yml`.")).failed()
    })
}

/// The result of a data set's query in the replay of the dashboard.
///
/// # Errors
/// A verdict that says why there is none.
pub fn result<'a>(scene: &Scene<'a>, replay: &str, dataset: &str) -> Result<&'a StatementOutcome, Verdict> {
    let work = dashboard(scene)?;
    let Some(index) = work.dashboard.datasets.iter().position(|given| given.name == dataset) else {
        let names: Vec<&str> = work.dashboard.datasets.iter().map(|given| given.name.as_str()).collect();
        let message = format!("The dashboard has no data set `{dataset}`.");
        return Err(Fault::new("missing", message).expected(format!("`{dataset}`")).found(list(&names)).failed());
    };
    let run = match scene.run(replay, index) {
        Some(Ok((_, run))) => run,
        Some(Err(limit)) => return Err(Fault::new("limit", error_text(limit)).error()),
        None => return Err(Verdict::Unavailable(format!("The replay `{replay}` was not made."))),
    };
    let statements: Vec<&StatementOutcome> = run.cells.iter().flat_map(|cell| &cell.statements).collect();
    let line = work.dashboard.datasets[index].sql_line;
    if let Some((statement, error)) = statements.iter().find_map(|s| s.error.as_ref().map(|error| (s, error))) {
        let line = line + error.position.map_or(statement.line, |position| position.line).saturating_sub(1);
        let place = Place::new(&work.path, line, error.position.map_or(1, |at| at.column));
        let message = format!("The query of `{dataset}` fails: {}", error_text(error));
        return Err(Fault { place: Some(place), ..Fault::new("query_fails", message) }.error());
    }
    match statements.as_slice() {
        [one] if one.facts.as_ref().is_some_and(|facts| facts.kind == StatementKind::Query) => Ok(one),
        _ => Err(Fault::new("no_query", format!("The data set `{dataset}` is not one query.")).failed()),
    }
}

impl DashboardDataset {
    fn extra(&self, scene: &Scene<'_>) -> Extra {
        scene.lab.rubric.replay(&self.replay).map(|replay| scene.lab.tables(replay)).unwrap_or_default()
    }

    fn rows<'a>(&self, scene: &Scene<'a>) -> Option<&'a Relation> {
        result(scene, &self.replay, &self.dataset).ok().map(|outcome| &outcome.relation)
    }

    /// What the query reads beside the tables that it may, or does not read at all.
    fn reads_fault(&self, outcome: &StatementOutcome) -> Option<Fault> {
        let scans = &outcome.facts.as_ref()?.scans;
        let allowed = |name: &str| self.reads.iter().any(|table| table.eq_ignore_ascii_case(name));
        let other = scans.iter().find(|scan| !allowed(&scan.relation));
        let fault = |reason: &str, message: String| {
            Fault::new(reason, message).expected(format!("a query over {}", list(&self.reads)))
        };
        match other {
            Some(scan) => Some(fault("other_table", format!("The query reads `{}`.", scan.relation))),
            None if scans.is_empty() => {
                let next =
                    format!("Ask {}: rows that are typed in stay the same when the orders change.", list(&self.reads));
                Some(fault("constant", "The query reads no table at all.".to_owned()).next(next))
            }
            None => None,
        }
    }
}

impl Rule for DashboardDataset {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        self.reference.questions(scene, &self.extra(scene), self.rows(scene))
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let outcome = match result(scene, &self.replay, &self.dataset) {
            Ok(outcome) => outcome,
            Err(verdict) => return verdict,
        };
        match self.reads_fault(outcome) {
            Some(fault) => fault.failed(),
            None => self.reference.judge(scene, &self.extra(scene), &outcome.relation),
        }
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        let reads: Vec<&str> = self.reads.iter().map(String::as_str).collect();
        known.replay(&self.replay).into_iter().chain(self.reference.unknown_names(known, &reads)).collect()
    }

    fn about(&self) -> About<'_> {
        About::Dashboard(Some(&self.dataset))
    }
}
