//! A `sandbar serve` of a test's own, on a free port of this machine.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::thread::JoinHandle;

use nix::sys::signal::Signal;

use crate::processes::{self, wait_for, workers_of};
use crate::program::{Ran, command};

/// Dropped, it is killed.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:` and the port.
    pub url: String,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
}

impl Server {
    /// With the sample class.
    pub fn demo(data: &Path, more: &[&str]) -> Self {
        Self::with(data, &[&["--demo"], more].concat())
    }

    pub fn with(data: &Path, more: &[&str]) -> Self {
        let fixed = ["serve", "--listen", "127.0.0.1:0", "--data"].map(OsStr::new);
        let arguments: Vec<&OsStr> =
            fixed.into_iter().chain([data.as_os_str()]).chain(more.iter().map(OsStr::new)).collect();
        Self::of(command(&arguments))
    }

    /// Starts the command and waits until it says where it listens.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let (told, address) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut err = child.stderr.take().expect("a pipe");
        let out = std::thread::spawn(move || {
            let mut text = String::new();
            for line in out.lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("Sandbar is at ") {
                    let _ = told.send(url.to_owned());
                }
                text = text + &line + "\n";
            }
            text
        });
        let err = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = err.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut server = Self { child, url: String::new(), out: Some(out), err: Some(err) };
        match address.recv() {
            Ok(url) => server.url = url,
            Err(_) => panic!("the server did not start: {:?}", server.end(Signal::SIGKILL)),
        }
        server
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its workers, once there are that many.
    pub fn workers(&self, count: usize) -> Vec<i32> {
        wait_for("the workers", || Some(workers_of(self.pid())).filter(|workers| workers.len() == count))
    }

    /// Asks it to stop, as a service manager does, and waits for its end.
    pub fn stop(mut self) -> Ran {
        self.end(Signal::SIGTERM)
    }

    /// Ends it as a power cut would, and its workers with it: nobody asks them.
    pub fn kill(mut self) -> Ran {
        self.end(Signal::SIGKILL)
    }

    fn end(&mut self, signal: Signal) -> Ran {
        processes::send(self.child.id().cast_signed(), signal);
        let status = self.child.wait().expect("it ends").code().unwrap_or(-1);
        let text = |thread: Option<JoinHandle<String>>| thread.map(|it| it.join().expect("no panic"));
        Ran { status, out: text(self.out.take()).unwrap_or_default(), err: text(self.err.take()).unwrap_or_default() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
