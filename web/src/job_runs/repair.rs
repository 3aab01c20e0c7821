//! Repairing a run that is over: some of its tasks run again, in the same run.

use jiff::Timestamp;
use sandbar_labs::workflow::Job;
use sandbar_labs::workflow::run::{Admission, Repair, RepairError, RunRecord, Settings, admit};

use super::carry::{self, Work};
use crate::app::App;
use crate::error::Fault;
use crate::store::job_runs::{self, JobRun, Standing, State};

/// Why a repair does not begin.
#[derive(Debug)]
pub enum Refused {
    /// In words for who asked for it.
    Repair(RepairError),
    /// Another run of the job is under way.
    OthersActive,
    Fault(Fault),
}

impl<E: Into<Fault>> From<E> for Refused {
    fn from(fault: E) -> Self {
        Self::Fault(fault.into())
    }
}

/// Begins a repair with the job's current settings (its text, and the job in it).
///
/// # Errors
/// When the run is active or was never begun, nothing of it failed, or others of its job are under way.
pub async fn repair(
    app: &App,
    run: &JobRun,
    (text, job): (&str, Job),
    (tasks, dependents): (Vec<String>, bool),
    at: Timestamp,
) -> Result<(), Refused> {
    let _admission = app.job_runs.admission(run.attempt).await;
    let stored = job_runs::get(&app.store, run.id).await?.ok_or(Refused::Repair(RepairError::Active))?;
    let record = stored.record.as_deref().filter(|_| !stored.state.is_active());
    let record: RunRecord = serde_json::from_str(record.ok_or(Refused::Repair(RepairError::Active))?)
        .map_err(|error| Refused::Fault(error.into()))?;
    let active = job_runs::active(&app.store, Some(run.attempt)).await?;
    let others = active.iter().filter(|other| other.path == run.path).count();
    if others > 0 && admit(&job, others) != Admission::Start {
        return Err(Refused::OthersActive);
    }
    let settings = Settings { faults: Vec::new(), ..carry::settings(&stored)? };
    let repair = Repair::of_tasks(at.max(record.latest()), tasks, dependents);
    let repaired = record.repair(job, settings, repair).map_err(Refused::Repair)?;
    if !job_runs::reopen(&app.store, run.id, (text, &stored.parameters)).await? {
        return Err(Refused::Repair(RepairError::Active));
    }
    carry::spawn(app, Standing { state: State::Running, ..Standing::from(&stored) }, Work::Repair(Box::new(repaired)));
    Ok(())
}
