//! A table that tells whether a MERGE happened wholly, in part, or not at all.
//!
//! Step `k` sets `n = k` in every row of the first [`ROWS`] and adds one row with `n = k`. So after step `k` the table has
//! `ROWS + 1` rows of that step and one of each step before, and is at version `k`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::many::numbers_below_ten_to_the;

/// Enough that a MERGE takes a while, and within what one statement may write.
pub const ROWS: u64 = 90_000;

pub fn create() -> String {
    let numbers = numbers_below_ten_to_the(5);
    format!(
        "CREATE TABLE ledger AS SELECT CAST(id AS BIGINT) AS id, CAST(0 AS BIGINT) AS n FROM ({numbers}) WHERE id < {ROWS}"
    )
}

pub fn merge(step: u64) -> String {
    format!(
        "MERGE INTO ledger AS t USING (SELECT id FROM ledger WHERE id < {ROWS} UNION ALL SELECT {ROWS} + {step}) AS s \
         ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = {step} \
         WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, {step})"
    )
}

/// One row for each step: the table's version, the step, and how many rows are of it.
pub const LOOK: &str = "SELECT (SELECT max(version) FROM (DESCRIBE HISTORY ledger)) AS version, n, count(*) AS rows \
                        FROM ledger GROUP BY n ORDER BY n";

/// The step that the table is at, from the rows of [`LOOK`]; fails when it is at none.
pub fn step_of(rows: &[[u64; 3]]) -> u64 {
    let version = rows.first().expect("the table has rows")[0];
    let counts: BTreeMap<u64, u64> = rows.iter().map(|[_, n, count]| (*n, *count)).collect();
    let expected: BTreeMap<u64, u64> = match version {
        0 => BTreeMap::from([(0, ROWS)]),
        step => (1..step).map(|before| (before, 1)).chain([(step, ROWS + 1)]).collect(),
    };
    assert_eq!(counts, expected, "the rows are not those of version {version}");
    version
}

/// The rows of [`LOOK`] in jsonl.
pub fn numbers(rows: &Value) -> Vec<[u64; 3]> {
    let row = |row: &Value| [0, 1, 2].map(|column| row[column].as_u64().unwrap_or_else(|| panic!("{rows}")));
    rows.as_array().expect("rows").iter().map(row).collect()
}
