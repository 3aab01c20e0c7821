//! A seeded session repeats itself: times, ids and random values come from the seed and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use object_store::memory::InMemory;
use serde_json::{Value, json};

use super::{class, options, rows};
use crate::evidence::Evidence;
use crate::notebook;
use crate::sandbox::{Limits, NotebookRun, ReplayPlan};
use crate::session::{Clock, Session, SessionOptions, replay};

const CALLS: &str = "SELECT rand(), random(), uuid(), current_timestamp(), now(), current_date(), current_user()";

async fn seeded(seed: u64) -> Session {
    let options = SessionOptions { clock: Clock::Seeded(seed), ..options() };
    Session::open(Arc::new(InMemory::new()), options).await.unwrap()
}

/// The values of two statements, one after the other.
async fn values(seed: u64) -> [Value; 2] {
    let mut session = seeded(seed).await;
    [rows(&mut session, CALLS).await, rows(&mut session, CALLS).await]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_values() {
    for seed in [0, 7, u64::MAX] {
        assert_eq!(values(seed).await, values(seed).await, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_seed_gives_values_of_its_own() {
    let mut seen: Vec<BTreeSet<String>> = vec![BTreeSet::new(); 5];
    for seed in 0..20 {
        let [first, _] = values(seed).await;
        for (column, values) in seen.iter_mut().enumerate() {
            values.insert(first[0][column].to_string());
        }
    }
    assert_eq!(seen.iter().map(BTreeSet::len).collect::<Vec<_>>(), [20; 5], "rand, random, uuid, timestamps");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_differ_between_seeds() {
    let mut days = BTreeSet::new();
    for seed in 0..20 {
        days.insert(values(seed).await[0][0][5].to_string());
    }
    assert!(days.len() > 10, "{days:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_stands_still_within_a_statement_and_moves_between_two() {
    let [first, second] = values(7).await;
    assert_eq!(first[0][3], first[0][4]);
    assert_ne!(first[0][3], second[0][3]);
    assert_eq!(first[0][6], json!("ada"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_and_every_row_has_a_value_of_its_own() {
    let mut session = seeded(7).await;
    let sql = "SELECT rand(), rand(), uuid() FROM VALUES (1), (2), (3) AS v(a) UNION ALL SELECT rand(), rand(), uuid() FROM VALUES (4) AS v(a)";
    let found = rows(&mut session, sql).await;
    let all: BTreeSet<String> =
        found.as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap()).map(Value::to_string).collect();
    assert_eq!(all.len(), 12, "{found}");
    let ids = rows(&mut session, "SELECT uuid()").await;
    assert_eq!(uuid::Uuid::parse_str(ids[0][0].as_str().unwrap()).unwrap().get_version_num(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_in_the_statement_gives_the_values_of_spark_whatever_the_session_says() {
    for seed in [1, 2] {
        let mut session = seeded(seed).await;
        let found = rows(&mut session, "SELECT rand(0), rand(42), rand(CAST(NULL AS INT))").await;
        assert_eq!(found, json!([[0.7604953758285915, 0.619189370225301, 0.7604953758285915]]));
        let refused = class(&mut session, "SELECT rand(a) FROM VALUES (1) AS v(a)").await;
        assert_eq!(refused, "SEED_EXPRESSION_IS_UNFOLDABLE");
    }
}

const NOTEBOOK: &str = "
CREATE TABLE drawn AS SELECT a, rand() AS number, uuid() AS id, current_timestamp() AS at, current_date() AS day, current_user() AS who
FROM VALUES (1), (2), (3) AS v(a) ORDER BY rand();
INSERT INTO drawn SELECT a, rand(), uuid(), now(), current_date(), current_user() FROM drawn UNION ALL SELECT 9, rand(), uuid(), now(), current_date(), current_user();
UPDATE drawn SET number = rand() WHERE number < 0.7;
MERGE INTO drawn USING (SELECT 7 AS a) AS s ON drawn.a = s.a WHEN NOT MATCHED THEN INSERT (a, id, number) VALUES (s.a, uuid(), rand());
INSERT INTO drawn SELECT * FROM drawn LIMIT 2;
CREATE TEMP VIEW first AS SELECT * FROM drawn LIMIT 1;
SELECT * FROM drawn;
DESCRIBE HISTORY drawn;
DESCRIBE DETAIL drawn";

async fn replayed(seed: u64) -> Evidence {
    let notebook = notebook::read("drawn.sql", NOTEBOOK.as_bytes()).unwrap();
    let run = NotebookRun {
        name: "drawn".to_owned(),
        notebook,
        parameters: BTreeMap::new(),
        repairs: Vec::new(),
        may_fail: Vec::new(),
    };
    let plan = ReplayPlan { seed, user_name: "student".to_owned(), tables: Vec::new(), runs: vec![run] };
    let mut evidence = replay::replay(&plan, &Limits::default()).await.unwrap();
    for statement in evidence.runs.iter_mut().flat_map(|run| &mut run.cells).flat_map(|cell| &mut cell.statements) {
        assert_eq!(statement.error, None, "{}", statement.sql);
        statement.elapsed_us = 0;
    }
    evidence
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_with_the_same_seed_gives_the_same_evidence() {
    let first = replayed(3).await;
    assert_eq!(json!(first), json!(replayed(3).await));
    let rows = first.tables[0].versions[0].rows.as_ref().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row[5] == "student"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_with_another_seed_gives_other_values() {
    let drawn = |evidence: Evidence| json!(evidence.tables[0].versions[0].rows);
    assert_ne!(drawn(replayed(3).await), drawn(replayed(4).await));
}
