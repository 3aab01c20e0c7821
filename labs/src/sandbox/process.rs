//! One worker process and the thread that talks to it.
//!
//! Invariant: the thread alone reads the worker's pipe, serves its store calls from the workspace of the job at hand,
//! and reaps the process; nothing that a worker does or leaves undone can hold up an asynchronous task of the parent.
//! Bytes from the worker are hostile: the first frame that is not what the protocol says ends it.

use std::io::{BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use parking_lot::Mutex;
use tokio::sync::{mpsc as events, oneshot};

use super::error::SandboxError;
use super::protocol::{self, Answer, FrameError, FromWorker, Job, Lockdown, MAX_FRAME_BYTES, Setup, ToWorker};
use super::resident::resident_bytes;
use crate::outcome::StatementOutcome;
use crate::store::ScopedStore;
use crate::worker;

/// How long a worker may take from its start to being ready.
const START: Duration = Duration::from_secs(20);
/// What is kept of a dead worker's standard error.
const LAST_WORDS: u64 = 8 * 1024;
/// What a worker may report in one job besides store calls, in all.
const REPORTED_BYTES: usize = 2 * MAX_FRAME_BYTES;

/// What the thread tells about the job at hand.
#[derive(Debug)]
pub enum Event {
    Began {
        sql: String,
        line: u32,
        column: u32,
        at: Instant,
        /// The workspace's commits until then.
        commits: u64,
    },
    Finished(Box<StatementOutcome>),
    Done {
        answer: Answer,
        spent: bool,
    },
    /// The process is gone; what it last wrote to standard error.
    Lost {
        last_words: String,
    },
}

struct Assignment {
    job: Job,
    store: Option<Arc<ScopedStore>>,
    events: events::UnboundedSender<Event>,
}

/// Dropping it closes the pipes and kills the process.
#[derive(Debug)]
pub struct Process {
    pub lockdown: Lockdown,
    /// Resident bytes when it was ready and had done nothing.
    pub idle_bytes: u64,
    body: Arc<Body>,
    assignments: mpsc::Sender<Assignment>,
}

#[derive(Debug)]
struct Body {
    pid: i32,
    /// Until the process has been reaped its number cannot be another's.
    alive: Mutex<bool>,
    input: Mutex<Option<ChildStdin>>,
}

impl Process {
    /// Starts a worker and waits until it is locked down and ready.
    ///
    /// # Errors
    /// When the executable cannot be started, or the process ends or hangs before it is ready.
    pub async fn start(executable: &Path, setup: Setup) -> Result<Self, SandboxError> {
        let (ready, is_ready) = oneshot::channel();
        let program = executable.to_owned();
        let started = tokio::task::spawn_blocking(move || spawn(&program, setup, ready)).await;
        let (body, assignments) = started
            .map_err(|error| SandboxError::NotReady(error.to_string()))?
            .map_err(|source| SandboxError::Spawn { executable: executable.to_owned(), source })?;
        let guard = KillOnDrop(Some(body.clone()));
        let lockdown = match tokio::time::timeout(START, is_ready).await {
            Ok(Ok(Ok(lockdown))) => lockdown,
            Ok(Ok(Err(last_words))) => return Err(SandboxError::NotReady(last_words)),
            Ok(Err(_)) => return Err(SandboxError::NotReady("its thread ended".to_owned())),
            Err(_) => return Err(SandboxError::NotReady(format!("it took longer than {} s", START.as_secs()))),
        };
        guard.disarm();
        let idle_bytes = resident_bytes(body.pid).unwrap_or_default();
        Ok(Self { lockdown, idle_bytes, body, assignments })
    }

    pub fn pid(&self) -> i32 {
        self.body.pid
    }

    pub fn resident_bytes(&self) -> u64 {
        resident_bytes(self.body.pid).unwrap_or_default()
    }

    /// Hands over a job. Its events end with `Done` or `Lost`; a closed channel means the same as `Lost`.
    pub fn assign(&self, job: Job, store: Option<Arc<ScopedStore>>) -> events::UnboundedReceiver<Event> {
        let (sender, receiver) = events::unbounded_channel();
        // A failure means that the thread has ended: the receiver then sees its channel closed.
        let _ = self.assignments.send(Assignment { job, store, events: sender });
        receiver
    }

    /// Asks the worker to give up its job and stay. It may not listen.
    pub fn cancel(&self) {
        let body = self.body.clone();
        tokio::task::spawn_blocking(move || body.send(&ToWorker::Cancel, &[]));
    }

    pub fn kill(&self) {
        self.body.kill();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.body.kill();
    }
}

impl Body {
    fn send(&self, message: &ToWorker, blob: &[u8]) -> Result<(), FrameError> {
        match self.input.lock().as_mut() {
            Some(input) => protocol::write(input, message, blob),
            None => Err(FrameError::Pipe(std::io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn kill(&self) {
        let alive = self.alive.lock();
        if *alive {
            let _ = kill(Pid::from_raw(self.pid), Signal::SIGKILL);
        }
    }
}

struct KillOnDrop(Option<Arc<Body>>);

impl KillOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        if let Some(body) = &self.0 {
            body.kill();
        }
    }
}

type Ready = oneshot::Sender<Result<Lockdown, String>>;

fn spawn(executable: &Path, setup: Setup, ready: Ready) -> std::io::Result<(Arc<Body>, mpsc::Sender<Assignment>)> {
    let mut child = Command::new(executable)
        .arg0("sandbar")
        .arg(worker::ARGUMENT)
        .env_clear()
        .current_dir("/")
        // Ctrl-C at a terminal is for the parent, which decides what becomes of its workers.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let body = Arc::new(Body {
        pid: child.id().cast_signed(),
        alive: Mutex::new(true),
        input: Mutex::new(child.stdin.take()),
    });
    let (assignments, receiver) = mpsc::channel();
    let conversation = Conversation { body: body.clone(), child };
    // Decoding may recurse over nested values, hence the room.
    let thread = std::thread::Builder::new().name("worker-broker".into()).stack_size(8 * 1024 * 1024);
    thread.spawn(move || conversation.hold(setup, ready, &receiver))?;
    Ok((body, assignments))
}

/// The thread's own: nobody else reads from the child or waits for it.
struct Conversation {
    body: Arc<Body>,
    child: Child,
}

impl Conversation {
    fn hold(mut self, setup: Setup, ready: Ready, assignments: &mpsc::Receiver<Assignment>) {
        let Some(output) = self.child.stdout.take() else { return };
        let mut output = BufReader::with_capacity(64 * 1024, output);
        let greeted = self.body.send(&ToWorker::Setup(setup), &[]).and_then(|()| protocol::read(&mut output));
        let lockdown = match greeted.map(|frame| frame.map(|frame| frame.message)) {
            Ok(Some(FromWorker::Ready(lockdown))) => lockdown,
            other => {
                let _ = ready.send(Err(self.bury(other.err())));
                return;
            }
        };
        let _ = ready.send(Ok(lockdown));
        let mut lost = None;
        while lost.is_none()
            && let Ok(assignment) = assignments.recv()
        {
            if let Err(error) = self.serve(&mut output, &assignment) {
                lost = Some((assignment.events, error));
            }
        }
        let (events, error) = lost.map_or((None, None), |(events, error)| (Some(events), error));
        let last_words = self.bury(error);
        if let Some(events) = events {
            let _ = events.send(Event::Lost { last_words });
        }
    }

    /// Sends the job and serves the worker until it is done. `Err(None)` when the worker closed its pipe.
    fn serve(&self, output: &mut BufReader<ChildStdout>, assignment: &Assignment) -> Result<(), Option<FrameError>> {
        let Assignment { job, store, events } = assignment;
        self.body.send(&ToWorker::Do(job.clone()), &[]).map_err(Some)?;
        let mut reported = 0;
        loop {
            let frame = protocol::read(output).map_err(Some)?.ok_or(None)?;
            let event = match frame.message {
                FromWorker::Call { call, request } => {
                    let (reply, blob) = match store {
                        Some(store) => store.serve_while_open(request, frame.blob),
                        None => return Err(Some(FrameError::OutOfTurn)),
                    };
                    self.body.send(&ToWorker::Reply { call, reply }, &blob).map_err(Some)?;
                    continue;
                }
                FromWorker::Began { sql, line, column } => {
                    let commits = store.as_ref().map_or(0, |store| store.commits());
                    Event::Began { sql, line, column, at: Instant::now(), commits }
                }
                FromWorker::Finished(outcome) => Event::Finished(outcome),
                FromWorker::Done { answer, spent } => {
                    let _ = events.send(Event::Done { answer, spent });
                    return Ok(());
                }
                FromWorker::Ready(_) => return Err(Some(FrameError::OutOfTurn)),
            };
            reported += frame.bytes;
            if reported > REPORTED_BYTES {
                return Err(Some(FrameError::TooLarge(reported)));
            }
            let _ = events.send(event);
        }
    }

    /// Ends the process if it has not ended, and gives its last words.
    fn bury(&mut self, error: Option<FrameError>) -> String {
        self.body.kill();
        drop(self.body.input.lock().take());
        let status = self.child.wait();
        *self.body.alive.lock() = false;
        let mut words = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            let _ = stderr.take(LAST_WORDS).read_to_end(&mut words);
        }
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let error = error.map(|error| format!("; {error}")).unwrap_or_default();
        format!("{status}{error}; {}", String::from_utf8_lossy(&words).trim())
    }
}
