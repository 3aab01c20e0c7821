//! The jobs of a sandbox from request to answer: the turn, the worker, one more try, and what is made of a stop.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::error::SandboxError;
use super::lane::{Lane, Turn};
use super::pool::{Lease, Place};
use super::protocol::{Answer, Job};
use super::request::{Probe, ReplayPlan, RunRequest, WorkspaceKey};
use super::verdict::{self, Left, Stop};
use super::watch::{Begun, End, Ended, watch};
use crate::component::{Call, Said};
use crate::diagnostic::Diagnostic;
use crate::evidence::Evidence;
use crate::outcome::StatementOutcome;
use crate::relation::Relation;
use crate::store::ScopedStore;
use crate::widget::{Choice, Widget};

/// `cancel` ends it; without one [`Lane::cancel`] does, once it runs.
pub async fn run(
    shared: &Shared,
    lane: &Lane,
    workspace: &WorkspaceKey,
    request: RunRequest,
    cancel: Option<CancellationToken>,
) -> Result<Vec<StatementOutcome>, SandboxError> {
    let Some(cancel) = cancel else {
        let turn = lane.enter(&shared.limits).await;
        return in_turn(shared, lane, workspace, turn, request).await;
    };
    let turn = tokio::select! {
        biased;
        () = cancel.cancelled() => {
            let cancelled = verdict::statement(Stop::Cancelled, Left::Nothing, &shared.limits);
            return Ok(vec![verdict::outcome(&request.sql, 1, 1, 0, cancelled)]);
        }
        turn = lane.enter_apart(&shared.limits) => turn,
    };
    let signal = turn.as_ref().map(|turn| turn.cancel.clone()).unwrap_or_default();
    let only_the_first = RunRequest { keep_going: false, ..request };
    tokio::select! {
        outcomes = in_turn(shared, lane, workspace, turn, only_the_first) => outcomes,
        never = hand_on(&cancel, &signal) => match never {},
    }
}

/// What ends the statement once it is cancelled.
async fn hand_on(cancel: &CancellationToken, signal: &Notify) -> Infallible {
    cancel.cancelled().await;
    signal.notify_one();
    std::future::pending().await
}

async fn in_turn(
    shared: &Shared,
    lane: &Lane,
    workspace: &WorkspaceKey,
    turn: Option<Turn<'_>>,
    request: RunRequest,
) -> Result<Vec<StatementOutcome>, SandboxError> {
    let Some(turn) = turn else {
        let refused = verdict::outcome(&request.sql, 1, 1, 0, verdict::queue_full(&shared.limits));
        return Ok(vec![refused]);
    };
    let place = Place::Workspace(workspace.clone());
    let store = lane.store(&shared.limits)?;
    let mut outcomes = Vec::new();
    let mut rest = Some(request);
    while let Some(part) = rest.take() {
        let ended = run_part(shared, &place, &store, &turn, &part).await;
        match ended.and_then(|ended| settled(shared, &store, &part, ended, &mut outcomes)) {
            Ok(next) => rest = next,
            Err(fault) if outcomes.is_empty() => return Err(fault),
            Err(fault) => {
                tracing::error!(%fault, "a request broke off after some of its statements");
                outcomes.push(part.broken_off());
            }
        }
    }
    Ok(outcomes)
}

/// Takes down what a part of a request gave; gives what is still to run.
fn settled(
    shared: &Shared,
    store: &ScopedStore,
    part: &RunRequest,
    ended: Ended,
    outcomes: &mut Vec<StatementOutcome>,
) -> Result<Option<RunRequest>, SandboxError> {
    let last = ended.finished.last().map(|last| (last.sql.clone(), last.line, last.column, last.error.is_none()));
    outcomes.extend(ended.finished);
    if let (Some((sql, line, column, succeeded)), None, End::Lost { .. }) = (last, &ended.begun, &ended.end) {
        // It died between two statements: none of them has failed by it.
        return Ok((succeeded || part.keep_going).then(|| part.after(&sql, line, column)).flatten());
    }
    let left = left(ended.begun.as_ref(), store);
    let Some((begun, diagnostic)) = unfinished(shared, (ended.begun, left), ended.end, part)? else { return Ok(None) };
    let elapsed = u64::try_from(begun.at.elapsed().as_micros()).unwrap_or(u64::MAX);
    outcomes.push(verdict::outcome(&begun.sql, begun.line, begun.column, elapsed, diagnostic));
    Ok(part.keep_going.then(|| part.after(&begun.sql, begun.line, begun.column)).flatten())
}

/// Runs what is left of a request on the workspace's worker; when that one proves dead before anything began, on a new one.
async fn run_part(
    shared: &Shared,
    place: &Place,
    store: &Arc<ScopedStore>,
    turn: &Turn<'_>,
    part: &RunRequest,
) -> Result<Ended, SandboxError> {
    let _slot = shared.slots.acquire().await.map_err(|_| SandboxError::Stopped)?;
    let first = attempt(shared, place, store, turn, part).await?;
    let nothing_ran = first.begun.is_none() && first.finished.is_empty();
    if nothing_ran && matches!(first.end, End::Lost { .. }) {
        return attempt(shared, place, store, turn, part).await;
    }
    Ok(first)
}

