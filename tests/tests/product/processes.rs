//! Processes seen through /proc: the workers of a program, and what each of them holds.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

/// Nothing that a test waits for takes as long on a machine that works.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks; nothing depends on its length.
const PAUSE: Duration = Duration::from_millis(1);

/// The workers of that program that are alive, in the order in which they were started.
pub fn workers_of(parent: u32) -> Vec<i32> {
    let numbers = fs::read_dir("/proc").expect("a list of processes").filter_map(|entry| {
        let name = entry.ok()?.file_name();
        name.to_str()?.parse::<i32>().ok()
    });
    let mut workers: Vec<(u64, i32)> = numbers.filter_map(|pid| Some((started(pid, parent)?, pid))).collect();
    workers.sort_unstable();
    workers.into_iter().map(|(_, pid)| pid).collect()
}

/// When a process started, if it is a living worker of that parent.
fn started(pid: i32, parent: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let (state, its_parent, start) = (*fields.first()?, fields.get(1)?, fields.get(19)?);
    let is_worker = fs::read(format!("/proc/{pid}/cmdline")).ok()? == b"sandbar\0__worker\0";
    (is_worker && state != "Z" && **its_parent == parent.to_string()).then(|| start.parse().ok())?
}

/// Whether the process is there and no zombie.
pub fn is_alive(pid: i32) -> bool {
    state(pid).is_some_and(|state| state != 'Z')
}

/// Whether a signal has stopped the process.
pub fn is_stopped(pid: i32) -> bool {
    state(pid) == Some('T')
}

fn state(pid: i32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

/// Ends the process as the kernel does: at once, without a chance to tidy up.
pub fn kill(pid: i32) {
    send(pid, Signal::SIGKILL);
}

pub fn send(pid: i32, signal: Signal) {
    // One that has just ended by itself needs no signal.
    let _ = signal::kill(Pid::from_raw(pid), signal);
}

/// What the descriptors of a process lead to.
pub fn descriptors(pid: i32) -> Vec<String> {
    let folder = fs::read_dir(format!("/proc/{pid}/fd")).expect("the descriptors of a process of ours");
    let target = |path: PathBuf| fs::read_link(path).map(|target| target.display().to_string()).ok();
    folder.filter_map(|entry| target(entry.ok()?.path())).collect()
}

/// Looks again and again until there is something; fails with the words when it takes too long.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(PAUSE);
    }
}
