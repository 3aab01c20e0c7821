//! UPDATE and DELETE against the model: a row is hit where the condition is true, neither where it is false nor NULL.

use proptest::prelude::*;
use serde_json::json;

use super::model::{Bench, Predicate, Row, literal, rows, sorted};

/// What a column is set to.
#[derive(Clone, Debug)]
enum Value {
    Key,
    Next,
    Fixed(Option<i32>),
}

impl Value {
    fn any() -> impl Strategy<Value = Self> {
        let fixed = prop_oneof![Just(None), (0..4).prop_map(Some)].prop_map(Self::Fixed);
        prop_oneof![Just(Self::Key), Just(Self::Next), fixed]
    }

    fn sql(&self) -> String {
        match self {
            Self::Key => "k".to_owned(),
            Self::Next => "v + 1".to_owned(),
            Self::Fixed(value) => literal(*value),
        }
    }

    fn of(&self, row: Row) -> Option<i32> {
        match self {
            Self::Key => row.0,
            Self::Next => row.1.map(|value| value + 1),
            Self::Fixed(value) => *value,
        }
    }
}

/// Runs a statement that should hit `hits` rows and leave `expected`, with a new version only if it hit any.
fn check(before: &[Row], sql: &str, hits: usize, expected: &[Row]) -> Result<(), TestCaseError> {
    let mut bench = Bench::new(before);
    let version = bench.version();
    let outcome = bench.run(sql).map_err(TestCaseError::fail)?;
    prop_assert_eq!(json!(outcome.relation.rows), json!([[hits]]));
    prop_assert_eq!(bench.rows(), sorted(expected));
    prop_assert_eq!(bench.version(), version + u64::from(hits > 0));
    prop_assert_eq!(outcome.commits.len(), usize::from(hits > 0));
    prop_assert_eq!(bench.at(version), sorted(before));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn an_update_changes_the_rows_where_its_condition_is_true(
        before in rows(6),
        condition in Predicate::with_queries(),
        (key, value) in (proptest::option::of(Value::any()), Value::any()),
    ) {
        let hit = |row: &Row| condition.holds(*row) == Some(true);
        let changed = |row: Row| (key.as_ref().map_or(row.0, |key| key.of(row)), value.of(row));
        let after: Vec<Row> = before.iter().map(|row| if hit(row) { changed(*row) } else { *row }).collect();
        let key = key.map_or_else(String::new, |key| format!("k = {}, ", key.sql()));
        let sql = format!("UPDATE t SET {key}v = {} WHERE {}", value.sql(), condition.sql());
        check(&before, &sql, before.iter().filter(|row| hit(row)).count(), &after)?;
    }

    #[test]
    fn a_delete_removes_the_rows_where_its_condition_is_true(before in rows(6), condition in Predicate::with_queries()) {
        let (gone, kept): (Vec<Row>, Vec<Row>) = before.iter().partition(|row| condition.holds(**row) == Some(true));
        check(&before, &format!("DELETE FROM t WHERE {}", condition.sql()), gone.len(), &kept)?;
    }
}
