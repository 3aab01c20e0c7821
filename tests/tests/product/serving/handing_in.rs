//! The whole path without a browser: sign in, run a cell, hand in, read the report, see it in the gradebook; and the same
//! mark again on the command line.

use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::program::{course, folder_of, parsed, sandbar, shown};
use crate::server::Server;

/// The file of a solution of the Delta lab.
fn solution(name: &str) -> Vec<u8> {
    std::fs::read(course().join("labs/delta").join(name)).expect("it is there")
}

/// Imports the file as the notebook, hands it in, and waits for its report.
pub(super) async fn hand_in(browser: &mut Browser, file: &str) -> (String, Answer) {
    browser.get("/labs/delta").await;
    assert_eq!(browser.upload("/labs/delta/import", "mine.sql", solution(file)).await.status, 303);
    let handed_in = browser.post("/labs/delta/submit", &[]).await;
    assert_eq!(handed_in.status, 303, "{}", handed_in.body);
    let path = handed_in.header("location").to_owned();
    loop {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        if page.body.contains("class=\"score\"") {
            return (path, page);
        }
    }
}

/// What stands after a label in the report's list of facts.
fn fact<'a>(page: &'a str, label: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("<dt>{label}</dt><dd><code>")).expect("the fact");
    rest.split('<').next().unwrap_or_default()
}

#[tokio::test]
async fn a_cell_shows_the_rows_the_new_version_and_an_error_with_its_place() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let (mut ada, mut bela) = (Browser::signed_in(&server, "ada").await, Browser::signed_in(&server, "bela").await);
    ada.get("/labs/delta").await;
    let made = ada.run("CREATE TABLE t AS SELECT 1 AS a;\nUPDATE t SET a = 2;\nSELECT a FROM t").await;
    assert!(made.body.contains("version 1") && made.values().contains(&"2".to_owned()), "{}", made.body);
    let history = ada.get("/labs/delta/tables/t").await;
    assert!(history.body.contains("CREATE TABLE AS SELECT") && history.body.contains("UPDATE"), "{}", history.body);
    let failed = ada.run("SELECT a\nFROM tt").await;
    assert_eq!(failed.status, 200);
    for part in ["data-error-line=\"2\"", "TABLE_OR_VIEW_NOT_FOUND", "SQLSTATE 42P01", "Did you mean"] {
        assert!(failed.body.contains(part), "{part} in {}", failed.body);
    }
    bela.get("/labs/delta").await;
    assert!(bela.run("SELECT a FROM t").await.body.contains("TABLE_OR_VIEW_NOT_FOUND"), "the table is ada's");
    assert_eq!(bela.get("/labs/delta/tables/t").await.status, 404);
    let lesson = ada.get("/lessons/time-travel").await;
    assert_eq!(lesson.status, 200);
    let snippet = ada.fetch("/lessons/time-travel/run", &[("number", "1"), ("source", "SELECT 3")]).await;
    assert_eq!(snippet.values(), ["3"], "{}", snippet.body);
}

#[tokio::test]
async fn what_is_handed_in_is_graded_shown_in_the_gradebook_and_gets_the_same_mark_on_the_command_line() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let (_, full) = hand_in(&mut ada, "reference/solution.sql").await;
    assert!(full.body.contains("<strong>100</strong> <span>of 100 points"), "{}", full.body);
    let (path, short) = hand_in(&mut ada, "wrong/price_only.sql").await;
    assert!(short.body.contains("<strong>88</strong> <span>of 100 points"), "{}", short.body);
    assert!(short.body.contains("data-check=\"merge-rows\""), "{}", short.body);

    let mut ines = Browser::signed_in(&server, "ines").await;
    let book = ines.get("/teach/gradebook").await.body;
    let (_, row) = book.split_once("Ada Okafor").expect("her row");
    let row = row.split("</tr>").next().unwrap_or_default();
    assert!(row.contains(">100</a>") && row.contains("2 submissions"), "the best one counts: {row}");
    let id = path.rsplit('/').next().unwrap_or_default();
    let review = ines.get(&format!("/teach/submissions/{id}")).await.body;
    assert!(
        review.contains("Ada Okafor") && review.contains("<strong>88</strong>") && review.contains("lab_inventory")
    );

    let graded = ines.get(&format!("/teach/submissions/{id}/report.json")).await.body;
    let exported = ada.get("/labs/delta/notebook.sql").await.body;
    let folder = folder_of(&[("notebook.sql", &exported)]);
    let file = shown(&folder.path().join("notebook.sql"));
    let seed = fact(&short.body, "Seed");
    let ran = sandbar(&["grade", "delta", &file, "--format", "json", "--seed", seed]);
    let report: Value = parsed(&ran.out);
    assert_eq!(report["score"], json!(88));
    let token = ["Release", "Seed", "Engine", "Submission"].map(|label| fact(&short.body, label)).join(":");
    assert_eq!(report["replay"], json!(format!("sandbar:1:{token}")));
    assert_eq!(ran.out, graded, "server and command line give the same bytes");
}

#[tokio::test]
async fn the_report_says_which_tasks_were_judged_on_a_repaired_state() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let note = "Judged on a state that was repaired behind an earlier task";
    let (_, repaired) = hand_in(&mut ada, "wrong/view_dropped.sql").await;
    assert_eq!(repaired.body.matches(note).count(), 4, "tasks 5 to 8: {}", repaired.body);
    let (_, plain) = hand_in(&mut ada, "wrong/price_only.sql").await;
    assert_eq!(plain.body.matches(note).count(), 0, "{}", plain.body);
}

#[tokio::test]
async fn checks_and_a_run_from_scratch_replay_the_file_and_cost_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/delta").await;
    let stale = ada.run("CREATE TABLE lab_inventory AS SELECT 1 AS a").await;
    assert!(stale.body.contains("succeeded"), "a table that the file knows nothing of: {}", stale.body);
    assert_eq!(ada.upload("/labs/delta/import", "mine.sql", solution("reference/solution.sql")).await.status, 303);
    let replayed = ada.fetch("/labs/delta/replay", &[]).await;
    assert!(replayed.status == 200 && replayed.body.contains("cells ran."), "{}", replayed.body);
    let checked = ada.fetch("/labs/delta/check", &[]).await;
    assert_eq!(checked.body.matches("check-passed").count(), 28, "{}", checked.body);
    assert!(ada.get("/labs/delta").await.body.contains("Nothing submitted yet"));
}
