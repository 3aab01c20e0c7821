//! Two sessions of one workspace that write the same table at the same time.
//!
//! Each reads and writes through a store that gives way to the other as a seed says, so that their calls to the store interleave
//! in every order. The model applies the statements that were committed, one after
//! the other, in the order of their versions: the rows must come out the same, so no update was lost.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::memory::InMemory;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::hesitant::Hesitant;
use super::{class, ok, options, request, rows};
use crate::outcome::StatementOutcome;
use crate::session::Session;

type Row = (i64, i64);

#[derive(Clone, Debug)]
enum Change {
    Insert(Row),
    Increment(i64),
    Delete(i64),
    Upsert(Row),
    Overwrite(Row),
    Truncate,
    /// To version 1, which has [`BEFORE`].
    Restore,
    /// Joins the files, whose rows stay.
    Optimize,
    /// Changes the table's metadata only.
    Property(i64),
}

/// The rows before the race, version 1 of the table.
const BEFORE: [Row; 2] = [(0, 0), (1, 0)];

impl Change {
    fn any() -> impl Strategy<Value = Self> {
        let (key, value) = (0..3_i64, 0..10_i64);
        prop_oneof![
            (key.clone(), value.clone()).prop_map(Self::Insert),
            key.clone().prop_map(Self::Increment),
            key.clone().prop_map(Self::Delete),
            (key.clone(), value.clone()).prop_map(Self::Upsert),
            (key, value.clone()).prop_map(Self::Overwrite),
            Just(Self::Truncate),
            Just(Self::Restore),
            Just(Self::Optimize),
            value.prop_map(Self::Property),
        ]
    }

    fn sql(&self) -> String {
        match self {
            Self::Insert((k, v)) => format!("INSERT INTO t VALUES ({k}, {v})"),
            Self::Increment(k) => format!("UPDATE t SET v = v + 1 WHERE k = {k}"),
            Self::Delete(k) => format!("DELETE FROM t WHERE k = {k}"),
            Self::Upsert((k, v)) => format!(
                "MERGE INTO t USING (SELECT {k} AS k, {v} AS v) AS s ON t.k = s.k \
                 WHEN MATCHED THEN UPDATE SET v = t.v + s.v WHEN NOT MATCHED THEN INSERT *"
            ),
            Self::Overwrite((k, v)) => format!("INSERT OVERWRITE t VALUES ({k}, {v})"),
            Self::Truncate => "TRUNCATE TABLE t".to_owned(),
            Self::Restore => "RESTORE TABLE t TO VERSION AS OF 1".to_owned(),
            Self::Optimize => "OPTIMIZE t".to_owned(),
            Self::Property(value) => format!("ALTER TABLE t SET TBLPROPERTIES ('seen' = '{value}')"),
        }
    }

    fn apply(&self, rows: &mut Vec<Row>) {
        match self {
            Self::Insert(row) => rows.push(*row),
            Self::Increment(key) => rows.iter_mut().filter(|(k, _)| k == key).for_each(|(_, v)| *v += 1),
            Self::Delete(key) => rows.retain(|(k, _)| k != key),
            Self::Upsert((key, value)) => {
                let known = rows.iter().any(|(k, _)| k == key);
                rows.iter_mut().filter(|(k, _)| k == key).for_each(|(_, v)| *v += value);
                if !known {
                    rows.push((*key, *value));
                }
            }
            Self::Overwrite(row) => *rows = vec![*row],
            Self::Truncate => rows.clear(),
            Self::Restore => *rows = BEFORE.to_vec(),
            Self::Optimize | Self::Property(_) => {}
        }
    }
}

/// What one session does, and the seed of its store.
#[derive(Clone, Debug)]
struct Writer {
    changes: Vec<Change>,
    seed: u64,
}

impl Writer {
    fn any() -> impl Strategy<Value = Self> {
        let changes = proptest::collection::vec(Change::any(), 1..5);
        (changes, any::<u64>()).prop_map(|(changes, seed)| Self { changes, seed })
    }

    async fn open(&self, store: &Arc<InMemory>) -> Session {
        let slow: Arc<dyn ObjectStore> = Arc::new(Hesitant::new(store.clone(), self.seed));
        Session::open(slow, options()).await.unwrap()
    }

    /// The outcome of each statement.
    async fn run(&self, session: &mut Session) -> Vec<StatementOutcome> {
        let mut outcomes = Vec::new();
        for change in &self.changes {
            outcomes.extend(session.run(&request(&change.sql())).await);
        }
        outcomes
    }
}

