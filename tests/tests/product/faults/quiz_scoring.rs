//! Answers that are being run when the server is killed, or when workers are: they wait, are run again, and are never
//! wrong meanwhile.

use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::processes::{kill, wait_for, workers_of};
use crate::program::shown;
use crate::server::Server;
use crate::serving::quizzes::{QUIZ, begin, course_of, scored};

/// An answer that runs until its limit.
const ENDLESS: &str =
    "INSERT INTO menu WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT 'x', count(*) FROM r";

/// Hands in an attempt with that statement and the right number of rows.
async fn hand_in(ada: &mut Browser) -> String {
    let path = begin(ada).await;
    ada.get(&path).await;
    let answers = [("q.mend", ENDLESS), ("q.read", "7")];
    assert_eq!(ada.post(&format!("{path}/submit"), &answers).await.status, 303);
    path
}

fn settings(course: &std::path::Path) -> Vec<String> {
    ["--content", &shown(course), "--limit", "statement_wall_ms=4000"].map(str::to_owned).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_whose_answers_were_being_run_is_scored_after_a_restart() {
    let (data, course) = (tempfile::tempdir().expect("a folder"), course_of(QUIZ));
    let settings = settings(course.path());
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let server = Server::demo(data.path(), &settings);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let path = hand_in(&mut ada).await;
    let page = ada.get(&path).await.body;
    assert!(page.contains("Not scored yet") && page.contains("data-outcome=\"pending\""), "{page}");
    assert!(!page.contains("data-outcome=\"wrong\"") && !page.contains("class=\"score\""), "{page}");
    assert!(ada.get("/quiz").await.body.contains("not scored yet"));
    server.kill();
    let server = Server::demo(data.path(), &settings);
    let mut ada = ada.at(&server);
    let result = scored(&mut ada, &path).await;
    assert!(result.contains("<strong>1</strong>"), "the number counts, the endless statement does not: {result}");
    assert!(result.contains("LIMIT_EXCEEDED") && result.contains("data-outcome=\"wrong\""), "{result}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_away_is_tried_again() {
    let (data, course) = (tempfile::tempdir().expect("a folder"), course_of(QUIZ));
    let settings = settings(course.path());
    let server = Server::demo(data.path(), &settings.iter().map(String::as_str).collect::<Vec<_>>());
    let mut ada = Browser::signed_in(&server, "ada").await;
    let path = hand_in(&mut ada).await;
    let begun = Instant::now();
    // Longer than the statement may run, so that without the kills it would be judged.
    while begun.elapsed() < Duration::from_secs(6) {
        tokio::task::block_in_place(|| {
            let workers = wait_for("a worker", || Some(workers_of(server.pid())).filter(|them| !them.is_empty()));
            workers.into_iter().for_each(kill);
            std::thread::sleep(Duration::from_millis(300));
        });
        let page = ada.get(&path).await.body;
        assert!(page.contains("Not scored yet") && !page.contains("data-outcome=\"wrong\""), "{page}");
    }
    let result = scored(&mut ada, &path).await;
    assert!(result.contains("<strong>1</strong>") && result.contains("LIMIT_EXCEEDED"), "{result}");
    let log = server.stop().err;
    assert!(log.contains("it is tried again"), "{log}");
}
