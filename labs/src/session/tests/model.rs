//! What the tests against a model share: rows of a nullable key and a nullable value, and a table that holds them.
//!
//! The model is a plain list of rows. It knows SQL's three-valued logic and nothing of files, versions or plans.

use std::sync::{Arc, LazyLock};

use object_store::ObjectStore;
use object_store::memory::InMemory;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{options, request};
use crate::outcome::StatementOutcome;
use crate::session::Session;

/// `k` and `v`, both INT.
pub type Row = (Option<i32>, Option<i32>);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Few distinct keys, so that they meet, and NULLs on both sides.
pub fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let cell = |values: std::ops::Range<i32>| prop_oneof![1 => Just(None), 4 => values.prop_map(Some)];
    proptest::collection::vec((cell(0..4), cell(-2..3)), 0..=most)
}

/// `(1, NULL), (2, 3)`
pub fn listed(rows: &[Row]) -> String {
    let row = |row: &Row| format!("({}, {})", literal(row.0), literal(row.1));
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

pub fn literal(value: Option<i32>) -> String {
    value.map_or_else(|| "NULL".to_owned(), |value| value.to_string())
}

/// A query that gives these rows, and none for none.
pub fn query(rows: &[Row]) -> String {
    let (rows, condition) = if rows.is_empty() { ("(1, 1)".to_owned(), "false") } else { (listed(rows), "true") };
    format!("SELECT CAST(a AS INT) AS k, CAST(b AS INT) AS v FROM VALUES {rows} AS r(a, b) WHERE {condition}")
}

/// A workspace with one table `t`.
pub struct Bench {
    pub store: Arc<dyn ObjectStore>,
    session: Session,
}

impl Bench {
    /// The table's rows lie in two files.
    pub fn new(rows: &[Row]) -> Self {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let mut bench = Self { session: RUNTIME.block_on(Session::open(store.clone(), options())).unwrap(), store };
        bench.run("CREATE TABLE t (k INT, v INT)").unwrap();
        let (first, second) = rows.split_at(rows.len() / 2);
        for half in [first, second] {
            bench.run(&format!("INSERT INTO t {}", query(half))).unwrap();
        }
        bench
    }

    /// The same workspace, read from its store alone.
    pub fn reopened(&self) -> Self {
        let session = RUNTIME.block_on(Session::open(self.store.clone(), options())).unwrap();
        Self { session, store: self.store.clone() }
    }

    /// The statement's outcome, or the class of its error.
    pub fn run(&mut self, sql: &str) -> Result<StatementOutcome, String> {
        let outcome = RUNTIME.block_on(self.session.run(&request(sql))).pop().unwrap();
        match outcome.error {
            Some(error) => Err(error.class),
            None => Ok(outcome),
        }
    }

    pub fn version(&self) -> u64 {
        self.session.tables["t"].version()
    }

    /// All columns of a version, in an order of their own.
    pub fn at(&mut self, version: u64) -> Vec<Value> {
        self.query(&format!("SELECT * FROM t VERSION AS OF {version}")).unwrap()
    }

    /// A query's rows, in an order of their own.
    pub fn query(&mut self, sql: &str) -> Result<Vec<Value>, String> {
        Ok(in_order(self.run(sql)?.relation.rows.into_iter().map(Value::Array).collect()))
    }

    /// The rows there are now.
    pub fn rows(&mut self) -> Vec<Value> {
        self.at(self.version())
    }
}

/// The model's rows in the form and order of [`Bench::rows`].
pub fn sorted(rows: &[Row]) -> Vec<Value> {
    in_order(rows.iter().map(|row| json!([row.0, row.1])).collect())
}

pub fn in_order(mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by_key(Value::to_string);
    rows
}

/// A condition over a row; NULL is `None`.
#[derive(Clone, Debug)]
pub enum Predicate {
    Unknown,
    Above(i32),
    Missing,
    Equal,
    KeyIn(Vec<Option<i32>>),
    KeyIs(Option<i32>),
    KeyInQuery(Vec<Option<i32>>),
    Not(Box<Predicate>),
    And(Box<Predicate>, Box<Predicate>),
    Or(Box<Predicate>, Box<Predicate>),
}

impl Predicate {
    pub fn any() -> impl Strategy<Value = Self> {
        Self::over(Self::leaf().boxed())
    }

    /// Also with subqueries.
    pub fn with_queries() -> impl Strategy<Value = Self> {
        let keys = proptest::collection::vec(prop_oneof![1 => Just(None), 3 => (0..4).prop_map(Some)], 0..4);
        Self::over(prop_oneof![2 => Self::leaf(), 1 => keys.prop_map(Self::KeyInQuery)].boxed())
    }

    fn leaf() -> impl Strategy<Value = Self> {
        let listed = proptest::collection::vec(prop_oneof![1 => Just(None), 3 => (0..4).prop_map(Some)], 1..4);
        prop_oneof![
            Just(Self::Unknown),
            (-2..3).prop_map(Self::Above),
            Just(Self::Missing),
            Just(Self::Equal),
            listed.prop_map(Self::KeyIn),
            prop_oneof![1 => Just(None), 5 => (0..4).prop_map(Some)].prop_map(Self::KeyIs),
        ]
    }

    fn over(leaf: BoxedStrategy<Self>) -> impl Strategy<Value = Self> {
        leaf.prop_recursive(4, 12, 2, |inner| {
            let pair = (inner.clone(), inner.clone()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
            prop_oneof![
                inner.prop_map(|inner| Self::Not(Box::new(inner))),
                pair.clone().prop_map(|(a, b)| Self::And(a, b)),
                pair.prop_map(|(a, b)| Self::Or(a, b)),
            ]
        })
    }

    pub fn sql(&self) -> String {
        match self {
            Self::Unknown => "CAST(NULL AS BOOLEAN)".to_owned(),
            Self::Above(number) => format!("v > {number}"),
            Self::Missing => "v IS NULL".to_owned(),
            Self::Equal => "k = v".to_owned(),
            Self::KeyIn(keys) => {
                let keys: Vec<String> = keys.iter().copied().map(literal).collect();
                format!("k IN ({})", keys.join(", "))
            }
            Self::KeyInQuery(keys) => {
                let rows: Vec<Row> = keys.iter().map(|key| (*key, None)).collect();
                format!("k IN (SELECT s.k FROM ({}) AS s)", query(&rows))
            }
            Self::KeyIs(key) => format!("k = {}", literal(*key)),
            Self::Not(inner) => format!("NOT ({})", inner.sql()),
            Self::And(a, b) => format!("({}) AND ({})", a.sql(), b.sql()),
            Self::Or(a, b) => format!("({}) OR ({})", a.sql(), b.sql()),
        }
    }

    pub fn holds(&self, row: Row) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Above(number) => row.1.map(|value| value > *number),
            Self::Missing => Some(row.1.is_none()),
            Self::Equal => Some(row.0? == row.1?),
            Self::KeyIn(keys) => in_list(row.0?, keys),
            Self::KeyInQuery(keys) if keys.is_empty() => Some(false),
            Self::KeyInQuery(keys) => in_list(row.0?, keys),
            Self::KeyIs(key) => Some(row.0? == (*key)?),
            Self::Not(inner) => inner.holds(row).map(|holds| !holds),
            Self::And(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (a, b) => Some(a? && b?),
            },
            Self::Or(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (a, b) => Some(a? || b?),
            },
        }
    }
}

/// NULL in the list hides whether a value that is not found might be there.
fn in_list(key: i32, keys: &[Option<i32>]) -> Option<bool> {
    match keys.contains(&Some(key)) {
        false if keys.contains(&None) => None,
        found => Some(found),
    }
}
