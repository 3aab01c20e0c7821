use serde_json::json;

use super::*;
use crate::store::documents;
use crate::store::lab_attempts::LabOf;

/// The path of the Delta lab's notebook.
fn notebook(server: &Server) -> String {
    server.app.course.lab("delta").unwrap().starter[0].path.clone()
}

#[tokio::test]
async fn an_unknown_name_is_answered_with_what_exists() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    for (path, exists) in [
        ("/labs/dleta", "/labs/delta"),
        ("/lessons/nothing", "/lessons/time-travel"),
        ("/labs/delta?file=other.sql", "/labs/delta?file="),
        ("/labs/workflows/jobs/nothing", "/labs/workflows/jobs/job"),
        ("/no/such/page", "href=\"/\""),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains(exists), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_name_in_an_address_is_text_and_never_markup() {
    let server = Server::new().await;
    let answer = server.student().await.get("/labs/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert_eq!(answer.status, 404);
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
}

#[tokio::test]
async fn ten_megabytes_are_refused_with_the_limit_and_nothing_is_lost() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/labs/delta").await;
    let path = format!("/labs/delta/documents/{}", notebook(&server));
    let cells = |source: &str| json!([{ "id": "c1", "language": "sql", "title": "Task 1", "source": source }]);
    let small = browser.put_json(&path, &json!({ "revision": 1, "cells": cells("SELECT 'mine'") })).await;
    assert_eq!(small.status, 200, "{}", small.body);
    let large = "x".repeat(10 * 1024 * 1024);
    let refused = browser.put_json(&path, &json!({ "revision": 2, "cells": cells(&large) })).await;
    assert_eq!(refused.status, 413);
    assert!(refused.body.contains("At most 3 MB"), "{}", refused.body);
    let upload = browser.upload("/labs/delta/import", "big.sql", large.as_bytes()).await;
    assert_eq!(upload.status, 413);
    assert!(upload.body.contains("At most 3 MB"), "{}", upload.body);
    assert!(browser.get("/labs/delta").await.body.contains("mine"));
}

#[tokio::test]
async fn a_file_that_is_no_notebook_is_refused_with_its_name_and_line() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/labs/delta").await;
    let broken = b"{\n \"cells\": [\n  {\"cell_type\": }\n ]\n}";
    let refused = browser.upload("/labs/delta/import", "mine.ipynb", broken).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("mine.ipynb") && refused.body.contains("ine 3"), "{}", refused.body);
    assert!(refused.body.contains("Your notebook is unchanged."), "{}", refused.body);
}

#[tokio::test]
async fn an_import_replaces_the_cells_and_an_export_gives_them_back() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/labs/delta").await;
    let text = "-- Databricks notebook source\n-- DBTITLE 1,Task 1: create\nSELECT 'imported'\n";
    assert_eq!(browser.upload("/labs/delta/import", "mine.sql", text.as_bytes()).await.status, 303);
    assert!(browser.get("/labs/delta").await.body.contains("imported"));
    let exported = browser.get("/labs/delta/notebook.sql").await;
    assert!(exported.header("content-disposition").starts_with("attachment"));
    assert!(exported.body.contains("-- DBTITLE 1,Task 1: create") && exported.body.contains("SELECT 'imported'"));
    assert!(browser.get("/labs/delta/notebook.ipynb").await.body.contains("\"nbformat\": 4"));
    assert_eq!(browser.get("/labs/delta/notebook.exe").await.status, 404);
}

#[tokio::test]
async fn a_save_against_an_old_revision_is_a_conflict_that_brings_the_other_text() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/labs/delta").await;
    let path = format!("/labs/delta/documents/{}", notebook(&server));
    let draft = |revision: i64, source: &str| json!({ "revision": revision, "cells": [{ "id": "c1", "language": "sql", "source": source }] });
    let saved = browser.put_json(&path, &draft(1, "SELECT 1")).await;
    let saved: serde_json::Value = serde_json::from_str(&saved.body).unwrap();
    assert_eq!(saved["revision"], 2);
    let conflict = browser.put_json(&path, &draft(1, "SELECT 2")).await;
    assert_eq!(conflict.status, 409);
    let stored: serde_json::Value = serde_json::from_str(&conflict.body).unwrap();
    assert_eq!((&stored["revision"], &stored["cells"][0]["source"]), (&json!(2), &json!("SELECT 1")));
}

#[tokio::test]
async fn a_text_that_is_no_notebook_is_not_saved_as_one() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/labs/delta").await;
    let path = format!("/labs/delta/documents/{}", notebook(&server));
    for bad in [json!({ "revision": 1, "text": "x" }), json!({ "revision": 1 }), json!([1]), json!({ "cells": [] })] {
        let answer = browser.put_json(&path, &bad).await;
        assert!((400..500).contains(&answer.status), "{bad}: {}", answer.status);
        assert!(answer.body.starts_with('{'), "a script gets JSON: {}", answer.body);
    }
    let of = LabOf { user: users_id(&server).await, course: server.app.course_id, lab: "delta" };
    let kept = documents::get(&server.app.store, of, &notebook(&server)).await.unwrap().unwrap();
    assert_eq!(kept.revision, 1);
}

async fn users_id(server: &Server) -> UserId {
    users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id
}

#[tokio::test]
async fn a_job_file_with_a_mistake_is_answered_with_line_and_graph() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    assert_eq!(browser.get("/labs/workflows/jobs/job").await.status, 200);
    let job = "name: n\ntasks:\n  - task_key: a\n    depends_on: [{task_key: b}]\n    notebook_task: {notebook_path: etl.sql}\n  - task_key: b\n    depends_on: [{task_key: a}]\n    notebook_task: {notebook_path: etl.sql}\n";
    let cycle = browser.fetch("/labs/workflows/jobs/job/check", &[("text", job)]).await;
    assert_eq!(cycle.status, 200);
    assert!(cycle.body.to_lowercase().contains("cycle") && cycle.body.contains("<svg"), "{}", cycle.body);
    let broken = browser.fetch("/labs/workflows/jobs/job/check", &[("text", "name: [\ntasks")]).await;
    assert_eq!(broken.status, 200);
    assert!(broken.body.contains("data-line="), "{}", broken.body);
}

#[tokio::test]
async fn a_fragment_is_answered_with_a_fragment_also_when_it_fails() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/labs/delta").await;
    let answer = browser.fetch("/labs/delta/cells/c1/run", &[("source", "SELECT 1")]).await;
    assert_eq!(answer.status, 503, "this server has no engine");
    assert!(!answer.body.contains("<html") && answer.body.contains("The engine is not running"), "{}", answer.body);
    assert_eq!(browser.fetch("/labs/delta/cells/c1/run", &[]).await.status, 422, "no source");
    let signed_out = server.browser().get("/labs/delta/tables").await;
    assert_eq!(signed_out.status, 303);
}
