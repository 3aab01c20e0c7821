//! Reference queries over given relations, in a session that holds nothing else.

use std::sync::Arc;

use object_store::memory::InMemory;

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{self, Lexed, Parameters, Statement};
use crate::evidence::StatementFacts;
use crate::relation::Relation;
use crate::sandbox::{Limits, Probe};

use super::planning::{Planner, memory_source};
use super::{Clock, EngineFault, Session, SessionOptions, rows, values};

/// Answers each probe with its rows or why it cannot be answered.
///
/// # Errors
/// A fault of ours.
pub async fn evaluate(probes: &[Probe]) -> Result<Vec<Result<Relation, Diagnostic>>, EngineFault> {
    let options =
        SessionOptions { user_name: "reference".to_owned(), limits: Limits::default(), clock: Clock::Seeded(0) };
    let mut session = Session::open(Arc::new(InMemory::new()), options).await?;
    let mut answers = Vec::with_capacity(probes.len());
    for probe in probes {
        answers.push(answer(&mut session, probe).await);
    }
    Ok(answers)
}

async fn answer(session: &mut Session, probe: &Probe) -> Result<Relation, Diagnostic> {
    let start = Position { line: 1, column: 1 };
    let lexed = Lexed::new(&probe.sql, start, &Parameters::default(), session.options.limits.max_nesting)?;
    let Statement::Query(query) = dialect::parse(&lexed)? else {
        return Err(Diagnostic::new("INVALID_STATEMENT", "42000", "A reference is a query and nothing else."));
    };
    let mut facts = StatementFacts::default();
    let mut planner = Planner::new(session, &lexed, &mut facts);
    for (name, relation) in &probe.relations {
        let batch = values::batch(relation)?;
        let alias = name.to_lowercase();
        relation.columns.iter().for_each(|column| planner.spellings.add(&alias, &column.name));
        planner.fix(&alias, memory_source(&batch.schema(), vec![batch])?);
    }
    let planned = planner.query(*query).await?;
    let keep = session.options.limits.max_rows_written;
    let collected = session.collect(planned.plan, keep, &lexed).await?;
    Ok(rows::relation(&planned.names, &collected.schema, &collected.batches))
}
