//! The whole server is killed in the middle of a MERGE and started again on the same data.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ledger;
use crate::browser::{Answer, Browser};
use crate::processes::{is_alive, wait_for, workers_of};
use crate::server::Server;

/// The step that ada's table is at, as her lab shows it.
async fn step(ada: &Browser) -> u64 {
    let looked = ada.run(ledger::LOOK).await;
    let values: Vec<u64> =
        looked.values().iter().map(|value| value.parse().unwrap_or_else(|_| panic!("{}", looked.body))).collect();
    ledger::step_of(&values.chunks_exact(3).map(|row| [row[0], row[1], row[2]]).collect::<Vec<_>>())
}

fn succeeded(answer: &Answer) -> bool {
    answer.status == 200 && answer.body.contains("data-state=\"succeeded\"")
}

/// The data files of the table, wherever below the data folder its workspace is.
fn data_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let count = |path: PathBuf| match path.is_dir() {
        true => data_files(&path),
        false => usize::from(path.extension().is_some_and(|ending| ending == "parquet")),
    };
    entries.map(|entry| count(entry.path())).sum()
}

async fn report(browser: &mut Browser, path: &str) -> String {
    loop {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        if page.body.contains("class=\"score\"") {
            return page.body;
        }
    }
}

/// Hands in what the notebook holds; gives the submission's address.
async fn hand_in(browser: &Browser) -> String {
    let handed_in = browser.post("/labs/delta/submit", &[]).await;
    assert_eq!(handed_in.status, 303, "{}", handed_in.body);
    handed_in.header("location").to_owned()
}

/// A notebook that is graded until its limit.
const ENDLESS: &str = "-- Databricks notebook source\n-- DBTITLE 1,Task 1\n\
                       WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r\n";

#[tokio::test(flavor = "multi_thread")]
async fn tables_open_submissions_are_there_and_nobody_has_to_sign_in_again() {
    let data = tempfile::tempdir().expect("a folder");
    // So many workers that none has to go for another.
    let settings = ["--limit", "replay_wall_ms=3000", "--workers", "8"];
    let server = Server::demo(data.path(), &settings);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/delta").await;
    assert!(succeeded(&ada.run(&ledger::create()).await));
    assert!(succeeded(&ada.run(&ledger::merge(1)).await));
    let graded = hand_in(&ada).await;
    report(&mut ada, &graded).await;

    assert_eq!(ada.upload("/labs/delta/import", "mine.sql", ENDLESS.into()).await.status, 303);
    let (files, idle) = (data_files(data.path()), workers_of(server.pid()).len());
    let being_graded = hand_in(&ada).await;
    let graders = || Some(workers_of(server.pid())).filter(|workers| workers.len() > idle);
    let workers = tokio::task::block_in_place(|| wait_for("the grading worker", graders));
    let (tab, merge) = (ada.clone(), ledger::merge(2));
    let running =
        tokio::spawn(async move { tab.try_fetch("/labs/delta/cells/scratch/run", &[("source", &merge)]).await });
    tokio::task::block_in_place(|| wait_for("a data file", || (data_files(data.path()) > files).then_some(())));
    server.kill();
    let acknowledged = running.await.expect("no panic").is_some_and(|answer| succeeded(&answer));
    wait_for("the end of the workers", || workers.iter().all(|worker| !is_alive(*worker)).then_some(()));

    let server = Server::demo(data.path(), &settings);
    let mut ada = ada.at(&server);
    assert_eq!(ada.get("/labs/delta").await.status, 200, "the session is still there");
    let found = step(&ada).await;
    assert!(found == 2 || (found == 1 && !acknowledged), "at {found}, acknowledged {acknowledged}");
    assert!(succeeded(&ada.run(&ledger::merge(found + 1)).await), "the table can be changed");
    assert_eq!(step(&ada).await, found + 1);
    for submission in [&graded, &being_graded] {
        let late = tokio::time::timeout(Duration::from_secs(60), report(&mut ada, submission)).await;
        assert!(late.expect("a report within a minute").contains("of 100 points"), "{submission}");
    }
}
