//! Runs of a job in the pages: real notebooks in a student's workspace, cancelled, repaired, and found again by a
//! server
//! that was started anew.

use std::time::Duration;

use serde_json::json;

use crate::browser::Browser;
use crate::processes::wait_for;
use crate::server::Server;

const JOB_PAGE: &str = "/labs/workflows/jobs/job";
const RUNS: &str = "/labs/workflows/jobs/job/runs";

fn job(more: &str) -> String {
    format!(
        "name: orders
{more}
schedule: {{quartz_cron_expression: 0 0 6 * * ?, timezone_id: Europe/Berlin}}
parameters: [{{name: since, default: '2024-01-01'}}]
tasks:
  - {{task_key: etl, notebook_task: {{notebook_path: ./etl}}}}
  - {{task_key: quality, depends_on: [{{task_key: etl}}], notebook_task: {{notebook_path: ./quality.sql}}}}
  - {{task_key: clean_up, depends_on: [{{task_key: quality}}], run_if: ALL_DONE, notebook_task: {{notebook_path: ./clean_up.sql}}}}
"
    )
}

const GOLD: &str = "CREATE OR REPLACE TABLE lab_orders_gold AS
SELECT *, price * quantity AS revenue FROM lab_orders WHERE status = 'completed' AND order_date >= CAST(:since AS DATE)";
const ENDLESS: &str =
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) AS numbers FROM r";

/// A student with that job and that notebook.
async fn student(server: &Server, job: &str, etl: &str) -> Browser {
    let mut ada = Browser::signed_in(server, "ada").await;
    save(&mut ada, "job.yml", json!({ "text": job })).await;
    save_etl(&mut ada, etl).await;
    ada
}

async fn save_etl(browser: &mut Browser, sql: &str) {
    save(browser, "etl.sql", json!({ "cells": [{ "id": "c1", "language": "sql", "source": sql }] })).await;
}

/// Saves a file over whatever there is.
async fn save(browser: &mut Browser, path: &str, mut content: serde_json::Value) {
    browser.get(&format!("/labs/workflows?file={path}")).await;
    for revision in 1.. {
        content["revision"] = revision.into();
        match browser.put(&format!("/labs/workflows/documents/{path}"), &content).await.status {
            200 => return,
            409 => {}
            other => panic!("{path}: {other}"),
        }
    }
}

/// Starts a run; gives its address.
async fn start(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    browser.get(JOB_PAGE).await;
    let started = browser.post(RUNS, fields).await;
    assert_eq!(started.status, 303, "{}", started.body);
    started.header("location").to_owned()
}

