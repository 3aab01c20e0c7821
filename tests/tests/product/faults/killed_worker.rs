//! A worker that is killed in the middle of a MERGE leaves version and rows intact, and the next statement answers.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use super::ledger;
use crate::processes::{PATIENCE, is_stopped, kill, send, wait_for, workers_of};
use crate::program::{Ran, command, finish, shown};

/// How long the program runs between two looks: shorter than what lies between a data file and its commit.
const STEP: Duration = Duration::from_micros(50);

struct Workspace {
    folder: tempfile::TempDir,
    /// The step that the table is at.
    step: u64,
}

impl Workspace {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Self { folder, step: 0 };
        let ran = workspace.run(&ledger::create());
        assert_eq!(ran.status, 0, "{ran:?}");
        workspace
    }

    fn table(&self) -> PathBuf {
        self.folder.path().join("default/ledger")
    }

    fn start(&self, statements: &str) -> Child {
        let folder = shown(self.folder.path());
        let arguments = ["sql", "--format", "jsonl", "--keep-going", "--workspace", &folder, "-e", statements];
        command(&arguments).spawn().expect("the program starts")
    }

    fn run(&self, statements: &str) -> Ran {
        finish(self.start(statements))
    }

    /// Starts a view, the next MERGE, and a look at the view.
    fn start_merge(&self) -> Child {
        let view = "CREATE OR REPLACE TEMP VIEW mine AS SELECT 7 AS seven";
        self.start(&format!("{view};\n{};\nSELECT * FROM mine", ledger::merge(self.step + 1)))
    }

    /// Judges what became of them after a kill. Says whether the MERGE was acknowledged.
    fn judge(&mut self, ran: &Ran) -> bool {
        let found = self.look();
        assert!(found == self.step || found == self.step + 1, "from {} to {found}", self.step);
        let changed = found > self.step;
        self.step = found;
        if ran.status == 3 {
            assert!(ran.err.contains("a worker did not come up"), "killed before it was ready: {ran:?}");
            assert!(!changed, "{ran:?}");
            return false;
        }
        assert_eq!(ran.objects().len(), 3, "every statement is answered: {ran:?}");
        let errors = ran.objects().iter().filter(|object| !object["error"].is_null()).count();
        assert!(errors <= 1, "one kill fails one statement at most: {ran:?}");
        let error = ran.error(1);
        assert_eq!(changed, error.is_null() || says_committed(&error), "at {found} after {error}");
        let rebuilt = ran.error(0).is_null() && ran.error(2).is_null();
        assert!(!rebuilt || ran.rows(2) == json!([[7]]), "the session is rebuilt: {ran:?}");
        error.is_null()
    }

    /// The step that the table is at, as another run sees it.
    fn look(&self) -> u64 {
        let ran = self.run(ledger::LOOK);
        assert_eq!(ran.status, 0, "{ran:?}");
        ledger::step_of(&ledger::numbers(&ran.rows(0)))
    }
}

/// Whether the error of a killed statement says that its change is there all the same.
fn says_committed(error: &Value) -> bool {
    assert_eq!(error["class"], json!("INTERNAL_ERROR"), "{error}");
    let message = error["message"].as_str().unwrap_or_default();
    let (before, after) = (message.contains("as they were before it"), message.contains("had committed"));
    assert_ne!(before, after, "{message}");
    after
}

/// Data files and commits of the table.
fn written(table: &Path) -> (usize, usize) {
    let count = |folder: &Path, wanted: &str| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == wanted)).count()
    };
    (count(table, "parquet"), count(&table.join("_delta_log"), "json"))
}

/// Lets the program run in short steps until it has written something more to the table; it stands still then. Its worker
/// cannot go on without it: each of its reads and writes is the program's to do.
fn step_until_it_writes(program: &Child, table: &Path) -> (usize, usize) {
    let (pid, before) = (program.id().cast_signed(), written(table));
    let begun = Instant::now();
    loop {
        send(pid, Signal::SIGSTOP);
        while !is_stopped(pid) {
            std::thread::yield_now();
        }
        let now = written(table);
        if now != before {
            return (now.0 - before.0, now.1 - before.1);
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for something written");
        send(pid, Signal::SIGCONT);
        std::thread::sleep(STEP);
    }
}

#[test]
fn a_worker_killed_after_it_wrote_data_and_before_its_commit_leaves_the_table_as_it_was() {
    let mut workspace = Workspace::new();
    let torn = (0..20).any(|_| {
        let program = workspace.start_merge();
        let wrote = step_until_it_writes(&program, &workspace.table());
        workers_of(program.id()).into_iter().for_each(kill);
        send(program.id().cast_signed(), Signal::SIGCONT);
        let before = workspace.step;
        let acknowledged = workspace.judge(&finish(program));
        wrote == (1, 0) && !acknowledged && workspace.step == before
    });
    assert!(torn, "no kill came between a data file and its commit");
    let ran = workspace.run(&ledger::merge(workspace.step + 1));
    assert_eq!(ran.status, 0, "the table can be changed: {ran:?}");
    assert_eq!(workspace.look(), workspace.step + 1);
}

#[test]
fn a_worker_killed_at_any_moment_of_a_merge_leaves_all_of_it_or_nothing_and_what_was_acknowledged_is_there() {
    let mut workspace = Workspace::new();
    let begun = Instant::now();
    let undisturbed = finish(workspace.start_merge());
    assert!(workspace.judge(&undisturbed), "{undisturbed:?}");
    let whole = begun.elapsed();
    let mut acknowledged = Vec::new();
    for part in 0..12 {
        let mut program = workspace.start_merge();
        let ended = |program: &mut Child| program.try_wait().is_ok_and(|status| status.is_some());
        let worker = wait_for("the worker or the end", || match workers_of(program.id()).pop() {
            None if !ended(&mut program) => None,
            worker => Some(worker),
        });
        // Its length is the moment of the fault; nothing waits for it.
        std::thread::sleep(whole * part / 12);
        worker.into_iter().for_each(kill);
        acknowledged.push(workspace.judge(&finish(program)));
    }
    assert!(acknowledged.contains(&false), "no kill came before the end of its MERGE: {acknowledged:?}");
}
