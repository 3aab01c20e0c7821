//! Reference queries over given relations, in a process that holds no student code.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::memory::InMemory;

use super::relation_text::{query, quoted_name};
use super::{Clock, EngineFault, Session, SessionOptions};
use crate::diagnostic::Diagnostic;
use crate::outcome::StatementOutcome;
use crate::relation::Relation;
use crate::sandbox::{Limits, Probe, RunRequest};

/// Given relations are written into the statement; this is what they may take.
const MOST_TEXT_BYTES: u64 = 16 * 1024 * 1024;

/// One answer for each probe, in their order: the rows of its last statement, or the first statement's error.
///
/// # Errors
/// A fault of ours: a relation that cannot be written as rows, or a session that does not open.
pub async fn evaluate(probes: &[Probe]) -> Result<Vec<Result<Relation, Diagnostic>>, EngineFault> {
    let mut answers = Vec::with_capacity(probes.len());
    for probe in probes {
        answers.push(answer(probe).await?);
    }
    Ok(answers)
}

async fn answer(probe: &Probe) -> Result<Result<Relation, Diagnostic>, EngineFault> {
    let mut session = Session::open(Arc::new(InMemory::new()), options()).await?;
    for (name, relation) in &probe.relations {
        let view = format!("CREATE OR REPLACE TEMP VIEW {} AS {}", quoted_name(name), query(relation)?);
        if let Err(diagnostic) = last(session.run(&request(view)).await) {
            return Err(EngineFault::internal(format!("the relation {name} cannot be given: {diagnostic}")));
        }
    }
    Ok(last(session.run(&request(probe.sql.clone())).await))
}

/// The last statement's rows, or the first error.
fn last(outcomes: Vec<StatementOutcome>) -> Result<Relation, Diagnostic> {
    let mut relation = Relation::default();
    for outcome in outcomes {
        if let Some(error) = outcome.error {
            return Err(error);
        }
        relation = outcome.relation;
    }
    Ok(relation)
}

fn options() -> SessionOptions {
    let defaults = Limits::default();
    let limits = Limits { max_rows: defaults.max_rows_written, max_sql_bytes: MOST_TEXT_BYTES, ..defaults };
    SessionOptions { user_name: "grader".to_owned(), limits, clock: Clock::Seeded(0) }
}

fn request(sql: String) -> RunRequest {
    RunRequest { sql, parameters: BTreeMap::new(), user_name: "grader".to_owned(), keep_going: false }
}
