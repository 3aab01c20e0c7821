//! The vocabulary of a lab's checks: one file per kind, each with its fields, its reference queries and its verdict.
//!
//! Invariant: a rule passes only on positive evidence. What is absent (a table, a cell, an answer) never passes, and
//! neither does a claim that holds because nothing happened.

mod dashboard_dataset;
mod dashboard_tiles;
mod history_operation;
mod job;
mod job_alerts;
mod job_compute;
mod job_order;
mod job_parameters;
mod job_retries;
mod job_run_result;
mod job_schedule;
mod job_valid;
mod mended;
mod no_violations;
mod property;
mod query_equals;
mod query_reacts;
mod quiz_score;
mod reads;
mod reference;
mod rehearsal;
mod row_count;
mod rows_added;
mod rows_changed;
mod rows_changed_between;
mod rows_equal;
mod run_rows_equal;
mod run_rows_same;
mod run_schema;
mod same_table_id;
mod schema;
mod schema_evolved;
mod single_commit;
mod sql_outputs;
mod statement_rejected;
mod statement_uses;
mod table_exists;
mod version_count;
mod view_exists;
mod wasm;
mod widgets;

use std::fmt::Debug;
use std::sync::Arc;

use sandbar_labs::authored::nearest;
use sandbar_labs::component::Call;
use sandbar_labs::evidence::StatementFacts;
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::{Column, Relation};
use sandbar_labs::sandbox::ReplayPlan;

use crate::outcome::Verdict;
use crate::points::Points;
use crate::rubric::Section;
use crate::scene::{About, Scene};

use reference::first_line;
pub use reference::{Reference, mentions};

/// What one check of a lab looks at.
pub trait Rule: Debug + Send + Sync {
    /// Reference queries whose answers the verdict needs. Asked again with the answers so far, until nothing is new.
    fn questions(&self, _scene: &Scene<'_>) -> Vec<Question> {
        Vec::new()
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict;

    /// Runs of the student's statements on other data that the verdict needs; asked in rounds like questions.
    fn trials(&self, _scene: &Scene<'_>) -> Vec<Trial> {
        Vec::new()
    }

    /// The file of an instructor's own component that judges, relative to the lab's folder.
    fn component(&self) -> Option<&str> {
        None
    }

    /// The file of a quiz whose answers are scored, relative to the lab's folder.
    fn quiz(&self) -> Option<&str> {
        None
    }

    /// What that component is asked.
    fn call(&self, _scene: &Scene<'_>) -> Option<Call> {
        None
    }

    /// What a fault is about that names no place itself.
    fn about(&self) -> About<'_> {
        About::Task
    }

    /// Whether the statement's error is what the rule asks for.
    fn wants_error(&self, _statement: &StatementOutcome) -> bool {
        false
    }

    /// The widget that the rule asks for.
    fn declaration(&self) -> Option<Declaration<'_>> {
        None
    }

    /// The table whose columns the rule counts, and the columns.
    fn asks_columns(&self) -> Option<(&str, &[Column])> {
        None
    }

    /// The query that says which rows are right, for checks that ask the same of other data.
    fn reference(&self) -> Option<&Reference> {
        None
    }

    /// The field of the lab's file, and the points that it leaves to work that is right in all but its form.
    fn form_earns(&self) -> Option<(&'static str, Points)> {
        self.reference().map(|reference| ("columns_earn", reference.columns_earn))
    }

    /// The wrong version that a query takes for the one asked for, where another task counts that.
    fn mistaken_pin(&self, _scene: &Scene<'_>, _facts: &StatementFacts) -> Option<u64> {
        None
    }

    /// What data that the student has not seen keep to, one sentence; `None` for a rule that makes none.
    fn data_sentence(&self) -> Option<String> {
        None
    }

    /// Sentences about names in the rule that the lab's file does not define.
    fn unknown_names(&self, _known: &Known<'_>) -> Vec<String> {
        Vec::new()
    }
}

/// A widget that a rule asks for, and the statement that declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration<'a> {
    pub name: &'a str,
    pub sql: String,
}

/// A reference query over relations, with the rule's own key for the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub key: String,
    pub relations: Vec<(String, Relation)>,
    pub sql: String,
}

/// A run on other data, with the rule's own key for what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub key: String,
    pub plan: ReplayPlan,
}

/// The names that a lab's file defines.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub checks: &'a [&'a str],
    pub replays: &'a [&'a str],
    pub relations: &'a [&'a str],
    pub tasks: &'a [u32],
}

/// ` Did you mean ..?` where a known name is near.
pub fn did_you_mean(name: &str, known: &[&str]) -> String {
    nearest(name, known.iter().copied()).map(|near| format!(" Did you mean `{near}`?")).unwrap_or_default()
}

