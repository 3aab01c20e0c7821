//! A walkthrough's film: its statements run in a workspace of their own.

use std::collections::BTreeMap;

use sandbar_labs::diagnostic::{Diagnostic, Finding};
use sandbar_labs::evidence::StatementKind;
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::{RunRequest, Sandbox, SandboxError, SessionKind, WorkspaceKey};

use super::{WalkStep, Walkthrough};
use crate::film::{self, Film, Rows, Shot};

/// Runs the steps in that workspace, which is emptied before and afterwards.
///
/// # Errors
/// A finding for the step whose statement does not end as its author says, with its line; or that the engine failed.
pub async fn shoot(sandbox: &Sandbox, workspace: &WorkspaceKey, walkthrough: &Walkthrough) -> Result<Film, Finding> {
    let studio = Studio { sandbox, workspace };
    sandbox.reset(workspace).await.map_err(fault)?;
    let film = studio.film(walkthrough).await;
    sandbox.reset(workspace).await.map_err(fault)?;
    film
}

struct Studio<'a> {
    sandbox: &'a Sandbox,
    workspace: &'a WorkspaceKey,
}

impl Studio<'_> {
    async fn film(&self, walkthrough: &Walkthrough) -> Result<Film, Finding> {
        let mut shots: Vec<Shot> = Vec::new();
        for step in &walkthrough.steps {
            let before = shots.last().filter(|before| step.sql.is_none() && before.table == step.table);
            let shot = match before {
                Some(before) => Shot { statement: None, error: None, ..before.clone() },
                None => self.shot(step).await?,
            };
            shots.push(shot);
        }
        Ok(film::compose(shots))
    }

    async fn shot(&self, step: &WalkStep) -> Result<Shot, Finding> {
        let outcomes = match &step.sql {
            Some(sql) => self.run(sql).await?,
            None => Vec::new(),
        };
        let error = outcomes.iter().find_map(|outcome| outcome.error.clone());
        check(step, error.as_ref())?;
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

fn check(step: &WalkStep, error: Option<&Diagnostic>) -> Result<(), Finding> {
    let message = match (error, &step.expected_error) {
        (None, None) => return Ok(()),
        (Some(error), Some(class)) if error.class == *class => return Ok(()),
        (None, Some(class)) => format!("This step is meant to fail with {class}, but it succeeds."),
        (Some(error), Some(class)) => format!("This step is meant to fail with {class}, but it fails with {error}"),
        (Some(error), None) => format!("This step fails: {error}"),
    };
    let mut finding = Finding::error("WALKTHROUGH_FAILS", "steps", message);
    finding.line = Some(step.line);
    Err(finding)
}

fn fault(error: SandboxError) -> Finding {
    Finding::error("UNAVAILABLE", "", error.to_string())
}
