//! The worker's end of the two pipes.
//!
//! Invariant: one thread reads, whoever has something to say writes whole frames under a lock. Both block, so that a
//! store call works from any thread and runtime of the engine. When the parent closes the pipe the process ends.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::StartError;
use crate::sandbox::protocol::{self, FrameError, FromWorker, Job, Setup, ToWorker};
use crate::store::{Broker, BrokerGone, StoreCall, StoreReply};

type Input = BufReader<File>;
type Served = (StoreReply, Bytes);

#[derive(Debug)]
pub struct Link {
    output: Mutex<File>,
    waiting: std::sync::Arc<Mutex<HashMap<u64, oneshot::Sender<Served>>>>,
    calls: AtomicU64,
}

/// A job, and the signal to give it up.
#[derive(Debug)]
pub struct Assigned {
    pub job: Job,
    pub cancelled: CancellationToken,
}

/// Moves the pipes away from standard input and output, where a library's stray print would end up in them.
pub fn take_pipes() -> std::io::Result<(Input, File)> {
    let input = File::from(nix::unistd::dup(std::io::stdin())?);
    let output = File::from(nix::unistd::dup(std::io::stdout())?);
    let nothing = File::open("/dev/null")?;
    nix::unistd::dup2_stdin(&nothing)?;
    nix::unistd::dup2_stdout(std::io::stderr())?;
    Ok((BufReader::with_capacity(64 * 1024, input), output))
}

/// The first frame; `None` when there is no parent that sends one.
pub fn read_setup(input: &mut Input) -> Result<Option<Setup>, FrameError> {
    Ok(match protocol::read(input)?.map(|frame| frame.message) {
        Some(ToWorker::Setup(setup)) => Some(setup),
        _ => None,
    })
}

impl Link {
    pub fn start(input: Input, output: File) -> Result<(Self, mpsc::UnboundedReceiver<Assigned>), StartError> {
        let (sender, jobs) = mpsc::unbounded_channel();
        let link = Self { output: Mutex::new(output), waiting: Default::default(), calls: AtomicU64::new(0) };
        let waiting = link.waiting.clone();
        std::thread::Builder::new().name("link".into()).spawn(move || {
            listen(input, &sender, &waiting);
            // The parent has gone, and with it every table: nothing that still runs here can matter.
            std::process::exit(0);
        })?;
        Ok((link, jobs))
    }

    pub fn send(&self, message: &FromWorker) -> Result<(), FrameError> {
        protocol::write(&mut *self.output.lock(), message, &[])
    }
}

fn listen(
    mut input: Input,
    jobs: &mpsc::UnboundedSender<Assigned>,
    waiting: &Mutex<HashMap<u64, oneshot::Sender<Served>>>,
) {
    let mut current = CancellationToken::new();
    while let Ok(Some(frame)) = protocol::read(&mut input) {
        match frame.message {
            ToWorker::Reply { call, reply } => {
                if let Some(waiter) = waiting.lock().remove(&call) {
                    let _ = waiter.send((reply, frame.blob));
                }
            }
            ToWorker::Do(job) => {
                current = CancellationToken::new();
                let _ = jobs.send(Assigned { job, cancelled: current.clone() });
            }
            ToWorker::Cancel => current.cancel(),
            ToWorker::Setup(_) => {}
        }
    }
}

#[async_trait]
impl Broker for Link {
    async fn call(&self, request: StoreCall, blob: Bytes) -> Result<Served, BrokerGone> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let (sender, answer) = oneshot::channel();
        self.waiting.lock().insert(call, sender);
        let written = protocol::write(&mut *self.output.lock(), &FromWorker::Call { call, request }, &blob);
        if let Err(error) = written {
            self.waiting.lock().remove(&call);
            return Err(BrokerGone(error.to_string()));
        }
        answer.await.map_err(|_| BrokerGone("no answer".to_owned()))
    }
}
