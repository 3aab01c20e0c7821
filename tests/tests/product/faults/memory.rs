//! A statement that needs more memory than it may is stopped, its worker is replaced, and nobody else notices.

use serde_json::json;

use super::many::numbers_below_ten_to_the;
use crate::browser::Browser;
use crate::program::sandbar;
use crate::server::Server;

/// 128 MiB above what a worker holds when it has done nothing.
const LIMIT: &str = "memory_bytes=134217728";

/// Each takes its memory in another part of the engine: one value, an aggregate, groups, a sort.
fn greedy() -> [String; 4] {
    let (some, many) = (numbers_below_ten_to_the(5), numbers_below_ten_to_the(8));
    [
        "SELECT repeat('x', 1000000000)".to_owned(),
        format!("SELECT array_agg(repeat('x', 10000)) FROM ({some})"),
        format!("SELECT count(*) FROM (SELECT id, count(*) FROM ({many}) GROUP BY id)"),
        format!("SELECT id, repeat('x', 10000) AS x FROM ({some}) ORDER BY x, id DESC"),
    ]
}

#[test]
fn a_greedy_statement_is_stopped_with_the_limit_and_the_next_one_answers() {
    for greedy in greedy() {
        let statements = format!("CREATE TABLE t AS SELECT 1 AS a;\n{greedy};\nSELECT a FROM t");
        let ran = sandbar(&["sql", "--format", "jsonl", "--keep-going", "--limit", LIMIT, "-e", &statements]);
        let error = ran.error(1);
        assert_eq!((ran.status, &error["class"]), (1, &json!("LIMIT_EXCEEDED.MEMORY")), "{greedy}: {error}");
        assert_eq!((&error["sqlstate"], &error["line"]), (&json!("53200"), &json!(2)), "{error}");
        assert_eq!(ran.rows(2), json!([[1]]), "{greedy}");
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
    let before = server.workers(3);
    let answer = ada.run(&greedy()[0]).await;
    assert!(answer.body.contains("LIMIT_EXCEEDED.MEMORY"), "{}", answer.body);
    assert_eq!(ada.run("SELECT 2").await.values(), ["2"]);
    assert_eq!(bela.run("SELECT 3").await.values(), ["3"]);
    let after = server.workers(3);
    let gone: Vec<&i32> = before.iter().filter(|worker| !after.contains(worker)).collect();
    assert_eq!(gone, [&before[0]], "hers alone: {before:?}, then {after:?}");
}