impl Known<'_> {
    /// A sentence when there is no replay of that name.
    fn replay(&self, name: &str) -> Option<String> {
        let told = || format!("there is no replay `{name}`.{}", did_you_mean(name, self.replays));
        (!self.replays.contains(&name)).then(told)
    }

    /// A sentence when there is no relation of that name.
    pub(crate) fn relation(&self, name: &str) -> Option<String> {
        let told = || format!("there is no relation `{name}`.{}", did_you_mean(name, self.relations));
        (!self.relations.contains(&name)).then(told)
    }

    /// A sentence when there is no check of that id.
    fn check(&self, id: &str) -> Option<String> {
        let told = || format!("there is no check `{id}`.{}", did_you_mean(id, self.checks));
        (!self.checks.contains(&id)).then(told)
    }

    /// A sentence when there is no task of that number.
    fn task(&self, number: u32) -> Option<String> {
        (!self.tasks.contains(&number)).then(|| format!("there is no task {number}."))
    }

    /// A sentence when a query reads none of the relations, nor of the others that it is given.
    fn reads_none(&self, sql: &str, others: &[&str]) -> Option<String> {
        let known: Vec<&str> = self.relations.iter().chain(others).copied().collect();
        if sql.is_empty() || known.iter().any(|name| mentions(sql, name)) {
            return None;
        }
        let words = sql.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        let near = words.map(|word| did_you_mean(word, &known)).find(|near| !near.is_empty()).unwrap_or_default();
        Some(format!("the query `{}` reads no relation of this lab.{near}", first_line(sql)))
    }
}

type Reader = fn(&mut Section<'_, '_>) -> Option<Arc<dyn Rule>>;

const KINDS: &[(&str, Reader)] = &[
    ("dashboard_dataset", |section| rule(dashboard_dataset::read(section))),
    ("dashboard_tiles", |section| rule(dashboard_tiles::read(section))),
    ("history_operation", |section| rule(history_operation::read(section))),
    ("job_alerts", |_| rule(job_alerts::JobAlerts)),
    ("job_compute", |section| rule(job_compute::read(section))),
    ("job_order", |section| rule(job_order::read(section))),
    ("job_parameters", |section| rule(job_parameters::read(section))),
    ("job_retries", |section| rule(job_retries::read(section))),
    ("job_run_result", |section| rule(job_run_result::read(section))),
    ("job_schedule", |section| rule(job_schedule::read(section))),
    ("job_valid", |_| rule(job_valid::JobValid)),
    ("no_violations", |section| rule(no_violations::read(section))),
    ("property", |section| rule(property::read(section))),
    ("query_equals", |section| rule(query_equals::read(section))),
    ("query_reacts", |section| rule(query_reacts::read(section))),
    ("quiz_score", |section| rule(quiz_score::read(section))),
    ("row_count", |section| rule(row_count::read(section))),
    ("rows_added", |section| rule(rows_added::read(section))),
    ("rows_changed", |section| rule(rows_changed::read(section))),
    ("rows_changed_between", |section| rule(rows_changed_between::read(section))),
    ("rows_equal", |section| rule(rows_equal::read(section))),
    ("run_rows_equal", |section| rule(run_rows_equal::read(section))),
    ("run_rows_same", |section| rule(run_rows_same::read(section))),
    ("run_schema", |section| rule(run_schema::read(section))),
    ("same_table_id", |section| rule(same_table_id::read(section))),
    ("schema", |section| rule(schema::read(section))),
    ("schema_evolved", |section| rule(schema_evolved::read(section))),
    ("single_commit", |section| rule(single_commit::read(section))),
    ("statement_rejected", |section| rule(statement_rejected::read(section))),
    ("statement_uses", |section| rule(statement_uses::read(section))),
    ("table_exists", |section| rule(table_exists::read(section))),
    ("version_count", |section| rule(version_count::read(section))),
    ("view_exists", |section| rule(view_exists::read(section))),
    ("wasm", |section| rule(wasm::read(section))),
    ("widgets", |section| rule(widgets::read(section))),
];

#[expect(clippy::unnecessary_wraps, reason = "the type of a reader, which may refuse")]
fn rule(rule: impl Rule + 'static) -> Option<Arc<dyn Rule>> {
    Some(Arc::new(rule))
}

/// Reads the fields of a check of that kind; `None`, and a finding, when there is no such kind.
pub fn read(kind: &str, section: &mut Section<'_, '_>) -> Option<Arc<dyn Rule>> {
    let Some((_, reader)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        section.leave_rest();
        section.unknown("kind", kind, &KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        return None;
    };
    reader(section)
}
