//! Queries against the model: what a condition is for each row, and which rows it lets through.

use proptest::prelude::*;
use serde_json::json;

use super::model::{Bench, Predicate, Row, in_order, rows, sorted};

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn a_condition_is_true_false_or_null_as_the_standard_says(
        before in rows(6),
        (inner, outer) in (Predicate::with_queries(), Predicate::with_queries()),
    ) {
        let mut bench = Bench::new(&before);
        let (inner_sql, outer_sql) = (inner.sql(), outer.sql());
        let both = format!("SELECT k, v, {inner_sql} AS a, {outer_sql} AS b FROM t");
        let expected = before.iter().map(|row| json!([row.0, row.1, inner.holds(*row), outer.holds(*row)]));
        prop_assert_eq!(bench.query(&both).map_err(TestCaseError::fail)?, in_order(expected.collect()));

        let through = |row: &&Row| inner.holds(**row) == Some(true) && outer.holds(**row) == Some(true);
        let expected: Vec<Row> = before.iter().filter(through).copied().collect();
        let nested = format!("SELECT * FROM (SELECT k AS k, v FROM t WHERE {inner_sql}) AS s WHERE {outer_sql}");
        prop_assert_eq!(bench.query(&nested).map_err(TestCaseError::fail)?, sorted(&expected));
    }
}