const CONFLICTS: [&str; 4] = [
    "DELTA_CONCURRENT_APPEND",
    "DELTA_CONCURRENT_DELETE_READ",
    "DELTA_CONCURRENT_DELETE_DELETE",
    "DELTA_METADATA_CHANGED",
];

/// What an INSERT may meet, which reads no rows.
const OF_INSERTS: &str = "DELTA_METADATA_CHANGED";

async fn race(first: &Writer, second: &Writer) -> Result<(), TestCaseError> {
    let store = Arc::new(InMemory::new());
    let mut setup = Session::open(store.clone(), options()).await.unwrap();
    ok(&mut setup, "CREATE TABLE t (k INT, v INT); INSERT INTO t VALUES (0, 0), (1, 0)").await;
    let (mut a, mut b) = (first.open(&store).await, second.open(&store).await);
    let (of_first, of_second) = tokio::join!(first.run(&mut a), second.run(&mut b));

    let mut committed: Vec<(u64, &Change)> = Vec::new();
    let outcomes = of_first.iter().chain(&of_second);
    for (outcome, change) in outcomes.zip(first.changes.iter().chain(&second.changes)) {
        match &outcome.error {
            Some(error) => prop_assert!(CONFLICTS.contains(&error.class.as_str()), "{}: {error:?}", outcome.sql),
            None => committed.extend(outcome.commits.iter().map(|commit| (commit.version, change))),
        }
        let unexpected = outcome.error.as_ref().filter(|error| error.class != OF_INSERTS);
        let adds_only = matches!(change, Change::Insert(_));
        prop_assert!(!adds_only || unexpected.is_none(), "an INSERT depends on no rows: {unexpected:?}");
    }
    committed.sort_by_key(|(version, _)| *version);
    let versions: Vec<u64> = committed.iter().map(|(version, _)| *version).collect();
    prop_assert_eq!(versions, (2..2 + committed.len() as u64).collect::<Vec<_>>());
    let mut expected = BEFORE.to_vec();
    committed.iter().for_each(|(_, change)| change.apply(&mut expected));
    expected.sort_unstable();
    let expected: Vec<Value> = expected.into_iter().map(|(k, v)| json!([k, v])).collect();
    for session in [&mut a, &mut b] {
        prop_assert_eq!(rows(session, "SELECT k, v FROM t ORDER BY k, v").await, json!(expected));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_update_is_lost(first in Writer::any(), second in Writer::any()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(race(&first, &second))?;
    }
}

async fn two() -> (Session, Session) {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut first = Session::open(store.clone(), options()).await.unwrap();
    ok(&mut first, "CREATE TABLE t (k INT, v INT); INSERT INTO t VALUES (0, 0)").await;
    let second = Session::open(store, options()).await.unwrap();
    (first, second)
}

#[tokio::test]
async fn each_statement_sees_what_the_other_session_committed() {
    let (mut first, mut second) = two().await;
    ok(&mut first, "UPDATE t SET v = 1").await;
    assert_eq!(rows(&mut second, "SELECT v FROM t").await, json!([[1]]));
    ok(&mut second, "ALTER TABLE t ADD COLUMN w INT; UPDATE t SET w = v + 1").await;
    assert_eq!(rows(&mut first, "SELECT v, w FROM t").await, json!([[1, 2]]));
    ok(&mut first, "CREATE TEMP VIEW seen AS SELECT w FROM t").await;
    ok(&mut second, "UPDATE t SET w = 9").await;
    assert_eq!(rows(&mut first, "SELECT * FROM seen").await, json!([[9]]));
    ok(&mut second, "UPDATE t SET w = 10").await;
    assert_eq!(rows(&mut first, "SELECT w FROM IDENTIFIER('t')").await, json!([[10]]));
    ok(&mut first, "CREATE VIEW kept AS SELECT w FROM t").await;
    ok(&mut second, "UPDATE t SET w = 11").await;
    assert_eq!(rows(&mut first, "SELECT * FROM kept").await, json!([[11]]));
}

#[tokio::test]
async fn a_table_that_the_other_session_dropped_is_gone() {
    let (mut first, mut second) = two().await;
    ok(&mut second, "DROP TABLE t").await;
    assert_eq!(class(&mut first, "SELECT * FROM t").await, "TABLE_OR_VIEW_NOT_FOUND");
}
