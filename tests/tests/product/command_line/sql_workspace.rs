//! `sandbar sql --workspace`: what stays, and what is thrown away.

use std::fs;
use std::path::Path;

use nix::sys::signal::Signal;
use serde_json::json;

use crate::processes::{send, wait_for, workers_of};
use crate::program::{Ran, command, finish, sandbar, shown};

fn run_in(workspace: &Path, statements: &str) -> Ran {
    sandbar(&["sql", "--format", "jsonl", "--workspace", &shown(workspace), "-e", statements])
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").count()
}

#[test]
fn a_workspace_keeps_its_tables_and_their_history_between_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("made/when/missing");
    assert_eq!(run_in(&workspace, "CREATE TABLE t AS SELECT 1 AS a").status, 0);
    assert_eq!(run_in(&workspace, "INSERT INTO t VALUES (2)").status, 0);
    let ran = run_in(
        &workspace,
        "SELECT * FROM t ORDER BY a; SELECT * FROM t VERSION AS OF 0; SELECT max(version) FROM (DESCRIBE HISTORY t)",
    );
    assert_eq!((ran.rows(0), ran.rows(1), ran.rows(2)), (json!([[1], [2]]), json!([[1]]), json!([[1]])), "{ran:?}");
    assert!(workspace.join("default/t/_delta_log/00000000000000000001.json").is_file(), "a real Delta table");
}

#[test]
fn views_and_widgets_of_a_workspace_are_there_in_the_next_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = "CREATE TEMP VIEW v AS SELECT 7 AS n; CREATE WIDGET TEXT region DEFAULT 'EU'";
    assert_eq!(run_in(folder.path(), first).status, 0);
    assert_eq!(run_in(folder.path(), "SELECT n, :region FROM v").rows(0), json!([[7, "EU"]]));
}

#[test]
fn two_workspaces_share_nothing() {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    assert_eq!(run_in(one.path(), "CREATE TABLE t AS SELECT 1 AS a").status, 0);
    assert_eq!(run_in(other.path(), "SELECT * FROM t").error(0)["class"], json!("TABLE_OR_VIEW_NOT_FOUND"));
}

#[test]
fn without_a_workspace_a_fresh_one_is_thrown_away_however_the_run_ends() {
    let places = tempfile::tempdir().expect("a folder");
    let begin = |statements: &str| {
        let mut command = command(&["sql", "-e", statements]);
        command.env("TMPDIR", places.path()).spawn().expect("the program starts")
    };
    for (statements, status) in [("CREATE TABLE t AS SELECT 1 AS a", 0), ("CREATE TABLE t (a INT); SELECT b FROM t", 1)]
    {
        assert_eq!(finish(begin(statements)).status, status);
        assert_eq!(entries(places.path()), 0, "after `{statements}`");
    }
    let interrupted = begin(
        "CREATE TABLE t AS SELECT 1 AS a; WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    );
    let worker = wait_for("the worker", || workers_of(interrupted.id()).pop());
    wait_for("the table", || {
        fs::read_dir(places.path()).ok()?.flatten().find(|place| place.path().join("default/t").is_dir())
    });
    send(interrupted.id().cast_signed(), Signal::SIGINT);
    assert_eq!(finish(interrupted).status, 130);
    assert_eq!(entries(places.path()), 0, "after Ctrl-C");
    wait_for("the worker's end", || (!crate::processes::is_alive(worker)).then_some(()));
}

#[test]
fn a_folder_that_cannot_be_a_workspace_is_a_usage_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").expect("it is written");
    let planted = folder.path().join("planted");
    fs::create_dir(&planted).expect("it is made");
    std::os::unix::fs::symlink("/etc", planted.join("t")).expect("a link");
    for (place, told) in [(&file, "file cannot be used"), (&planted, "planted/t is a symbolic link")] {
        let ran = run_in(place, "SELECT 1");
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(told) && ran.err.contains("try: "), "{}", ran.err);
    }
}
