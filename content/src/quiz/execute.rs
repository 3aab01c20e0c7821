//! The SQL of a quiz, run: each execution in a fresh workspace of its own, with the clock of a fixed seed, so that what
//! a reference gave once can be compared with what an answer gives later.
//!
//! Invariant: what is no fault of the SQL is [`Executed::Unavailable`], and nobody's answer is judged by it.

use std::collections::BTreeMap;

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::CellEvidence;
use sandbar_labs::notebook::{Cell, CellLanguage, Notebook};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::{NotebookRun, ReplayPlan, RunRequest, Sandbox, SandboxError, SessionKind, WorkspaceKey};
use sandbar_quizzes::execution::{LogFile, SqlFailure, Stage, Table};
use sandbar_quizzes::{Executed, Execution, Observe, Results};
use sha2::{Digest, Sha256};

const USER: &str = "student";
/// Of every run: answers given on different days are compared with one reference.
const SEED: u64 = 1;

/// Runs them one after the other.
pub async fn execute(sandbox: &Sandbox, executions: Vec<Execution>) -> Results {
    let mut results = Results::default();
    for execution in executions {
        let executed = run(sandbox, &execution).await;
        results.insert(execution, executed);
    }
    results
}

/// Runs one.
pub async fn run(sandbox: &Sandbox, execution: &Execution) -> Executed {
    let ran = match &execution.observe {
        Observe::Log { table, first, last } => {
            let versions = (u64::from(*first), last.map(u64::from));
            log(sandbox, execution, table, versions).await
        }
        Observe::Statement => rows(sandbox, execution, None).await,
        Observe::Query(query) => rows(sandbox, execution, Some(query)).await,
    };
    ran.unwrap_or_else(|fault| Executed::Unavailable(fault.to_string()))
}

async fn rows(sandbox: &Sandbox, execution: &Execution, query: Option<&str>) -> Result<Executed, SandboxError> {
    let texts = [
        (Stage::Setup, Some(execution.setup.as_str())),
        (Stage::Statement, Some(execution.statement.as_str())),
        (Stage::Observation, query),
    ];
    let texts: Vec<(Stage, &str)> = texts
        .into_iter()
        .filter_map(|(stage, text)| Some((stage, text?)))
        .filter(|(stage, text)| *stage != Stage::Setup || !text.trim().is_empty())
        .collect();
    let run = NotebookRun {
        name: "question".to_owned(),
        notebook: Notebook { cells: texts.iter().map(|(_, text)| cell(text)).collect() },
        parameters: BTreeMap::new(),
        repairs: Vec::new(),
        may_fail: Vec::new(),
    };
    let plan = ReplayPlan { seed: SEED, user_name: USER.to_owned(), tables: Vec::new(), runs: vec![run] };
    let evidence = match sandbox.replay(plan).await? {
        Ok(evidence) => evidence,
        Err(limit) => return Ok(failed(Stage::Statement, &limit)),
    };
    let cells = evidence.runs.into_iter().flat_map(|run| run.cells);
    Ok(judged(texts.iter().map(|(stage, _)| *stage).zip(cells)))
}

fn cell(sql: &str) -> Cell {
    Cell { id: String::new(), language: CellLanguage::Sql, title: None, source: sql.to_owned(), first_line: 1 }
}

/// What the stages of an execution come to: the first failure, or the rows of the last.
fn judged(stages: impl Iterator<Item = (Stage, CellEvidence)>) -> Executed {
    let mut last = None;
    for (stage, cell) in stages {
        if stage == Stage::Statement && cell.ran && cell.statements.len() != 1 {
            return not_one_statement(cell.statements.len());
        }
        if let Some(error) = cell.statements.iter().find_map(|outcome| outcome.error.as_ref()) {
            return failed(stage, error);
        }
        last = cell.statements.into_iter().next_back().map(|outcome| (stage, outcome));
    }
    match last {
        Some((stage, outcome)) => table(stage, outcome),
        None => not_one_statement(0),
    }
}

fn not_one_statement(found: usize) -> Executed {
    let message = format!("Write one statement; these are {found}.");
    Executed::Failed(SqlFailure { stage: Stage::Statement, class: "PARSE_SYNTAX_ERROR".to_owned(), message })
}

/// An error of the SQL. A fault of ours is none, nor is a limit that a setup ran into on a busy machine: it is the
/// course's own, and was within its limits when it was proved.
fn failed(stage: Stage, error: &Diagnostic) -> Executed {
    if error.is_internal() || stage == Stage::Setup && error.is_limit() {
        return Executed::Unavailable(error.to_string());
    }
    Executed::Failed(SqlFailure { stage, class: error.class.clone(), message: error.message.clone() })
}

fn table(stage: Stage, outcome: StatementOutcome) -> Executed {
    let shown = outcome.relation.rows.len();
    if outcome.total_rows > shown as u64 {
        let message = format!("It gives {} rows; at most {shown} are compared.", outcome.total_rows);
        return Executed::Failed(SqlFailure { stage, class: "LIMIT_EXCEEDED.ROWS".to_owned(), message });
    }
    let cell = |value: serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    Executed::Table(Table {
        columns: outcome.relation.columns.into_iter().map(|column| column.name).collect(),
        rows: outcome.relation.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
    })
}

/// The log that the setup writes, in a workspace on disk that is emptied before and afterwards.
async fn log(
    sandbox: &Sandbox,
    execution: &Execution,
    table: &str,
    versions: (u64, Option<u64>),
) -> Result<Executed, SandboxError> {
    let mut name = hex::encode(Sha256::digest(execution.setup.as_bytes()));
    name.truncate(32);
    let Some(workspace) = WorkspaceKey::new(["quiz", name.as_str()]) else {
        return Ok(Executed::Unavailable("no workspace can be named after it".to_owned()));
    };
    sandbox.reset(&workspace).await?;
    let executed = logged(sandbox, &workspace, execution, (table, versions)).await;
    sandbox.reset(&workspace).await?;
    executed
}

async fn logged(
    sandbox: &Sandbox,
    workspace: &WorkspaceKey,
    execution: &Execution,
    (table, versions): (&str, (u64, Option<u64>)),
) -> Result<Executed, SandboxError> {
    let request = RunRequest {
        sql: execution.setup.clone(),
        parameters: BTreeMap::new(),
        user_name: USER.to_owned(),
        keep_going: false,
        session: SessionKind::Notebook,
    };
    let outcomes = sandbox.run(workspace, request).await?;
    if let Some(error) = outcomes.iter().find_map(|outcome| outcome.error.as_ref()) {
        return Ok(failed(Stage::Setup, error));
    }
    let files = sandbox.commit_files(workspace, table, versions).await?;
    Ok(Executed::Log(files.into_iter().map(|file| LogFile { name: file.name, text: file.text }).collect()))
}

#[cfg(test)]
mod tests;
