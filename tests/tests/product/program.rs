//! The `sandbar` program next to this test, started as a stranger would.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The binary of the same build: `target/debug/sandbar` for a test in `target/debug/deps`.
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("a target folder");
    let program = folder.join("sandbar");
    assert!(program.is_file(), "{} is missing: build the workspace first", program.display());
    program
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The objects of the jsonl format.
    pub fn objects(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        self.out.lines().map(parse).collect()
    }

    /// The rows of the statement with that index.
    pub fn rows(&self, index: usize) -> Value {
        self.objects().get(index).unwrap_or_else(|| panic!("no statement {index} in {self:?}"))["rows"].clone()
    }
}

pub fn sandbar(arguments: &[&str]) -> Ran {
    ran(Command::new(path()).args(arguments).stdin(Stdio::null()).output().expect("the program starts"))
}

pub fn sandbar_with_input(arguments: &[&str], input: &str) -> Ran {
    let command = Command::new(path())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = command.expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    ran(child.wait_with_output().expect("it ends"))
}

fn ran(output: Output) -> Ran {
    Ran {
        status: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}
