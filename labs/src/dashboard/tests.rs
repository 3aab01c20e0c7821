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

#[test]
fn a_parameter_that_a_query_reads_is_declared() {
    let text = "\
datasets:
  - name: a
    sql: |
      SELECT * FROM gold
      WHERE day >= :Start_Date AND city = :town AND x = :town
    parameters: [{ name: start_date, default: '2024-01-01' }]
  - { name: b, sql: 'SELECT :n' }
pages: []
filters:
  - { parameter: start_date, label: From, choices: ['2024-01-01'], datasets: [a] }
";
    let findings = check(text).unwrap().findings;
    let seen: Vec<_> = findings.iter().map(|f| (f.code.as_str(), f.line.unwrap(), f.column.unwrap())).collect();
    assert_eq!(seen, [("UNDECLARED_PARAMETER", 5, 43), ("UNDECLARED_PARAMETER", 7, 29)]);
    assert!(findings.iter().all(|finding| finding.hint.is_some()));
}

#[test]
fn a_data_set_is_one_query_and_a_refresh_one_that_quartz_understands() {
    let text = "\
datasets:
  - { name: a, sql: DROP TABLE gold }
  - { name: b, sql: SELECT 1; SELECT 2 }
pages: []
refresh: { quartz_cron_expression: 0 30 6 * *, timezone_id: Europe/Berlim }
";
    let expected = [("NOT_A_QUERY", 2), ("NOT_A_QUERY", 3), ("BAD_CRON", 5), ("BAD_TIMEZONE", 5)];
    assert_eq!(codes(text), expected.map(|(code, line)| (code.to_owned(), Some(line))));
}

#[test]
fn a_filter_binds_its_value_where_it_is_bound_and_nowhere_else() {
    let text = "\
datasets:
  - { name: a, sql: 'SELECT :p', parameters: [{ name: p, default: x }] }
  - { name: b, sql: 'SELECT :p', parameters: [{ name: p, default: y }] }
pages: []
filters: [{ parameter: p, datasets: [a] }]
";
    let dashboard = check(text).unwrap().dashboard;
    let chosen = std::collections::BTreeMap::from([("p".to_owned(), "z".to_owned())]);
    let values: Vec<String> =
        dashboard.datasets.iter().map(|dataset| dashboard.values(dataset, &chosen)["p"].clone()).collect();
    assert_eq!(values, ["z", "y"]);
    assert_eq!(dashboard.default_of(&dashboard.filters[0]), "x");
}

#[test]
fn a_text_that_is_readable_only_with_its_values_is_known_by_its_first_word() {
    let cases = [
        ("-- why\nSELECT * FROM IDENTIFIER(:t)", true),
        ("DROP TABLE IDENTIFIER(:t)", false),
        ("SELEC 1", false),
        ("SELECT 1; SELECT 2", false),
        ("", false),
    ];
    for (sql, expected) in cases {
        assert_eq!(is_query(sql), expected, "{sql}");
    }
}
