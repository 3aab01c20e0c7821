use serde_json::json;

use super::*;
use crate::relation::{Column, Relation};

const GOOD: &str = "\
name: Orders
datasets:
  - name: daily
    sql: |
      SELECT order_date, sum(revenue) AS revenue
      FROM gold GROUP BY order_date ORDER BY order_date
  - {name: all, sql: SELECT count(*) AS orders FROM gold}
pages:
  - name: Overview
    tiles:
      - {kind: line, dataset: daily, x: order_date, y: revenue}
      - {kind: counter, dataset: all, y: orders}
";

fn codes(text: &str) -> Vec<(String, Option<u32>)> {
    check(text).unwrap().findings.into_iter().map(|finding| (finding.code, finding.line)).collect()
}

#[test]
fn a_good_dashboard_has_no_findings_and_its_queries_know_their_line() {
    let checked = check(GOOD).unwrap();
    assert_eq!(checked.findings, []);
    let lines: Vec<u32> = checked.dashboard.datasets.iter().map(|dataset| dataset.sql_line).collect();
    assert_eq!(lines, [5, 7]);
    assert_eq!(checked.dashboard.tiles().count(), 2);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let text = "\
datasets:
  - {name: a, sql: SELECT 1}
  - {name: a, sql: SELECT 2}
  - {name: b}
pages:
  - tiles:
      - {kind: pie, dataset: a}
      - {kind: bar, dataset: c, x: k}
titel: x
filters:
  - {parameter: p, datasets: [a]}
";
    let expected = [
        ("MISSING_FIELD", 4),
        ("DUPLICATE_DATASET", 3),
        ("UNKNOWN_TILE", 7),
        ("UNKNOWN_DATASET", 8),
        ("MISSING_ENCODING", 8),
        ("UNKNOWN_PARAMETER", 11),
        ("UNKNOWN_FIELD", 9),
    ];
    assert_eq!(codes(text), expected.map(|(code, line)| (code.to_owned(), Some(line))));
}

#[test]
fn text_that_is_no_yaml_is_an_error_with_its_line() {
    assert!(check("datasets:\n  - [\n").unwrap_err().line.is_some());
}

#[test]
fn a_tile_is_checked_against_the_rows_that_it_shows() {
    let columns = vec![Column::new("order_date", "DATE"), Column::new("revenue", "STRING")];
    let rows = vec![vec![json!("2024-01-02"), json!("1")], vec![json!("2024-01-01"), json!("2")]];
    let relation = Relation { columns, rows };
    let dashboard = check(GOOD).unwrap().dashboard;
    let codes = |tile: &Tile| check_tile(tile, &relation).into_iter().map(|finding| finding.code).collect::<Vec<_>>();
    let tiles: Vec<&Tile> = dashboard.tiles().collect();
    assert_eq!(codes(tiles[0]), ["NOT_NUMERIC", "LINE_NOT_ORDERED"]);
    assert_eq!(codes(tiles[1]), ["UNKNOWN_COLUMN", "NOT_ONE_ROW"]);
}
