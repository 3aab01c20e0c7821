//! A query without end is stopped within half a second of its limit, and other students' statements keep answering.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::many::numbers_below_ten_to_the;
use crate::browser::Browser;
use crate::server::Server;

const LIMIT: Duration = Duration::from_secs(2);
/// What a statement may take past its limit.
const GRACE: Duration = Duration::from_millis(500);

/// Each computes in another part of the engine: a recursion, a join, the functions of a row.
fn endless() -> [String; 3] {
    let numbers = numbers_below_ten_to_the(15);
    [
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r".to_owned(),
        format!("SELECT count(*) FROM ({numbers}) WHERE id % 7 = 8"),
        format!("SELECT max(sha2(repeat(CAST(id AS STRING), 1000), 256)) FROM ({numbers})"),
    ]
}

/// Asks for `SELECT 1` again and again and demands each answer; gives how many there were.
async fn keep_asking(browser: Browser, enough: Arc<AtomicBool>) -> u32 {
    let mut answers = 0;
    while !enough.load(Ordering::Relaxed) {
        let answer = browser.run("SELECT 1").await;
        assert_eq!((answer.status, answer.values()), (200, vec!["1".to_owned()]), "{}", answer.body);
        answers += 1;
    }
    answers
}

#[tokio::test]
async fn an_endless_query_is_stopped_at_its_limit_while_anothers_statements_keep_answering() {
    let data = tempfile::tempdir().expect("a folder");
    let limit = format!("statement_wall_ms={}", LIMIT.as_millis());
    let server = Server::demo(data.path(), &["--limit", &limit]);
    let (mut ada, mut bela) = (Browser::signed_in(&server, "ada").await, Browser::signed_in(&server, "bela").await);
    for browser in [&mut ada, &mut bela] {
        browser.get("/labs/delta").await;
        assert_eq!(browser.run("SELECT 1").await.values(), ["1"]);
    }
    for endless in endless() {
        let enough = Arc::new(AtomicBool::new(false));
        let others = tokio::spawn(keep_asking(bela.clone(), enough.clone()));
        let begun = Instant::now();
        let answer = ada.run(&endless).await;
        let took = begun.elapsed();
        enough.store(true, Ordering::Relaxed);
        assert!(answer.body.contains("LIMIT_EXCEEDED.TIME"), "{endless}: {}", answer.body);
        assert!(answer.body.contains("longer than 2 s"), "it says which limit: {}", answer.body);
        assert!(took >= LIMIT && took < LIMIT + GRACE, "{endless}: {took:?}");
        let answers = others.await.expect("every one was answered");
        assert!(answers >= 5, "{endless}: only {answers} answers in {took:?}");
        assert_eq!(ada.run("SELECT 1").await.values(), ["1"], "and her own next one is answered");
    }
}

#[tokio::test]
async fn a_cancelled_query_ends_at_once_and_says_so() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/delta").await;
    let tab = ada.clone();
    let running = tokio::spawn(async move { tab.run(&endless()[0]).await });
    let begun = Instant::now();
    while !running.is_finished() {
        let asked = ada.fetch("/labs/delta/cancel", &[]).await;
        assert!([202, 204].contains(&asked.status), "{asked:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let answer = running.await.expect("an answer");
    assert!(answer.body.contains("OPERATION_CANCELED") && answer.body.contains("was cancelled"), "{}", answer.body);
}
