//! What a session refuses because it is too much.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::memory::InMemory;
use serde_json::json;

use super::{class, ok, options, rows, session};
use crate::notebook;
use crate::sandbox::{Limits, NotebookRun, ReplayPlan};
use crate::session::{Session, SessionOptions, replay};

async fn limited(limits: Limits) -> Session {
    Session::open(Arc::new(InMemory::new()), SessionOptions { limits, ..options() }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn more_rows_than_a_statement_may_write_are_not_written() {
    let mut session = limited(Limits { max_rows_written: 3, ..Limits::default() }).await;
    ok(&mut session, "CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2), (3)").await;
    assert_eq!(class(&mut session, "INSERT INTO t VALUES (1), (2), (3), (4)").await, "LIMIT_EXCEEDED.ROWS");
    assert_eq!(class(&mut session, "CREATE TABLE u AS SELECT a.a FROM t a JOIN t b").await, "LIMIT_EXCEEDED.ROWS");
    assert_eq!(rows(&mut session, "SELECT count(*) FROM t").await, json!([[3]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_longer_than_a_statement_may_be_is_not_read() {
    let mut session = limited(Limits { max_sql_bytes: 20, ..Limits::default() }).await;
    assert_eq!(class(&mut session, "SELECT 1 -- and this is too long").await, "LIMIT_EXCEEDED.SQL_TEXT");
    assert_eq!(rows(&mut session, "SELECT 1").await, json!([[1]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn views_over_views_end_at_a_depth() {
    let mut session = session().await;
    ok(&mut session, "CREATE TEMP VIEW v0 AS SELECT 1 AS a").await;
    for depth in 1..200 {
        let sql = format!("CREATE TEMP VIEW v{depth} AS SELECT * FROM v{}", depth - 1);
        if let Some(error) = session.run(&super::request(&sql)).await.pop().unwrap().error {
            assert_eq!(error.class, "VIEW_EXCEED_MAX_NESTED_DEPTH");
            return;
        }
    }
    panic!("200 views over one another were taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queries_of_a_replay_keep_the_rows_that_checks_compare() {
    let text = "SELECT id FROM range(15000);\nSELECT id FROM range(60000);\nSELECT repeat('x', 5000) AS x FROM range(60000);\n\
                SELECT repeat('x', 300000) AS x FROM range(200);\nSELECT repeat('x', 300000) AS x FROM range(200)";
    let run = NotebookRun {
        name: "work".to_owned(),
        notebook: notebook::read("work.sql", text.as_bytes()).unwrap(),
        parameters: BTreeMap::new(),
        repairs: Vec::new(),
        may_fail: Vec::new(),
    };
    let plan = ReplayPlan { seed: 1, user_name: "student".to_owned(), tables: Vec::new(), runs: vec![run] };
    let evidence = replay::replay(&plan, &Limits::default()).await.unwrap();
    let statements = &evidence.runs[0].cells[0].statements;
    let kept: Vec<(usize, u64)> = statements.iter().map(|one| (one.relation.rows.len(), one.total_rows)).collect();
    assert_eq!(kept[..2], [(15_000, 15_000), (20_000, 60_000)]);
    let wide: Vec<usize> = kept[2..].iter().map(|(rows, _)| *rows).collect();
    assert!((1_000..3_500).contains(&wide[0]), "no more than 16 MiB of one result: {wide:?}");
    assert!(wide[1] > 10 && wide[2] < wide[1], "no more than 32 MiB of all: {wide:?}");
}
