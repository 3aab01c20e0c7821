//! The request loop: one job at a time, on one workspace for the process's whole life.
//!
//! Invariant: every job is answered, also when the engine panics in it. After a panic, or when work goes on that was
//! told to stop, the answer asks for the process to be replaced.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use object_store::ObjectStore;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::link::{Assigned, Link};
use super::panics;
use crate::component::{Call, Runner};
use crate::outcome::Progress;
use crate::relation::Relation;
use crate::sandbox::protocol::{Answer, FrameError, FromWorker, Job};
use crate::sandbox::{Limits, Probe, ReplayPlan, RunRequest, Stop};
use crate::session::{self, Clock, EngineFault, Session, SessionOptions};
use crate::store::BrokeredStore;
use crate::widget::Choice;

/// How long the process is looked at for work that did not stop.
const LOOK: Duration = Duration::from_millis(15);

pub async fn serve(link: Arc<Link>, mut jobs: mpsc::UnboundedReceiver<Assigned>, limits: Limits) {
    let store = Arc::new(BrokeredStore::new(link.clone()));
    let mut server = Server { link, store, limits, session: None, runner: None };
    while let Some(Assigned { job, cancelled }) = jobs.recv().await {
        let answer = AssertUnwindSafe(server.work(job, &cancelled)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|_| Answer::Panicked(panics::last()));
        let spent = match answer {
            Answer::Panicked(_) => true,
            Answer::Stopped(_) => is_busy().await,
            _ => false,
        };
        if server.reply(answer, spent).is_err() {
            return;
        }
    }
}

struct Server {
    link: Arc<Link>,
    store: Arc<dyn ObjectStore>,
    limits: Limits,
    session: Option<Session>,
    /// Of instructors' own checks.
    runner: Option<Runner>,
}

impl Server {
    fn reply(&self, answer: Answer, spent: bool) -> Result<(), FrameError> {
        match self.link.send(&FromWorker::Done { answer, spent }) {
            Err(FrameError::TooLarge(bytes)) => {
                let answer = Answer::Fault(format!("an answer of {bytes} bytes does not fit the pipe"));
                self.link.send(&FromWorker::Done { answer, spent })
            }
            sent => sent,
        }
    }

    async fn work(&mut self, job: Job, cancelled: &CancellationToken) -> Answer {
        let answer = match job {
            Job::Run(request) => self.run(&request, cancelled).await,
            Job::Replay(plan) => self.replay(&plan).await,
            Job::Trials(plans) => self.trials(&plans).await,
            Job::Probe(probes) => self.probe(&probes).await,
            Job::Judge(call) => self.judge(&call),
            Job::Seed { user_name, tables } => self.seed(&user_name, &tables).await,
            Job::Widgets { user_name, choice } => self.widgets(&user_name, choice.as_ref()).await,
        };
        answer.unwrap_or_else(|fault| Answer::Fault(fault.to_string()))
    }

