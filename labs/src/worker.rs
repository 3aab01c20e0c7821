//! The process that runs student work: its entry point, its lock-down and its request loop.
//!
//! Invariant: before the first word of a student is read, the process has no environment, no descriptor but its pipes,
//! and no way to open a file, a socket or another program. It reaches tables only through its parent.

mod inherited;
mod link;
mod lockdown;
mod machine;
mod panics;
mod priority;
mod serve;
mod system_calls;
mod warm_up;

use std::process::ExitCode;
use std::sync::Arc;

use link::Link;

use crate::sandbox::protocol::FromWorker;

/// The hidden first argument that makes the executable a worker.
pub const ARGUMENT: &str = "__worker";

/// Planning recurses over what a student wrote; the memory is only reserved.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Runs a worker until its parent closes the pipe. Called at the very start of `main`.
pub fn run() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("worker: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Why a worker cannot begin; its parent reads the text from standard error.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("this is a worker of a running sandbar and is not started by hand")]
    NoParent,
    #[error("the pipe to the parent failed: {0}")]
    Frame(#[from] crate::sandbox::protocol::FrameError),
    #[error("{0}")]
    System(#[from] std::io::Error),
    #[error("the lock-down failed: {0}")]
    Lockdown(#[from] lockdown::LockdownError),
    #[error("the engine cannot start: {0}")]
    Engine(String),
}

fn start() -> Result<(), StartError> {
    inherited::close_inherited()?;
    let (mut input, output) = link::take_pipes()?;
    let setup = link::read_setup(&mut input)?.ok_or(StartError::NoParent)?;
    panics::remember();
    priority::yield_to_others();
    lockdown::limit_resources(&setup.limits)?;
    machine::look_at_it();
    // Landlock binds the calling thread and those it starts, so there is only this one until it holds.
    let lockdown = lockdown::lock_down()?;
    let engine = std::thread::Builder::new().name("engine".into()).stack_size(STACK_BYTES);
    let thread = engine.spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(24)
            .thread_stack_size(STACK_BYTES)
            .enable_time()
            .build()?;
        let (link, jobs) = Link::start(input, output)?;
        runtime.block_on(async {
            if setup.warm_up {
                warm_up::warm_up(&setup.limits).await.map_err(StartError::Engine)?;
            }
            link.send(&FromWorker::Ready(lockdown))?;
            serve::serve(Arc::new(link), jobs, setup.limits).await;
            Ok(())
        })
    })?;
    thread.join().unwrap_or_else(|_| Err(StartError::Engine(panics::last())))
}
