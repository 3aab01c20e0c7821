//! The `sandbar` program next to this test, started as a stranger would.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The binary of the same build: `target/debug/sandbar` for a test in `target/debug/deps`.
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("a target folder");
    let program = folder.join("sandbar");
    assert!(program.is_file(), "{} is missing: build the workspace first", program.display());
    program
}

/// The course as it lies in the source tree.
pub fn course() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/lakehouse-week3")
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
        self.out.lines().map(parsed).collect()
    }

    /// The rows of the statement with that index.
    pub fn rows(&self, index: usize) -> Value {
        self.object(index)["rows"].clone()
    }

    /// The error of the statement with that index; null when it succeeded.
    pub fn error(&self, index: usize) -> Value {
        self.object(index)["error"].clone()
    }

    fn object(&self, index: usize) -> Value {
        self.objects().get(index).unwrap_or_else(|| panic!("no statement {index} in {self:?}")).clone()
    }
}

/// A text that must be JSON.
pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// The program with an environment that holds nothing of this test's.
pub fn command<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    command_of(&path(), arguments)
}

/// Another copy of the program.
pub fn command_of<S: AsRef<OsStr>>(program: &Path, arguments: &[S]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn sandbar<S: AsRef<OsStr>>(arguments: &[S]) -> Ran {
    ran(command(arguments).output().expect("the program starts"))
}

pub fn sandbar_with_input<S: AsRef<OsStr>>(arguments: &[S], input: &str) -> Ran {
    let mut child = command(arguments).stdin(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    finish(child)
}

/// Waits for a program that was started.
pub fn finish(child: Child) -> Ran {
    ran(child.wait_with_output().expect("it ends"))
}

fn ran(output: Output) -> Ran {
    Ran {
        status: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A folder of the test's own, with the files written into it.
pub fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder around it")).expect("it is made");
        std::fs::write(path, text).expect("it is written");
    }
    folder
}

/// The path as an argument.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A folder with everything in it, once more.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it is made");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("it is copied");
        }
    }
}
