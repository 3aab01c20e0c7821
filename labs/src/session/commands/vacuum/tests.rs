use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::memory::InMemory;

use super::*;
use crate::sandbox::{Limits, RunRequest, SessionKind};
use crate::session::{Clock, SessionOptions};

/// Runs statements in a session of their own, whose tables have at most so many versions.
async fn ran(sql: &str, max_table_versions: u64) -> (Session, Vec<Option<String>>) {
    let limits = Limits { max_table_versions, ..Limits::default() };
    let options = SessionOptions { user_name: "ada".to_owned(), limits, clock: Clock::Seeded(7) };
    let mut session = Session::open(Arc::new(InMemory::new()), options).await.unwrap();
    let parameters = BTreeMap::new();
    let request = RunRequest {
        sql: sql.to_owned(),
        parameters,
        user_name: "ada".to_owned(),
        keep_going: true,
        session: SessionKind::Notebook,
    };
    let outcomes = session.run(&request).await;
    let classes = outcomes.into_iter().map(|outcome| outcome.error.map(|error| error.class)).collect();
    (session, classes)
}

#[test]
fn a_duration_is_read_in_hours_and_nothing_else_is_one() {
    let read =
        ["interval 7 days", "1 week", "INTERVAL 36 HOURS", "interval 2 months", "interval days", "7"].map(hours_of);
    assert_eq!(read, [Some(168), Some(168), Some(36), None, None, None]);
    assert_eq!(hours_of("interval 18446744073709551615 weeks"), Some(u64::MAX));
}

#[test]
fn more_hours_than_there_are_reach_to_the_beginning() {
    for hours in [3_000_000_000, 3_000_000_000_000, u64::MAX] {
        assert_eq!(earlier(Utc::now(), hours), DateTime::<Utc>::MIN_UTC, "{hours}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_file_of_an_escaped_partition_has_its_time_from_the_log() {
    let (mut session, classes) = ran(
        "CREATE TABLE t (a INT, c STRING) PARTITIONED BY (c); INSERT INTO t VALUES (1, 'a b'), (2, 'x%y'); \
         UPDATE t SET a = a + 1",
        200,
    )
    .await;
    assert_eq!(classes, [None, None, None]);
    let table = session.table("t").unwrap();
    let removed: Vec<String> = fates(table, 2).await.unwrap().into_keys().collect();
    let objects: Vec<_> = table.log_store().object_store(None).list(None).try_collect().await.unwrap();
    let there = |path: &String| objects.iter().any(|object| object.location.as_ref() == path);
    assert!(removed.len() == 2 && removed.iter().all(there), "{removed:?} in {objects:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_deleted_where_the_end_could_not_be_logged() {
    let (_, classes) = ran(
        "CREATE TABLE t AS SELECT 1 AS a; UPDATE t SET a = 2; \
         SET spark.databricks.delta.retentionDurationCheck.enabled = false; VACUUM t RETAIN 0 HOURS; \
         SELECT a FROM t VERSION AS OF 0",
        3,
    )
    .await;
    assert_eq!(classes, [None, None, None, Some("LIMIT_EXCEEDED.VERSIONS".to_owned()), None]);
}