async fn attempt(
    shared: &Shared,
    place: &Place,
    store: &Arc<ScopedStore>,
    turn: &Turn<'_>,
    part: &RunRequest,
) -> Result<Ended, SandboxError> {
    let lease = shared.pool.lease(place).await?;
    let ended = watch(lease.process(), Job::Run(part.clone()), Some(store.clone()), &shared.limits, &turn.cancel).await;
    settle(shared, lease, &ended);
    Ok(ended)
}

/// Keeps the worker for the next job, or ends it when it cannot be trusted to be as new.
fn settle(shared: &Shared, lease: Lease, ended: &Ended) {
    let End::Answered { answer, spent } = &ended.end else { return };
    let held = lease.process().resident_bytes().saturating_sub(lease.process().idle_bytes);
    let keeps_much = held > shared.limits.memory_bytes / 2;
    if !spent && !keeps_much && !matches!(answer, Answer::Fault(_)) {
        lease.give_back();
    }
}

/// What the statement that began last has left behind, now that nothing of it goes on.
fn left(begun: Option<&Begun>, store: &ScopedStore) -> Left {
    match begun {
        Some(begun) if store.commits() > begun.commits => Left::Commit,
        _ => Left::Nothing,
    }
}

/// The statement that did not end and why; `None` when all did.
fn unfinished(
    shared: &Shared,
    (begun, left): (Option<Begun>, Left),
    end: End,
    part: &RunRequest,
) -> Result<Option<(Begun, Diagnostic)>, SandboxError> {
    let diagnostic = match end {
        End::Answered { answer: Answer::Run, .. } => return Ok(None),
        End::Answered { answer: Answer::Panicked(words), .. } => {
            tracing::error!(%words, "the engine panicked in a statement");
            verdict::crashed(left)
        }
        End::Answered { answer: Answer::Fault(fault), .. } => return Err(SandboxError::Engine(fault)),
        End::Stopped(stop) | End::Answered { answer: Answer::Stopped(stop), .. } => {
            verdict::statement(stop, left, &shared.limits)
        }
        End::Answered { .. } => return Err(SandboxError::Engine("the answer fits another job".to_owned())),
        End::Lost { last_words } => match verdict::from_last_words(&last_words, left, &shared.limits) {
            Some(diagnostic) => diagnostic,
            None => {
                tracing::error!(%last_words, "a worker died while it ran a statement");
                if begun.is_none() {
                    return Err(SandboxError::WorkerLost(last_words));
                }
                verdict::crashed(left)
            }
        },
    };
    let whole = || Begun { sql: part.sql.clone(), line: 1, column: 1, at: std::time::Instant::now(), commits: 0 };
    Ok(Some((begun.unwrap_or_else(whole), diagnostic)))
}

pub async fn reset(shared: &Shared, lane: &Lane, workspace: &WorkspaceKey) -> Result<(), SandboxError> {
    let _turn = lane.enter_always().await;
    shared.pool.release(&Place::Workspace(workspace.clone()));
    lane.close_store()?;
    let folder = lane.folder().to_owned();
    let emptied = tokio::task::spawn_blocking(move || ScopedStore::empty(&folder)).await;
    emptied.map_err(|error| SandboxError::Engine(error.to_string()))??;
    Ok(())
}

pub async fn seed(
    shared: &Shared,
    lane: &Lane,
    workspace: &WorkspaceKey,
    user_name: String,
    tables: Vec<(String, Relation)>,
) -> Result<(), SandboxError> {
    match in_workspace(shared, lane, workspace, Job::Seed { user_name, tables }).await? {
        End::Answered { answer: Answer::Seed, .. } => Ok(()),
        end => Err(fault(end)),
    }
}

pub async fn widgets(
    shared: &Shared,
    lane: &Lane,
    workspace: &WorkspaceKey,
    user_name: String,
    choice: Option<Choice>,
) -> Result<Result<Vec<Widget>, Diagnostic>, SandboxError> {
    match in_workspace(shared, lane, workspace, Job::Widgets { user_name, choice }).await? {
        End::Answered { answer: Answer::Widgets(widgets), .. } => Ok(widgets),
        end => Err(fault(end)),
    }
}

/// A job of our own on a workspace's session; nobody is turned away.
async fn in_workspace(shared: &Shared, lane: &Lane, workspace: &WorkspaceKey, job: Job) -> Result<End, SandboxError> {
    let turn = lane.enter_always().await;
    let store = lane.store(&shared.limits)?;
    let _slot = shared.slots.acquire().await.map_err(|_| SandboxError::Stopped)?;
    let lease = shared.pool.lease(&Place::Workspace(workspace.clone())).await?;
    let ended = watch(lease.process(), job, Some(store), &shared.limits, &turn.cancel).await;
    settle(shared, lease, &ended);
    Ok(ended.end)
}

