//! A walkthrough's film: its statements run in a workspace of their own.

use std::collections::BTreeMap;

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::{Diagnostic, Finding, Position};
use sandbar_labs::evidence::StatementKind;
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::{RunRequest, Sandbox, SandboxError, SessionKind, WorkspaceKey};

use super::{WalkStep, Walkthrough};
use crate::film::{self, Film, Rows, Shot};

/// Runs the steps in that workspace, which is emptied before and afterwards.
///
/// # Errors
/// A finding for each step whose statements do not end as its author says, with its line; or that the engine failed.
pub async fn shoot(
    sandbox: &Sandbox,
    workspace: &WorkspaceKey,
    walkthrough: &Walkthrough,
) -> Result<Film, Vec<Finding>> {
    let studio = Studio { sandbox, workspace };
    let one = |finding| vec![finding];
    sandbox.reset(workspace).await.map_err(fault).map_err(one)?;
    let shots = studio.shots(walkthrough).await;
    sandbox.reset(workspace).await.map_err(fault).map_err(one)?;
    let (shots, wrong) = shots.map_err(one)?;
    if wrong.is_empty() { Ok(film::compose(shots)) } else { Err(wrong) }
}

struct Studio<'a> {
    sandbox: &'a Sandbox,
    workspace: &'a WorkspaceKey,
}

impl Studio<'_> {
    /// A shot of each step, and what is wrong with the steps. One that fails does not hide those behind it.
    async fn shots(&self, walkthrough: &Walkthrough) -> Result<(Vec<Shot>, Vec<Finding>), Finding> {
        let (mut shots, mut wrong): (Vec<Shot>, Vec<Finding>) = Default::default();
        for step in &walkthrough.steps {
            let before = shots.last().filter(|before| step.sql.is_none() && before.table == step.table);
            let shot = match before {
                Some(before) => Shot { statement: None, error: None, ..before.clone() },
                None => self.shot(step).await?,
            };
            wrong.extend(step.sql.is_some().then(|| misfit(step, shot.error.as_ref())).flatten());
            shots.push(shot);
        }
        // A statement that fails may be the one that would have made the table.
        if wrong.is_empty() {
            wrong = unseen(walkthrough, &shots);
        }
        Ok((shots, wrong))
    }

    async fn shot(&self, step: &WalkStep) -> Result<Shot, Finding> {
        let outcomes = match &step.sql {
            Some(sql) => self.run(sql).await?,
            None => Vec::new(),
        };
        let error = outcomes.iter().find_map(|outcome| outcome.error.clone());
        let result = outcomes.into_iter().next_back().filter(is_query);
        let rows = match result {
            Some(outcome) => Some(Rows { is_result: true, ..rows(outcome) }),
            None => self.table(&step.table).await?,
        };
        let logs = self.sandbox.logs(self.workspace).await.map_err(fault)?;
        Ok(Shot { statement: step.sql.clone(), error, table: step.table.clone(), logs, rows })
    }

    /// The table's rows; `None` when there is no such table.
    async fn table(&self, name: &str) -> Result<Option<Rows>, Finding> {
        let outcome = self.run(&format!("SELECT * FROM {name} ORDER BY 1")).await?.into_iter().next();
        Ok(outcome.filter(|outcome| outcome.error.is_none()).map(rows))
    }

    async fn run(&self, sql: &str) -> Result<Vec<StatementOutcome>, Finding> {
        let request = RunRequest {
            sql: sql.to_owned(),
            parameters: BTreeMap::new(),
            user_name: "student".to_owned(),
            keep_going: false,
            session: SessionKind::Notebook,
        };
        self.sandbox.run(self.workspace, request).await.map_err(fault)
    }
}

fn rows(outcome: StatementOutcome) -> Rows {
    Rows { relation: outcome.relation, total: outcome.total_rows, is_result: false }
}

/// Whether what came back is what the statement is about, and not a count of changed rows.
fn is_query(outcome: &StatementOutcome) -> bool {
    let kind = outcome.facts.as_ref().map(|facts| facts.kind);
    let asks = matches!(
        kind,
        Some(
            StatementKind::Query | StatementKind::DescribeHistory | StatementKind::DescribeDetail | StatementKind::Show
        )
    );
    asks && outcome.error.is_none() && !outcome.relation.columns.is_empty()
}

/// How the step does not end as its author says.
fn misfit(step: &WalkStep, error: Option<&Diagnostic>) -> Option<Finding> {
    let message = match (error, &step.expected_error) {
        (None, None) => return None,
        (Some(error), Some(class)) if error.class == *class => return None,
        (None, Some(class)) => format!("This step is meant to fail with {class}, but it succeeds."),
        (Some(error), Some(class)) => format!("This step is meant to fail with {class}, but it fails with {error}"),
        (Some(error), None) => format!("This step fails: {error}"),
    };
    let (at, within) = (step.sql_at, error.and_then(|error| error.position));
    let place = within.map_or(at, |within| Position {
        line: at.line + within.line.saturating_sub(1),
        column: at.column + within.column.saturating_sub(1),
    });
    Some(Finding::error("WALKTHROUGH_FAILS", "steps", message).at(place))
}

/// Tables that steps look at and that there are at no time: nothing would be shown of them.
fn unseen(walkthrough: &Walkthrough, shots: &[Shot]) -> Vec<Finding> {
    let tables = || shots.iter().flat_map(|shot| &shot.logs).map(|log| log.table.as_str());
    let was_there = |step: &WalkStep| {
        let name = step.table.strip_prefix("default.").unwrap_or(&step.table);
        let has_rows = |shot: &Shot| shot.table == step.table && shot.rows.as_ref().is_some_and(|rows| !rows.is_result);
        tables().any(|table| table.eq_ignore_ascii_case(name)) || shots.iter().any(has_rows)
    };
    let mut told: Vec<&str> = Vec::new();
    let mut findings = Vec::new();
    for step in walkthrough.steps.iter().filter(|step| !was_there(step)) {
        if told.contains(&step.table.as_str()) {
            continue;
        }
        told.push(&step.table);
        let message = format!("No step makes a table `{}`, so there is nothing to look at.", step.table);
        let finding = Finding::error("NO_TABLE", "steps", message).at(step.table_at);
        findings.push(match nearest(&step.table, tables()) {
            Some(near) => finding.with_hint(format!("Did you mean `{near}`?")),
            None => finding,
        });
    }
    findings
}

fn fault(error: SandboxError) -> Finding {
    Finding::error("UNAVAILABLE", "", error.to_string())
}
