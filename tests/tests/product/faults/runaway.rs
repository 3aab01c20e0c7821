//! Statements that take time or memory without end, each in another part of the engine: the worker is stopped, the
//! statement says which limit it passed, and the next one answers.

use serde_json::json;

use crate::program::sandbar;

/// Little memory: what is meant here would pass any limit. Time is short where it is to run out, and long where it is not.
const MEMORY: [&str; 2] = ["--limit", "memory_bytes=134217728"];
const SHORT: &str = "statement_wall_ms=1500";
const LONG: &str = "statement_wall_ms=60000";

/// Joins, sets, groups, patterns and windows over rows without end. Some never look at a request to stop.
const ENDLESS: [&str; 8] = [
    "SELECT count(*) FROM range(1000000000000)",
    "SELECT count(*) FROM range(1000000) AS a CROSS JOIN range(1000000) AS b",
    "SELECT count(*) FROM range(100000) AS a JOIN range(100000) AS b ON a.id < b.id AND a.id * b.id = 7",
    "SELECT count(*) FROM (SELECT DISTINCT id % 1000 AS n FROM range(100000000000))",
    "SELECT max(n) FROM (SELECT id % 1000, count(*) AS n FROM range(100000000000) GROUP BY 1)",
    "SELECT count(*) FROM range(100000000000) WHERE CAST(id AS STRING) RLIKE '(1|2|3)+4(5|6)*7'",
    "SELECT max(s) FROM (SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM range(100000000000))",
    "WITH a AS (SELECT id FROM range(1000)), b AS (SELECT x.id + y.id AS id FROM a AS x CROSS JOIN a AS y), \
     c AS (SELECT x.id + y.id AS id FROM b AS x CROSS JOIN b AS y) SELECT max(id) FROM c",
];

/// One value or one batch that does not fit, made by functions that ask nobody for memory.
const GREEDY: [&str; 8] = [
    "SELECT repeat(repeat(repeat('x', 10000), 10000), 1000)",
    "SELECT size(sequence(1, 1000000000))",
    "SELECT count(*) FROM (SELECT explode(sequence(1, 1000000000)))",
    "SELECT size(array_repeat('x', 1000000000))",
    "SELECT flatten(array_repeat(array_repeat(1, 100000), 100000))",
    "SELECT lpad('x', 2000000000, 'y')",
    "SELECT concat_ws(',', array_repeat(repeat('x', 1000000), 10000))",
    "SELECT replace(repeat('a', 1000000), 'a', repeat('b', 100000))",
];

fn stopped(statement: &str, time: &str, class: &str) {
    let statements = format!("CREATE TABLE t AS SELECT 1 AS a;\n{statement};\nSELECT a FROM t");
    let ran = sandbar(
        &[&["sql", "--format", "jsonl", "--keep-going"], &MEMORY[..], &["--limit", time, "-e", &statements]].concat(),
    );
    assert_eq!(ran.error(1)["class"], json!(class), "{statement}: {ran:?}");
    assert_eq!(ran.rows(2), json!([[1]]), "{statement}");
}

#[test]
fn a_statement_without_end_is_stopped_in_whatever_part_of_the_engine_it_is() {
    ENDLESS.iter().for_each(|statement| stopped(statement, SHORT, "LIMIT_EXCEEDED.TIME"));
}

#[test]
fn a_value_that_does_not_fit_is_stopped_whatever_function_makes_it() {
    GREEDY.iter().for_each(|statement| stopped(statement, LONG, "LIMIT_EXCEEDED.MEMORY"));
}
