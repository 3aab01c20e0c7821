//! Bad input over a real connection: the right status, what to do, and nothing lost. (The rest of this promise is shown
//! in the server's own tests, through its router.)

use serde_json::json;

use crate::browser::Browser;
use crate::server::Server;

const MEGABYTES: usize = 10 * 1024 * 1024;

#[tokio::test]
async fn ten_megabytes_are_answered_and_not_cut_off_and_the_notebook_is_as_before() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/delta").await;
    let cells = |source: &str| json!([{ "id": "c1", "language": "sql", "title": "Task 1", "source": source }]);
    let path = "/labs/delta/documents/notebook.sql";
    let saved = ada.put(path, &json!({ "revision": 1, "cells": cells("SELECT 'mine'") })).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let large = "x".repeat(MEGABYTES);
    let answers = [
        ada.put(path, &json!({ "revision": 2, "cells": cells(&large) })).await,
        ada.upload("/labs/delta/import", "big.sql", large.clone().into_bytes()).await,
        ada.run(&large).await,
    ];
    for answer in answers {
        assert_eq!(answer.status, 413);
        assert!(answer.body.contains("At most 3 MB") && answer.body.contains("without its outputs"), "{}", answer.body);
    }
    assert!(ada.get("/labs/delta").await.body.contains("SELECT &#39;mine&#39;"));
    assert_eq!(ada.run("SELECT 1").await.values(), ["1"]);
}

#[tokio::test]
async fn a_broken_job_file_is_kept_told_with_its_line_and_costs_no_submission() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/workflows").await;
    let broken = "name: n\ntasks:\n  - task_key: a\n   depends_on: []\n";
    let path = "/labs/workflows/documents/job.yml";
    ada.get("/labs/workflows?file=job.yml").await;
    let saved = ada.put(path, &json!({ "revision": 1, "text": broken })).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let refused = ada.post("/labs/workflows/submit", &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("job.yml, line 4: ") && refused.body.contains("indentation"), "{}", refused.body);
    let kept = ada.get("/labs/workflows?file=job.yml").await;
    assert!(kept.body.contains("task_key: a\n   depends_on"), "{}", kept.body);
    assert!(kept.body.contains("Nothing submitted yet"));
}

#[tokio::test]
async fn a_deeply_nested_job_file_is_answered_and_the_server_stays_up() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/workflows/jobs/job").await;
    let nested: String = (0..5_000).map(|level| format!("{}a:\n", " ".repeat(level % 400))).collect();
    let deep = format!("{{\"a\": {}", "[".repeat(1_000_000));
    for text in [nested, "[".repeat(1_000_000), deep] {
        let answer = ada.try_fetch("/labs/workflows/jobs/job/check", &[("text", &text)]).await;
        assert_eq!(answer.map(|answer| answer.status), Some(200), "{}", &text[..20]);
    }
    assert_eq!(ada.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn texts_made_to_exhaust_the_server_are_answered_and_it_stays_up() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/delta").await;
    for part in ["> ", "- ", "*", "[", "<div>", "![", "`", "# a\n", "[x](y)", "|a\n|-\n", "1. ", "_a **b "] {
        let text = part.repeat(500_000 / part.len());
        let cell = [("source", text.as_str()), ("language", "markdown")];
        let answer = ada.try_fetch("/labs/delta/cells/c1/run", &cell).await;
        assert_eq!(answer.map(|answer| answer.status), Some(200), "text: {part}");
    }
    for part in ["(", "CASE WHEN ", "NOT ", "SELECT (", "-", "array("] {
        let text = format!("SELECT {}", part.repeat(60_000 / part.len()));
        let answer = ada.try_fetch("/labs/delta/cells/c1/run", &[("source", &text)]).await;
        assert!(answer.is_some_and(|answer| answer.body.contains("failure-class")), "SQL: {part}");
    }
    let book = format!("{{\"nbformat\": 4, \"cells\": {}", "[".repeat(1_000_000));
    assert_eq!(ada.upload("/labs/delta/import", "deep.ipynb", book.into_bytes()).await.status, 422);
    assert_eq!(ada.get("/readyz").await.status, 200);
}
