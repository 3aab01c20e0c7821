//! A lesson that is played, tried and solved: the walkthrough's real tables, the reader's own log, the exercise.

use crate::browser::Browser;
use crate::server::Server;

const LESSON: &str = "/lessons/time-travel";

#[tokio::test]
async fn every_walkthrough_is_played_over_tables_that_the_engine_wrote() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let lessons = ["what-is-delta-lake", "delta-lake-concepts", "creating-delta-tables", "insert-update-merge"];
    for slug in lessons.into_iter().chain(["time-travel", "jobs-dashboards-workflows"]) {
        let page = ada.get(&format!("/lessons/{slug}")).await;
        assert_eq!(page.status, 200);
        for part in ["<sb-film", "00000000000000000001.json", "data-states=\"", "Transcript", "numOutputRows"] {
            assert!(page.body.contains(part), "{part} in {slug}");
        }
    }
    let page = ada.get(LESSON).await.body;
    // Version 4 brings back the file that version 3 removed.
    assert!(page.contains("menu, version 4 (RESTORE): removes C; adds B with 3 rows."), "{page}");
    assert!(page.contains("Deleted from storage: A, B, C."), "{page}");
    assert!(page.contains("It fails with DELTA_FILE_NOT_FOUND_DETAILED"), "{page}");
    let left = data.path().join("tables/lakehouse-week3/walkthroughs");
    assert_eq!(parquet_files(&left), 0, "the workspaces are empty again");
}

/// A snippet's part of a page.
fn snippet<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("<sb-snippet class=\"snippet\" id=\"{id}\"")).expect("the snippet");
    rest.split("</sb-snippet>").next().unwrap_or_default()
}

#[tokio::test]
async fn what_a_snippet_gives_is_there_before_it_is_run_the_same_for_all_and_gives_way_to_the_readers_own() {
    let (data, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let page = ada.get(LESSON).await.body;
    let first = snippet(&page, "snippet-1").to_owned();
    for part in
        ["Expected output", "aria-label=\"Expected output of Snippet 1\"", "is now at <strong>version", "<tbody>"]
    {
        assert!(first.contains(part), "{part} in {first}");
    }
    assert!(page.contains("failure-expected"), "one is meant to fail");
    let kept = data.path().join("releases");
    let kept = std::fs::read_dir(kept).expect("a folder").flatten();
    assert!(kept.into_iter().any(|file| file.file_name().to_string_lossy().ends_with("-time-travel.outputs.json")));
    // Another server computes it anew, with other files and at another time.
    let elsewhere = Server::demo(other.path(), &[]);
    let there = Browser::signed_in(&elsewhere, "ada").await.get(LESSON).await.body;
    let without_token = |page: &str, id: &str| {
        let snippet = snippet(page, id);
        snippet.split_once("data-role=\"output\"").expect("the output").1.to_owned()
    };
    for number in 1..=6 {
        let id = format!("snippet-{number}");
        assert_eq!(without_token(&page, &id), without_token(&there, &id));
    }
    let ran = ada.fetch(&format!("{LESSON}/run"), &[("number", "1"), ("source", "SELECT 'my own'")]).await;
    assert_eq!(ran.status, 200, "{}", ran.body);
    let page = ada.get(LESSON).await.body;
    let own = snippet(&page, "snippet-1");
    assert!(own.contains("my own") && !own.contains("Expected output"), "{own}");
    assert!(snippet(&page, "snippet-2").contains("Expected output"));
}

fn parquet_files(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let count = |path: std::path::PathBuf| match path.is_dir() {
        true => parquet_files(&path),
        false => usize::from(path.extension().is_some_and(|ending| ending == "parquet")),
    };
    entries.map(|entry| count(entry.path())).sum()
}

#[tokio::test]
async fn a_readers_own_commits_are_steps_and_nobody_elses() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let (mut ada, mut bela) = (Browser::signed_in(&server, "ada").await, Browser::signed_in(&server, "bela").await);
    let log = format!("{LESSON}/log");
    assert!(ada.get(&log).await.body.contains("You have no table here yet"));
    let sql = "CREATE TABLE mine (a INT); INSERT INTO mine VALUES (1), (2); DELETE FROM mine WHERE a = 1; \
               CREATE TABLE other AS SELECT 7 AS b";
    ada.get(LESSON).await;
    let ran = ada.fetch(&format!("{LESSON}/run"), &[("number", "1"), ("source", sql)]).await;
    assert_eq!(ran.status, 200, "{}", ran.body);
    let page = ada.get(&format!("{log}?table=mine")).await.body;
    for part in [
        "<html",
        "mine, version 2 (DELETE)",
        "adds B with 1 row",
        "data-states=\"1:live 2:removed\"",
        "Rows of mine, version 1",
        "?table=other",
        "3 of 3",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let fragment = ada.fetch_get(&log).await;
    assert!(!fragment.contains("<html") && fragment.contains("<sb-film"), "{fragment}");
    assert!(bela.get(&format!("{log}?table=mine")).await.body.contains("You have no table here yet"));
    assert!(ada.get("/").await.body.contains("1 of 6 snippets run"), "{}", ada.get("/").await.body);
}

#[tokio::test]
async fn an_exercise_is_graded_at_once_and_stays_solved() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get(LESSON).await;
    let path = format!("{LESSON}/exercise");
    let tried = ada.fetch(&format!("{LESSON}/run"), &[("number", "0"), ("source", "SELECT item FROM drinks")]).await;
    assert_eq!(tried.values().len(), 4, "its tables are there to try: {}", tried.body);
    let broken = ada.fetch(&path, &[("source", "-- back\nRESTORE TABLE dirnks TO VERSION AS OF 0")]).await.body;
    for part in ["TABLE_OR_VIEW_NOT_FOUND", "Line 2", "dirnks"] {
        assert!(broken.contains(part), "{part} in {broken}");
    }
    let wrong = "DELETE FROM drinks WHERE kind = 'cold';\nRESTORE TABLE drinks TO VERSION AS OF 0;";
    let checked = ada.fetch(&path, &[("source", wrong)]).await.body;
    assert!(checked.contains("1 of 2 checks hold.") && checked.contains("No row changed"), "{checked}");
    let right = format!("{wrong}\nDELETE FROM drinks WHERE item = 'Iced tea';");
    let answer = ada.post(&path, &[("source", &right)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/lessons/time-travel#exercise"));
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("Solved: 2 checks hold.") && page.contains("exercise solved"), "{page}");
    ada.fetch(&path, &[("source", "SELECT 1")]).await;
    assert!(ada.get("/").await.body.contains("exercise solved"), "the first time counts");
}
