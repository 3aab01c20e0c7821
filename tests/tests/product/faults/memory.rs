//! A statement that needs more memory than it may is stopped, its worker is replaced, and nobody else notices.

use serde_json::json;

use super::many::numbers_below_ten_to_the;
use crate::browser::Browser;
use crate::program::sandbar;
use crate::server::Server;

/// 128 MiB above what a worker holds when it has done nothing.
const LIMIT: &str = "memory_bytes=134217728";

/// A table of a thousand rows, which are read as one batch.
fn create() -> String {
    format!("CREATE TABLE t AS {}", numbers_below_ten_to_the(3))
}

/// Each takes its memory in another part of the engine: the functions of a batch, one value, an aggregate, groups, a sort.
/// The first is nobody's but the watchdog's to see.
fn greedy() -> [String; 5] {
    let [some, many] = [5, 8].map(numbers_below_ten_to_the);
    [
        "SELECT max(length(repeat('x', 600000 + CAST(id AS INT)))) FROM t".to_owned(),
        "SELECT repeat('x', 1000000000)".to_owned(),
        format!("SELECT array_agg(repeat('x', 10000)) FROM ({some})"),
        format!("SELECT count(*) FROM (SELECT id, count(*) FROM ({many}) GROUP BY id)"),
        format!("SELECT id, repeat('x', 10000) AS x FROM ({some}) ORDER BY x, id DESC"),
    ]
}

#[test]
fn a_greedy_statement_is_stopped_with_the_limit_and_the_next_one_answers() {
    for greedy in greedy() {
        let statements = format!("{};\n{greedy};\nSELECT count(*) FROM t", create());
        // A busy machine must not stop it for its time.
        let limits = ["--limit", LIMIT, "--limit", "statement_wall_ms=60000"];
        let ran = sandbar(&[&["sql", "--format", "jsonl", "--keep-going"], &limits[..], &["-e", &statements]].concat());
        let error = ran.error(1);
        assert_eq!((ran.status, &error["class"]), (1, &json!("LIMIT_EXCEEDED.MEMORY")), "{greedy}: {error}");
        assert_eq!((&error["sqlstate"], &error["line"]), (&json!("53200"), &json!(2)), "{error}");
        assert_eq!(ran.rows(2), json!([[1000]]), "{greedy}");
    }
}

#[tokio::test]
async fn a_worker_that_passed_its_memory_is_replaced_and_the_others_stay() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &["--limit", LIMIT, "--spares", "1"]);
    let (mut ada, mut bela) = (Browser::signed_in(&server, "ada").await, Browser::signed_in(&server, "bela").await);
    for browser in [&mut ada, &mut bela] {
        browser.get("/labs/delta").await;
        assert_eq!(browser.run("SELECT 1").await.values(), ["1"]);
    }
    ada.run(&create()).await;
    let before = server.workers(3);
    let answer = ada.run(&greedy()[0]).await;
    assert!(answer.body.contains("LIMIT_EXCEEDED.MEMORY"), "{}", answer.body);
    assert_eq!(ada.run("SELECT 2").await.values(), ["2"]);
    assert_eq!(bela.run("SELECT 3").await.values(), ["3"]);
    let after = server.workers(3);
    let gone: Vec<&i32> = before.iter().filter(|worker| !after.contains(worker)).collect();
    assert_eq!(gone, [&before[0]], "hers alone: {before:?}, then {after:?}");
}