    /// Runs a request's statements; the first to pass its clock ends it, and so does a cancel.
    async fn run(&mut self, request: &RunRequest, cancelled: &CancellationToken) -> Result<Answer, EngineFault> {
        let wall = Duration::from_millis(self.limits.statement_wall_ms);
        let deadline = Mutex::new(Instant::now() + wall);
        let link = self.link.clone();
        let report = |progress: Progress<'_>| {
            *deadline.lock() = Instant::now() + wall;
            tell(&link, progress);
        };
        let session = self.session(&request.user_name).await?;
        let running = session.run_reporting(request, &report);
        Ok(tokio::select! {
            biased;
            () = cancelled.cancelled() => Answer::Stopped(Stop::Cancelled),
            _ = running => Answer::Run,
            () = passed(&deadline) => Answer::Stopped(Stop::Time),
        })
    }

    async fn replay(&self, plan: &ReplayPlan) -> Result<Answer, EngineFault> {
        let wall = Duration::from_millis(self.limits.replay_wall_ms);
        match tokio::time::timeout(wall, session::replay::replay(plan, &self.limits)).await {
            Ok(evidence) => Ok(Answer::Replay(evidence?)),
            Err(_) => Ok(Answer::Stopped(Stop::Time)),
        }
    }

    async fn trials(&self, plans: &[ReplayPlan]) -> Result<Answer, EngineFault> {
        let run = async {
            let mut evidence = Vec::with_capacity(plans.len());
            for plan in plans {
                evidence.push(session::replay::replay(plan, &self.limits).await?);
            }
            Ok(Answer::Trials(evidence))
        };
        let wall = Duration::from_millis(self.limits.replay_wall_ms);
        tokio::time::timeout(wall, run).await.unwrap_or(Ok(Answer::Stopped(Stop::Time)))
    }

    async fn probe(&self, probes: &[Probe]) -> Result<Answer, EngineFault> {
        let wall = Duration::from_millis(self.limits.replay_wall_ms);
        match tokio::time::timeout(wall, session::probe::evaluate(probes)).await {
            Ok(answers) => Ok(Answer::Probe(answers?)),
            Err(_) => Ok(Answer::Stopped(Stop::Time)),
        }
    }

    /// Runs to its end on this thread: a call has its own bounds, and beyond them the parent's clock.
    fn judge(&mut self, call: &Call) -> Result<Answer, EngineFault> {
        let runner = match self.runner.take() {
            Some(runner) => runner,
            None => Runner::new(&self.limits).map_err(EngineFault::internal)?,
        };
        let runner = self.runner.insert(runner);
        Ok(Answer::Judge(tokio::task::block_in_place(|| runner.judge(call))))
    }

    async fn seed(&mut self, user_name: &str, tables: &[(String, Relation)]) -> Result<Answer, EngineFault> {
        self.session(user_name).await?.seed(tables).await?;
        Ok(Answer::Seed)
    }

    async fn widgets(&mut self, user_name: &str, choice: Option<&Choice>) -> Result<Answer, EngineFault> {
        Ok(Answer::Widgets(self.session(user_name).await?.widgets(choice).await?))
    }

    async fn session(&mut self, user_name: &str) -> Result<&mut Session, EngineFault> {
        if self.session.is_none() {
            let (user_name, limits) = (user_name.to_owned(), self.limits.clone());
            let options = SessionOptions { user_name, limits, clock: Clock::System };
            self.session = Some(Session::open(self.store.clone(), options).await?);
        }
        self.session.as_mut().ok_or_else(|| EngineFault::internal("the session is gone"))
    }
}

/// A report that cannot be sent ends the job soon enough: the parent has gone or will see the job's end.
fn tell(link: &Link, progress: Progress<'_>) {
    let message = match progress {
        Progress::Began { sql, line, column } => FromWorker::Began { sql: sql.to_owned(), line, column },
        Progress::Finished(outcome) => FromWorker::Finished(Box::new(outcome.clone())),
    };
    if let Err(FrameError::TooLarge(bytes)) = link.send(&message)
        && let FromWorker::Finished(mut outcome) = message
    {
        outcome.relation = Relation::default();
        outcome.error = Some(crate::sandbox::verdict::too_large(bytes));
        let _ = link.send(&FromWorker::Finished(outcome));
    }
}

/// Returns when the deadline, which may move while it waits, has passed.
async fn passed(deadline: &Mutex<Instant>) {
    loop {
        let until = *deadline.lock();
        if Instant::now() >= until {
            return;
        }
        tokio::time::sleep_until(until.into()).await;
    }
}

/// Whether this process computes although it has nothing to do: work that does not stop when it is told to.
async fn is_busy() -> bool {
    let spent = || getrusage(UsageWho::RUSAGE_SELF).map(|usage| usage.user_time().num_microseconds());
    tokio::time::sleep(LOOK).await;
    let before = spent();
    tokio::time::sleep(LOOK).await;
    match (before, spent()) {
        (Ok(before), Ok(after)) => i128::from(after - before) * 4 > LOOK.as_micros().cast_signed(),
        _ => true,
    }
}
