//! `statement_uses`: some statement of the task is of a kind and has a form, as its syntax tree says.

use sandbar_labs::dialect::MergeClause;
use sandbar_labs::evidence::{StatementFacts, StatementKind};
use sandbar_labs::outcome::StatementOutcome;

use super::reads::{self, Read};
use super::{Known, Rule, Section};
use crate::feedback::list;
use crate::outcome::{Fault, Place, Verdict};
use crate::scene::Scene;

#[derive(Debug)]
pub struct StatementUses {
    kinds: Vec<StatementKind>,
    kind_names: Vec<String>,
    target: Option<String>,
    merge_clauses: Vec<String>,
    window: bool,
    group_by: bool,
    join: bool,
    schema_evolution: bool,
    describes_history: bool,
    reads: Vec<Read>,
}

pub fn read(section: &mut Section<'_, '_>) -> StatementUses {
    let known = StatementKind::ALL.map(StatementKind::name);
    let kind_names = section.names("statement", "a kind of statement", &known.each_ref().map(String::as_str));
    let is_wanted = |kind: &StatementKind| kind_names.contains(&kind.name());
    let kinds = StatementKind::ALL.into_iter().filter(is_wanted).collect();
    let labels = MergeClause::labels();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    StatementUses {
        kinds,
        kind_names,
        target: section.text("target"),
        merge_clauses: section.names("merge_clauses", "a clause of a MERGE", &labels),
        window: section.flag("window"),
        group_by: section.flag("group_by"),
        join: section.flag("join"),
        schema_evolution: section.flag("schema_evolution"),
        describes_history: section.flag("describes_history"),
        reads: reads::read(section),
    }
}

impl StatementUses {
    fn is_candidate(&self, facts: &StatementFacts) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&facts.kind);
        let history = facts.features.describes_history;
        // A query over (DESCRIBE HISTORY t) has no scan of t: its rows are the log's.
        let of_target = |target: &String| {
            let named = facts.target.iter().chain(facts.scans.iter().map(|scan| &scan.relation));
            (history && facts.kind == StatementKind::Query)
                || named.into_iter().any(|name| name.eq_ignore_ascii_case(target))
        };
        kind && (history || !self.describes_history) && self.target.as_ref().is_none_or(of_target)
    }

    /// What a statement of the kind changed in the place of the target, and the target.
    fn elsewhere<'a>(
        &'a self,
        statements: impl Iterator<Item = &'a StatementOutcome>,
    ) -> Option<(&'a String, &'a String)> {
        let asked = self.target.as_ref()?;
        let succeeded = statements.filter(|statement| statement.error.is_none());
        let facts = succeeded.filter_map(|statement| statement.facts.as_ref());
        let of_kind = facts.filter(|facts| facts.kind != StatementKind::Query && self.kinds.contains(&facts.kind));
        let mut targets = of_kind.filter_map(|facts| facts.target.as_ref());
        targets.find(|target| !target.eq_ignore_ascii_case(asked)).map(|other| (other, asked))
    }

    /// What the statement lacks.
    /// `clauses`: those of all statements of the task that are of the kind. How many there may be is another check's to say.
    fn lacks(&self, facts: &StatementFacts, clauses: &[String], scene: &Scene<'_>) -> Option<Fault> {
        let absent: Vec<&String> = self.merge_clauses.iter().filter(|clause| !clauses.contains(clause)).collect();
        if !absent.is_empty() {
            let words: Vec<String> = absent.iter().map(|clause| clause.replace('_', " ")).collect();
            let found = if clauses.is_empty() { "no clause".to_owned() } else { list(clauses).replace('_', " ") };
            let fault = Fault::new("clauses", format!("The MERGE lacks its clause {}.", list(&words)));
            return Some(fault.expected(list(&self.merge_clauses).replace('_', " ")).found(found));
        }
        let features = &facts.features;
        let demands = [
            (self.window && !features.window_function, "no_window", "uses no window function (OVER)"),
            (self.group_by && !features.group_by, "no_group_by", "has no GROUP BY"),
            (self.join && !features.join, "no_join", "joins nothing (JOIN)"),
            (self.schema_evolution && !features.schema_evolution, "no_evolution", "does not let the schema evolve"),
        ];
        if let Some((_, reason, what)) = demands.into_iter().find(|(lacks, ..)| *lacks) {
            return Some(Fault::new(reason, format!("The statement {what}.")));
        }
        let unread = reads::missing(&self.reads, facts, scene)?;
        Some(Fault::new("not_read", format!("The statement is not the one asked for: {unread}.")))
    }
}

impl Rule for StatementUses {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let statements = scene.statements(scene.task);
        let succeeded = statements.iter().filter(|(_, statement)| statement.error.is_none());
        let facts =
            succeeded.filter_map(|(cell, statement)| Some((scene.place(cell, statement), statement.facts.as_ref()?)));
        let candidates: Vec<(Place, &StatementFacts)> = facts.filter(|(_, facts)| self.is_candidate(facts)).collect();
        let clauses: Vec<String> =
            candidates.iter().flat_map(|(_, facts)| facts.features.merge_clauses.clone()).collect();
        let lacks = |(place, facts): (Place, &StatementFacts)| {
            self.lacks(facts, &clauses, scene).map(|fault| Fault { place: Some(place), ..fault })
        };
        let mut lacking = candidates.into_iter().map(lacks).collect::<Vec<_>>();
        if lacking.iter().any(Option::is_none) {
            return Verdict::Passed;
        }
        match lacking.pop().flatten() {
            Some(fault) => fault.failed(),
            None => {
                let wanted =
                    if self.describes_history { vec!["describe_history".to_owned()] } else { self.kind_names.clone() };
                let failed = statements.iter().filter(|(_, statement)| statement.error.is_some());
                // Any query that failed would be one of the kind.
                let named = |facts: &StatementFacts| facts.kind != StatementKind::Query && self.is_candidate(facts);
                let tried = failed.filter_map(|(_, statement)| statement.facts.as_ref()).any(named);
                let elsewhere = self.elsewhere(statements.iter().map(|(_, statement)| *statement));
                let message = match (tried, elsewhere) {
                    (true, _) => "The statement that the task asks for is there, and failed.".to_owned(),
                    (false, Some((changed, asked))) => {
                        format!("The statement that the task asks for changes `{changed}`, not `{asked}`.")
                    }
                    (false, None) => "No statement of this task is of the kind that the task asks for.".to_owned(),
                };
                Fault::new("no_statement", message).expected(list(&wanted).replace('_', " ")).failed()
            }
        }
    }
    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        reads::unknown_tasks(&self.reads, known)
    }
}
