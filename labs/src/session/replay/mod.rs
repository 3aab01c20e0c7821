//! A submission run in a fresh workspace: its cells in order, and after each statement what it did to the tables.
//!
//! Invariant: what is recorded comes from the tables' own logs and rows, read between the student's statements, and from
//! the statements as parsed; no statement of the student's can say anything about itself. The workspace is in memory
//! and gone at the end; clock and random functions come from the plan's seed.

mod cell;
mod lives;
mod widgets;

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::memory::InMemory;

use super::{Clock, EngineFault, Session, SessionOptions};
use crate::evidence::{Evidence, RunEvidence};
use crate::sandbox::{Limits, NotebookRun, ReplayPlan};
use cell::CellRun;
use lives::Lives;
use widgets::Widgets;

/// Runs the plan and returns what it did.
///
/// A failing cell stops its run, unless it is marked `-- expect-error`; later cells of that run have `ran` false. An
/// `-- expect-error` cell that does not fail does not stop the run: what it did is recorded and judged elsewhere.
///
/// # Errors
/// A fault of ours: a session that does not open or a table of ours that cannot be read back.
pub async fn replay(plan: &ReplayPlan, limits: &Limits) -> Result<Evidence, EngineFault> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut lives = Lives::new(store.clone());
    let mut evidence = Evidence::default();
    let mut session = open(plan, limits, &store).await?;
    session.seed(&plan.tables).await?;
    for (name, _) in &plan.tables {
        lives.observe(&mut session, name, 0, None).await?;
    }
    for (index, run) in (0_u32..).zip(&plan.runs) {
        if index > 0 {
            session = open(plan, limits, &store).await?;
        }
        evidence.runs.push(notebook(plan, limits, run, index, &mut session, &mut lives).await?);
    }
    evidence.tables = lives.into_evidence();
    Ok(evidence)
}

/// Rows of versions and views are read whole; what a cell's result shows is cut again in [`cell`].
async fn open(plan: &ReplayPlan, limits: &Limits, store: &Arc<dyn ObjectStore>) -> Result<Session, EngineFault> {
    let limits = Limits { max_rows: limits.max_rows_written, ..limits.clone() };
    let options = SessionOptions { user_name: plan.user_name.clone(), limits, clock: Clock::Seeded(plan.seed) };
    Session::open(store.clone(), options).await
}

async fn notebook(
    plan: &ReplayPlan,
    limits: &Limits,
    run: &NotebookRun,
    index: u32,
    session: &mut Session,
    lives: &mut Lives,
) -> Result<RunEvidence, EngineFault> {
    let mut record =
        RunEvidence { notebook: run.name.clone(), parameters: run.parameters.clone(), ..RunEvidence::default() };
    let mut widgets = Widgets::default();
    for (number, cell) in (0_u32..).zip(&run.notebook.cells) {
        let at = CellRun { plan, limits, parameters: &run.parameters, run: index, cell: number };
        let Some(evidence) = at.run(cell, record.stopped, session, lives).await? else { continue };
        widgets.follow(&evidence.statements);
        record.stopped |= cell::failed(&evidence) && !evidence.expects_error;
        record.cells.push(evidence);
    }
    record.widgets = widgets.into_evidence();
    Ok(record)
}
