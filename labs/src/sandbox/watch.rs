//! Follows one job on one worker to its end and stops it at its limits.
//!
//! Invariant: a job ends within its wall clock plus [`GRACE`], whatever the worker does. A worker is first given the
//! chance to end the statement itself and so to keep its session; the kill does not wait for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use super::limits::Limits;
use super::process::{Event, Process};
use super::protocol::{Answer, Job};
use super::verdict::Stop;
use crate::outcome::StatementOutcome;
use crate::store::ScopedStore;

/// What a worker has, after its limit or a cancel, to stop by itself.
pub const GRACE: Duration = Duration::from_millis(250);
/// How often memory and clock are looked at.
const TICK: Duration = Duration::from_millis(20);

/// A statement that began and did not end.
#[derive(Clone, Debug)]
pub struct Begun {
    pub sql: String,
    pub line: u32,
    pub column: u32,
    pub at: Instant,
    /// The workspace's commits until then.
    pub commits: u64,
}

#[derive(Debug)]
pub struct Ended {
    pub finished: Vec<StatementOutcome>,
    pub begun: Option<Begun>,
    pub end: End,
}

#[derive(Debug)]
pub enum End {
    /// `spent`: the worker asks to be replaced.
    Answered { answer: Answer, spent: bool },
    /// Killed by us.
    Stopped(Stop),
    /// Died by itself.
    Lost { last_words: String },
}

/// The clock of a job: how long it has, and whether each statement starts it anew.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    pub wall: Duration,
    pub per_statement: bool,
}

impl Clock {
    pub fn of(job: &Job, limits: &Limits) -> Self {
        let per_statement = matches!(job, Job::Run(_));
        let wall = match job {
            Job::Run(_) => limits.statement_wall_ms,
            Job::Judge(_) => limits.check_wall_ms,
            Job::Replay(_) | Job::Trials(_) | Job::Probe(_) | Job::Seed { .. } | Job::Widgets { .. } => {
                limits.replay_wall_ms
            }
        };
        Self { wall: Duration::from_millis(wall), per_statement }
    }
}

/// Runs the job. When it was stopped or lost the process is dead on return.
pub async fn watch(
    process: &Process,
    job: Job,
    store: Option<Arc<ScopedStore>>,
    limits: &Limits,
    cancel: &Notify,
) -> Ended {
    let clock = Clock::of(&job, limits);
    let mut watch = Watch {
        process,
        clock,
        most_bytes: process.idle_bytes.saturating_add(limits.memory_bytes),
        deadline: Instant::now() + clock.wall + GRACE,
        stop: Stop::Time,
    };
    let mut events = process.assign(job, store);
    let mut ended = Ended { finished: Vec::new(), begun: None, end: End::Lost { last_words: String::new() } };
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + TICK, TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ended.end = loop {
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Some(event) => if let Some(end) = watch.take(event, &mut ended) { break end },
                None => break End::Lost { last_words: "its thread had ended".to_owned() },
            },
            () = cancelled(cancel, watch.stop) => watch.cancel(),
            _ = ticks.tick() => if let Some(stop) = watch.look() { break End::Stopped(stop) },
        }
    };
    if !matches!(ended.end, End::Answered { .. }) {
        process.kill();
        // What the worker had sent by then is still carried out; when its thread has ended it is known what was.
        while events.recv().await.is_some() {}
    }
    ended
}

/// A cancel counts once.
async fn cancelled(cancel: &Notify, stop: Stop) {
    match stop {
        Stop::Cancelled => std::future::pending().await,
        Stop::Time | Stop::Memory => cancel.notified().await,
    }
}

struct Watch<'a> {
    process: &'a Process,
    clock: Clock,
    most_bytes: u64,
    deadline: Instant,
    /// What passing the deadline means.
    stop: Stop,
}

impl Watch<'_> {
    fn take(&mut self, event: Event, ended: &mut Ended) -> Option<End> {
        match event {
            Event::Began { sql, line, column, at, commits } => {
                self.restart(at);
                ended.begun = Some(Begun { sql, line, column, at, commits });
            }
            Event::Finished(outcome) => {
                self.restart(Instant::now());
                ended.begun = None;
                ended.finished.push(*outcome);
            }
            Event::Done { answer, spent } => return Some(End::Answered { answer, spent }),
            Event::Lost { last_words } => return Some(End::Lost { last_words }),
        }
        None
    }

    fn restart(&mut self, at: Instant) {
        if self.clock.per_statement && self.stop != Stop::Cancelled {
            self.deadline = at + self.clock.wall + GRACE;
        }
    }

    fn cancel(&mut self) {
        self.process.cancel();
        self.stop = Stop::Cancelled;
        self.deadline = Instant::now() + GRACE;
    }

    fn look(&self) -> Option<Stop> {
        if Instant::now() >= self.deadline {
            return Some(self.stop);
        }
        (self.process.resident_bytes() > self.most_bytes).then_some(Stop::Memory)
    }
}