/// The run's page once it says that.
async fn until(browser: &mut Browser, address: &str, said: &str) -> String {
    let found = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let page = browser.get(address).await;
            assert_eq!(page.status, 200, "{}", page.body);
            if page.body.contains(said) {
                return page.body;
            }
            tokio::task::yield_now().await;
        }
    });
    match found.await {
        Ok(body) => body,
        Err(_) => panic!("`{said}` was never said: {}", browser.get(address).await.body),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_the_saved_notebooks_on_the_students_tables() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = student(&server, &job(""), GOLD).await;
    let run = start(&mut ada, &[("at", "now"), ("parameter.since", "2024-02-01")]).await;
    let page = until(&mut ada, &format!("{run}?task=etl"), "Succeeded: 3 tasks ran.").await;
    for said in [
        "<code>since=2024-02-01</code>",
        "lab_orders_gold v0",
        "etl.sql, cell 1, line 1: CREATE OR REPLACE TABLE lab_orders_gold AS",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let gold = ada.get("/labs/workflows/tables/lab_orders_gold").await;
    assert_eq!(gold.status, 200, "the table is where the cells' tables are");
    let stream = ada.get(&format!("{run}/events")).await;
    assert!(stream.body.ends_with("data: over\n\n"), "{}", stream.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_advances_from_firing_to_firing() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = student(&server, &job(""), GOLD).await;
    let mut days = Vec::new();
    for _ in 0..2 {
        let run = start(&mut ada, &[("at", "firing")]).await;
        let page = until(&mut ada, &run, "Succeeded: 3 tasks ran.").await;
        let begins = page.split("<dt>Begins</dt><dd>").nth(1).and_then(|rest| rest.split("</dd>").next());
        days.push(begins.expect("when it begins").to_owned());
    }
    assert!(days.iter().all(|day| day.contains(", 06:00:00 CE")), "{days:?}");
    assert_ne!(days[0], days[1]);
    assert!(ada.get(JOB_PAGE).await.body.contains("That clock stands at "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_repaired_with_the_notebook_as_it_was_mended() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = student(&server, &job(""), "SELECT * FROM nothing").await;
    let run = start(&mut ada, &[("at", "now")]).await;
    let page = until(&mut ada, &run, "Succeeded with failures: <code>etl</code> failed").await;
    assert!(page.contains("[TABLE_OR_VIEW_NOT_FOUND]"), "{page}");
    save_etl(&mut ada, GOLD).await;
    ada.get(&run).await;
    let repaired = ada.post(&format!("{run}/repair"), &[("again", "etl"), ("dependents", "yes")]).await;
    assert_eq!(repaired.status, 303, "{}", repaired.body);
    let page = until(&mut ada, &run, "Succeeded: 3 tasks ran.").await;
    assert!(page.contains("ran <code>etl</code>, <code>quality</code> and <code>clean_up</code> again"), "{page}");
    let again = ada.post(&format!("{run}/repair"), &[("dependents", "yes")]).await;
    assert_eq!(again.status, 409, "nothing failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancels_ends_the_statement_and_what_cleans_up_still_runs() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &["--limit", "statement_wall_ms=60000"]);
    let mut ada = student(&server, &job("queue: {enabled: true}"), ENDLESS).await;
    let run = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &run, "<code>etl</code> is at its first attempt").await;
    let second = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &second, "Queued: it begins when another run of its job is over.").await;
    assert_eq!(ada.post(&format!("{run}/cancel"), &[]).await.status, 303);
    let page = until(&mut ada, &run, "Cancelled: <code>etl</code> was cancelled").await;
    assert!(page.contains("<code>clean_up</code> ran anyway"), "{page}");
    until(&mut ada, &second, "Running: <code>etl</code> is at its first attempt").await;
}

const CELL: &str = "/labs/workflows/cells/c9/run";

#[tokio::test(flavor = "multi_thread")]
async fn the_cells_keep_their_session_while_a_run_has_one_of_its_own() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let etl = format!("CREATE OR REPLACE TEMP VIEW mine AS SELECT 'theirs' AS answer;\n{GOLD}");
    let mut ada = student(&server, &job(""), &etl).await;
    let view = "CREATE OR REPLACE TEMP VIEW mine AS SELECT 'all mine' AS answer";
    let made = ada.fetch(CELL, &[("source", view)]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let run = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &run, "Succeeded: 3 tasks ran.").await;
    let seen = ada.fetch(CELL, &[("source", "SELECT answer FROM mine")]).await;
    assert!(seen.body.contains("all mine"), "{}", seen.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_and_a_cell_are_cancelled_apart() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &["--limit", "statement_wall_ms=6000"]);
    let mut ada = student(&server, &job(""), ENDLESS).await;
    let tab = Browser::signed_in(&server, "ada").await;
    let cell = tokio::spawn(async move { tab.fetch(CELL, &[("source", ENDLESS)]).await });
    let run = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &run, "<code>etl</code> is at its first attempt").await;
    assert_eq!(ada.post(&format!("{run}/cancel"), &[]).await.status, 303);
    let cell = cell.await.expect("an answer");
    assert!(cell.body.contains("LIMIT_EXCEEDED.TIME") && !cell.body.contains("OPERATION_CANCELED"), "{}", cell.body);
    until(&mut ada, &run, "Cancelled: <code>etl</code> was cancelled").await;

    let run = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &run, "<code>etl</code> is at its first attempt").await;
    assert_eq!(ada.post("/labs/workflows/cancel", &[]).await.status, 204, "no cell runs");
    until(&mut ada, &run, "<code>etl</code> failed").await;
    let page = ada.get(&format!("{run}?task=etl")).await;
    assert!(page.body.contains("LIMIT_EXCEEDED.TIME"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_under_way_when_the_server_died_says_so_and_can_be_repaired() {
    let data = tempfile::tempdir().expect("a folder");
    let settings = ["--limit", "statement_wall_ms=60000"];
    let server = Server::demo(data.path(), &settings);
    let mut ada = student(&server, &job(""), GOLD).await;
    let finished = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &finished, "Succeeded: 3 tasks ran.").await;
    save_etl(&mut ada, ENDLESS).await;
    let broken = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &broken, "<code>etl</code> is at its first attempt").await;
    let workers = crate::processes::workers_of(server.pid());
    server.kill();
    wait_for("the end of the workers", || {
        workers.iter().all(|worker| !crate::processes::is_alive(*worker)).then_some(())
    });

    let server = Server::demo(data.path(), &settings);
    let mut ada = ada.at(&server);
    until(&mut ada, &finished, "Succeeded: 3 tasks ran.").await;
    let page = until(&mut ada, &broken, "Internal error: The server stopped while this was under way.").await;
    assert!(page.contains("aria-label=\"Task etl: Internal error\""), "{page}");
    save_etl(&mut ada, GOLD).await;
    ada.get(&broken).await;
    let fields = [("again", "etl"), ("again", "quality"), ("again", "clean_up")];
    assert_eq!(ada.post(&format!("{broken}/repair"), &fields).await.status, 303);
    until(&mut ada, &broken, "Succeeded: 3 tasks ran.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_at_once_while_a_page_follows_a_run() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &["--limit", "statement_wall_ms=60000"]);
    let mut ada = student(&server, &job(""), ENDLESS).await;
    let run = start(&mut ada, &[("at", "now")]).await;
    until(&mut ada, &run, "<code>etl</code> is at its first attempt").await;
    let followed = ada.open(&format!("{run}/events")).await;
    assert_eq!(followed.status().as_u16(), 200);
    let began = std::time::Instant::now();
    assert_eq!(tokio::task::block_in_place(|| server.stop()).status, 0);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(!followed.text().await.unwrap_or_default().contains("over"));
}
