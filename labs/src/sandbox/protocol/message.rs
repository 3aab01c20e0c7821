//! The messages. A worker does one job at a time; while it does, it calls the store and reports statements.

use serde::{Deserialize, Serialize};

use crate::component::{Call, Said};
use crate::diagnostic::Diagnostic;
use crate::evidence::Evidence;
use crate::outcome::StatementOutcome;
use crate::relation::Relation;
use crate::sandbox::{Limits, Probe, ReplayPlan, RunRequest, Stop};
use crate::store::{StoreCall, StoreReply};
use crate::widget::{Choice, Widget};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// The first frame, before the lock-down.
    Setup(Setup),
    Do(Job),
    /// Answers the call of that number; the frame's blob holds the bytes that were asked for.
    Reply {
        call: u64,
        reply: StoreReply,
    },
    /// Give up the running job, if there is one.
    Cancel,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    pub limits: Limits,
    /// Run a few statements on a table in memory before the first job, so that it finds everything loaded.
    pub warm_up: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    Run(RunRequest),
    Replay(ReplayPlan),
    /// Plans one after the other, each in a workspace of its own.
    Trials(Vec<ReplayPlan>),
    Probe(Vec<Probe>),
    /// An instructor's own check.
    Judge(Call),
    Seed {
        user_name: String,
        tables: Vec<(String, Relation)>,
    },
    /// Give a widget its value, when there is a choice, and tell all widgets.
    Widgets {
        user_name: String,
        choice: Option<Choice>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// Locked down and warmed up.
    Ready(Lockdown),
    /// A call to the object store; the frame's blob holds the bytes to write.
    Call { call: u64, request: StoreCall },
    /// A statement begins: its clock starts. Text and place are those of the statement.
    Began { sql: String, line: u32, column: u32 },
    /// The statement that began last has ended.
    Finished(Box<StatementOutcome>),
    /// The job has ended. `spent` asks for the worker to be replaced: work that would not stop is still going on in it.
    Done { answer: Answer, spent: bool },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Every statement has been reported by [`FromWorker::Finished`].
    Run,
    Replay(Evidence),
    Trials(Vec<Evidence>),
    Probe(Vec<Result<Relation, Diagnostic>>),
    /// What the component said, or why it did not, in words for its author.
    Judge(Result<Said, String>),
    Seed,
    Widgets(Result<Vec<Widget>, Diagnostic>),
    /// The worker itself gave up the statement that began last, or the batch.
    Stopped(Stop),
    /// The engine panicked, with these words for the log.
    Panicked(String),
    /// A fault of ours, in words for the log.
    Fault(String),
}

/// What the kernel let a worker take from itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockdown {
    /// Landlock: no file can be opened, no signal leaves the process.
    pub files: bool,
    /// Seccomp: no socket, no program, no tracing; only the calls that computing needs.
    pub system_calls: bool,
}

impl Lockdown {
    pub fn is_complete(self) -> bool {
        self.files && self.system_calls
    }
}

/// `complete`, or what is missing in words that a server prints at its start.
impl std::fmt::Display for Lockdown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match (self.files, self.system_calls) {
            (true, true) => "complete",
            (false, true) => "incomplete: this kernel has no Landlock (Linux 5.13 or newer with it enabled)",
            (true, false) => "incomplete: this kernel has no seccomp filters",
            (false, false) => "absent: this kernel has neither Landlock nor seccomp filters",
        })
    }
}