pub async fn replay(shared: &Shared, plan: ReplayPlan) -> Result<Result<Evidence, Diagnostic>, SandboxError> {
    let place = place_of(shared, &plan);
    let end = match batch(shared, &place, Job::Replay(plan)).await? {
        End::Answered { answer: Answer::Replay(evidence), .. } => return Ok(Ok(evidence)),
        end => end,
    };
    Ok(Err(limit(shared, end)?))
}

/// Trials of a submission run where its replay ran.
pub async fn trials(
    shared: &Shared,
    of: &ReplayPlan,
    plans: Vec<ReplayPlan>,
) -> Result<Result<Vec<Evidence>, Diagnostic>, SandboxError> {
    let asked = plans.len();
    let place = place_of(shared, of);
    let end = match batch(shared, &place, Job::Trials(plans)).await? {
        End::Answered { answer: Answer::Trials(evidence), .. } if evidence.len() == asked => return Ok(Ok(evidence)),
        end => end,
    };
    Ok(Err(limit(shared, end)?))
}

pub async fn probe(shared: &Shared, probes: Vec<Probe>) -> Result<Vec<Result<Relation, Diagnostic>>, SandboxError> {
    let asked = probes.len();
    let end = match batch(shared, &Place::Probes(0), Job::Probe(probes)).await? {
        End::Answered { answer: Answer::Probe(answers), .. } if answers.len() == asked => return Ok(answers),
        end => end,
    };
    let diagnostic = limit(shared, end)?;
    Ok(vec![Err(diagnostic); asked])
}

/// In a worker that holds components and no student's code.
pub async fn judge(shared: &Shared, call: Call) -> Result<Result<Said, String>, SandboxError> {
    match batch(shared, &Place::Judges, Job::Judge(call)).await? {
        End::Answered { answer: Answer::Judge(outcome), .. } => Ok(outcome),
        End::Stopped(Stop::Time) => Ok(Err(format!("It ran longer than {} ms.", shared.limits.check_wall_ms))),
        End::Stopped(Stop::Memory) => Ok(Err("The process that ran it needed too much memory.".to_owned())),
        end => Err(fault(end)),
    }
}

/// A job without side effects: when its worker is lost it is tried once more.
async fn batch(shared: &Shared, place: &Place, job: Job) -> Result<End, SandboxError> {
    let _turn = shared.batch.acquire().await.map_err(|_| SandboxError::Stopped)?;
    let _slot = shared.slots.acquire().await.map_err(|_| SandboxError::Stopped)?;
    let first = batch_attempt(shared, place, job.clone()).await?;
    match first {
        End::Lost { last_words } if verdict::from_last_words(&last_words, Left::Nothing, &shared.limits).is_none() => {
            tracing::warn!(%last_words, "a worker died; its job is tried once more");
            batch_attempt(shared, place, job).await
        }
        end => Ok(end),
    }
}

async fn batch_attempt(shared: &Shared, place: &Place, job: Job) -> Result<End, SandboxError> {
    let lease = shared.pool.lease(place).await?;
    let ended = watch(lease.process(), job, None, &shared.limits, &Notify::new()).await;
    settle(shared, lease, &ended);
    Ok(ended.end)
}

/// The limit that a batch job hit, or the fault that ended it.
fn limit(shared: &Shared, end: End) -> Result<Diagnostic, SandboxError> {
    match end {
        End::Stopped(stop) | End::Answered { answer: Answer::Stopped(stop), .. } => {
            Ok(verdict::replay(stop, &shared.limits))
        }
        End::Lost { last_words } => verdict::from_last_words(&last_words, Left::Nothing, &shared.limits)
            .ok_or(SandboxError::WorkerLost(last_words)),
        end => Err(fault(end)),
    }
}

fn fault(end: End) -> SandboxError {
    match end {
        End::Answered { answer: Answer::Fault(fault), .. } => SandboxError::Engine(fault),
        End::Answered { answer: Answer::Panicked(words), .. } => SandboxError::Engine(words),
        End::Answered { .. } => SandboxError::Engine("the answer fits another job".to_owned()),
        End::Stopped(Stop::Time) => SandboxError::Engine("it took longer than its limit".to_owned()),
        End::Stopped(Stop::Memory) => SandboxError::Engine("it needed more memory than its limit".to_owned()),
        End::Stopped(Stop::Cancelled) => SandboxError::Engine("it was cancelled".to_owned()),
        End::Lost { last_words } => SandboxError::WorkerLost(last_words),
    }
}

/// Replays of one file share a worker; different files do only where all are one author's.
fn place_of(shared: &Shared, plan: &ReplayPlan) -> Place {
    if shared.one_author {
        return Place::Solutions(0);
    }
    let mut hasher = DefaultHasher::new();
    plan.user_name.hash(&mut hasher);
    for run in &plan.runs {
        for cell in &run.notebook.cells {
            cell.source.hash(&mut hasher);
        }
    }
    Place::Submission(hasher.finish())
}
